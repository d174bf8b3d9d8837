// Rules that change an object on its way in: what the patch is, that it applies, and that nothing but what is named changes. The
// interpreter and both modules agree; the patch is applied by a library.

import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import type { Differential } from '../differential.ts';
import { customResource, makers, reviewOf } from './pod-documents.ts';
import type { Maker } from './pod-documents.ts';

type Json = Record<string, unknown>;

function diagnosticsOf(rules: readonly string[]): ReturnType<typeof checkProgram> {
  const text = rules.map((rule, i) => `defend R${i} on C.admission { ${rule} }\n`).join('');
  const files = [{ path: 'p.rdp', text: `package p\nuse crd "rollout.yaml"\nsurface C: k8s {}\n${text}` }];
  const documents = new Map<string, unknown>([['rollout.yaml', customResource]]);
  return checkProgram({ files, documents, std: stdFiles });
}

function differentialOf(rules: readonly string[]): Differential {
  const { programs, diagnostics } = diagnosticsOf(rules);
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message, note }) => `${message} ${note ?? ''}`).join('\n'));
  return createDifferential(lowerProgram(program));
}

interface Said {
  readonly action: string;
  readonly message?: string;
  readonly patches?: readonly { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }[];
}

const entrypoint = 'p/C/admission';

/** What becomes of the object, or why nothing does. */
function changed(said: Said, object: object): unknown {
  if (said.action !== 'allow') return said.message;
  const operations = (said.patches ?? []).map(({ op, path, value }) => ({ op, path, value }));
  return jsonPatch.applyPatch(structuredClone(object), operations, true).newDocument;
}

/** One rule, and what it means for a pod (or a template), whose maker has the metadata `own`. */
interface Change {
  readonly rule: string;
  readonly apply: (pod: Json, own: Json) => void;
}

/** The object or list at `key`, made when it is not there. */
function inside(of: Json, key: string): Json {
  const known = of[key];
  if (typeof known === 'object' && known !== null) return known as Json; // an object or list of a test
  const made: Json = {};
  of[key] = made;
  return made;
}

function append(of: Json, key: string, items: readonly unknown[]): void {
  const known = of[key];
  of[key] = [...(Array.isArray(known) ? known : []), ...items];
}

const changes: readonly Change[] = [
  {
    rule: 'set object.metadata.labels["team"] = "shop"',
    apply: (pod) => void (inside(inside(pod, 'metadata'), 'labels')['team'] = 'shop'),
  },
  {
    rule: 'set object.metadata.labels["a/b~c"] = namespace + "!"',
    apply: (pod) => void (inside(inside(pod, 'metadata'), 'labels')['a/b~c'] = 'shop!'),
  },
  {
    rule: 'set object.metadata.annotations = { "x": "1", "~1": "y" }',
    apply: (pod) => void (inside(pod, 'metadata')['annotations'] = { x: '1', '~1': 'y' }),
  },
  {
    rule: 'set object.metadata.namespace = "elsewhere"',
    apply: (_, own) => void (own['namespace'] = 'elsewhere'),
  },
  { rule: 'set object.spec.hostNetwork = false', apply: (pod) => void (inside(pod, 'spec')['hostNetwork'] = false) },
  {
    rule: 'set object.spec.securityContext.seccompProfile.type = "RuntimeDefault"',
    apply: (pod) =>
      void (inside(inside(inside(pod, 'spec'), 'securityContext'), 'seccompProfile')['type'] = 'RuntimeDefault'),
  },
  {
    rule: 'set object.spec.securityContext.runAsNonRoot = true',
    apply: (pod) => void (inside(inside(pod, 'spec'), 'securityContext')['runAsNonRoot'] = true),
  },
  {
    rule: 'set object.spec.tolerations = object.spec.tolerations + [{ key: "gpu", operator: "Exists" }, { key: namespace }]',
    apply: (pod) => append(inside(pod, 'spec'), 'tolerations', [{ key: 'gpu', operator: 'Exists' }, { key: 'shop' }]),
  },
  {
    rule: 'set object.spec.tolerations = object.spec.tolerations + [{ key: "z" }]',
    apply: (pod) => append(inside(pod, 'spec'), 'tolerations', [{ key: 'z' }]),
  },
  {
    rule: 'set object.spec.containers[0].imagePullPolicy = "Always"',
    apply: (pod) => void (inside(inside(inside(pod, 'spec'), 'containers'), '0')['imagePullPolicy'] = 'Always'),
  },
  {
    rule: 'set object.spec.containers[0].args = object.spec.containers[0].args + ["-v", "--", object.metadata.name]',
    apply: (pod) => append(inside(inside(inside(pod, 'spec'), 'containers'), '0'), 'args', ['-v', '--', 'web']),
  },
  {
    rule: 'set object.spec.containers[1] = { name: "second", image: "b", env: [{ name: "A", value: operation }] }',
    apply: (pod) =>
      void (inside(inside(pod, 'spec'), 'containers')['1'] = {
        name: 'second',
        image: 'b',
        env: [{ name: 'A', value: 'CREATE' }],
      }),
  },
  {
    rule: 'set object.spec.dnsConfig = { searches: ["a"], options: [{ name: "ndots", value: "2" }] }',
    apply: (pod) =>
      void (inside(pod, 'spec')['dnsConfig'] = { searches: ['a'], options: [{ name: 'ndots', value: '2' }] }),
  },
];

