// Options → a running gateway: bundle, listener, routes, health and metrics; and its orderly end.
//
// INVARIANT: without a good bundle nothing passes. A bundle or a certificate that turns bad changes nothing but what health and metrics
// say. An exchange keeps the routes that it began with.

import { randomBytes } from 'node:crypto';
import type { BlockList } from 'node:net';

import type { SurfacePlan } from '../contract/index.ts';
import type { PodSource } from '../cluster/watch-pods.ts';
import { createEnforcer, type Enforcer, type EnforcerOptions } from '../enforce/enforcer.ts';
import { ok, type Outcome, type Problem } from '../load/problem.ts';
import { createOutcomes, outcomeMetrics, type OpenOutcomes } from '../outcomes/index.ts';
import { createBodyBudget } from '../server/body-budget.ts';
import { readCertificates, watchCertificates, type CertificateFiles } from '../server/certificates.ts';
import { enforcerEntry, enforcerGauges } from '../server/enforcer-state.ts';
import { listenHealth, type Health } from '../server/listen-health.ts';
import { listen, type Clients, type ConnectionTimeouts, type Transport } from '../server/listen.ts';
import { drainListener, tryListening, type DrainTimes } from '../server/start-and-drain.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createServices, type ServiceOptions } from './call-service.ts';
import type { ClientSettings } from './client-facts.ts';
import type { BodyLimits, GatewayDoor } from './exchange.ts';
import { gatewayMetrics } from './gateway-metrics.ts';
import { createReception } from './reception.ts';
import { surfaceRoutes, type RouteSettings, type SurfaceRoutes } from './surface-routes.ts';
import { createTokenCheck, type TokenSettings } from './verify-token.ts';

export interface GatewayOptions extends Pick<EnforcerOptions, 'source' | 'verification' | 'hashKey'> {
  readonly host: string | undefined;
  /** 0 takes any. */
  readonly port: number;
  /** None when undefined. */
  readonly metricsPort: number | undefined;
  /** Without it connections are not secured. */
  readonly tls: { readonly files: CertificateFiles; readonly clients: Clients } | undefined;
  readonly routes: RouteSettings;
  /** Addresses that are not public, or stand in place of a name, and that tunnels lead to all the same. */
  readonly tunnelAddresses: BlockList;
  readonly clients: Omit<ClientSettings, 'tokens' | 'hashKey' | 'pods'>;
  /** Whose pods call, as the cluster says; `strangers`: surfaces whose callers need not be pods of it. */
  readonly workloads: { readonly pods: PodSource; readonly strangers: readonly string[] } | undefined;
  readonly tokens: TokenSettings | undefined;
  readonly limits: BodyLimits & {
    /** Bytes of all bodies that are held. */
    readonly buffer: number;
  };
  readonly timeouts: ConnectionTimeouts;
  readonly services: ServiceOptions;
  /** What decisions are carried out with. */
  readonly outcomes: Pick<OpenOutcomes, 'options' | 'telemetry' | 'health' | 'declare'>;
  readonly log: LogLines;
}

export interface Gateway {
  readonly port: number;
  readonly metricsPort: number | undefined;
  readonly enforcer: Enforcer;
  /** What is served now. */
  readonly routes: () => SurfaceRoutes;
  /** Ends: not ready for `delay` milliseconds, then no new connections, then `patience` milliseconds for what is pending. */
  readonly drain: (times: DrainTimes) => Promise<'complete' | 'cut_off'>;
}

interface State {
  plans: readonly SurfacePlan[];
  routes: SurfaceRoutes;
  activatedAt: number | undefined;
  certificateProblem: Problem | undefined;
  isDraining: boolean;
}

const prefix = 'rdp_gateway_';

