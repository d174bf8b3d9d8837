// Updates of objects that are there already: what a rule leaves alone, and what it is asked about. The interpreter and both modules agree.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import { reviewOf } from './pod-documents.ts';

const policy = `package p
surface Cluster: k8s {}
surface Whole: k8s { allow_existing_violations false }
surface Deny: k8s { default deny }
surface Never: k8s {}
surface Labelled: k8s { object_labels "env=prod" }

detect IsPrivileged on Cluster.admission {
  severity high
  when object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)
}
defend Privileged on Cluster.admission { when IsPrivileged  block "privileged" }
defend Owned on Cluster.admission { when object is ConfigMap && !("team" in object.metadata.labels)  block "no team" }
defend Kim on Cluster.admission { when user.name == "eve" && object is Pod && size(object.spec.containers) > 0  block "eve" }
defend Frozen on Cluster.admission { when operation == "UPDATE" && object is Secret && object.type == "Opaque"  block "frozen" }
defend Written on Cluster.admission { when operation in ["CREATE", "UPDATE"] && object is Secret && object.type == "Opaque"  block "opaque" }
defend Kinds on Cluster.admission { when object is Endpoints  block "no endpoints" }
defend Fails on Cluster.admission { when object is Service && object.metadata.annotations["x"] == "y"  block "x" }
defend Kept on Cluster.admission { when object is Namespace && !object.metadata.finalizers.exists(f, f == "keep")  block "kept" }
defend Exempted on Cluster.admission { when object is LimitRange && size(object.spec.limits) == 0  block "limits" }
exempt Exempted { when object.metadata.labels[?"skip"] == optional.of("1")  until 2040-01-01  owner "a@b.example"  reason "r" }
defend Tells on Cluster.admission { when object is Ingress && object.spec.ingressClassName == ""  alert "class" }
defend Watches on Cluster.admission { mode warn  when object is Ingress && object.spec.ingressClassName == ""  block "class" }
defend Sets on Cluster.admission { when object is StatefulSet  set object.metadata.labels["set"] = "1" }
defend Isolates on Cluster.admission { when object is DaemonSet && object.spec.template.spec.hostNetwork == optional.of(true)  quarantine object.metadata.name }
defend Free on Cluster.admission { when object is NetworkPolicy && size(object.spec.ingress) > 0  block "ingress" }

defend WholePrivileged on Whole.admission { when object is Pod && (object.spec.hostNetwork ?? false)  block "host" }
defend MayBe on Deny.admission { when object is ConfigMap && "a" in object.data  permit }
pack users(newest: int) on k8s {
  defend Users on admission { when newest >= 36 && object is Pod && object.spec.hostUsers == none  set object.spec.hostUsers = false }
}
apply users to Never { newest 35 }
defend LabelledHost on Labelled.admission { when object is Pod && (object.spec.hostNetwork ?? false)  block "host" }
`;

const differential = (() => {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: policy }],
    documents: new Map(),
    std: stdFiles,
  });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return createDifferential(lowerProgram(program));
})();

type Json = Readonly<Record<string, unknown>>;

const labels = (...names: readonly string[]): Json => ({
  labels: Object.fromEntries(names.map((name) => [name, '1'])),
});
const made = (kind: string, rest: Json, metadata: Json = {}, apiVersion = 'v1'): Json => ({
  apiVersion,
  kind,
  metadata: { name: 'a', ...metadata },
  ...rest,
});
const privileged = { name: 'a', image: 'a', securityContext: { privileged: true } };
const second = { ...privileged, name: 'b' };
const pod = (metadata: Json = {}, ...containers: readonly Json[]): Json =>
  made('Pod', { spec: { containers } }, metadata);
const template = (...containers: readonly Json[]): Json => ({ metadata: {}, spec: { containers } });
const deployment = (replicas: number, ...containers: readonly Json[]): Json =>
  made('Deployment', { spec: { replicas, selector: {}, template: template(...containers) } }, {}, 'apps/v1');