/** `value`, or nothing, or null, or a value beside which nothing may change. */
const missing = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.option(value, { nil: undefined, freq: 2 });
const text = fc.constantFrom('', 'a', 'x"y', 'ü\\');
const labels = fc.oneof(fc.constant(null), fc.dictionary(fc.constantFrom('team', 'a/b~c', 'app', 'é'), text));
const container = fc.record({
  name: fc.constantFrom('a', 'b'),
  args: missing(fc.oneof(fc.constant(null), fc.array(text, { maxLength: 2 }))),
  unknownToUs: missing(fc.constant({ deep: [1.5, { x: null }] })),
});
const pods = fc.record({
  metadata: missing(
    fc.oneof(
      fc.constant(null),
      fc.record({ labels: missing(labels), annotations: missing(labels), other: missing(text) }),
    ),
  ),
  spec: fc.record({
    containers: fc.array(container, { minLength: 2, maxLength: 3 }),
    hostNetwork: missing(fc.constantFrom(null, true, false)),
    tolerations: missing(fc.oneof(fc.constant(null), fc.array(fc.constant({ key: 'o', more: 1 }), { maxLength: 2 }))),
    securityContext: missing(
      fc.oneof(
        fc.constant(null),
        fc.record({
          runAsUser: missing(fc.constant(7)),
          seccompProfile: missing(fc.constantFrom(null, {}, { odd: 1 })),
        }),
      ),
    ),
    dnsConfig: missing(fc.constant({ nameservers: ['1.1.1.1'] })),
  }),
});

/** The object's JSON without what a text cannot say, and the pod in it. */
function submitted(maker: Maker, pod: object, order: 'kind first' | 'kind last'): { readonly object: Json } {
  return JSON.parse(JSON.stringify({ object: maker.make(pod, order) })) as { readonly object: Json }; // what a maker makes
}

function podIn(object: Json, at: string): Json {
  return at
    .split('/')
    .slice(1)
    .reduce<Json>((of, key) => inside(of, key), object);
}

test('any of the rules together change what they name, and nothing beside it', (t) => {
  const differentials = new Map<string, Differential>();
  fc.assert(
    fc.property(
      fc.subarray([...changes.keys()], { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...makers),
      pods,
      fc.constantFrom('kind first', 'kind last'),
      (chosen, maker, pod, order) => {
        // Few sets of rules, many objects: compiling is what takes time.
        const picked = differentials.size < 40 ? chosen : JSON.parse([...differentials.keys()][chosen.length] ?? '[]');
        const indexes = picked as readonly number[]; // what was written there
        const key = JSON.stringify(indexes);
        const rules = indexes.map((index) => `when object is Pod  ${changes[index]?.rule ?? ''}`);
        const differential = differentials.get(key) ?? differentialOf(rules);
        differentials.set(key, differential);
        const { object } = submitted(maker, pod, order);
        const input = JSON.stringify(reviewOf({ object, kind: maker.kind }));
        const said = JSON.parse(agree(t, differential, { entrypoint, input })) as Said; // a decision
        const intended = structuredClone(object);
        for (const index of indexes) changes[index]?.apply(podIn(intended, maker.at), inside(intended, 'metadata'));
        t.deepEqual(changed(said, object), intended, `${rules.join('\n')}\n${input}\n${JSON.stringify(said.patches)}`);
      },
    ),
    { numRuns: 400, seed: 20_261_123 },
  );
});

const reviewed = (
  object: object,
  more: { readonly operation?: string } = {},
): { readonly entrypoint: string; readonly input: string } => ({
  entrypoint,
  input: JSON.stringify(reviewOf({ object, kind: 'Pod', ...more })),
});
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'a' }] } };

