// A verified bundle → a policy in force: one instance, rebuilt after every failure, and the names of its entrypoints.
//
// INVARIANT: a call either returns a decision of the policy or a block with a reason; it never throws, and no instance that
// threw is used again.

import type { AdmissionPlan, Decision, SurfacePlan } from '../contract/index.ts';
import type { Bundle } from '../load/bundle.ts';
import { parseStrictly } from '../load/read-json.ts';
import { compileModule } from '../load/module.ts';
import type { PolicyModule } from '../load/module.ts';
import { ok, problem } from '../load/problem.ts';
import type { Outcome } from '../load/problem.ts';
import { createDecoder, decisionText } from './decode.ts';
import { failedDecision, foreignDecision, thrownDecision } from './failure.ts';
import { openStream, type ResponseStream, type StreamRequest } from '../stream/open-stream.ts';
import { createInstance } from './instance.ts';
import type { DecisionText, Instance, TextWindow } from './instance.ts';

export interface PolicyLimits {
  /** Bytes that the module's memory may take; a call that needs more blocks. */
  readonly memoryLimit: number;
  /** Bytes above which memory is given back after a call. */
  readonly memoryKept: number;
  /** Bytes that an input may have. */
  readonly inputLimit: number;
  /** Calls for each entrypoint before a bundle is put in force. */
  readonly warmUp: number;
}

/** JSON as bytes, or any value that JSON can hold. */
export type PolicyInput = Uint8Array | ArrayBuffer | object;

export interface Policy {
  readonly revision: string;
  readonly variant: PolicyModule['variant'];
  readonly entrypoints: readonly string[];
  readonly admission: readonly AdmissionPlan[];
  readonly surfaces: readonly SurfacePlan[];
  readonly decide: (entrypoint: string, input: PolicyInput) => Decision;
  /** The same as JSON text, which is not decoded on the way. */
  readonly decideText: (entrypoint: string, input: PolicyInput) => string;
  /** A stream that decides on a response as it passes, or why this policy cannot. */
  readonly openStream: (request: StreamRequest) => Outcome<ResponseStream>;
  /** Loads another data document; the old one stays when the module refuses it. */
  readonly replaceData: (data: Uint8Array) => Outcome<undefined>;
  readonly memorySize: () => number;
}

/** Compiles, instantiates, warms up. */
export async function createPolicy(
  bundle: Bundle,
  limits: PolicyLimits,
  rebuilt: (reason: string) => void,
): Promise<Outcome<Policy>> {
  const compiled = await compileModule(bundle);
  if (compiled.kind === 'problem') return compiled;
  const first = createInstance(compiled.value, bundle.data, limits.memoryLimit);
  if (first.kind === 'problem') return first;
  const lacking = bundle.entrypoints.find((entrypoint) => !first.value.entrypoints.has(entrypoint));
  if (lacking !== undefined) return problem('missing_entrypoint', `the policy module has no entrypoint \`${lacking}\``);
  const policy = policyOf(bundle, compiled.value, first.value, limits, rebuilt);
  return warmUp(policy, limits.warmUp);
}

function policyOf(
  bundle: Bundle,
  compiled: PolicyModule,
  first: Instance,
  limits: PolicyLimits,
  rebuilt: (reason: string) => void,
): Policy {
  const ids = namesOf(first.entrypoints);
  let instance: Instance | undefined = first;
  let data = bundle.data;
  let tooMuchMemory = shrinkAbove(first, limits);

  const rebuild = (reason: string): Instance | undefined => {
    const next = createInstance(compiled, data, limits.memoryLimit);
    instance = next.kind === 'ok' ? next.value : undefined;
    if (instance !== undefined) tooMuchMemory = shrinkAbove(instance, limits);
    rebuilt(reason);
    return instance;
  };
  const answer = <T>(entrypoint: string, input: PolicyInput, form: Form<T>): T => {
    const id = ids.get(entrypoint);
    if (id === undefined) return form.ofValue(unknownEntrypoint(entrypoint));
    // The type forbids it, and JavaScript does not.
    if (typeof (input as unknown) === 'string') return form.ofValue(givenText);
    const json = jsonOf(input);
    if (json === undefined) return form.ofValue(noJson);
    if (json.length > limits.inputLimit) return form.ofValue(tooLarge);
    return guarded(form, (current) =>
      compiled.kind === 'rdp'
        ? form.ofText(current.decide(id, json))
        : form.ofValue(evaluateForeign(current, id, json)),
    );
  };
  const guarded = <T>(form: Form<T>, run: (current: Instance) => T): T => {
    const current = instance ?? rebuild('the policy could not be started before');
    if (current === undefined) return form.ofValue(notRestarted);
    try {
      const result = run(current);
      if (current.memorySize() > tooMuchMemory) rebuild('a call took much memory');
      return result;
    } catch (error) {
      const decision = thrownDecision(error);
      rebuild(decision.message ?? 'a call failed');
      return form.ofValue(decision);
    }
  };
  const decidePart = (id: number, document: object, window: TextWindow): Decision =>
    guarded(asValue, (current) =>
      current.decidePart === undefined
        ? noParts
        : asValue.ofText(current.decidePart(id, JSON.stringify(document), window)),
    );
  const skimPart = (part: Uint8Array, window: TextWindow): number | undefined => {
    if (instance === undefined) return undefined;
    try {
      return instance.skimPart(part, window);
    } catch {
      // The decision on the part says why.
      rebuild('a part of a stream could not be searched');
      return undefined;
    }
  };
  const openStreamOf = (request: StreamRequest): Outcome<ResponseStream> => {
    const id = ids.get(request.entrypoint);
    const plan = bundle.streams.find((known) => ids.get(known.entrypoint) === id);
    if (id === undefined || plan === undefined)
      return problem('no_stream', `the policy has no responses at \`${request.entrypoint}\``);
    return openStream(
      {
        plan,
        decide: (document) => answer(plan.entrypoint, document, asValue),
        decidePart: (document, window) => decidePart(id, document, window),
        skimPart,
      },
      request,
    );
  };
  const asValue: Form<Decision> = { ofText: createDecoder(), ofValue: (decision) => decision };
  const replaceData = (next: Uint8Array): Outcome<undefined> => {
    const candidate = createInstance(compiled, next, limits.memoryLimit);
    if (candidate.kind === 'problem') return candidate;
    data = next;
    instance = candidate.value;
    tooMuchMemory = shrinkAbove(instance, limits);
    return ok(undefined);
  };
  return {
    revision: bundle.revision,
    variant: compiled.variant,
    entrypoints: bundle.entrypoints,
    admission: bundle.admission,
    surfaces: bundle.surfaces,
    decide: (entrypoint, input) => answer(entrypoint, input, asValue),
    decideText: (entrypoint, input) => answer(entrypoint, input, asText),
    openStream: openStreamOf,
    replaceData,
    memorySize: () => instance?.memorySize() ?? 0,
  };
}

