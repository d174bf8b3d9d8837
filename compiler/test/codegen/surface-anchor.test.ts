// What a Kubernetes surface is about: namespaces, labels, subresources. The interpreter and both modules agree, also about what is
// denied by default.

import test from 'ava';
import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';
import type { Differential } from '../differential.ts';
import { reviewOf } from './pod-documents.ts';

const surfaces: Readonly<Record<string, string>> = {
  Plain: '',
  Named: 'namespaces ["shop-*", "*-prod", "a*b*c", "exact"]',
  Excluded: 'exclude_namespaces ["kube-*", "rdp-system"]',
  Both: 'namespaces ["shop-*"], exclude_namespaces ["shop-sandbox"]',
  Labelled: 'namespace_labels "env in (prod, staging), tier!=db, team, !legacy"',
  Objects: 'object_labels "app.kubernetes.io/name=web"',
  Status: 'subresources ["status"]',
  Any: 'subresources ["*"]',
  Deny: 'default deny, exclude_namespaces ["kube-system"], namespace_labels "env=prod"',
};

const differential = ((): Differential => {
  const text = Object.entries(surfaces).map(
    ([name, settings]) =>
      `surface ${name}: k8s { ${settings} }\n` +
      (name === 'Deny'
        ? `defend Only on Deny.admission { when object is ConfigMap  permit }\n`
        : `detect R${name} on ${name}.admission { severity low  when operation != "" }\n`),
  );
  const files = [{ path: 'p.rdp', text: `package p\n${text.join('')}` }];
  const { programs, diagnostics } = checkProgram({ files, documents: new Map(), std: stdFiles });
  const [program] = programs ?? [];
  if (!program) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return createDifferential(lowerProgram(program));
})();

interface Request {
  readonly namespace?: string;
  readonly operation?: string;
  readonly subResource?: string;
  readonly kind?: object;
  readonly object?: object | null;
  readonly oldObject?: object | null;
  readonly namespaceObject?: object | null;
}

const namespace = (labels: object): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { labels } });
const map = (labels?: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: labels ? { labels } : {} });
const good = { env: 'prod', team: 'a' };
const web = { 'app.kubernetes.io/name': 'web' };
const ofNamespace = { group: '', version: 'v1', kind: 'Namespace' };

const cases: readonly (readonly [surface: string, request: Request, concerned: boolean])[] = [
  ['Plain', {}, true],
  ['Plain', { subResource: 'exec' }, true],
  ['Plain', { subResource: 'status' }, false],
  ['Status', { subResource: 'status' }, true],
  ['Status', { subResource: 'scale' }, false],
  ['Status', {}, true],
  ['Any', { subResource: 'scale' }, true],
  ['Named', { namespace: 'shop-eu' }, true],
  ['Named', { namespace: 'myshop-eu' }, false],
  ['Named', { namespace: 'x-prod' }, true],
  ['Named', { namespace: 'axbyc' }, true],
  ['Named', { namespace: 'exact' }, true],
  ['Named', { namespace: 'exactly' }, false],
  ['Named', { namespace: '' }, false],
  ['Excluded', { namespace: 'kube-system' }, false],
  ['Excluded', { namespace: 'rdp-system' }, false],
  ['Excluded', { namespace: 'shop' }, true],
  ['Excluded', { namespace: '' }, true],
  ['Both', { namespace: 'shop-eu' }, true],
  ['Both', { namespace: 'shop-sandbox' }, false],
  ['Labelled', { namespaceObject: namespace(good) }, true],
  ['Labelled', { namespaceObject: namespace({ ...good, env: 'dev' }) }, false],
  ['Labelled', { namespaceObject: namespace({ ...good, tier: 'db' }) }, false],
  ['Labelled', { namespaceObject: namespace({ ...good, tier: 'web' }) }, true],
  ['Labelled', { namespaceObject: namespace({ ...good, legacy: '' }) }, false],
  ['Labelled', { namespaceObject: namespace({ env: 'staging' }) }, false],
  // Without namespace, and where nobody told it.
  ['Labelled', { namespace: '' }, true],
  ['Labelled', { namespaceObject: null }, true],
  // A namespace has its own labels.
  ['Labelled', { kind: ofNamespace, object: namespace(good), oldObject: namespace({}) }, true],
  ['Labelled', { kind: ofNamespace, object: namespace({}) }, false],
  ['Labelled', { kind: ofNamespace, operation: 'DELETE', object: null, oldObject: namespace(good) }, true],
  ['Objects', { object: map(web) }, true],
  ['Objects', { object: map() }, false],
  ['Objects', { object: map(), oldObject: map(web), operation: 'UPDATE' }, true],
  ['Objects', { object: null, oldObject: map(web), operation: 'DELETE' }, true],
  ['Objects', { object: { apiVersion: 'v1', kind: 'PodExecOptions' }, operation: 'CONNECT' }, false],
];

for (const [surface, request, concerned] of cases) {
  test(`${surface} ${JSON.stringify(request)}`, (t) => {
    const { findings } = JSON.parse(ask(surface, request)) as { readonly findings?: readonly unknown[] }; // a decision
    t.is(findings !== undefined, concerned);

    function ask(name: string, more: Request): string {
      return agree(t, differential, { entrypoint: `p/${name}/admission`, input: documentOf(more) });
    }
  });
}

test('what a surface is not about is not denied', (t) => {
  const action = (request: Request): unknown => {
    const text = agree(t, differential, { entrypoint: 'p/Deny/admission', input: documentOf(request) });
    return (JSON.parse(text) as { readonly action: string }).action; // a decision
  };
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: {} };
  const prod = namespace({ env: 'prod' });
  t.is(action({ object: map(), namespaceObject: prod }), 'allow');
  t.is(action({ object: secret, namespaceObject: prod }), 'block');
  t.is(action({ object: secret, namespaceObject: namespace({}) }), 'allow');
  t.is(action({ object: secret, namespaceObject: prod, namespace: 'kube-system' }), 'allow');
  t.is(action({ object: secret, namespaceObject: prod, subResource: 'status' }), 'allow');
});

test('a selector that is none is reported', (t) => {
  for (const wrong of ['a b', 'a in prod', '!', 'env=prod,', 'a=(b)', '-a', 'env>3']) {
    const text = `package p\nsurface S: k8s { namespace_labels "${wrong}" }`;
    const { diagnostics } = checkProgram({ files: [{ path: 'p.rdp', text }], documents: new Map(), std: stdFiles });
    t.true(
      diagnostics.some(({ code }) => code === 'invalid-setting'),
      wrong,
    );
  }
});

function documentOf(request: Request): string {
  const review = reviewOf({ object: map(), kind: 'ConfigMap' }) as { readonly request: object }; // what it makes
  return JSON.stringify({ ...review, request: { ...review.request, ...request } });
}
