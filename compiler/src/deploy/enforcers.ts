// The one table of what can carry out decisions: which enforcers a deployment may name, which of them this version has, and what
// each can do. Language knows which surfaces they see (`via`); the plan asks here for everything else.

import type { CoreAction } from '@rdp/language';

/** An enforcer by what it can do; its name is what stands after `via`. */
export interface Enforcer {
  /** Where its decisions are made, in words that stand in a report. */
  readonly point: string;
  /** Whether this version has it. What it has not enforces nothing, however well it is described. */
  readonly inThisVersion: boolean;
  /** The actions that it carries out as they are meant. */
  readonly acts: ReadonlySet<CoreAction['kind']>;
  /** Whether it notes what `discover` and `detect` find, and what rules in `observe` or `warn` would have done. */
  readonly records: boolean;
  /** What it does with a response that streams: acts on parts, or waits for the whole; `no`: it sees none. */
  readonly streams: 'parts' | 'whole' | 'no';
  /** The kinds of surfaces whose events it sees in this version. */
  readonly surfaces: ReadonlySet<string>;
  /** The fields of `client` that it knows by itself. */
  readonly knows: ReadonlySet<string>;
  /** What counts for `limit`: the process alone, or a store that all replicas share; none: nothing counts. */
  readonly counts: 'memory or store' | 'store' | 'no';
}

/** `set` is about objects, of which it sees none. */
const ofGateway: Enforcer['acts'] = new Set([
  'alert',
  'approve',
  'block',
  'limit',
  'permit',
  'quarantine',
  'redact',
  'strip',
]);
const everybody: Enforcer['knows'] = new Set(['id', 'ip', 'subject', 'workload']);
/** What sees requests and responses of HTTP, and does not look for MCP's calls in them. */
const ofHttp: Enforcer['surfaces'] = new Set(['api', 'llm']);
const ofProxies: Enforcer['acts'] = new Set(['alert', 'block', 'limit', 'permit', 'redact', 'strip']);

/** A proxy with the policy as its filter. */
function proxied(name: string, knows: readonly string[]): Enforcer {
  return {
    point: `${name} with proxy.wasm`,
    inThisVersion: true,
    acts: ofProxies,
    records: true,
    streams: 'whole',
    surfaces: ofHttp,
    knows: new Set(knows),
    counts: 'store',
  };
}

/** Every enforcer that a deployment can name, but for the native ones: those are asked rule by rule (`plan.ts`). */
const enforcers: Readonly<Record<string, Enforcer>> = {
  admission: {
    point: 'admission webhook',
    inThisVersion: true,
    acts: new Set(['alert', 'approve', 'block', 'permit', 'quarantine', 'redact', 'set', 'strip']),
    records: true,
    streams: 'no',
    surfaces: new Set(['k8s']),
    knows: everybody,
    counts: 'no',
  },
  gateway: {
    point: 'rdp-gateway',
    inThisVersion: true,
    acts: ofGateway,
    records: true,
    streams: 'parts',
    surfaces: new Set(['api', 'llm', 'mcp']),
    // Whose key or token it is, it sees; whose pod, a mesh or the cluster tells it, and whom a token speaks for only with the keys of
    // tokens.
    knows: new Set(['id', 'ip']),
    counts: 'memory or store',
  },
  envoy_gateway: proxied('Envoy Gateway', ['ip']),
  istio: proxied('Istio', ['ip', 'workload']),
  proxy: proxied('Envoy', ['ip']),
};

/** The enforcer of this name, if it is one that asks for decisions. */
export function enforcerOf(via: string): Enforcer | undefined {
  return Object.hasOwn(enforcers, via) ? enforcers[via] : undefined;
}
