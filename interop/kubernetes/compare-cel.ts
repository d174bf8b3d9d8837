// The CEL library of a real API server against the module, for every construct that policies are written with: what each expression comes
// to, and that it costs no more than the compiler said. The server's own code, without a server: thousands of requests in seconds.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { changes } from '../../compiler/test/emit/cel/corpus.ts';
import { agrees, changedBy, decidedPolicy, decisionsOf, ruleOf } from '../../compiler/test/emit/cel/decided.ts';
import { isAsked, type PolicySpec } from '../../compiler/test/emit/cel/kubernetes-cel.ts';
import { largestRequest } from '../../compiler/test/emit/cel/largest-request.ts';
import { replayCases, type ReplayCase } from '../../compiler/test/emit/cel/replay.ts';
import { makeRequest, type Request } from '../../compiler/test/emit/cel/reviews.ts';
import { mutatingPolicyMinor } from '../../compiler/src/deploy/targets.ts';
import { expressionBudget } from '../../compiler/src/emit/cel/cel-cost.ts';
import type { PolicyCost } from '../../compiler/src/emit/k8s/policy-budget.ts';
import type { Report } from '../check.ts';

/** What `cel/main.go` answers about a policy. */
interface Answer {
  readonly errors: readonly string[];
  readonly results: readonly {
    readonly malformed?: string;
    readonly fired: boolean;
    readonly error?: string;
    /** The object after the patches of a mutating policy. */
    readonly patched?: unknown;
    readonly conditionCost: number;
    /** Of each validation, message and annotation, with the variables that it made. */
    readonly cost: readonly number[];
  }[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const program = fileURLToPath(new URL('../../node_modules/.cache/interop/kubernetes/cel', import.meta.url));

/** Requests that each policy is asked about. */
const requestCount = 200;

/** Compares the policies of the corpus on each minor version, and the packs of the library at their largest. */
export function compareCel(report: Report, minors: readonly number[]): void {
  // As the server is built, so that what both are made of is built once.
  const env = { ...process.env, CGO_ENABLED: '0' };
  const built = spawnSync('go', ['build', '-trimpath', '-o', program, './cel'], { cwd: folder, encoding: 'utf8', env });
  report.check("the server's CEL builds", built.status === 0, built.error?.message ?? built.stderr);
  if (built.status !== 0) return;
  for (const minor of minors) {
    compareCorpus(report, minor);
    if (minor >= mutatingPolicyMinor) compareChanges(report, minor);
  }
  compareWrongTypes(report);
  compareLargest(report);
}

function compareCorpus(report: Report, minor: number): void {
  const cases = replayCases(minor).map((each): Asked => {
    const spec = each.objects[0]?.spec as unknown as PolicySpec; // a policy that was emitted
    const drawn = Array.from({ length: requestCount }, (_, seed) => makeRequest(seed));
    return { ...each, requests: drawn.filter((request) => isAsked(spec, request)) };
  });
  const faults: string[] = [];
  let compared = 0;
  for (const [index, answer] of ask(cases, minor).entries()) {
    const asked = cases[index];
    if (asked === undefined) continue;
    faults.push(...answer.errors.map((error) => `${asked.name}: ${error}`));
    faults.push(...dearer(asked, answer));
    for (const [at, { malformed, error, fired }] of answer.results.entries()) {
      const request = asked.requests[at] ?? {};
      const decided = asked.decide(request);
      const said = error === undefined ? (fired ? 'fired' : 'not fired') : 'error';
      compared++;
      if (malformed === undefined && agrees(said, decided)) continue;
      faults.push(`${asked.name}: ${malformed ?? said}, the module ${decided}: ${JSON.stringify(request)}`);
    }
  }
  report.check(
    `CEL of 1.${minor} decides as the module, and costs what was said: ${cases.length} policies, ${compared} requests`,
    faults.length === 0,
    faults.slice(0, 5).join('\n      '),
  );
}

/** Objects that are not of their type, and a condition that reads what is wrong. */
const wrongTypes: readonly (readonly [condition: string, object: object])[] = [
  ['object is Pod && (object.spec.hostNetwork ?? false)', pod({ hostNetwork: 'true' })],
  ['object is Pod && object.spec.serviceAccountName == "7"', pod({ serviceAccountName: 7 })],
  ['object is Pod && object.spec.volumes.exists(v, v.hostPath != none)', pod({ volumes: { name: 'v' } })],
  ['object is Pod && object.spec.containers.exists(c, c.image == "")', pod({ containers: [{ name: 'c', image: 1 }] })],
  ['object is Pod && (object.spec.securityContext?.runAsUser ?? 0) == 0', pod({ securityContext: { runAsUser: 1.5 } })],
  ['object is Pod && object.spec.securityContext != none', pod({ securityContext: [] })],
  ['object.metadata.labels[?"owner"] == none', { ...pod({}), metadata: { labels: { owner: true } } }],
];

function pod(spec: object): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
}

/** What the server cannot read it never asks a policy about, and the module refuses it. */
function compareWrongTypes(report: Report): void {
  const faults = wrongTypes.flatMap(([condition, object]) => {
    const { entrypoint, ir, policies } = decidedPolicy(ruleOf(condition));
    const request = { ...largestRequest(), object };
    const answer = askAbout(policies.native[0]?.objects[0], [request], 36);
    const decided = decisionsOf(ir, entrypoint, request)[0];
    const refused = answer.results[0]?.malformed !== undefined;
    return refused && decided === 'malformed'
      ? []
      : [`${condition}: the module ${decided}, the server ${String(refused)}`];
  });
  report.check(
    `${wrongTypes.length} objects of wrong types are refused by both`,
    faults.length === 0,
    faults.join('\n      '),
  );
}

/** A policy that changes nothing: what it gives back is the object as the server writes it. */
const identity = {
  spec: { mutations: [{ jsonPatch: { expression: 'false ? [JSONPatch{op: "add", path: "/x", value: 1}] : []' } }] },
};

function compareChanges(report: Report, minor: number): void {
  const faults: string[] = [];
  let compared = 0;
  for (const change of changes) {
    const { entrypoint, ir, policies } = decidedPolicy(`defend R on S.admission { when ${change} }`, { minor });
    const [policy] = policies.native;
    if (policy === undefined) {
      faults.push(`${change}: ${policies.refused.map(({ reason }) => reason).join()}`);
      continue;
    }
    const spec = policy.objects[0]?.spec as unknown as PolicySpec; // a policy that was emitted
    const drawn = Array.from({ length: requestCount }, (_, seed) => makeRequest(seed));
    const requests = drawn.filter((request) => isAsked(spec, request));
    const changed = requests.map((request) => ({ ...request, object: changedBy(ir, entrypoint, request) }));
    const [actual, expected] = [askAbout(policy.objects[0], requests, minor), askAbout(identity, changed, minor)];
    faults.push(...actual.errors.map((error) => `${change}: ${error}`));
    for (const [at, { patched, error }] of actual.results.entries()) {
      compared++;
      const wanted = expected.results[at]?.patched;
      // Where its conditions do not hold the policy is not asked, and nothing comes of it.
      const same =
        patched === undefined ? isDeepStrictEqual(requests[at], changed[at]) : isDeepStrictEqual(patched, wanted);
      if (error === undefined && same) continue;
      faults.push(`${change}: ${error ?? JSON.stringify(patched)}\n      wanted ${JSON.stringify(wanted)}`);
    }
  }
  report.check(
    `CEL of 1.${minor} changes objects as the module: ${changes.length} policies, ${compared} requests`,
    faults.length === 0,
    faults.slice(0, 5).join('\n      '),
  );
}

interface Asked extends Pick<ReplayCase, 'name' | 'objects' | 'cost'> {
  readonly requests: readonly Request[];
  readonly decide: ReplayCase['decide'];
}

/** Packs whose policies are asked about an object at the bounds of what costs are worked out for. */
const packs = ['apply pod_security.restricted to S { minor 36 }', 'apply pod_security.baseline to S { minor 36 }'];

function compareLargest(report: Report): void {
  const request = largestRequest();
  const cases = packs.flatMap((source) => {
    const { policies } = decidedPolicy(source, { imports: ['std.k8s.pod_security'] });
    return policies.native.map(({ rule, objects, cost }): Asked => ({
      name: rule.name,
      objects,
      cost,
      requests: [request],
      decide: () => undefined,
    }));
  });
  const answers = cases.flatMap((each) => ask([each], 36));
  const faults = answers.flatMap((answer, index) => {
    const asked = cases[index];
    if (asked === undefined) return [];
    const failed = answer.results.flatMap(({ error, malformed }) => error ?? malformed ?? []);
    return [...answer.errors, ...failed, ...dearer(asked, answer)].map((fault) => `${asked.name}: ${fault}`);
  });
  const most = Math.max(...answers.flatMap(({ results }) => results.flatMap(({ cost }) => cost)));
  report.check(
    `the largest object that costs are worked out for costs ${most} of ${expressionBudget} at most`,
    faults.length === 0,
    faults.slice(0, 5).join('\n      '),
  );
}

/** Expressions that cost more than was said. */
function dearer({ name, cost }: Asked, { results }: Answer): readonly string[] {
  const variables = sumOf(cost.variables);
  return results.flatMap((result) => [
    ...(result.conditionCost > sumOf(cost.conditions) ? [`${name}: its conditions cost ${result.conditionCost}`] : []),
    ...result.cost.flatMap((actual, index) => {
      const said = variables + (cost.expressions[index] ?? 0);
      return actual > said ? [`${name}: costs ${actual}, ${said} was said`] : [];
    }),
  ]);
}

function sumOf(costs: PolicyCost['variables']): number {
  return costs.reduce((total, cost) => total + cost, 0);
}

function askAbout(policy: unknown, reviews: readonly Request[], minor: number): Answer {
  return answersTo([JSON.stringify({ minor, policy, reviews })])[0] ?? { errors: ['no answer'], results: [] };
}

function ask(cases: readonly Asked[], minor: number): readonly Answer[] {
  return answersTo(
    cases.map(({ objects, requests }) => JSON.stringify({ minor, policy: objects[0], reviews: requests })),
  );
}

function answersTo(questions: readonly string[]): readonly Answer[] {
  const { stdout, stderr, status } = spawnSync(program, {
    input: `${questions.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer); // as main.go writes it
}
