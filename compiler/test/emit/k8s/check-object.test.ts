// The checker of emitted objects has teeth: each kind of fault that it is there for is found, and what is right passes.

import test from 'ava';
import { checkObject, isKnownKind } from './check-object.ts';
import { schemaTexts } from './schemas.generated.ts';
import { writtenSchemas } from './written-schemas.ts';

const network = {
  apiVersion: 'networking.k8s.aws/v1alpha1',
  kind: 'ApplicationNetworkPolicy',
  metadata: { name: 'models', namespace: 'shop' },
};
const allowed = { domainNames: ['api.openai.com', '*.openai.azure.com'] };

test('what is right has no faults', (t) => {
  t.deepEqual(checkObject({ ...network, spec: { podSelector: {}, egress: [{ to: [allowed] }] } }), []);
  t.deepEqual(checkObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } }), []);
});

test('unknown fields, wrong types, missing fields and words outside of an enum are found', (t) => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
  const faults = (spec: object): string => checkObject({ ...service, spec }).join('; ');
  t.regex(faults({ prots: [] }), /additional properties.*prots/);
  t.regex(faults({ ports: [{ port: '443' }] }), /must be integer/);
  t.regex(faults({ ports: [{ name: 'https' }] }), /required.*port/);
  t.regex(faults({ ports: [{ port: 1, protocol: 'tcp' }] }), /allowed values/);
  t.regex(checkObject({ ...service, metadata: { nam: 'a' } }).join(), /nam/);
});

test('rules in CEL are evaluated', (t) => {
  const spec = { podSelector: {}, egress: [{ to: [{ ...allowed, podSelector: {} }] }] };
  t.regex(checkObject({ ...network, spec }).join(), /domainNames does not go with podSelector/);
  const plugin = { apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata: { name: 'a' } };
  t.regex(checkObject({ ...plugin, spec: { url: 'ftp://a.example/b.wasm' } }).join(), /url must have/);
});

test('the rules and patterns of every schema can be read', (t) => {
  for (const kind of [...Object.keys(schemaTexts), ...Object.keys(writtenSchemas)]) {
    const [apiVersion, name] = kind.split(' ');
    t.notThrows(() => checkObject({ apiVersion, kind: name, metadata: { name: 'a' }, spec: {} }), kind);
  }
});

test('a kind without a schema is a fault', (t) => {
  t.false(isKnownKind('example.com/v1 Thing'));
  t.deepEqual(checkObject({ apiVersion: 'example.com/v1', kind: 'Thing' }), [
    'example.com/v1 Thing: no schema for this kind',
  ]);
});
