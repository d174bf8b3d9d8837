// What the passes work out: layouts, order, index, simpler expressions; and that the invariants hold.

import test from 'ava';
import type { IrEntrypoint } from '../../src/ir/ir.ts';
import { printExpr, printIr } from '../../src/ir/print.ts';
import { verifyIr } from '../../src/ir/verify.ts';
import { lowerSource } from './lower-source.ts';

const event = `
type Part { a: int  b: string = ""  c: bool? }
event probe on data { s: string  n: int  o: string?  parts: [Part] = []  one: Part?  d: dyn  unused: string }
surface S: data {}
`;

function entrypoint(rules: string): IrEntrypoint {
  const ir = lowerSource(event + rules);
  const [first] = ir.entrypoints;
  if (!first) throw new Error('no entrypoint');
  return first;
}

function layoutsOf(rules: string): Record<string, readonly string[]> {
  return Object.fromEntries(
    entrypoint(rules).records.map(({ record, fields }) => [
      record.name.split('.').at(-1),
      fields.map(({ wire }) => wire),
    ]),
  );
}

test('a layout has the fields that rules read, by wire name', (t) => {
  t.deepEqual(layoutsOf('detect R on S.probe { when s == "x" && n > 1 && parts.exists(p, p.b == "y") }'), {
    probe: ['n', 'parts', 's'],
    Part: ['b'],
  });
});

test('a list that is only counted has a layout without fields', (t) => {
  t.deepEqual(layoutsOf('detect R on S.probe { when size(parts) > 2 }'), { probe: ['parts'], Part: [] });
});

test('records that are compared are read whole', (t) => {
  t.deepEqual(layoutsOf('detect R on S.probe { when one == one }')['Part'], ['a', 'b', 'c']);
});

test('rules come after those that decide them, otherwise in source order', (t) => {
  const { order, rules } = entrypoint(`
    defend A on S.probe { when C || B  block }
    detect B on S.probe { when D.count > 1 }
    detect C on S.probe { when n == 1 }
    detect D on S.probe { when s.contains("x") }`);
  t.deepEqual(
    order.map((rule) => rules[rule]?.name),
    ['D', 'B', 'C', 'A'],
  );
});

function indexOf(rules: string): unknown {
  const { index, rules: all } = entrypoint(rules);
  const names = (list: readonly number[]): string => list.map((rule) => all[rule]?.name).join(' ');
  const values = (map: ReadonlyMap<string | bigint, readonly number[]>): Record<string, string> =>
    Object.fromEntries([...map].map(([value, list]) => [String(value), names(list)]));
  return {
    always: names(index.always),
    tests: index.tests.map((each) => ({
      key: printExpr(each.key),
      equal: values(each.equal),
      prefix: values(each.prefix),
    })),
  };
}

test('equality, lists, sets, prefixes and choices of them are index tests', (t) => {
  t.deepEqual(
    indexOf(`
      set names = ["u", "v"]
      detect A on S.probe { when s == "a" && n > 1 }
      detect B on S.probe { when n > 1 && (s == "b" || s in ["c", "a"]) }
      detect C on S.probe { when s.startsWith("/v1/") || s == "/v1/x" }
      detect D on S.probe { when s in names }
      detect E on S.probe { when s == "a" || n == 1 }
      detect F on S.probe { when n == 7 }`),
    {
      always: 'E',
      tests: [
        { key: 'input.n', equal: { 7: 'F' }, prefix: {} },
        { key: 'input.s', equal: { a: 'A B', b: 'B', c: 'B', u: 'D', v: 'D' }, prefix: { '/v1/': 'C' } },
      ],
    },
  );
});

test('what may fail, is narrowed, or is named by others is no index test', (t) => {
  t.deepEqual(
    indexOf(`
      detect A on S.probe { when s == "a" }
      defend B on S.probe { when A  block }
      detect C on S.probe { when (o ?? "") == "c" }
      detect D on S.probe { when d.k == "d" }
      detect E on S.probe { when parts[0].b == "e" }
      detect F on S.probe { when s != "f" }
      detect G on S.probe { when o != none && o == "g" }`),
    {
      always: 'A B D E F G',
      tests: [{ key: '(or-else input.o {"kind":"string","value":""})', equal: { c: 'C' }, prefix: {} }],
    },
  );
});

test('conditions with a constant side are simpler', (t) => {
  const condition = (text: string): string | undefined => {
    const [rule] = entrypoint(
      `fn yes() -> bool = true\nfn no() -> bool = false\ndetect R on S.probe { when ${text} }`,
    ).rules;
    return rule?.condition && printExpr(rule.condition);
  };
  const plain = '(compare > input.n {"kind":"int","value":"1"})';
  t.is(condition('yes() && n > 1'), plain);
  t.is(condition('n > 1 || no()'), plain);
  t.is(condition('!!(n > 1)'), plain);
  t.is(condition('yes() ? n > 1 : n / 0 > 1'), plain);
});

test('a printed representation shows layouts, order and index', (t) => {
  const text = printIr(
    lowerSource(`${event}pattern p = re"x+"\ndetect R on S.probe { when s == "a"  find p in parts[*].b }`),
  );
  for (const line of [
    'pattern t.p = re"x+"',
    'entrypoint t/S/probe',
    '  record #0 t.S.probe { parts =: list<t.Part>, s: string }',
    '    == "a": R',
    '    when (equal input.s {"kind":"string","value":"a"})',
  ])
    t.true(text.split('\n').includes(line), `${line}\n${text}`);
});

test('the invariants hold, and a broken order is told', (t) => {
  const ir = lowerSource(`${event}detect A on S.probe { when s == "a" }\ndefend B on S.probe { when A  block }`);
  t.deepEqual(verifyIr(ir), []);
  const [first] = ir.entrypoints;
  if (!first) return t.fail();
  const broken = { ...ir, entrypoints: [{ ...first, order: [1, 0], index: { always: [0], tests: [] } }] };
  t.deepEqual(verifyIr(broken), [
    't/S/probe: B is evaluated before rule 0',
    't/S/probe: B stands in 0 places of the index',
  ]);
});

test('what a parameter of a pack decides is decided here', (t) => {
  const { rules, index, records } = entrypoint(`
    pack p(minor: int, names: set<string> = []) on data {
      detect Older on probe { when Old }
      detect Old on probe { when minor < 30 && parts.exists(p, p.b == "y") }
      detect New on probe { when minor >= 30 && n == 1 || s in names || minor in [1, 2] }
      defend Stop on probe { when Older || New  block "old {minor} {s}" }
    }
    apply p to S { minor 31 }`);
  t.deepEqual(
    rules.map(({ name, condition }) => [name, condition && printExpr(condition)]),
    [
      ['p.Older', '{"kind":"bool","value":false}'],
      ['p.Old', '{"kind":"bool","value":false}'],
      ['p.New', '(equal input.n {"kind":"int","value":"1"})'],
      ['p.Stop', '(rule-fired 2)'],
    ],
  );
  t.deepEqual(index.always, [2, 3]);
  t.deepEqual(
    records.map(({ fields }) => fields.map(({ wire }) => wire)),
    [['n', 's']],
  );
});
