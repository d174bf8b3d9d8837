// The generated reader of both modules says what the interpreter's reader says: every value, every fault, every place.

import test from 'ava';
import type { RecordType, Type, UnionType } from '@rdp/language';
import {
  entrypointOf,
  field,
  generatedReader,
  interpretedReader,
  record,
  stringType,
  withDefault,
} from './read-module.ts';

const map = (value: Type): Type => ({ kind: 'map', key: stringType, value });
const list = (of: Type): Type => ({ kind: 'list', of });
const emptyList = withDefault({ kind: 'list', items: [] });
const optional = { presence: 'optional' } as const;

const meta = record('Meta', [
  field('name', stringType, withDefault({ kind: 'string', value: '' })),
  field('labels', map(stringType), withDefault({ kind: 'map', entries: [] })),
]);
const container = record('Container', [
  field('image', stringType),
  field('privileged', { kind: 'bool' }, optional),
  field('ports', list({ kind: 'int' }), emptyList),
]);
const podSpec = record('PodSpec', [
  field('containers', list({ kind: 'record', record: container })),
  field('hostNetwork', { kind: 'bool' }, optional),
]);
const tag = (name: string): ReturnType<typeof field> =>
  field(name, stringType, withDefault({ kind: 'string', value: '' }));
const pod = record('Pod', [
  tag('kind'),
  field('metadata', { kind: 'record', record: meta }),
  field('spec', { kind: 'record', record: podSpec }),
]);
const service = record('Service', [field('spec', map({ kind: 'dyn' }), optional), field('kind', stringType)]);
const object: UnionType = {
  name: 'Object',
  base: record('Object', [
    tag('apiVersion'),
    tag('kind'),
    field('metadata', { kind: 'record', record: meta }, optional),
  ]),
  discriminators: ['apiVersion', 'kind'],
  variant: (name) =>
    name === 'Pod'
      ? { name, tag: ['v1', 'Pod'], record: pod }
      : name === 'Service'
        ? { name, tag: ['v1', 'Service'], record: service }
        : undefined,
  variantNames: () => ['Pod', 'Service'],
};
const tree: RecordType = {
  name: 'Tree',
  doc: '',
  fields: () =>
    new Map(
      [field('left', { kind: 'record', record: tree }, optional), field('value', { kind: 'uint' })].map((item) => [
        item.name,
        item,
      ]),
    ),
};
const input = record('Input', [
  field('object', { kind: 'union', union: object }, optional),
  field('old', { kind: 'union', union: object }, { presence: 'optional', wire: 'oldObject' }),
  field('tree', { kind: 'record', record: tree }, optional),
  field('user', stringType),
  field('groups', list(stringType), emptyList),
  field('score', { kind: 'float' }, withDefault({ kind: 'float', value: 0.5 })),
  field('count', { kind: 'int' }, optional),
  field('amount', { kind: 'quantity', unit: 'tokens' }, optional),
  field('any', { kind: 'dyn' }, optional),
  field('matrix', list(list({ kind: 'optional', of: { kind: 'int' } })), optional),
  field('extra', map(list(stringType)), optional),
  field('time', { kind: 'timestamp' }, optional),
  field('wait', { kind: 'duration' }, optional),
  field('data', { kind: 'bytes' }, optional),
  field('aLongKeyOfNineteen', { kind: 'bool' }, optional),
]);

const entrypoint = entrypointOf(input, { at: ['request'] });
const readers = { scalar: generatedReader(entrypoint, 'scalar'), simd: generatedReader(entrypoint, 'simd') };
const oracle = interpretedReader(entrypoint);
const utf8 = new TextEncoder();

