// A source of bundles → decisions. Loads, verifies and warms up a bundle beside the one in force, then swaps a pointer: calls are
// synchronous, so none is in flight when that happens and none is lost.
//
// INVARIANT: `decide` never throws and never waits. Without a good bundle it blocks; with one, a bad successor changes nothing
// but the statistics. What to do with a decision is left to the doors (HTTP, admission).

import type { AdmissionPlan, Decision, SurfacePlan } from '../contract/index.ts';
import { defaultSizeLimit, readArchive } from '../load/archive.ts';
import { readBundle } from '../load/bundle.ts';
import { isObject, parseStrictly } from '../load/read-json.ts';
import type { Bundle } from '../load/bundle.ts';
import { withHashKey } from '../load/hash-key.ts';
import { ok, problem, reasonOf } from '../load/problem.ts';
import type { Outcome, Problem } from '../load/problem.ts';
import type { BundleSource, SourceContent } from '../load/source.ts';
import { verifyFiles } from '../load/verify.ts';
import type { Verification } from '../load/verify.ts';
import type { ResponseStream, StreamRequest } from '../stream/open-stream.ts';
import { failedDecision } from './failure.ts';
import { createPolicy } from './policy.ts';
import type { Policy, PolicyInput, PolicyLimits } from './policy.ts';

export interface EnforcerOptions {
  readonly source: BundleSource;
  /** With keys configured, a bundle without a signature by one of them is refused. */
  readonly verification?: Verification;
  /** The secret for `hash` in redactions: at least 16 bytes; policies find it at `rdp/hash_key` of the data document. */
  readonly hashKey?: string;
  readonly limits?: Partial<PolicyLimits> & {
    /** Bytes that an unpacked bundle may take. */
    readonly bundleLimit?: number;
  };
  readonly onEvent?: (event: EnforcerEvent) => void;
}

export type EnforcerEvent =
  /** A bundle is in force. */
  | { readonly kind: 'activated'; readonly revision: string; readonly variant: 'scalar' | 'simd' }
  /** A bundle was refused; `kept` says whether an older one stays in force. */
  | { readonly kind: 'refused'; readonly problem: Problem; readonly kept: boolean }
  /** An instance was thrown away and built anew. */
  | { readonly kind: 'rebuilt'; readonly reason: string };

export interface EnforcerStats {
  readonly decisions: number;
  readonly rebuilds: number;
  readonly refusedBundles: number;
  readonly activatedBundles: number;
  readonly revision: string | undefined;
  readonly variant: 'scalar' | 'simd' | undefined;
  readonly entrypoints: readonly string[];
  /** Those that decide on AdmissionReviews, and what they need beside them. */
  readonly admission: readonly AdmissionPlan[];
  /** The policy's surfaces, for a gateway. */
  readonly surfaces: readonly SurfacePlan[];
  readonly memoryBytes: number;
  /** The last reason why a bundle was refused, until one is accepted. */
  readonly problem: Problem | undefined;
}

export type LoadOutcome = Outcome<'activated' | 'unchanged'>;

export interface Enforcer {
  /** `entrypoint` is a full name, or `Surface.event` where that is unambiguous. Bytes are fastest and reach the policy as they are. */
  readonly decide: (entrypoint: string, input: PolicyInput) => Decision;
  /** The decision as JSON text. */
  readonly decideText: (entrypoint: string, input: PolicyInput) => string;
  /**
   * Decides on a response while it streams. The stream keeps the policy that is in force now; a problem says why a response must
   * not stream, and then it has to be decided on as a whole.
   */
  readonly openStream: (request: StreamRequest) => Outcome<ResponseStream>;
  /** Another data document (JSON bytes or an object), in force until the next bundle brings its own. */
  readonly replaceData: (data: PolicyInput) => Outcome<undefined>;
  /** Reads the source again now. */
  readonly reload: () => Promise<LoadOutcome>;
  /** How the first load went; it never rejects. */
  readonly ready: Promise<LoadOutcome>;
  readonly stats: () => EnforcerStats;
  /** Stops watching and blocks from now on. */
  readonly close: () => void;
}

const defaultLimits: PolicyLimits = {
  memoryLimit: 512 * 1024 * 1024,
  memoryKept: 32 * 1024 * 1024,
  inputLimit: 64 * 1024 * 1024,
  warmUp: 200,
};

const unavailable = failedDecision('bundle_unavailable', 'no policy bundle could be loaded');
const closed = failedDecision('bundle_unavailable', 'the enforcer is closed');