/** Starts everything; a problem says what cannot be had. A bundle that is not there yet is none: it may come. */
export async function serveGateway(options: GatewayOptions): Promise<Outcome<Gateway>> {
  const { log } = options;
  const certificates = options.tls === undefined ? undefined : await readCertificates(options.tls.files);
  if (certificates?.kind === 'problem') return certificates;
  const tokens = options.tokens === undefined ? undefined : await createTokenCheck(options.tokens);
  if (tokens?.kind === 'problem') return tokens;
  const state: State = {
    plans: [],
    routes: surfaceRoutes([], options.routes),
    activatedAt: undefined,
    certificateProblem: undefined,
    isDraining: false,
  };
  const metrics = createMetrics();
  const errors = metrics.counter(`${prefix}errors_total`, 'What went wrong beside exchanges.', ['kind']);
  const enforcer = createEnforcer({
    source: options.source,
    ...(options.verification === undefined ? {} : { verification: options.verification }),
    ...(options.hashKey === undefined ? {} : { hashKey: options.hashKey }),
    onEvent: (event) => {
      if (event.kind === 'activated') {
        state.activatedAt = Date.now();
        state.plans = enforcer.stats().surfaces;
        state.routes = surfaceRoutes(state.plans, options.routes);
        options.outcomes.declare(state.plans);
        for (const name of state.routes.strangers)
          log.write({
            level: 'error',
            event: 'unknown_name',
            name,
            problem: 'no surface or host of the bundle has it',
          });
      } else errors.add([event.kind === 'refused' ? 'bundle_refused' : 'instance_rebuilt']);
      log.write(enforcerEntry(event));
    },
  });
  await enforcer.ready;
  const door: GatewayDoor = {
    decide: enforcer.decide,
    openStream: enforcer.openStream,
    outcomes: createOutcomes({
      ...options.outcomes.options,
      metrics: outcomeMetrics(metrics, (why) => log.write({ level: 'error', event: 'outcome', problem: why })),
      revision: () => enforcer.stats().revision,
    }),
    telemetry: options.outcomes.telemetry(metrics),
    services: createServices(options.services),
    budget: createBodyBudget(options.limits.buffer),
    limits: options.limits,
    metrics: gatewayMetrics(metrics),
    log,
    ownHeaders: ownHeadersOf(options),
    pseudonym: `rdp-${randomBytes(6).toString('hex')}`,
    isDraining: () => state.isDraining,
  };
  const reception = createReception(door, {
    routes: () => state.routes,
    plans: () => state.plans,
    clients: {
      ...options.clients,
      pods: options.workloads?.pods,
      tokens: tokens?.value,
      hashKey: options.hashKey,
    },
    strangers: ({ surface }) =>
      (options.workloads?.strangers ?? []).some((name) => surface === name || surface.endsWith(`.${name}`))
        ? 'pass'
        : 'refuse',
    tunnelAddresses: options.tunnelAddresses,
    tunnelPatience: options.services.timeouts.connect,
    tunnelIdle: options.services.timeouts.idle,
    bodyPatience: options.timeouts.request,
  });
  const transport: Transport =
    options.tls === undefined || certificates === undefined
      ? { kind: 'plain' }
      : { kind: 'tls', context: certificates.value.context, clients: options.tls.clients };
  const listening = await tryListening(() =>
    listen({
      host: options.host,
      port: options.port,
      transport,
      timeouts: options.timeouts,
      headLimit: 65_536,
      handle: reception.handle,
      upgrade: reception.upgrade,
      tunnel: reception.tunnel,
      failed: (reason) => {
        errors.add([`connection_${reason}`]);
        log.write({ level: 'warn', event: 'connection_failed', reason });
      },
    }),
  );
  if (listening.kind === 'problem') return listening;
  const listener = listening.value;
  const readiness = (): Health =>
    healthOf(enforcer, state, withPods(options.outcomes.health(), options.workloads?.pods));
  metrics.gauge(`${prefix}ready`, 'Whether the gateway is ready.', () => (readiness().state === 'fine' ? 1 : 0));
  if (options.workloads !== undefined)
    metrics.gauge(`${prefix}pods`, 'Pods whose callers are known.', podsKnown(options.workloads.pods));
  metrics.gauge(`${prefix}pending_requests`, 'Exchanges that have not ended.', reception.pending);
  metrics.gauge(`${prefix}connections`, 'Open connections of clients.', listener.connections);
  metrics.gauge(`${prefix}log_entries_dropped`, 'Log entries that nobody read in time.', log.dropped);
  enforcerGauges(metrics, prefix, { enforcer, activatedAt: () => state.activatedAt });
  const { metricsPort } = options;
  const health =
    metricsPort === undefined
      ? ok(undefined)
      : await tryListening(() =>
          listenHealth({ host: options.host, port: metricsPort, readiness, metrics: metrics.render }),
        );
  if (health.kind === 'problem') return health;
  const stopWatching =
    options.tls === undefined
      ? (): void => {}
      : watchCertificates(options.tls.files, (outcome) => {
          state.certificateProblem = outcome.kind === 'problem' ? outcome.problem : undefined;
          if (outcome.kind === 'problem') {
            errors.add(['certificate_refused']);
            log.write({ level: 'error', event: 'certificate_refused', problem: outcome.problem.message });
          } else listener.replaceContext(outcome.value.context);
        });
  log.write({ level: 'info', event: 'listening', port: listener.port, metricsPort: health.value?.port });

  return ok({
    port: listener.port,
    metricsPort: health.value?.port,
    enforcer,
    routes: () => state.routes,
    drain: async (times) => {
      state.isDraining = true;
      log.write({ level: 'info', event: 'draining', pending: reception.pending() });
      const outcome = await drainListener(listener, times);
      stopWatching();
      await door.services.close();
      enforcer.close();
      options.workloads?.pods.stop();
      health.value?.close();
      log.write({ level: outcome === 'complete' ? 'info' : 'error', event: 'stopped', drained: outcome });
      return outcome;
    },
  });
}

/** What a proxy ahead, or a client, says to the gateway and to nobody behind it. */
function ownHeadersOf({ clients, tokens }: GatewayOptions): ReadonlySet<string> {
  const names = [clients.idHeader, clients.workloadHeader, tokens?.header];
  return new Set(names.filter((name): name is string => name !== undefined && name !== 'authorization'));
}

function podsKnown(pods: PodSource): () => number {
  return () => (pods.state() === 'ready' ? pods.count() : 0);
}

/** Until the cluster was heard nobody may pass whose pod has to be known; when it falls silent later, others go on. */
function withPods({ state, lines }: Health, pods: PodSource | undefined): Health {
  if (pods === undefined) return { state, lines };
  const heard = pods.state();
  return {
    state: heard === 'waiting' ? 'failed' : state,
    lines: [...lines, heard === 'ready' ? `pods: ${pods.count()} known` : 'pods: nothing is heard of the cluster'],
  };
}

function healthOf(enforcer: Enforcer, state: State, outcomes: Health): Health {
  const { revision, problem: refused } = enforcer.stats();
  const hasBundle = revision !== undefined;
  const lines = [
    hasBundle ? `bundle: ok, revision ${revision || 'unnamed'}` : 'bundle: none in force',
    ...(refused === undefined ? [] : [`bundle update: refused, ${refused.code}: ${refused.message}`]),
    ...(state.certificateProblem === undefined
      ? []
      : [`certificate: the old one stays, ${state.certificateProblem.message}`]),
    ...state.routes.strangers.map((name) => `routes: the bundle has no \`${name}\``),
    ...outcomes.lines,
    ...(state.isDraining ? ['server: draining'] : []),
  ];
  return { state: hasBundle && !state.isDraining && outcomes.state === 'fine' ? 'fine' : 'failed', lines };
}
