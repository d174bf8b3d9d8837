// Native admission policies as a real server evaluates them, against the module on the very AdmissionReviews that the server makes: rule by
// rule (every binding set to warn, so that each policy that fires says so), then as they are emitted, verdict and message.

import jsonPatch from 'fast-json-patch';
import type { CoreEntrypoint } from '@rdp/language';
import type { Decision } from '@rdp/runtime';
import { targetsOf, type ClusterTarget } from '../../compiler/src/deploy/targets.ts';
import { emitAdmissionPolicies, type NativePolicy } from '../../compiler/src/emit/k8s/admission-policies.ts';
import type { Report } from '../check.ts';
import { admit, prepare, type AdmissionCase } from './admit.ts';
import { nameOf, type KubernetesClient, type KubernetesObject } from './client.ts';
import { policiesInForce } from './in-force.ts';
import type { PolicyModule } from './policy-module.ts';
import type { Recorder } from './recorder.ts';
import { offer, remove, replace } from './store.ts';

export interface NativeComparison {
  readonly report: Report;
  readonly client: KubernetesClient;
  /** Says in the report which policy it is. */
  readonly what: string;
  readonly module: PolicyModule;
  readonly minor: number;
  readonly cases: readonly ReviewedCase[];
}

/** A request with what the server asked its webhooks about it when there was no policy. */
export interface ReviewedCase extends AdmissionCase {
  readonly namespace: string;
  readonly review: Uint8Array;
}

/** Records the reviews of requests; those that the server takes no part of are named. */
export async function reviewCases(
  client: KubernetesClient,
  recorder: Recorder,
  cases: readonly AdmissionCase[],
  namespace: string,
): Promise<{ readonly reviewed: readonly ReviewedCase[]; readonly invalid: readonly string[] }> {
  const reviewed: ReviewedCase[] = [];
  const invalid: string[] = [];
  for (const asked of cases.map((each) => ({ ...each, name: `${each.name} (${namespace})`, namespace }))) {
    const fault = await prepare(client, asked);
    recorder.take();
    const { verdict, message } = await admit(client, asked);
    const review = recorder.take().at(-1);
    if (fault === undefined && verdict === 'allowed' && review !== undefined) reviewed.push({ ...asked, review });
    else invalid.push(`${asked.name}: ${fault ?? message}`);
  }
  return { reviewed, invalid };
}

/** Compares every rule of every admission event that can be native. What policies change is compared with the webhook's changes. */
export async function compareNative(comparison: NativeComparison): Promise<void> {
  const { module, minor } = comparison;
  const target = plainTarget(module, minor);
  for (const program of module.programs) {
    for (const entrypoint of program.entrypoints.filter(({ surfaceKind }) => surfaceKind === 'k8s')) {
      const { native } = emitAdmissionPolicies({ entrypoint, target, namespace: 'rdp-system' });
      if (native.some(({ action }) => action !== 'Mutate')) await compareEvent(comparison, entrypoint, native);
    }
  }
}

async function compareEvent(
  { report, client, what, module, minor, cases }: NativeComparison,
  entrypoint: CoreEntrypoint,
  native: readonly NativePolicy[],
): Promise<void> {
  const label = `${what}, ${entrypoint.surface} on 1.${minor}`;
  const objects = native.flatMap((policy) => policy.objects.map((object): KubernetesObject => ({ ...object })));
  const installed: KubernetesObject[] = [];
  try {
    const refused: string[] = [];
    for (const object of objects) {
      const fault = await offer(client, warned(object), 'store');
      if (fault === undefined) installed.push(object);
      else refused.push(`${nameOf(object)}: ${fault}`);
    }
    const count = `${native.length} of ${entrypoint.rules.length} rules`;
    report.check(`${label}: the server takes the policies of ${count}`, refused.length === 0, refused.join('\n      '));
    if (refused.length > 0) return;
    await policiesInForce(client);
    const expected = cases.map((each) => decidedOn(module, entrypoint, changedBy(module, entrypoint, native, each)));
    await compareRules({ label, report, client, native, cases, expected });
    for (const object of objects) await replace(client, object);
    await policiesInForce(client);
    await compareVerdicts({ label, report, client, native, cases, expected });
  } finally {
    for (const object of installed.toReversed()) await remove(client, object);
    await policiesInForce(client);
  }
}

interface Round {
  readonly label: string;
  readonly report: Report;
  readonly client: KubernetesClient;
  readonly native: readonly NativePolicy[];
  readonly cases: readonly ReviewedCase[];
  /** What the module decides on each case. */
  readonly expected: readonly Decision[];
}

