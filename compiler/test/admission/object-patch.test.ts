// What an admission server makes of the patches of one decision, or of several: operations that apply one after another, and nothing
// that two policies do not agree on.

import jsonPatch from 'fast-json-patch';
import test from 'ava';
import { objectPatch } from '@rdp/runtime/admission';

type Patch = readonly [path: string, value: unknown, op?: 'add' | 'replace'];

/** The object after the patches, or why there is none. */
function changed(object: object, patches: readonly Patch[]): unknown {
  const review = new TextEncoder().encode(JSON.stringify({ request: { object } }));
  const made = objectPatch(
    {
      version: 1,
      action: 'allow',
      patches: patches.map(([path, value, op = 'add']) => ({ rule: 'R', op, path, value })),
    },
    review,
  );
  if (made.kind === 'impossible') return made.reason;
  const operations = made.operations.map(({ op, path, value }) => ({ op, path, value }));
  return jsonPatch.applyPatch(structuredClone(object), operations, true).newDocument;
}

test('what two policies make in one place is one', (t) => {
  const labels = changed({ metadata: {} }, [
    ['/metadata/labels', { a: '1' }],
    ['/metadata/labels', { b: '2' }],
    ['/metadata/labels/c', '3'],
  ]);
  t.deepEqual(labels, { metadata: { labels: { a: '1', b: '2', c: '3' } } });
  t.deepEqual(
    changed({ spec: { tolerations: null } }, [
      ['/spec/tolerations', [{ key: 'a' }]],
      ['/spec/tolerations/-', { key: 'b' }],
      ['/spec/tolerations', [{ key: 'c' }, { key: 'a' }]],
    ]),
    { spec: { tolerations: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] } },
  );
  t.deepEqual(
    changed({}, [
      ['/a', { b: { c: 1 } }],
      ['/a', { b: { d: [1] } }],
    ]),
    { a: { b: { c: 1, d: [1] } } },
  );
});

test('what two policies do not agree on is refused', (t) => {
  const fault = '`/metadata/labels/a` is set to different values';
  t.is(
    changed({ metadata: {} }, [
      ['/metadata/labels', { a: '1' }],
      ['/metadata/labels', { a: '2' }],
    ]),
    fault,
  );
  t.is(
    changed({ metadata: { labels: {} } }, [
      ['/metadata/labels/a', '1'],
      ['/metadata/labels/a', '2'],
    ]),
    fault,
  );
  t.is(
    changed({ metadata: { labels: { x: 'y' } } }, [
      ['/metadata/labels', { b: '1' }],
      ['/metadata/labels/a', '2'],
    ]),
    fault,
  );
  t.is(
    changed({ metadata: { labels: { x: 'y' } } }, [
      ['/metadata/labels/a', '2'],
      ['/metadata/labels', { b: '1' }],
    ]),
    '`/metadata/labels` is set to different values',
  );
  t.deepEqual(
    changed({ a: '1' }, [
      ['/a', '2'],
      ['/a', '2'],
    ]),
    { a: '2' },
  );
});

test('an element that is there is not added again', (t) => {
  const object = { spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } };
  t.deepEqual(changed(object, [['/spec/tolerations/-', { operator: 'Exists', key: 'a' }]]), object);
  t.deepEqual(changed({ spec: { args: ['a', 'b'] } }, [['/spec/args/1', 'c', 'replace']]), {
    spec: { args: ['a', 'c'] },
  });
});