const statefulSet = (replicas: number, metadata: Json): Json =>
  made('StatefulSet', { spec: { replicas, selector: {}, template: template() } }, metadata, 'apps/v1');
const cronJob = (suspend: boolean, ...containers: readonly Json[]): Json =>
  made(
    'CronJob',
    { spec: { suspend, schedule: '', jobTemplate: { spec: { template: template(...containers) } } } },
    {},
    'batch/v1',
  );
const ending = { deletionTimestamp: '2030-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 };
const host = (metadata: Json = {}): Json => made('Pod', { spec: { containers: [], hostNetwork: true } }, metadata);
const secret = (metadata: Json, type = 'Opaque'): Json => made('Secret', { type }, metadata);
const daemonSet = (metadata: Json, more: Json = {}): Json =>
  made(
    'DaemonSet',
    { spec: { selector: {}, template: { metadata: more, spec: { containers: [], hostNetwork: true } } } },
    metadata,
    'apps/v1',
  );

/** The rules in `because` or a section of the decision, by what is there before and after. */
const cases: readonly (readonly [what: string, surface: string, before: Json, after: Json, said: string])[] = [
  ['a label', 'Cluster', pod({}, privileged), pod(labels('x'), privileged), 'allow IsPrivileged'],
  ['a finalizer', 'Cluster', pod({ finalizers: ['x/y'] }, privileged), pod({}, privileged), 'allow IsPrivileged'],
  ['nothing', 'Cluster', pod({}, privileged), pod({}, privileged), 'allow IsPrivileged'],
  ['a second violation', 'Cluster', pod({}, privileged), pod({}, privileged, second), 'block Privileged IsPrivileged'],
  [
    'another order of members',
    'Cluster',
    pod({}, privileged),
    pod({}, { image: 'a', securityContext: { privileged: true }, name: 'a' }),
    'allow IsPrivileged',
  ],
  [
    'another order of items',
    'Cluster',
    pod({}, privileged, second),
    pod({}, second, privileged),
    'block Privileged IsPrivileged',
  ],
  ['replicas of a deployment', 'Cluster', deployment(1, privileged), deployment(2, privileged), 'allow IsPrivileged'],
  [
    'a container of a deployment',
    'Cluster',
    deployment(1, privileged),
    deployment(1, second),
    'block Privileged IsPrivileged',
  ],
  ['a cron job that stops', 'Cluster', cronJob(false, privileged), cronJob(true, privileged), 'allow IsPrivileged'],
  ['a cron job that changes', 'Cluster', cronJob(false), cronJob(false, privileged), 'block Privileged IsPrivileged'],
  ['another label', 'Cluster', made('ConfigMap', {}), made('ConfigMap', {}, labels('x')), 'allow'],
  ['the label', 'Cluster', made('ConfigMap', {}, labels('team')), made('ConfigMap', {}), 'block Owned'],
  [
    'no labels at all any more',
    'Cluster',
    made('ConfigMap', {}, labels('x')),
    made('ConfigMap', {}, { labels: null }),
    'allow',
  ],
  ['an update as such', 'Cluster', secret({}), secret(labels('x')), 'block Frozen'],
  [
    'the end of what may not be updated',
    'Cluster',
    secret({ ...ending, finalizers: ['x/y'] }),
    secret({ ...ending, finalizers: [] }),
    'allow',
  ],
  [
    'a finalizer of two',
    'Cluster',
    secret({ ...ending, finalizers: ['x/y', 'z'] }),
    secret({ ...ending, finalizers: ['z'] }),
    'block Frozen',
  ],
  [
    'a grace period that goes on',
    'Cluster',
    secret({ ...ending, deletionGracePeriodSeconds: 30 }),
    secret({ ...ending }),
    'block Frozen',
  ],
  ['what makes it a violation', 'Cluster', secret({}, 'x'), secret({}), 'block Frozen,Written'],
  ['a kind', 'Cluster', made('Endpoints', {}), made('Endpoints', {}, labels('x')), 'block Kinds'],
  [
    'an error that was there',
    'Cluster',
    made('Service', { spec: {} }),
    made('Service', { spec: {} }, labels('x')),
    'allow',
  ],
  [
    'an error that is new',
    'Cluster',
    made('Service', { spec: {} }, { annotations: { x: 'y' } }),
    made('Service', { spec: {} }),
    'block Fails',
  ],
  [
    'a finalizer that a rule is about',
    'Cluster',
    made('Namespace', {}, { ...ending, finalizers: ['keep'] }),
    made('Namespace', {}, ending),
    'block Kept',
  ],
  [
    'what was exempt',
    'Cluster',
    made('LimitRange', { spec: { limits: [] } }, labels('skip')),
    made('LimitRange', { spec: { limits: [] } }),
    'block Exempted',
  ],
  [
    'what is about something else',
    'Cluster',
    made('LimitRange', { spec: { limits: [] } }),
    made('LimitRange', { spec: { limits: [] } }, labels('x')),
    'allow',
  ],
  [
    'an alert',
    'Cluster',
    made('Ingress', { spec: {} }, {}, 'networking.k8s.io/v1'),
    made('Ingress', { spec: {} }, labels('x'), 'networking.k8s.io/v1'),
    'allow',
  ],
  ['what is set', 'Cluster', statefulSet(1, labels('set')), statefulSet(2, labels('set')), 'allow'],
  ['what was set', 'Cluster', statefulSet(1, labels('set')), statefulSet(1, {}), 'allow Sets'],
  ['what is in quarantine', 'Cluster', daemonSet(labels('rdp.dev/quarantine')), daemonSet({}), 'quarantine Isolates'],
  [
    'pods that are in quarantine',
    'Cluster',
    daemonSet({}, labels('rdp.dev/quarantine')),
    daemonSet({}),
    'quarantine Isolates',
  ],
  ['what is not in quarantine yet', 'Cluster', daemonSet({}), daemonSet(labels('x')), 'allow'],
  ['an update that is judged whole', 'Whole', host(), host(labels('x')), 'block WholePrivileged'],
  ['its end', 'Whole', host({ ...ending, finalizers: ['x'] }), host(ending), 'allow'],
  ['what nothing permitted', 'Deny', made('ConfigMap', {}), made('ConfigMap', {}, labels('x')), 'allow'],
  ['what was permitted', 'Deny', made('ConfigMap', { data: { a: '' } }), made('ConfigMap', {}), 'block'],
  [
    'what the surface is about',
    'Labelled',
    host({ labels: { env: 'dev' } }),
    host({ labels: { env: 'prod' } }),
    'block LabelledHost',
  ],
  [
    'what the surface is about already',
    'Labelled',
    host({ labels: { env: 'prod' } }),
    host({ labels: { env: 'prod', x: '' } }),
    'allow',
  ],
];

for (const [what, surface, before, after, said] of cases) {
  test(`${surface}: ${what}`, (t) => {
    const input = reviewOf({ object: after, oldObject: before, kind: String(after['kind']), operation: 'UPDATE' });
    const text = agree(t, differential, { entrypoint: `p/${surface}/admission`, input: JSON.stringify(input) });
    t.is(summary(text), said, text);
  });
}

test('what is made is asked about, whatever it is', (t) => {
  const input = reviewOf({ object: pod({}, privileged), kind: 'Pod' });
  const text = agree(t, differential, { entrypoint: 'p/Cluster/admission', input: JSON.stringify(input) });
  t.is(summary(text), 'block Privileged IsPrivileged');
});

const pairs: readonly (readonly [what: string, before: string, after: string, isSame: boolean])[] = [
  ['white space', '{"a":[1,2]}', '{ "a" : [ 1 , 2 ] }', true],
  ['members in another order', '{"a":1,"b":{"c":2,"d":[]}}', '{"b":{"d":[],"c":2},"a":1}', true],
  ['escapes in a key', '{"a":1,"b":2}', '{"\\u0062":2,"a":1}', true],
  ['two keys with escapes', '{"\\u0061x":1,"\\u0062x":2}', '{"bx":2,"\\u0061x":1}', true],
  ['a text with escapes', '"a"', '"\\u0061"', false],
  ['a number in another form', '1', '1.0', false],
  ['a number that goes on', '1', '12', false],
  ['one more member', '{"a":1}', '{"a":1,"b":2}', false],
  ['one member less', '{"a":1,"b":2}', '{"b":2}', false],
  ['one more item', '[1]', '[1,2]', false],
  ['one item less', '[1,2]', '[1]', false],
  ['no items', '[]', '[1]', false],
  ['another type', '[]', '{}', false],
  ['null inside', '{"a":null}', '{}', false],
  ['a key twice, the same way', '{"a":1,"a":2}', '{"a":1, "a":2}', true],
  ['a key twice, the other way', '{"a":1,"a":2}', '{"a":2,"a":1}', false],
  ['a key twice, and another', '{"a":1,"a":1}', '{"a":1,"b":1}', false],
  ['a key twice behind others', '{"b":1,"a":1,"a":2}', '{"a":1,"a":2,"b":1}', false],
  ['64 members in another order', members(64, false), members(64, true), true],
  ['65 members in another order', members(65, false), members(65, true), false],
  ['65 members in one order', members(65, false), ` ${members(65, false)} `, true],
  ['four objects in another order', turned(4, false), turned(4, true), true],
  ['five objects in another order', turned(5, false), turned(5, true), false],
];

function members(count: number, reversed: boolean): string {
  const names = Array.from({ length: count }, (_, i) => `"k${i}":${i}`);
  return `{${(reversed ? names.toReversed() : names).join()}}`;
}

function turned(depth: number, reversed: boolean): string {
  if (depth === 0) return '1';
  const inner = [`"a":${turned(depth - 1, reversed)}`, '"b":2'];
  return `{${(reversed ? inner.toReversed() : inner).join()}}`;
}

for (const [what, before, after, isSame] of pairs) {
  test(`the same, or not: ${what}`, (t) => {
    // No rule reads the member; it stands in a list that one reads.
    const object = (value: string): string =>
      `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{},"spec":{"ingress":[{"free":${value}}]}}`;
    const input = `{"request":{"uid":"u","operation":"UPDATE","object":${object(after)},"oldObject":${object(before)}}}`;
    const text = agree(t, differential, { entrypoint: 'p/Cluster/admission', input });
    t.is(summary(text), isSame ? 'allow' : 'block Free', text);
  });
}

test('what stands twice on the way is no answer', (t) => {
  const metadata = '"metadata":{"name":"a"}';
  const object = `{"apiVersion":"v1","kind":"ConfigMap",${metadata}}`;
  const old = `{"apiVersion":"v1","kind":"ConfigMap",${metadata},${metadata}}`;
  const input = `{"request":{"uid":"u","operation":"UPDATE","object":${object},"oldObject":${old}}}`;
  const text = agree(t, differential, { entrypoint: 'p/Cluster/admission', input });
  t.is(summary(text), 'block Owned', text);
});

test('a rule that a parameter switches off leaves nothing, and reads no kinds', (t) => {
  const input = reviewOf({ object: pod(labels('x')), oldObject: pod(), kind: 'Pod', operation: 'UPDATE' });
  const text = agree(t, differential, { entrypoint: 'p/Never/admission', input: JSON.stringify(input) });
  t.is(summary(text), 'allow', text);
});

interface Decision {
  readonly action: string;
  readonly because?: readonly { readonly rule: string }[];
  readonly findings?: readonly { readonly rule: string }[];
}

function summary(text: string): string {
  const { action, because = [], findings = [] } = JSON.parse(text) as Decision; // a decision
  const acted = because.map(({ rule }) => rule).filter((rule) => !findings.some((finding) => finding.rule === rule));
  return [action, acted.join(), findings.map(({ rule }) => rule).join()].filter((part) => part !== '').join(' ');
}
