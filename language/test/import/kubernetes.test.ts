// The kinds of Kubernetes and of custom resource definitions: names, what may be missing, and that every type decodes.

import test from 'ava';
import type { RecordType, Type } from '../../src/semantic/types.ts';
import { importCrd } from '../../src/import/crd.ts';
import { builtInKindNames, kubernetesObject } from '../../src/import/kubernetes.ts';
import { documentedFields } from '../../src/import/kubernetes-docs.ts';
import { kubernetesTypes } from '../../src/import/kubernetes.generated.ts';
import { fieldsOf, showFields } from './show-type.ts';

const object = kubernetesObject([]);

test('a kind has a short name where it is the only one, and always a qualified one', (t) => {
  t.deepEqual(object.variant('Pod')?.tag, ['v1', 'Pod']);
  t.deepEqual(object.variant('apps.v1.Deployment')?.tag, ['apps/v1', 'Deployment']);
  t.is(object.variant('Deployment'), object.variant('apps.v1.Deployment'));
  // Two versions are served: the short name would leave one of them out.
  t.is(object.variant('HorizontalPodAutoscaler'), undefined);
  t.deepEqual(object.variant('autoscaling.v2.HorizontalPodAutoscaler')?.tag, [
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
  ]);
  t.is(object.variant('PodList'), undefined);
});

test('what may be missing follows the API server', (t) => {
  const pod = fieldsOf({ kind: 'record', record: object.variant('Pod')?.record ?? object.base });
  t.deepEqual(pod, {
    apiVersion: 'string=',
    kind: 'string=',
    metadata: 'ObjectMeta=',
    spec: 'PodSpec',
    status: 'PodStatus?',
  });
  const spec = object.variant('Pod')?.record.fields().get('spec')?.type;
  const fields = fieldsOf(spec);
  t.is(fields['containers'], '[Container]=');
  t.is(fields['hostNetwork'], 'bool?');
  t.is(fields['nodeName'], 'string=');
  t.is(fields['securityContext'], 'PodSecurityContext?');
  t.is(fields['nodeSelector'], 'map<string>=');
  t.is(fields['overhead'], 'map<string>=');
  t.deepEqual(showFields(object.base), { apiVersion: 'string=', kind: 'string=', metadata: 'ObjectMeta=' });
});

test('every type of every kind decodes', (t) => {
  const seen = new Set<RecordType>();
  const visit = (type: Type): void => {
    if (type.kind === 'list') visit(type.of);
    else if (type.kind === 'map') visit(type.value);
    else if (type.kind === 'record' && !seen.has(type.record)) {
      seen.add(type.record);
      for (const field of type.record.fields().values()) {
        t.not(field.type.kind, 'unknown');
        visit(field.type);
      }
    }
  };
  for (const name of builtInKindNames()) {
    const variant = object.variant(name);
    t.truthy(variant, name);
    if (variant !== undefined) visit({ kind: 'record', record: variant.record });
  }
  t.true(seen.size > 700);
});

test('custom kinds join the union, one for each version that is served', (t) => {
  const schema = {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        metadata: { type: 'object' },
        spec: {
          type: 'object',
          required: ['size', 'parts'],
          properties: {
            size: { 'x-kubernetes-int-or-string': true },
            parts: { type: 'array', items: { type: 'string' } },
            note: { type: 'string' },
            on: { type: 'boolean', default: true },
            depth: { type: 'integer' },
          },
        },
      },
    },
  };
  const { kinds, problems } = importCrd({
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'data.example.org',
      names: { kind: 'Lake' },
      versions: [
        { name: 'v1', served: true, schema },
        { name: 'v1beta1', served: true, schema },
        { name: 'v1alpha1', served: false },
      ],
    },
  });
  t.deepEqual(problems, []);
  const union = kubernetesObject(kinds);
  t.deepEqual(union.variant('data.v1.Lake')?.tag, ['data.example.org/v1', 'Lake']);
  t.is(union.variant('Lake'), undefined);
  const record = union.variant('data.v1beta1.Lake')?.record;
  t.deepEqual(record && showFields(record), {
    apiVersion: 'string=',
    kind: 'string=',
    metadata: 'ObjectMeta=',
    spec: 'LakeSpec',
  });
  t.deepEqual(fieldsOf(record?.fields().get('spec')?.type), {
    size: 'dyn',
    parts: '[string]=',
    note: 'string=',
    on: 'bool=',
    depth: 'int?',
  });
});

