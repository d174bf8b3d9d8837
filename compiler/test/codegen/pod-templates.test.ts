// Rules on pods, and objects of every kind that makes pods: what is a pod, what its fields are, and where matches stand in the object
// that was submitted. The interpreter and both modules agree.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import type { Differential } from '../differential.ts';
import { customResource, makers, reviewOf } from './pod-documents.ts';

const policy = `package p
use crd "rollout.yaml"
surface C: k8s {}
pattern latest = re":latest$"
pattern secret = re"s3cret"
detect Latest on C.admission { severity low  when object is Pod  find latest in object.spec.containers[*].image }
detect Note on C.admission { severity low  when object is Pod  find secret in object.metadata.annotations[?"note"] }
detect Host on C.admission { severity low  when object is Pod && (object.spec.hostNetwork ?? false) message "{object.kind} {object.metadata.namespace}/{object.metadata.name}" }
detect Labelled on C.admission { severity low  when object is Pod && object.metadata.labels[?"app"] == optional.of("web") }
detect Here on C.admission { severity low  when object is Pod && object.metadata.namespace == "shop" && object.metadata.name == "web" }
detect Bare on C.admission { severity low  when object is Pod && kind.kind == "Pod" }
detect BareToo on C.admission { severity low  when object is Pod && object.kind == "Pod" && object.apiVersion == "v1" }
detect Was on C.admission { severity low  when old_object is Pod && (old_object.spec.hostNetwork ?? false) }
detect Gone on C.admission { severity low  when old_object is Pod && !(object is Pod) }
detect Both on C.admission { severity low  when object is Pod && object is Deployment && (object.spec.replicas ?? 1) > 2 }
detect Rolled on C.admission { severity low  when object is Rollout && object.spec.template != none && object.spec.template.spec.serviceAccountName == "builder" }
detect Other on C.admission { severity low  when !(object is Pod) }
defend Stop on C.admission { when Latest  block "{Latest.count}" }
`;

const differential = ((): Differential => {
  const documents = new Map<string, unknown>([['rollout.yaml', customResource]]);
  const files = [{ path: 'p.rdp', text: policy }];
  const { programs, diagnostics } = checkProgram({ files, documents, std: stdFiles });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return createDifferential(lowerProgram(program));
})();

interface Said {
  readonly reason?: string;
  readonly path?: string;
  readonly findings?: readonly {
    readonly rule: string;
    readonly message?: string;
    readonly matches?: readonly { readonly path: string; readonly bytes: readonly [number, number] }[];
  }[];
}

const pod = {
  metadata: { labels: { app: 'web' }, annotations: { note: 'a s3cret' }, name: 'ignored', namespace: 'elsewhere' },
  spec: {
    hostNetwork: true,
    serviceAccountName: 'builder',
    containers: [
      { name: 'a', image: 'registry.example/a@sha256:00' },
      { name: 'b', image: 'registry.example/b:latest' },
    ],
  },
};

for (const maker of makers) {
  test(`a rule on pods is one on ${maker.kind}`, (t) => {
    for (const order of ['kind first', 'kind last'] as const) {
      const input = JSON.stringify(reviewOf({ object: maker.make(pod, order), kind: maker.kind }));
      const said = JSON.parse(agree(t, differential, { entrypoint: 'p/C/admission', input })) as Said; // a decision
      const own = maker.kind === 'Pod';
      const rules = ['Latest', 'Note', 'Host', 'Labelled', 'Here', ...(own ? ['Bare', 'BareToo'] : [])];
      const extra = maker.kind === 'Rollout' ? ['Rolled'] : [];
      t.deepEqual(
        (said.findings ?? []).map(({ rule }) => rule),
        [...rules, ...extra],
      );
      const of = (rule: string): NonNullable<Said['findings']>[number] | undefined =>
        said.findings?.find((finding) => finding.rule === rule);
      t.is(of('Host')?.message, `${maker.kind} shop/web`);
      const [image] = of('Latest')?.matches ?? [];
      t.is(image?.path, `/request/object${maker.at}/spec/containers/1/image`);
      t.is(input.slice(...(image?.bytes ?? [0, 0])), ':latest');
      t.is(of('Note')?.matches?.[0]?.path, `/request/object${maker.at}/metadata/annotations/note`);
    }
  });

  test(`the old object may be ${maker.kind}`, (t) => {
    const oldObject = maker.make(pod, 'kind last');
    const said = outcome(agree(t, differential, question({ object: null, oldObject, kind: maker.kind })));
    t.is(said, 'Was Gone Other');
  });
}

test('what makes no pods is none, and neither is an object without template', (t) => {
  const ask = (object: object): string => outcome(agree(t, differential, question({ object, kind: 'X' })));
  t.is(ask({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec: { template: pod } }), 'Other');
  t.is(ask({ apiVersion: 'apps/v1', kind: 'Pod', metadata: {}, spec: pod.spec }), 'Other');
  t.is(ask({ apiVersion: 'v1', kind: 'ReplicationController', metadata: {}, spec: { replicas: 1 } }), 'Other');
  t.is(ask({ apiVersion: 'v1', kind: 'ReplicationController', metadata: {}, spec: { template: null } }), 'Other');
  t.is(ask({ apiVersion: 'v1', kind: 'PodTemplate', metadata: {} }), 'Other');
  t.is(ask({ apiVersion: 'rollouts.example/v1', kind: 'Rollout', metadata: {}, spec: {} }), 'Other');
  const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: {}, spec: { schedule: '', jobTemplate: {} } };
  t.is(ask(job), 'Other');
  t.is(
    ask({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: {} } }),
    'missing_field /request/object/spec',
  );
  const bare = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: {}, template: { metadata: null } } };
  t.is(ask(bare), 'missing_field /request/object/spec/template');
  const broken = { apiVersion: 'apps/v1', kind: 'Deployment', spec: { template: { spec: { containers: 'x' } } } };
  t.is(ask(broken), 'wrong_type /request/object/spec/template/spec/containers');
});

test('an object is a pod and a deployment at once', (t) => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'big' },
    spec: { replicas: 3, selector: {}, template: { spec: { containers: [] } } },
  };
  t.is(outcome(agree(t, differential, question({ object, kind: 'Deployment' }))), 'Both');
});

function question(parts: Parameters<typeof reviewOf>[0]): { readonly entrypoint: string; readonly input: string } {
  return { entrypoint: 'p/C/admission', input: JSON.stringify(reviewOf(parts)) };
}

/** The rules that fired, or what is malformed and where. */
function outcome(text: string): string {
  const { message, path, findings } = JSON.parse(text) as Said & { readonly message?: string }; // a decision
  return path === undefined ? (findings ?? []).map(({ rule }) => rule).join(' ') : `${message} ${path}`;
}
