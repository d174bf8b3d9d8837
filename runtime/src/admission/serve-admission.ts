// Options → a running admission server: bundle, certificates, reviews over TLS, health and metrics; and its orderly end.
//
// INVARIANT: while there is no good bundle it refuses as the failure policy says; a bundle or a certificate that turns bad changes
// nothing but what health and metrics say. It ends in the order that loses no review: not ready, no new connections, what is
// pending, the rest.

import { createEnforcer, type Enforcer, type EnforcerEvent, type EnforcerOptions } from '../enforce/enforcer.ts';
import type { BundleSource } from '../load/source.ts';
import type { Verification } from '../load/verify.ts';
import { ok, type Outcome, type Problem } from '../load/problem.ts';
import {
  readCertificates,
  watchCertificates,
  type CertificateFiles,
  type Certificates,
} from '../server/certificates.ts';
import { createReviewer, type LoggedDecisions } from './decide-review.ts';
import { createBodyBudget } from '../server/body-budget.ts';
import { listenHealth, type Health } from '../server/listen-health.ts';
import { enforcerEntry, enforcerGauges } from '../server/enforcer-state.ts';
import { listen, type Clients, type ConnectionTimeouts } from '../server/listen.ts';
import { drainListener, tryListening, type DrainTimes } from '../server/start-and-drain.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import type { AnswerPolicy } from './review-answer.ts';
import { createPlainRequests } from './plain-requests.ts';
import { createReviewHandler } from './review-handler.ts';
import { reviewMetrics } from './review-metrics.ts';
import type { NamespaceSource } from './watch-namespaces.ts';

export interface AdmissionOptions {
  readonly source: BundleSource;
  readonly verification?: Verification;
  readonly hashKey?: string;
  /** Entrypoints that decide, when not all that are for admission. */
  readonly entrypoints: readonly string[];
  readonly policy: AnswerPolicy;
  readonly certificates: CertificateFiles;
  readonly clients: Clients;
  readonly host: string | undefined;
  /** 0 takes any. */
  readonly port: number;
  readonly metricsPort: number;
  readonly limits: {
    /** Bytes of one review. */
    readonly bodyLimit: number;
    /** Bytes of all reviews that are being received. */
    readonly bufferLimit: number;
  };
  /** Unless said: 10 s, 35 s, 2 minutes. */
  readonly timeouts?: ConnectionTimeouts;
  readonly namespaces: NamespaceSource;
  readonly log: LogLines;
  readonly logged: LoggedDecisions;
}

export interface AdmissionServer {
  readonly port: number;
  readonly metricsPort: number;
  readonly enforcer: Enforcer;
  /** Ends: not ready for `delay` milliseconds, then no new connections, then `patience` milliseconds for what is pending. */
  readonly drain: (times: DrainTimes) => Promise<'complete' | 'cut_off'>;
}

interface State {
  entrypoints: readonly string[];
  needsNamespaces: boolean;
  activatedAt: number | undefined;
  certificate: Certificates;
  certificateProblem: Problem | undefined;
  isDraining: boolean;
}

const defaultTimeouts: ConnectionTimeouts = { head: 10_000, request: 35_000, idle: 120_000 };