/** Which policies fire on each request. */
async function compareRules({ label, report, client, native, cases, expected }: Round): Promise<void> {
  const differences: string[] = [];
  const seen = new Set<string>();
  for (const [index, asked] of cases.entries()) {
    const rules = firedIn(expected[index]);
    const wanted = native.flatMap(({ rule, action, objects }) =>
      action !== 'Mutate' && rules.has(rule.name) ? [nameIn(objects)] : [],
    );
    const { verdict, message, warnings } = await admit(client, asked);
    const found = warnings.flatMap((text) => /ValidatingAdmissionPolicy '([^']+)'/.exec(text)?.[1] ?? []);
    wanted.forEach((name) => seen.add(name));
    const missing = wanted.filter((name) => !found.includes(name));
    const extra = found.filter((name) => !wanted.includes(name));
    if (verdict !== 'allowed') differences.push(`${asked.name}: ${verdict}: ${message}`);
    if (missing.length > 0) differences.push(`${asked.name}: the module alone fires ${missing.join(', ')}`);
    if (extra.length > 0)
      differences.push(`${asked.name}: the server alone fires ${extra.join(', ')}: ${warnings.join(' | ')}`);
  }
  report.check(
    `${label}: server and module fire the same rules on ${cases.length} requests (${seen.size} rules fire at all)`,
    differences.length === 0 && seen.size > 0,
    differences.slice(0, 40).join('\n      '),
  );
}

/** What becomes of each request. */
async function compareVerdicts({ label, report, client, native, cases, expected }: Round): Promise<void> {
  const differences: string[] = [];
  const denying = new Map(
    native.flatMap(({ rule, action }) => (action === 'Deny' ? [[rule.name, rule] as const] : [])),
  );
  let denials = 0;
  for (const [index, asked] of cases.entries()) {
    const fired = [...firedIn(expected[index])].filter((name) => denying.has(name));
    const { verdict, message } = await admit(client, asked);
    const ours = fired.length > 0 ? 'denied' : 'allowed';
    if (verdict === 'denied') denials += 1;
    if (ours !== verdict) differences.push(`${asked.name}: the server ${verdict} (${message}), the module ${ours}`);
    const text = expected[index]?.message;
    const only = fired.length === 1 && (expected[index]?.because ?? []).length === 1;
    if (verdict === 'denied' && only && text !== undefined && !message.includes(text)) {
      differences.push(`${asked.name}: the server says "${message}", the module "${text}"`);
    }
  }
  report.check(
    `${label}: server and module agree on ${cases.length} requests (${denials} denials)`,
    differences.length === 0,
    differences.slice(0, 40).join('\n      '),
  );
}

/** What the module decides on a request by an entrypoint. */
export function decidedOn(
  module: PolicyModule,
  { name }: CoreEntrypoint,
  { review, namespace }: ReviewedCase,
): Decision {
  const { request } = JSON.parse(new TextDecoder().decode(review)) as {
    readonly request: { readonly namespace?: string };
  }; // an AdmissionReview
  const own: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  return module.decide(name, review, request.namespace === undefined ? undefined : own);
}

/** The request as native policies have changed it before others decide on it. */
function changedBy(
  module: PolicyModule,
  entrypoint: CoreEntrypoint,
  native: readonly NativePolicy[],
  asked: ReviewedCase,
): ReviewedCase {
  const changing = new Set(native.flatMap(({ rule, action }) => (action === 'Mutate' ? [rule.name] : [])));
  const patches = (decidedOn(module, entrypoint, asked).patches ?? []).filter(({ rule }) => changing.has(rule));
  return patches.length === 0 ? asked : { ...asked, review: changedReview(asked.review, patches) };
}

/** A review with changes of its object. */
export function changedReview(review: Uint8Array, patches: NonNullable<Decision['patches']>): Uint8Array {
  const { request, ...rest } = JSON.parse(new TextDecoder().decode(review)) as {
    readonly request: { readonly object: unknown };
  }; // an AdmissionReview
  const object = changedObject(request.object, patches);
  return new TextEncoder().encode(JSON.stringify({ ...rest, request: { ...request, object } }));
}

/** An object with the changes of a decision. */
export function changedObject(object: unknown, patches: NonNullable<Decision['patches']>): unknown {
  const operations = patches.map(({ op, path, value }) => ({ op, path, value }));
  return jsonPatch.applyPatch(structuredClone(object), operations).newDocument;
}

/** The rules that fired, whatever came of it. */
function firedIn(decision: Decision | undefined): ReadonlySet<string> {
  const { because = [], findings = [], observed = [] } = decision ?? {};
  return new Set([...because, ...findings, ...observed].map(({ rule }) => rule));
}

function nameIn([policy]: NativePolicy['objects']): string {
  return policy?.metadata.name ?? '';
}

/** A binding that only warns. */
function warned(object: KubernetesObject): KubernetesObject {
  if (object['kind'] !== 'ValidatingAdmissionPolicyBinding') return object;
  return { ...object, spec: { ...(object['spec'] as object), validationActions: ['Warn'] } }; // a binding's
}

/** A cluster of no cloud. */
export function plainTarget({ model }: PolicyModule, minor: number): ClusterTarget {
  const span = model.rules[0]?.span;
  if (span === undefined) throw new Error('a policy without rules');
  const settings = new Map([['kubernetes', `1.${minor}`]]);
  const [target] = targetsOf({
    package: '',
    name: 'test',
    span,
    namespace: 'rdp-system',
    settings: new Map(),
    clusters: [{ kind: 'plain', name: 'test', settings, span }],
    routes: [],
    gaps: [],
  });
  if (target === undefined) throw new Error('there is one cluster');
  return target;
}
