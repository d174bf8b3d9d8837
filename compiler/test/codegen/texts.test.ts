// `texts(value)`: every text in untyped JSON is found, at its place, and redacted there, by interpreter and modules alike.

import test from 'ava';
import fc from 'fast-check';
import { agree, createDifferential } from '../differential.ts';
import { lowerSource } from '../ir/lower-source.ts';

const policy = `
event probe on data { body: dyn?  bag: map<string, dyn> = {}  names: map<string, [string]> = {}  other: dyn }
surface S: data {}
pattern secret = re"s-[0-9]{3}"
detect InBody on S.probe { find secret in texts(body) }
detect InBag on S.probe { find secret in texts(bag), texts(names) }
detect InNote on S.probe { find secret in normalized(texts(other)) }
detect Long on S.probe { when texts(body).exists(t, t.size() > 12) || texts(body).size() > 40 }
detect Asked on S.probe { when texts(body).exists(t, t.matches(secret)) && texts(other).exists(t, t.startsWith("s-")) }
defend Body on S.probe { when InBody  redact InBody with "[{kind}]" }
defend Bag on S.probe { when InBag  redact InBag with mask("*", 2) }
defend Note on S.probe { when InNote  strip InNote }`.replace(
  'texts(bag), texts(names) }',
  'texts(bag)  find secret in texts(names) }',
);

const differential = createDifferential(lowerSource(policy));
const entrypoint = 't/S/probe';

interface Said {
  readonly findings?: readonly { readonly rule: string; readonly matches?: readonly { readonly path: string }[] }[];
  readonly edits?: readonly {
    readonly path: string;
    readonly bytes: readonly [number, number];
    readonly text: string;
  }[];
}

function decided(t: Parameters<typeof agree>[0], document: unknown): Said {
  return JSON.parse(agree(t, differential, { entrypoint, input: JSON.stringify(document) })) as Said; // a decision
}

function placesOf(said: Said, rule: string): readonly string[] {
  const finding = said.findings?.find((each) => each.rule === rule);
  return finding?.matches?.map(({ path }) => path) ?? [];
}

test('texts at every depth have their JSON Pointers; keys and numbers are no texts', (t) => {
  const body = {
    's-111': { 'a/b': ['s-001', 7, { '~': 's-002 and s-003' }] },
    n: null,
    deep: [[[['s-004']]]],
    truth: true,
    text: 'no secret',
  };
  const said = decided(t, { body, bag: { k: 's-005', l: ['s-006'] }, names: { x: ['y', 's-007'] }, other: 's-008' });
  t.deepEqual(placesOf(said, 'InBody'), [
    '/body/s-111/a~1b/0',
    '/body/s-111/a~1b/2/~0',
    '/body/s-111/a~1b/2/~0',
    '/body/deep/0/0/0/0',
  ]);
  t.deepEqual(placesOf(said, 'InBag'), ['/bag/k', '/bag/l/0', '/names/x/1']);
  t.deepEqual(placesOf(said, 'InNote'), ['/other']);
});

test('edits stand where the texts stand, behind escapes too', (t) => {
  const input = '{"body":{"x":["\\u0073-1\\u00322 s-456"]},"other":[]}';
  const said = JSON.parse(agree(t, differential, { entrypoint, input })) as Said; // a decision
  t.deepEqual(
    said.edits?.map(({ path, bytes: [from, to], text }) => [path, input.slice(from, to), text]),
    [
      ['/body/x/0', '\\u0073-1\\u00322', '[secret]'],
      ['/body/x/0', 's-456', '[secret]'],
    ],
  );
});

test('nothing is nothing', (t) => {
  for (const body of [null, 1, true, [], {}, [{}, [[]]], ''])
    t.deepEqual(decided(t, { body, other: null }).findings, undefined);
  t.deepEqual(decided(t, { other: {} }).findings, undefined);
});

const json = fc.jsonValue({ maxDepth: 6 });
const withSecrets = fc
  .tuple(json, fc.array(fc.constantFrom('s-123', 'x s-999 y', 's-\\u0031', 's‑1', 's-12')))
  .map(([value, secrets]) => ({ body: [value, { secrets }], bag: { value, secrets }, other: { a: secrets, value } }));

test('interpreter and modules agree on any JSON', (t) => {
  fc.assert(
    fc.property(withSecrets, (document) => {
      decided(t, document);
    }),
    { numRuns: 200 },
  );
});