/** Starts everything; a problem says what cannot be had. A bundle that is not there yet is none: it may come. */
export async function serveAdmission(options: AdmissionOptions): Promise<Outcome<AdmissionServer>> {
  const { log } = options;
  const certificates = await readCertificates(options.certificates);
  if (certificates.kind === 'problem') return certificates;
  const state: State = {
    entrypoints: [],
    needsNamespaces: false,
    activatedAt: undefined,
    certificate: certificates.value,
    certificateProblem: undefined,
    isDraining: false,
  };
  const metrics = createMetrics();
  const errors = metrics.counter('rdp_admission_errors_total', 'What went wrong beside reviews.', ['kind']);
  const enforcer = createEnforcer(
    enforcerOptions(options, (event) => {
      if (event.kind === 'activated') {
        state.activatedAt = Date.now();
        state.entrypoints = entrypointsOf(enforcer, options.entrypoints);
        state.needsNamespaces = enforcer.stats().admission.some(({ namespaceObject }) => namespaceObject === 'read');
      } else errors.add([event.kind === 'refused' ? 'bundle_refused' : 'instance_rebuilt']);
      log.write(enforcerEntry(event));
    }),
  );
  await enforcer.ready;
  const reviews = reviewMetrics(metrics);
  const reviewer = createReviewer({
    decide: enforcer.decide,
    entrypoints: () => state.entrypoints,
    revision: () => enforcer.stats().revision,
    policy: options.policy,
    namespaces: { need: () => (state.needsNamespaces ? 'needed' : 'unneeded'), ...options.namespaces },
    metrics: reviews,
    log,
    logged: options.logged,
  });
  const door = {
    reviewer,
    metrics: reviews,
    bodyLimit: options.limits.bodyLimit,
    budget: createBodyBudget(options.limits.bufferLimit),
    timeouts: options.timeouts ?? defaultTimeouts,
    isDraining: () => state.isDraining,
  };
  const handler = createReviewHandler(door);
  const plain = createPlainRequests(door);
  const pending = (): number => handler.pending() + plain.pending();
  const reviewsAt = await tryListening(() =>
    listen({
      host: options.host,
      port: options.port,
      transport: { kind: 'tls', context: certificates.value.context, clients: options.clients },
      timeouts: door.timeouts,
      first: plain,
      handle: handler.handle,
      failed: (reason) => errors.add([`connection_${reason}`]),
    }),
  );
  if (reviewsAt.kind === 'problem') return reviewsAt;
  const listener = reviewsAt.value;
  const readiness = (): Health => healthOf(enforcer, state, options.namespaces);
  metrics.gauge('rdp_admission_namespaces', 'Namespaces that are known.', options.namespaces.count);
  registerGauges(metrics, enforcer, state, { pending, listener, log, readiness });
  const healthAt = await tryListening(() =>
    listenHealth({ host: options.host, port: options.metricsPort, readiness, metrics: metrics.render }),
  );
  if (healthAt.kind === 'problem') return healthAt;
  const health = healthAt.value;
  const stopWatching = watchCertificates(options.certificates, (outcome) => {
    state.certificateProblem = outcome.kind === 'problem' ? outcome.problem : undefined;
    if (outcome.kind === 'problem') {
      errors.add(['certificate_refused']);
      log.write({ level: 'error', event: 'certificate_refused', problem: outcome.problem.message });
      return;
    }
    if (outcome.value.notAfter !== state.certificate.notAfter)
      log.write({ level: 'info', event: 'certificate', notAfter: new Date(outcome.value.notAfter).toISOString() });
    state.certificate = outcome.value;
    listener.replaceContext(outcome.value.context);
  });
  log.write({ level: 'info', event: 'listening', port: listener.port, metricsPort: health.port });

  return ok({
    port: listener.port,
    metricsPort: health.port,
    enforcer,
    drain: async (times) => {
      state.isDraining = true;
      log.write({ level: 'info', event: 'draining', pending: pending() });
      const outcome = await drainListener(listener, times);
      stopWatching();
      options.namespaces.stop();
      enforcer.close();
      health.close();
      log.write({ level: outcome === 'complete' ? 'info' : 'error', event: 'stopped', drained: outcome });
      return outcome;
    },
  });
}

function enforcerOptions(options: AdmissionOptions, onEvent: (event: EnforcerEvent) => void): EnforcerOptions {
  return {
    source: options.source,
    ...(options.verification === undefined ? {} : { verification: options.verification }),
    ...(options.hashKey === undefined ? {} : { hashKey: options.hashKey }),
    onEvent,
  };
}

/** The configured ones, or all that are for admission. */
function entrypointsOf(enforcer: Enforcer, configured: readonly string[]): readonly string[] {
  return configured.length > 0 ? configured : enforcer.stats().admission.map(({ entrypoint }) => entrypoint);
}

function healthOf(enforcer: Enforcer, state: State, namespaces: NamespaceSource): Health {
  const { revision, problem } = enforcer.stats();
  const hasBundle = revision !== undefined;
  const lacking = state.needsNamespaces && namespaces.state() !== 'ready' ? namespaces.state() : undefined;
  const lines = [
    hasBundle ? `bundle: ok, revision ${revision || 'unnamed'}` : 'bundle: none in force',
    ...(problem === undefined ? [] : [`bundle update: refused, ${problem.code}: ${problem.message}`]),
    state.certificateProblem === undefined
      ? 'certificate: ok'
      : `certificate: the old one stays, ${state.certificateProblem.message}`,
    ...(lacking === 'waiting' ? ['namespaces: a rule reads them, and they are not known yet'] : []),
    ...(lacking === 'absent' ? ['namespaces: a rule reads them, and there is no API server to ask'] : []),
    ...(state.isDraining ? ['server: draining'] : []),
  ];
  return { state: hasBundle && lacking === undefined && !state.isDraining ? 'fine' : 'failed', lines };
}

interface Gauged {
  readonly pending: () => number;
  readonly listener: { readonly connections: () => number };
  readonly log: LogLines;
  readonly readiness: () => Health;
}

function registerGauges(metrics: Metrics, enforcer: Enforcer, state: State, gauged: Gauged): void {
  const prefix = 'rdp_admission_';
  const gauge = metrics.gauge;
  gauge(`${prefix}ready`, 'Whether the server is ready.', () => (gauged.readiness().state === 'fine' ? 1 : 0));
  gauge(`${prefix}pending_requests`, 'Requests that are not answered yet.', gauged.pending);
  gauge(`${prefix}connections`, 'Open connections.', gauged.listener.connections);
  enforcerGauges(metrics, prefix, { enforcer, activatedAt: () => state.activatedAt });
  gauge(`${prefix}certificate_expiry_seconds`, 'When the certificate ends, since the epoch.', () =>
    Math.floor(state.certificate.notAfter / 1000),
  );
  gauge(`${prefix}certificate_refused`, 'Whether the newest certificate was refused; the one before stays.', () =>
    state.certificateProblem === undefined ? 0 : 1,
  );
  gauge(`${prefix}log_entries_dropped`, 'Log entries that nobody read in time.', gauged.log.dropped);
}