test('rules that do not agree stop the request', (t) => {
  const differential = differentialOf([
    'when object is Pod && dry_run  set object.metadata.labels["a"] = "1"',
    'when object is Pod && uid != ""  set object.metadata.labels["a"] = namespace',
    'when object is Pod && namespace == "shop"  set object.metadata.labels["a"] = "shop"',
    'when object is Pod && name == "x"  set object.metadata.labels = { "b": "2" }',
    'when object is Deployment && name == "y"  set object.spec.template.metadata.labels["a"] = "other"',
  ]);
  const ask = (more: Json, kind = 0): Said => {
    const object = kind === 0 ? pod : { ...makers[kind]?.make({ spec: { containers: [] } }, 'kind first') };
    const review = reviewOf({ object, kind: 'Pod' }) as { readonly request: Json }; // what it makes
    const input = JSON.stringify({ ...review, request: { ...review.request, ...more } });
    return JSON.parse(agree(t, differential, { entrypoint, input })) as Said; // a decision
  };
  // Two that say the same are no conflict.
  t.is(ask({}).patches?.length, 2);
  t.is(ask({ namespace: '1', dryRun: true }).patches?.length, 2);
  t.like(ask({ dryRun: true }), { action: 'block', reason: 'evaluation_error', message: 'conflicting_set' });
  t.like(ask({ namespace: 'other', dryRun: true }), { message: 'conflicting_set' });
  t.like(ask({ name: 'x' }), { message: 'conflicting_set' });
  // One place by two ways: the template of a deployment, and the pod that it is.
  t.like(ask({ name: 'y' }, 1), { message: 'conflicting_set' });
  t.is(ask({ name: 'y', uid: '', namespace: '' }, 1).patches?.length, 1);
});

test('what cannot be changed stops the request', (t) => {
  const differential = differentialOf([
    'when object is Pod && namespace == "shop"  set object.spec.containers[1].image = "x"',
    'when object is Pod && namespace == "shop"  set object.spec.containers[0].resources.limits["cpu"] = "1"',
  ]);
  const two = { ...pod, spec: { containers: [{}, {}] } };
  t.like(JSON.parse(agree(t, differential, reviewed(two))), { action: 'allow' });
  const one = JSON.parse(agree(t, differential, reviewed(pod))) as Said; // a decision
  t.like(one, { action: 'block', reason: 'evaluation_error', message: 'out_of_range' });
  const odd = { ...pod, spec: { containers: [{ name: 'a', resources: 'none' }, {}] } };
  t.like(JSON.parse(agree(t, differential, reviewed(odd))), { action: 'block' });
});

test('there is nothing to change in what is deleted', (t) => {
  const differential = differentialOf(['when namespace == "shop"  set object.metadata.labels["a"] = "1"']);
  for (const operation of ['DELETE', 'CONNECT'])
    t.is(agree(t, differential, reviewed(pod, { operation })), '{"version":1,"action":"allow"}');
  t.regex(agree(t, differential, reviewed(pod, { operation: 'UPDATE' })), /"patches"/);
});

test('what is wrong with a change is said', (t) => {
  const codes = (...rules: readonly string[]): readonly string[] =>
    diagnosticsOf(rules).diagnostics.map(({ code }) => code);
  t.deepEqual(codes('when object is Pod  set object.spec.hostNetwork = "no"'), ['type-mismatch']);
  t.deepEqual(codes('when object is Pod  set object.spec.hostNetwrk = true'), ['unknown-field']);
  t.deepEqual(codes('set object.spec.hostNetwork = true'), ['unknown-field']);
  t.deepEqual(codes('when object is Pod  set object.spec.containers["a"].image = "x"'), ['operator-mismatch']);
  t.deepEqual(codes('when old_object is Pod  set old_object.spec.hostNetwork = true'), ['invalid-set']);
  t.deepEqual(codes('when object is Pod && old_object is Pod  set object.spec = old_object.spec'), ['invalid-set']);
  const same = 'when object is Pod  set object.spec.hostNetwork =';
  t.deepEqual(codes(`${same} true`, `${same} false`), ['conflicting-rules']);
  t.deepEqual(codes(`${same} true`, `${same} true`), ['duplicate-rule']);
  const list = 'when object is Pod  set object.spec.tolerations =';
  t.deepEqual(
    codes(`${list} object.spec.tolerations + [{ key: "a" }]`, `${list} object.spec.tolerations + [{ key: "b" }]`),
    [],
  );
  t.deepEqual(codes(`${list} object.spec.tolerations + [{ key: "a" }]`, `${list} []`), ['conflicting-rules']);
  t.deepEqual(
    codes(
      'when object is Pod  set object.spec.hostNetwork = true',
      'when object is Pod  set object.spec = { containers: [] }',
    ),
    ['conflicting-rules'],
  );
});
