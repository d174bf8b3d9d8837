// What type an expression has: one row an expression.

import test from 'ava';
import type { Type } from '../../src/semantic/types.ts';
import { inferText } from './infer-text.ts';

const string: Type = { kind: 'string', sensitive: false };
const variables: Readonly<Record<string, Type>> = {
  text: string,
  secret: { kind: 'string', sensitive: true },
  maybe: { kind: 'optional', of: { kind: 'int' } },
  json: { kind: 'dyn' },
  headers: { kind: 'map', key: string, value: string },
  cost: { kind: 'quantity', unit: 'usd' },
  when: { kind: 'timestamp' },
};

const rows: readonly (readonly [string, string])[] = [
  ['1', 'int'],
  ['-9223372036854775808', 'int'],
  ['1u + 2u', 'uint'],
  ['1.5 / 2.0', 'float'],
  ['[]', 'list<dyn>'],
  ['[1, 2]', 'list<int>'],
  ['[1, "a"]', 'list<dyn>'],
  ['[[], [[]], [[[]]]]', 'list<list<list<list<dyn>>>>'],
  ['{}', 'map<dyn, dyn>'],
  ['{"a": 1}', 'map<string, int>'],
  ['{"a": 1, 2: true}', 'map<dyn, dyn>'],
  ['{"a": 1}["a"]', 'int'],
  ['{"a": 1}[?"a"]', 'int?'],
  ['headers["x"]', 'string'],
  ['headers.x', 'string'],
  ['headers?.x', 'string?'],
  ['headers.?x ?? "none"', 'string'],
  ['none', 'dyn?'],
  ['maybe', 'int?'],
  ['maybe ?? 0', 'int'],
  ['maybe != none', 'bool'],
  ['maybe != none ? maybe : 7', 'int'],
  ['maybe.orValue(1)', 'int'],
  ['maybe.optMap(x, string(x))', 'string?'],
  ['maybe.or(optional.of(3))', 'int?'],
  ['text.size() > 3 ? none : 4', 'int?'],
  ['json.a.b', 'dyn'],
  ['json?.a', 'dyn?'],
  ['json.a + 1', 'dyn'],
  ['json == 1', 'bool'],
  ['int(json)', 'int'],
  ['bool(json)', 'bool'],
  ['type(json) == int', 'bool'],
  ['type(1)', 'type'],
  ['json.map(x, x.name)', 'list<dyn>'],
  ['json.exists(x, x == 1)', 'bool'],
  ['[1, 2].map(x, x * 2)', 'list<int>'],
  ['[1, 2].map(x, x > 1, string(x))', 'list<string>'],
  ['headers.filter(k, k.startsWith("x-"))', 'list<string>'],
  ['headers.transformMap(k, v, v.size())', 'map<string, int>'],
  ['[text].transformList(i, v, v + string(i))', 'list<string>'],
  ['[[1], []].flatten()', 'list<int>'],
  ['secret + "x"', 'sensitive string'],
  ['secret.split(",")', 'list<sensitive string>'],
  ['secret.size()', 'int'],
  ['secret == "a"', 'bool'],
  ['secret.last(4)', 'string'],
  ['[secret, text]', 'list<sensitive string>'],
  ['"%s and %d".format([secret, 1])', 'sensitive string'],
  ['"%d".format([1])', 'string'],
  ['cost + 5 usd', 'usd'],
  ['cost * 2', 'usd'],
  ['cost / 5 usd', 'int'],
  ['int(cost)', 'int'],
  ['when - when', 'duration'],
  ['when + 1h', 'timestamp'],
  ['when.getHours()', 'int'],
  ['when.getHours("+02:00")', 'int'],
  ['math.greatest(1, 2, 3)', 'int'],
  ['math.greatest(1, 2.0)', 'dyn'],
  ['cel.bind(x, 1, x + x)', 'int'],
  ['text.matches("a+")', 'bool'],
  ['text.contains_any(["a", "b"])', 'bool'],
  ['text in ["a", "b"]', 'bool'],
  ['text not in ["a"]', 'bool'],
  ['has(headers.x)', 'bool'],
  ['base64.encode(b"a")', 'string'],
  ['google.protobuf.Timestamp', 'type'],
];

for (const [text, type] of rows) {
  test(text, (t) => {
    const inferred = inferText(text, variables);
    t.deepEqual(inferred.codes, []);
    t.is(inferred.type, type);
  });
}

test('membership in constants is a perfect hash, whatever the spelling', (t) => {
  t.is(inferText('text in ["a", "b"]', variables).core.op, 'in-set');
  t.is(inferText('"a" in headers', variables).core.op, 'in');
});
