// Decisions that change an object → patches: complete, in order, and nothing that is there already.

import test from 'ava';
import { objectPatch } from '../../src/admission/json-patch.ts';
import { missingChange } from '../../src/admission/missing-change.ts';
import { quarantinePatch } from '../../src/admission/quarantine.ts';

const reviewOf = (object: unknown): Uint8Array => Buffer.from(JSON.stringify({ request: { uid: 'a', object } }));

function patchOf(object: unknown, path: string, value: unknown): unknown {
  const patches = [{ rule: 'R', op: 'add' as const, path, value }];
  const patch = objectPatch({ patches }, reviewOf(object));
  return patch.kind === 'patch' ? patch.operations : patch.reason;
}

test('parents are made, what is there is left out, elements are replaced', (t) => {
  t.deepEqual(patchOf({ kind: 'Pod' }, '/spec/a/b', 1), [
    { op: 'add', path: '/spec', value: {} },
    { op: 'add', path: '/spec/a', value: {} },
    { op: 'add', path: '/spec/a/b', value: 1 },
  ]);
  t.deepEqual(patchOf({ spec: { a: { c: [1], b: 2 } } }, '/spec/a', { b: 2, c: [1] }), []);
  t.deepEqual(patchOf({ spec: { a: null } }, '/spec/a/b', 1), [
    { op: 'add', path: '/spec/a', value: {} },
    { op: 'add', path: '/spec/a/b', value: 1 },
  ]);
  t.deepEqual(patchOf({ list: [1, 2] }, '/list/1', 3), [{ op: 'replace', path: '/list/1', value: 3 }]);
  t.deepEqual(patchOf({ list: [1] }, '/list/-', 2), [{ op: 'add', path: '/list/-', value: 2 }]);
  t.deepEqual(patchOf({ metadata: {} }, '/metadata/labels/a.b~1c', 'd'), [
    { op: 'add', path: '/metadata/labels', value: {} },
    { op: 'add', path: '/metadata/labels/a.b~1c', value: 'd' },
  ]);
});

test('what cannot be said as a patch is a reason', (t) => {
  t.is(patchOf({ list: [1] }, '/list/1', 3), '`/list/1` is no element of its list');
  t.is(patchOf({ list: [1] }, '/list/0/a', 3), '`/list/0` holds no members');
  t.is(patchOf({ a: 'text' }, '/a/b', 3), '`/a` holds no members');
  t.is(patchOf(null, '/a', 3), 'there is no object to change');
  t.is(patchOf({}, '', 3), 'an object cannot be replaced as a whole');
});

test('a name like that of a prototype is a name', (t) => {
  t.deepEqual(patchOf({}, '/__proto__/a', 1), [
    { op: 'add', path: '/__proto__', value: {} },
    { op: 'add', path: '/__proto__/a', value: 1 },
  ]);
  t.is(({} as { readonly a?: unknown }).a, undefined);
});

test('what the server wrote in its own way is there', (t) => {
  const missing = (object: unknown, path: string, value: unknown): string | undefined =>
    missingChange({ patches: [{ rule: 'R', op: 'add', path, value }] }, reviewOf(object));
  t.is(missing({ a: '1' }, '/a', '1000m'), undefined);
  t.is(missing({ a: '1Gi' }, '/a', '1024Mi'), undefined);
  t.is(missing({ a: { secretName: 'b', defaultMode: 420 } }, '/a', { secretName: 'b' }), undefined);
  t.is(missing({ a: [{ name: 'b', more: 1 }] }, '/a/-', { name: 'b' }), undefined);
  t.is(missing({ a: [1, 2] }, '/a', [2]), undefined);
  t.is(missing({ a: '1' }, '/a', '1001m'), '/a');
  t.is(missing({ a: [1] }, '/a', [1, 2]), '/a');
  t.is(missing({ a: '2k' }, '/a', '2Ki'), '/a');
  t.is(missing({ a: [] }, '/a/-', 1), '/a/-');
  t.is(missing(null, '/a', 1), '/a');
});

test('redactions are the texts that they leave', (t) => {
  const review = reviewOf({ data: { note: 'call 555' } });
  const start = Buffer.from(review).indexOf('555');
  const edit = {
    rule: 'R',
    path: '/request/object/data/note',
    start: 5,
    end: 8,
    bytes: [start, start + 3],
    text: '"x"',
  } as const;
  t.deepEqual(objectPatch({ edits: [edit] }, review), {
    kind: 'patch',
    operations: [{ op: 'replace', path: '/data/note', value: 'call "x"' }],
  });
  t.is(objectPatch({ edits: [{ ...edit, path: '/request/uid' }] }, review).kind, 'impossible');
  t.is(objectPatch({ edits: [edit, edit] }, review).kind, 'impossible');
});

test('a workload in quarantine has the label itself and gives it to its pods', (t) => {
  const deployment = { kind: 'Deployment', metadata: {}, spec: { template: { metadata: { labels: { a: 'b' } } } } };
  const patch = quarantinePatch(reviewOf(deployment));
  t.deepEqual(patch.kind === 'patch' && patch.operations.map(({ path }) => path), [
    '/metadata/labels',
    '/metadata/labels/rdp.dev~1quarantine',
    '/spec/template/metadata/labels/rdp.dev~1quarantine',
  ]);
  t.deepEqual(quarantinePatch(reviewOf(null)), { kind: 'patch', operations: [] });
});