/** Starts to load at once; until `ready`, every decision is a block. */
export function createEnforcer(options: EnforcerOptions): Enforcer {
  const limits: PolicyLimits = { ...defaultLimits, ...options.limits };
  const counts = { decisions: 0, rebuilds: 0, refusedBundles: 0, activatedBundles: 0 };
  let policy: Policy | undefined;
  let tag: string | undefined;
  let lastProblem: Problem | undefined;
  let withoutPolicy = unavailable;

  const report = (event: EnforcerEvent): void => {
    try {
      options.onEvent?.(event);
    } catch {
      // an observer that fails must not keep a policy from deciding
    }
  };
  const rebuilt = (reason: string): void => {
    counts.rebuilds += 1;
    report({ kind: 'rebuilt', reason });
  };
  const load = async (): Promise<LoadOutcome> => {
    const content = await readSafely(options.source, tag);
    if (content.kind === 'problem') return content;
    if (content.value.kind === 'unchanged') return ok('unchanged');
    const bundle = await bundleOf(content.value, options);
    const next = bundle.kind === 'ok' ? await createPolicy(bundle.value, limits, rebuilt) : bundle;
    if (next.kind === 'problem') return next;
    if (withoutPolicy === closed) return problem('unreadable', 'the enforcer is closed');
    policy = next.value;
    tag = content.value.tag;
    counts.activatedBundles += 1;
    report({ kind: 'activated', revision: policy.revision, variant: policy.variant });
    return ok('activated');
  };
  let last: Promise<LoadOutcome> = Promise.resolve(ok('unchanged'));
  const reload = (): Promise<LoadOutcome> => {
    last = last.then(load).then((outcome) => {
      lastProblem = outcome.kind === 'problem' ? outcome.problem : undefined;
      if (outcome.kind === 'problem') {
        counts.refusedBundles += 1;
        report({ kind: 'refused', problem: outcome.problem, kept: policy !== undefined });
      }
      return outcome;
    });
    return last;
  };
  const ready = reload();
  const stop = options.source.watch?.(async () => ((await reload()).kind === 'ok' ? 'fine' : 'failed'));

  return {
    decide: (entrypoint, input) => {
      counts.decisions += 1;
      return policy === undefined ? withoutPolicy : policy.decide(entrypoint, input);
    },
    decideText: (entrypoint, input) => {
      counts.decisions += 1;
      return policy === undefined ? JSON.stringify(withoutPolicy) : policy.decideText(entrypoint, input);
    },
    openStream: (request) => {
      counts.decisions += 1;
      return policy?.openStream(request) ?? problem('no_stream', 'no policy is in force');
    },
    replaceData: (data) => replaceData(policy, data, options.hashKey),
    reload,
    ready,
    stats: () => ({
      ...counts,
      revision: policy?.revision,
      variant: policy?.variant,
      entrypoints: policy?.entrypoints ?? [],
      admission: policy?.admission ?? [],
      surfaces: policy?.surfaces ?? [],
      memoryBytes: policy?.memorySize() ?? 0,
      problem: lastProblem,
    }),
    close: () => {
      stop?.();
      policy = undefined;
      withoutPolicy = closed;
    },
  };
}

async function readSafely(source: BundleSource, tag: string | undefined): Promise<Outcome<SourceContent>> {
  try {
    return await source.read(tag);
  } catch (error) {
    return problem('unreadable', `\`${source.name}\` cannot be read: ${reasonOf(error)}`);
  }
}

async function bundleOf(
  content: Exclude<SourceContent, { readonly kind: 'unchanged' }>,
  options: EnforcerOptions,
): Promise<Outcome<Bundle>> {
  const sizeLimit = options.limits?.bundleLimit ?? defaultSizeLimit;
  const files = content.kind === 'archive' ? await readArchive(content.bytes, sizeLimit) : ok(content.files);
  if (files.kind === 'problem') return files;
  const trusted = options.verification === undefined ? files : await verifyFiles(files.value, options.verification);
  const bundle = trusted.kind === 'problem' ? trusted : readBundle(trusted.value);
  if (bundle.kind === 'problem') return bundle;
  const data = withHashKey(bundle.value.data, options.hashKey);
  return data.kind === 'problem' ? data : ok({ ...bundle.value, data: data.value });
}

function replaceData(policy: Policy | undefined, data: PolicyInput, hashKey: string | undefined): Outcome<undefined> {
  if (policy === undefined) return problem('unreadable', 'there is no policy yet that data could be for');
  const bytes = dataBytes(data);
  if (bytes === undefined || !isObject(parseStrictly(bytes))) {
    return problem('bad_data', 'the data document is not a JSON object, or has a key twice');
  }
  const whole = withHashKey(bytes, hashKey);
  return whole.kind === 'problem' ? whole : policy.replaceData(whole.value);
}

function dataBytes(data: PolicyInput): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data.slice();
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
  try {
    return new TextEncoder().encode(JSON.stringify(data));
  } catch {
    return undefined;
  }
}
