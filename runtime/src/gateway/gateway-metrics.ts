// What is counted of exchanges, under the names that docs/gateway.md lists.

import type { Metrics } from '../telemetry/metrics.ts';

/** How an exchange ended. */
export type ExchangeEnd = 'passed' | 'edited' | 'refused' | 'cut' | 'failed' | 'left';

/** Why a request was turned away before it was anybody's exchange. */
export type Rejection =
  | 'target'
  | 'headers'
  | 'route'
  | 'token'
  | 'workload'
  | 'unheard'
  | 'too_large'
  | 'busy'
  | 'loop'
  | 'method'
  | 'coding'
  | 'tunnel'
  | 'upgrade'
  | 'aborted';

export interface GatewayMetrics {
  readonly ended: (surface: string, end: ExchangeEnd, seconds: number) => void;
  readonly rejected: (why: Rejection) => void;
  readonly serviceFailed: (surface: string, fault: string) => void;
}

/** Seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Registers the families of exchanges. */
export function gatewayMetrics(metrics: Metrics): GatewayMetrics {
  const exchanges = metrics.counter('rdp_gateway_exchanges_total', 'Exchanges by how they ended.', ['surface', 'end']);
  const durations = metrics.histogram(
    'rdp_gateway_exchange_duration_seconds',
    'From the head of a request to the end of its answer.',
    ['surface'],
    bounds,
  );
  const rejected = metrics.counter('rdp_gateway_rejected_requests_total', 'Requests that were no exchange.', [
    'reason',
  ]);
  const failed = metrics.counter('rdp_gateway_service_errors_total', 'Services that gave no answer, or no whole one.', [
    'surface',
    'fault',
  ]);
  return {
    ended: (surface, end, seconds) => {
      exchanges.add([surface, end]);
      durations.observe([surface], seconds);
    },
    rejected: (why) => rejected.add([why]),
    serviceFailed: (surface, fault) => failed.add([surface, fault]),
  };
}