const whole = JSON.stringify({
  noise: { deep: [1, 2.5e-3, { a: [], b: {}, c: [[['x']]] }], text: 'a\\b"c\u00e9\u4e2d\u{1f600}', '': null },
  request: {
    user: 'anna \u00fc\n',
    groups: ['a', 'b', 'system:masters'],
    object: {
      kind: 'Pod',
      spec: {
        containers: [
          { image: 'x', ports: [80, 443] },
          { image: 'y:latest', privileged: true, other: [{}] },
        ],
        hostNetwork: false,
      },
      apiVersion: 'v1',
      metadata: {
        name: 'p',
        labels: { app: 'x', tier: 'y', a: '1', b: '2', c: '3', d: '4', e: '5', f: '6', g: '7', h: '8' },
      },
      status: { phase: 'Running' },
    },
    oldObject: { apiVersion: 'v1', kind: 'Service', spec: { a: 1, b: [true, null, 'x'] } },
    tree: { value: 1, left: { value: 18446744073709551615n.toString().slice(0, 3), left: null } },
    score: -12.75,
    count: -42,
    amount: 200000,
    any: { a: [1, -0.5, 'x', null, { b: false }], 'a/b~c': 1e30 },
    matrix: [[1, null], [], [2, 3, 4, 5, 6, 7, 8, 9]],
    extra: { x: ['1'], y: [] },
    time: '2026-11-22T21:00:00.5+02:00',
    wait: '1h30m',
    data: 'aGVsbG8=',
    aLongKeyOfNineteen: true,
    aLongKeyOfNineteeN: 1,
  },
}).replace('"value":"184"', '"value":18446744073709551615');

function agree(t: { deepEqual: (a: unknown, b: unknown, message?: string) => unknown }, bytes: Uint8Array): void {
  const expected = oracle(bytes);
  const shown = new TextDecoder().decode(bytes);
  t.deepEqual(readers.scalar(bytes), expected, `scalar: ${shown}`);
  t.deepEqual(readers.simd(bytes), expected, `simd: ${shown}`);
}

test('a document with everything', (t) => {
  const bytes = utf8.encode(whole);
  t.true('value' in oracle(bytes), JSON.stringify(oracle(bytes)));
  agree(t, bytes);
  agree(t, utf8.encode(JSON.stringify(JSON.parse(whole.replace('18446744073709551615', '7')), null, 2)));
  agree(t, utf8.encode(JSON.stringify(JSON.parse(whole.replace('18446744073709551615', '7')), null, '\t')));
  agree(t, utf8.encode(`${whole}\n\0`));
});

const request = (members: string): string => `{"request":{"user":"u"${members}}}`;

for (const [name, text] of Object.entries({
  'nothing at all': '',
  'white space': ' \n',
  'one NUL': '\0',
  'two NULs': '{}\0\0',
  'no request': '{"a":1}',
  'request twice': '{"request":{"user":"u"},"request":{"user":"u"}}',
  'request is no object': '{"request":[]}',
  'something behind': `${request('')} x`,
  'a key with escapes': '{"re\\u0071uest":{"us\\u0065r":"u"}}',
  'a key twice, once with escapes': '{"request":{"user":"u","us\\u0065r":"u"}}',
  'an unused key twice': request(',"z":1,"z":2'),
  'null for a required field': '{"request":{"user":null}}',
  'null for others': request(',"score":null,"count":null,"groups":null,"object":null'),
  'nearly null': request(',"score":nul,"count":1'),
  'a fault in a skipped value': request(',"z":{"a":[1,{"b":tru}]}'),
  'a lone surrogate where nobody looks': request(',"z":"\\udc00"'),
  'an escape that is none': request(',"z":"\\x"'),
  'a pair of surrogates': '{"request":{"user":"\\ud83d\\ude00"}}',
  'a raw control character': request(',"z":"a\tb"'),
  'a float for an int': request(',"count":1.0'),
  'an exponent for an int': request(',"count":1e3'),
  'a zero before': request(',"count":01'),
  'a minus alone': request(',"count":-'),
  'ints at the edge': request(',"count":-9223372036854775808,"amount":9223372036854775807'),
  'an int too large': request(',"count":9223372036854775808'),
  'an int much too large': request(',"count":123456789012345678901234567890'),
  'a negative uint': request(',"tree":{"value":-1}'),
  'a uint too large': request(',"tree":{"value":18446744073709551616}'),
  'a map with a repeated key': request(',"extra":{"a":[],"b":[],"a":[]}'),
  'a map with a repeated key before a fault': request(',"extra":{"a":[],"a":[1]}'),
  'a map with a fault inside': request(',"extra":{"a":["x",{}]}'),
  'free JSON with a repeated key': request(',"any":[{"a":1,"\\u0061":2}]'),
  'free JSON with a fault': request(',"any":[{"a":1,}]'),
  'a bad time': request(',"time":"yesterday"'),
  'a bad duration': request(',"wait":"3 apples"'),
  'bad base64': request(',"data":"a"'),
  'an object of another kind': request(',"object":{"apiVersion":"v2","kind":"Pod","spec":7}'),
  'an object without a kind': request(',"object":{"spec":7,"spec":8}'),
  'a waiting field twice': request(',"object":{"spec":{},"spec":{},"kind":"Service","apiVersion":"v1"}'),
  'a waiting field, then again': request(',"object":{"spec":{},"kind":"Service","apiVersion":"v1","spec":{}}'),
  'a waiting field of the wrong type': request(',"object":{"spec":[],"kind":"Pod","apiVersion":"v1","metadata":{}}'),
  'an incomplete variant': request(',"object":{"kind":"Pod","apiVersion":"v1","metadata":{}}'),
  'a discriminator twice': request(',"object":{"kind":"Pod","apiVersion":"v1","kind":"Pod"}'),
  'a discriminator that is null': request(',"object":{"kind":null,"apiVersion":"v1"}'),
  'the same field in base and variant': request(
    ',"object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":1},"spec":{"containers":[]}}',
  ),
  'the deepest document': request(`,"z":${'['.repeat(510)}${']'.repeat(510)}`),
  'one deeper': request(`,"z":${'['.repeat(511)}${']'.repeat(511)}`),
  'mixed depths': request(`,"z":${'[{"a":'.repeat(254)}1${'}]'.repeat(254)}`),
  'deep free JSON': request(`,"any":${'['.repeat(511)}${']'.repeat(511)}`),
  'deep records': request(`,"tree":${'{"value":1,"left":'.repeat(511)}null${'}'.repeat(511)}`),
  'the deepest records': request(`,"tree":${'{"value":1,"left":'.repeat(510)}null${'}'.repeat(510)}`),
  'a path with odd keys': '{"request":{"user":"u"},"a/b~\\u0063":[0,{"\\"":[1,x]}]}',
}))
  test(name, (t) => agree(t, utf8.encode(text)));

