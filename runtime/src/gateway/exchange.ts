// What stands between a listener and the handlers of surfaces: one request with what is known of it, the things that a handler needs, and
// the table of kinds. Handlers of other kinds (tools, stores) are further rows of that table.

import type { Decision } from '../contract/index.ts';
import type { ClientFacts, Outcomes } from '../enforce/carry-out.ts';
import type { Outcome } from '../load/problem.ts';
import type { BodyBudget } from '../server/body-budget.ts';
import type { HttpRequest, HttpResponse } from '../server/listen.ts';
import type { ResponseStream, StreamRequest } from '../stream/open-stream.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import type { ExchangeSpan, Telemetry } from '../telemetry/telemetry.ts';
import type { Services } from './call-service.ts';
import type { ExchangeEnd, GatewayMetrics } from './gateway-metrics.ts';
import type { Header } from './message-headers.ts';
import type { Refusal } from './refusal.ts';
import type { Routed } from './surface-routes.ts';

/** What handlers share. */
export interface GatewayDoor {
  readonly decide: (entrypoint: string, document: Uint8Array) => Decision;
  readonly openStream: (request: StreamRequest) => Outcome<ResponseStream>;
  readonly outcomes: Outcomes;
  readonly telemetry: Telemetry;
  readonly services: Services;
  readonly budget: BodyBudget;
  readonly limits: BodyLimits;
  readonly metrics: GatewayMetrics;
  readonly log: LogLines;
  /** Headers of requests that speak to the gateway alone. */
  readonly ownHeaders: ReadonlySet<string>;
  /** Names the gateway in `via`. */
  readonly pseudonym: string;
  readonly isDraining: () => boolean;
}

/** Bytes, of what is decided on: compressed or not, whichever is more. */
export interface BodyLimits {
  readonly request: number;
  readonly answer: number;
}

/** A request that has a surface, a service and a caller. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly method: string;
  readonly headers: readonly Header[];
  readonly routed: Routed;
  readonly client: ClientFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  readonly span?: ExchangeSpan;
}

/** Carries one exchange to its end; never rejects. */
export type SurfaceHandler = (door: GatewayDoor, exchange: Exchange) => Promise<ExchangeEnd>;

/** A refusal without more than a status and a message. */
export function plainRefusal(status: number, message: string): Refusal {
  return { status, message, headers: {} };
}