/** What a caller wants a decision as. */
interface Form<T> {
  readonly ofText: (text: DecisionText) => T;
  readonly ofValue: (decision: Decision) => T;
}

const asText: Form<string> = {
  ofText: decisionText,
  ofValue: (decision) => JSON.stringify(decision),
};

const noParts = failedDecision('internal_error', 'the policy cannot decide on a part of a text');
const notRestarted = failedDecision('internal_error', 'the policy could not be started again');
const tooLarge = failedDecision('out_of_memory', 'the document is larger than the enforcer takes');
const noJson: Decision = Object.freeze({ ...failedDecision('malformed_input', 'invalid_json'), path: '' });

const givenText: Decision = Object.freeze({
  ...failedDecision(
    'malformed_input',
    'the document is a string: give its bytes (`new TextEncoder().encode(text)`) or its value (`JSON.parse(text)`)',
  ),
  path: '',
});

function unknownEntrypoint(entrypoint: string): Decision {
  return failedDecision('unknown_entrypoint', `the policy has no entrypoint \`${entrypoint}\``);
}

/** JSON bytes as they are, other values as JSON text; `undefined` for what JSON cannot hold, as a cycle or a bigint. */
function jsonOf(input: PolicyInput): Uint8Array | string | undefined {
  if (input instanceof Uint8Array) return input;
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  try {
    return JSON.stringify(input);
  } catch {
    return undefined;
  }
}

/** Another compiler's module may read JSON more loosely than we do, so it gets only what was read strictly before. */
function evaluateForeign(instance: Instance, entrypoint: number, json: Uint8Array | string): Decision {
  const value = typeof json === 'string' ? JSON.parse(json) : parseStrictly(json);
  return value === undefined ? noJson : foreignDecision(instance.evaluate(entrypoint, value));
}

/** Entrypoints by full name, and by `Surface.event` or `Surface.event/http` where that names one only. */
function namesOf(entrypoints: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const ids = new Map(entrypoints);
  const short = new Map<string, number | undefined>();
  for (const [name, id] of entrypoints) {
    if (isOtherName(name, entrypoints)) continue;
    const isExchange = name.endsWith('/http');
    const parts = (isExchange ? name.slice(0, -'/http'.length) : name).split('/');
    const event = `${parts.slice(-2).join('.')}${isExchange ? '/http' : ''}`;
    short.set(event, short.has(event) ? undefined : id);
  }
  for (const [name, id] of short) if (id !== undefined && !ids.has(name)) ids.set(name, id);
  return ids;
}

/** Whether the name is `…/http/request` for what is also called `…/request/http`. */
function isOtherName(name: string, entrypoints: ReadonlyMap<string, number>): boolean {
  const [, surface, event] = /^(.*)\/http\/([^/]*)$/.exec(name) ?? [];
  return surface !== undefined && entrypoints.has(`${surface}/${event ?? ''}/http`);
}

/** A data document that needs much memory by itself must not make every call rebuild the instance. */
function shrinkAbove(instance: Instance, limits: PolicyLimits): number {
  return Math.max(limits.memoryKept, 2 * instance.memorySize());
}

/** The engine compiles what runs often: the first real request should not be among the slow ones. */
function warmUp(policy: Policy, calls: number): Outcome<Policy> {
  const input = new TextEncoder().encode('{}');
  for (const entrypoint of policy.entrypoints) {
    for (let count = 0; count < calls; count += 1) {
      const decision = policy.decide(entrypoint, input);
      if (decision.reason === 'internal_error' || decision.reason === 'out_of_memory') {
        return problem(
          'failed_warm_up',
          `\`${entrypoint}\` cannot decide on an empty document: ${decision.message ?? ''}`,
        );
      }
    }
  }
  return ok(policy);
}