test('what is no definition gives a problem and no kinds', (t) => {
  const codes = (document: unknown): readonly string[] => importCrd(document).problems.map(({ code }) => code);
  t.deepEqual(codes(null), ['invalid-document']);
  t.deepEqual(codes({ kind: 'Pod' }), ['invalid-document']);
  t.deepEqual(codes({ kind: 'CustomResourceDefinition' }), ['invalid-document']);
  t.deepEqual(codes({ kind: 'CustomResourceDefinition', spec: { group: 'a.b', names: { kind: 'C' } } }), [
    'invalid-document',
  ]);
  const pod = { name: 'v1', schema: { openAPIV3Schema: { type: 'object' } } };
  const taken = {
    kind: 'CustomResourceDefinition',
    spec: { group: 'apps', names: { kind: 'Deployment' }, versions: [pod] },
  };
  t.deepEqual(codes(taken), ['repeated-kind']);
});

test('a schema of a catalog needs its kind', (t) => {
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } } };
  t.deepEqual(
    importCrd(schema).problems.map(({ code }) => code),
    ['invalid-document'],
  );
  const { kinds } = importCrd(schema, { group: 'x.example', version: 'v1', kind: 'Thing' });
  t.deepEqual(kubernetesObject(kinds).variant('Thing')?.tag, ['x.example/v1', 'Thing']);
});

test('every built-in kind whose type holds one template of pods makes pods', (t) => {
  const pod = object.variant('Pod');
  const holders = pod?.held?.holders() ?? [];
  const podType = pod?.record;
  const found: string[] = [];
  for (const name of builtInKindNames()) {
    const variant = object.variant(name);
    if (variant === undefined || variant === pod) continue;
    const visit = (record: RecordType, path: string, depth: number): void => {
      for (const field of record.fields().values()) {
        const { type } = field;
        if (type.kind !== 'record' || depth > 5) continue;
        if (type.record === podType) found.push(`${variant.name}${path}/${field.name}`);
        else visit(type.record, `${path}/${field.name}`, depth + 1);
      }
    };
    visit(variant.record, '', 0);
  }
  t.deepEqual(
    holders.map(({ variant, path }) => [variant.name, ...path.map(({ name }) => name)].join('/')).toSorted(),
    found.toSorted(),
  );
  t.is(found.length, 8);
});

test('a custom kind makes pods where its schema has the whole template, once', (t) => {
  const container = { type: 'object', properties: { name: { type: 'string' }, image: { type: 'string' } } };
  const template = (spec: object, more: object = {}): object => ({
    type: 'object',
    properties: { metadata: { type: 'object' }, spec: { type: 'object', ...spec }, ...more },
  });
  const whole = {
    required: ['containers'],
    properties: { containers: { type: 'array', items: container }, volumes: { type: 'array' } },
  };
  const pathOf = (spec: object): readonly string[] | undefined => {
    const schema = { properties: { spec: { type: 'object', properties: spec }, status: { properties: spec } } };
    return importCrd(schema, { group: 'g.example', version: 'v1', kind: 'K' }).kinds[0]?.podTemplate?.();
  };
  t.deepEqual(pathOf({ template: template(whole) }), ['spec', 'template']);
  const nested = { type: 'object', properties: { template: template(whole) } };
  t.deepEqual(pathOf({ driver: nested }), ['spec', 'driver', 'template']);
  t.is(pathOf({ driver: nested, executor: nested }), undefined, 'two kinds of pods');
  t.is(pathOf({ workers: { type: 'array', items: nested } }), undefined, 'in a list');
  t.is(pathOf({ template: template({ properties: whole.properties }) }), undefined, 'laid over another template');
  t.is(pathOf({ template: template(whole, { replicas: { type: 'integer' } }) }), undefined, 'more than a template');
  const odd = { ...whole, properties: { ...whole.properties, concurrency: { type: 'integer' } } };
  t.is(pathOf({ template: template(odd) }), undefined, 'more than the spec of a pod');
});

test('what is said of fields is said of fields that there are', (t) => {
  const known = new Set(['Object.apiVersion', 'Object.kind', 'Object.metadata']);
  for (const [type, fields] of Object.entries(kubernetesTypes)) {
    const record = type.slice(type.lastIndexOf('.') + 1);
    for (const field of fields.split(' ')) known.add(`${record}.${field.replace(/!?:.*$/, '')}`);
  }
  t.deepEqual(
    documentedFields().filter((field) => !known.has(field)),
    [],
  );
});
