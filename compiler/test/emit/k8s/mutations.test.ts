// A wrong field in an emitter fails the ordinary tests: every record of every object that is emitted is given a field that nobody
// knows, and every number a text, and the checker has to say so.

import test from 'ava';
import { checkObject } from './check-object.ts';
import { manifestsOf, planPolicy } from './load-manifests.ts';

/** Maps whose keys and values are free. */
const free =
  /\/(labels|annotations|matchLabels|selector|requests|limits|hard|binaryData|data|pluginConfig|config|value|typed_config)$/u;

function* places(value: unknown, path: string): Generator<readonly [string, Record<string, unknown>]> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* places(item, `${path}/${index}`);
  } else if (typeof value === 'object' && value !== null) {
    // Of a Service `selector` is a map, of everything else a record.
    if (free.test(path) && !(path.endsWith('/selector') && 'matchLabels' in value)) return;
    yield [path, value as Record<string, unknown>]; // it is no list
    for (const [key, item] of Object.entries(value)) yield* places(item, `${path}/${key}`);
  }
}

test('an unknown field is found wherever it stands', async (t) => {
  const planned = await planPolicy('compiler/test/emit/k8s/policies/everything.rdp');
  const unseen = new Set<string>();
  let tried = 0;
  for (const plan of planned.plans) {
    for (const { objects } of manifestsOf(planned, plan, { enforcers: 'all' }).installation.clusters) {
      for (const object of objects) {
        const copy = structuredClone(object);
        for (const [path, record] of places(copy, '')) {
          record['nobodyKnows'] = 'this';
          tried += 1;
          if (checkObject(copy).length === 0) unseen.add(`${object.kind}${path}`);
          delete record['nobodyKnows'];
        }
      }
    }
  }
  t.deepEqual([...unseen], []);
  t.true(tried > 1000, String(tried));
});

test('a text in place of a number, and a number in place of a text, are found', async (t) => {
  const planned = await planPolicy('compiler/test/emit/k8s/policies/everything.rdp');
  const unseen = new Set<string>();
  for (const plan of planned.plans) {
    for (const { objects } of manifestsOf(planned, plan, { enforcers: 'all' }).installation.clusters) {
      for (const object of objects) {
        const copy = structuredClone(object);
        for (const [path, record] of places(copy, '')) {
          for (const [key, value] of Object.entries(record)) {
            // Ports by name or number, quantities and expressions are either.
            if (/^(port|targetPort|maxSurge|maxUnavailable|minAvailable|bufferLimit|limit|expr)$/u.test(key)) continue;
            if (typeof value !== 'string' && typeof value !== 'number') continue;
            record[key] = typeof value === 'string' ? 7 : 'seven';
            if (checkObject(copy).length === 0) unseen.add(`${object.kind}${path}/${key}`);
            record[key] = value;
          }
        }
      }
    }
  }
  t.deepEqual([...unseen], []);
});
