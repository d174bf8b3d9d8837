// What expressions mean, CEL's and ours beyond it: each row is checked, interpreted, and evaluated by the compiled module,
// through the same harness as CEL's conformance cases.

import test from 'ava';
import { runCases } from '../../eval/cel/run-cases.ts';

type Value = Readonly<Record<string, unknown>>;

const int = (value: number): Value => ({ int64_value: String(value) });
const string = (value: string): Value => ({ string_value: value });
const bool = (value: boolean): Value => ({ bool_value: String(value) });

const strings = { list_type: { elem_type: { primitive: 'STRING' } } };
const environment = {
  type_env: [
    { name: 'names', ident: { type: strings } },
    { name: 'json', ident: { type: { dyn: {} } } },
  ],
  bindings: [
    { key: 'names', value: { value: { list_value: { values: [string('ann'), string('bob')] } } } },
    {
      key: 'json',
      value: {
        value: {
          map_value: {
            entries: [
              { key: string('n'), value: int(3) },
              { key: string('s'), value: string('x') },
              { key: string('nothing'), value: { null_value: 'NULL_VALUE' } },
            ],
          },
        },
      },
    },
  ],
};

const values: readonly (readonly [string, Value])[] = [
  // optionals, our spelling
  ['{"a": 1}?.a ?? 7', int(1)],
  ['{"a": 1}?.b ?? 7', int(7)],
  ['{"a": {"b": 1}}?.a?.b ?? 7', int(1)],
  ['{"a": {"b": 1}}?.x.b ?? 7', int(7)],
  ['names[?5] ?? "nobody"', string('nobody')],
  ['names[?1] ?? "nobody"', string('bob')],
  ['names[?0]?.size() ?? 0', int(3)],
  ['names[?9] != none', bool(false)],
  ['names[?9] == none || 1 / 0 == 1', bool(true)],
  ['cel.bind(x, names[?0], x != none && x.startsWith("a"))', bool(true)],
  ['cel.bind(x, names[?9], x == none ? "none" : x)', string('none')],
  ['(names[?9] ?? names[?0]) ?? "nobody"', string('ann')],
  ['names[?9].or(names[?1]).orValue("nobody")', string('bob')],
  ['json?.s ?? "y"', string('x')],
  ['json?.missing ?? "y"', string('y')],
  ['has(json.nothing)', bool(true)],
  // membership
  ['"ann" in names', bool(true)],
  ['"eve" not in names', bool(true)],
  ['2 in [1, 2, 3]', bool(true)],
  ['json.n in [1, 2, 3]', bool(true)],
  ['"a" in {"a": 1}', bool(true)],
  // dynamic values
  ['json.n + 1 == 4', bool(true)],
  ['json.n == 3.0', bool(true)],
  ['int(json.n) * 2', int(6)],
  ['type(json.s) == string', bool(true)],
  ['bool(dyn(true))', bool(true)],
  ['bool(dyn("false"))', bool(false)],
  ['math.abs(dyn(-2)) == 2', bool(true)],
  ['math.abs(dyn(-2.5)) == 2.5', bool(true)],
  ['json.n > 2 && json.s.startsWith("x")', bool(true)],
  // text
  ['"4111 1111".last(4)', string('1111')],
  ['"secret".mask("*")', string('******')],
  ['"one two".contains_any(["zwei", "two"])', bool(true)],
  ['"order 7F".matches(re"\\b[0-9][A-Z]\\b")', bool(true)],
  ['[["a"], [], ["b", "c"]].flatten().join("-")', string('a-b-c')],
  // amounts
  ['2 * 5 usd == 10 usd', bool(true)],
  ['int(1 KiB)', int(1024)],
  ['int(0.25 usd)', int(250_000)],
  ['10 usd / 5 usd', int(2)],
  ['int(2 * 5 tokens)', int(10)],
  ['-(5 tokens) < 3 tokens', bool(true)],
  ['90m + 30m == 2h', bool(true)],
];

const errors: readonly string[] = [
  'names[7] == "x"',
  'json.missing == 1',
  'json.s + 1 == 2',
  'json.n.startsWith("x")',
  'names[?9].value() == "x"',
  '9223372036854775807 + names.size() > 0',
  '{"a": 1, names[0].substring(0, 1): 2}.size() == 1',
  'cel.bind(x, 1 / (names.size() - 2), true)',
];

test('every expression has its value, in every engine', async (t) => {
  const rows = [
    ...values.map(([expr, value]) => ({ expr, value })),
    ...errors.map((expr) => ({ expr, eval_error: { errors: { message: 'no value' } } })),
  ];
  const text = rows.map((row) =>
    JSON.stringify({ ...environment, ...row, file: 'own', section: 'own', name: row.expr }),
  );
  const outcome = await runCases(text.join('\n'));
  t.deepEqual(outcome.disagreements, []);
  t.is(outcome.inside, rows.length);
  t.is(outcome.refused, 0);
});

test('a case about what is outside is not counted', async (t) => {
  const outcome = await runCases(
    JSON.stringify({
      file: 'own',
      section: 'own',
      name: 'message',
      expr: 'TestAllTypes{}',
      value: { object_value: {} },
    }),
  );
  t.is(outcome.inside, 0);
  t.deepEqual([...outcome.outside], [['messages', 1]]);
});

test('a case that disagrees is told', async (t) => {
  const outcome = await runCases(
    JSON.stringify({ file: 'own', section: 'own', name: 'sum', expr: '1 + 1', value: int(3) }),
  );
  t.deepEqual(outcome.disagreements, [
    { id: 'own/own/sum', expr: '1 + 1', engine: 'interpreter', reason: 'gives int 2, not int 3' },
  ]);
});
