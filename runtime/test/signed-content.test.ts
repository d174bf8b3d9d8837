// The canonical form of JSON that OPA hashes.

import test from 'ava';

import { canonicalJson, signedContent } from '../src/contract/index.ts';

const canonical: readonly (readonly [string, string])[] = [
  ['{ "b" : 1.0 , "a" : [ true , null ] }', '{"a":[true,null],"b":1.0}'],
  ['[1e3, -0, 12345678901234567890]', '[1e3,-0,12345678901234567890]'],
  ['"\\u0061\\/<&>"', '"a/<&>"'],
  ['"\\u2028\\u2029"', '"\\u2028\\u2029"'],
  ['"\\b\\f\\n\\u0001\\u007f"', '"\\b\\f\\n\\u0001\u007f"'],
  // by UTF-8 bytes a private-use character comes before an emoji, by UTF-16 units behind it
  ['{"\u{1F600}":1,"\uE000":2,"z":3,"ab":4,"a":5}', '{"a":5,"ab":4,"z":3,"\uE000":2,"\u{1F600}":1}'],
  ['{}', '{}'],
  ['[ ]', '[]'],
];

for (const [text, expected] of canonical) {
  test(`canonical form of ${text}`, (t) => t.is(canonicalJson(text), expected));
}

for (const text of [
  '',
  '{',
  '{"a":1,}',
  '[1,]',
  '01',
  '+1',
  '1.',
  '"\\ud800"',
  '"\t"',
  "{'a':1}",
  '{"a":1,"\\u0061":2}',
  '1 2',
  'nul',
]) {
  test(`no canonical form of ${text}`, (t) => t.is(canonicalJson(text), undefined));
}

test('nesting beyond the limit has no canonical form', (t) => {
  t.is(canonicalJson('['.repeat(100_000)), undefined);
});

test('only data and manifest are read as documents', (t) => {
  const bytes = new TextEncoder().encode('{ }');
  t.is(signedContent('policy.wasm', bytes), bytes);
  t.is(signedContent('policy.map.json', bytes), bytes);
  t.deepEqual(signedContent('.manifest', bytes), new TextEncoder().encode('{}'));
  t.is(signedContent('data.json', new Uint8Array([0x22, 0xff, 0x22])), undefined);
  t.is(signedContent('data.yaml', bytes), undefined);
});