const invalidUtf8 = [
  [0x80],
  [0xc0, 0x80],
  [0xc3],
  [0xe0, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xe4, 0xb8],
  [0xff],
  [0xc3, 0xc3, 0xa9],
];

test('what is no UTF-8 is refused wherever it stands', (t) => {
  for (const bad of invalidUtf8) {
    for (const length of [0, 1, 14, 15, 16, 17, 50, 61, 62, 63, 64, 65, 127, 128]) {
      const bytes = utf8.encode(request(`,"z":"${'x'.repeat(length)}##"`));
      const at = bytes.indexOf(0x23);
      agree(t, Uint8Array.from([...bytes.subarray(0, at), ...bad, ...bytes.subarray(at + 2)]));
      const last = utf8.encode(`${request('')}${' '.repeat(length)}`);
      agree(t, Uint8Array.from([...last, ...bad]));
    }
  }
});

/** Numbers from 0 to below 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\n',
  '0',
  '-',
  '1',
  '9',
  '.',
  'e',
  'null',
  'true',
  '\\u00e9',
  '\\ud800',
  '\u00e9',
  '"kind":"Pod",',
  '"apiVersion":"v1",',
  '"spec":{},',
  '"user":"u",',
  '\0',
  '\u0001',
];

test('documents that were changed at random places', (t) => {
  const rounds = Number(process.env['RDP_FUZZ'] ?? 1500);
  const next = random(Number(process.env['RDP_SEED'] ?? 7));
  const pick = (limit: number): number => Math.floor(next() * limit);
  const original = utf8.encode(whole);
  for (let round = 0; round < rounds; round++) {
    let bytes = [...original];
    for (let change = 1 + pick(3); change > 0; change--) {
      const at = pick(bytes.length);
      const other = pick(bytes.length);
      const piece = utf8.encode(pieces[pick(pieces.length)] ?? '');
      const kind = pick(5);
      if (kind === 0) bytes.splice(at, 1 + pick(4));
      else if (kind === 1) bytes.splice(at, 0, ...piece);
      else if (kind === 2) bytes.splice(at, 1, ...piece);
      else if (kind === 3) bytes.splice(at, 0, ...bytes.slice(other, other + pick(40)));
      else bytes = change === 1 && pick(4) === 0 ? bytes.slice(0, at) : bytes.with(at, pick(256));
    }
    agree(t, Uint8Array.from(bytes));
  }
});
