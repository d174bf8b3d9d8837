// Random policies: rules of every verb, mode and action, with patterns, scores, exemptions and references to one another, on
// random documents and broken ones. The modules write the interpreter's decision, byte for byte.

import test from 'ava';
import { matchesType, matchRecord } from '@rdp/language';
import type { CoreAction, CoreExpr, CorePattern, CoreRule } from '@rdp/language';
import { agree, createDifferential } from '../differential.ts';
import { type Draw, drawDocument, drawFrom } from './documents.ts';
import { drawExpr } from './draw-expression.ts';
import {
  bool,
  bytes,
  dyn,
  field,
  file,
  float,
  innerType,
  int,
  list,
  number,
  optional,
  policyOf,
  string,
  text,
  timestamp,
  truth,
  writingRule,
} from './program.ts';

const views = ['normalized', 'normalized-leet'] as const;

/** A pattern as it is looked for in a view. */
const dollars: CoreExpr['type'] = { kind: 'quantity', unit: 'usd' };

/** As many millionths of a dollar, times two. */
function dollarsOf(amount: CoreExpr): CoreExpr {
  const two: CoreExpr = { op: 'const', value: { kind: 'quantity', unit: 'usd', amount: 2n }, type: dollars };
  return { op: 'call', builtin: 'int_mul', args: [amount, two], type: dollars };
}

function inView(pattern: CorePattern): CorePattern {
  return { ...pattern, name: `${pattern.name}~`, body: { ...pattern.body, normalized: true } };
}

const match: CoreExpr = { op: 'local', id: 900, type: string };

const patterns: readonly CorePattern[] = [
  { kind: 'letter', name: 'p.a', body: { kind: 'regex', regex: '[ab]+' }, where: undefined, near: undefined },
  { kind: 'digits', name: 'p.digits', body: { kind: 'regex', regex: '[0-9]{2,}' }, where: undefined, near: undefined },
  { kind: 'word', name: 'p.word', body: { kind: 'regex', regex: '\\w+' }, where: undefined, near: undefined },
  { kind: 'any', name: 'p.any', body: { kind: 'regex', regex: '.' }, where: undefined, near: undefined },
  { kind: 'letter', name: 'p.b', body: { kind: 'regex', regex: 'a?b' }, where: undefined, near: undefined },
  {
    kind: 'card',
    name: 'p.card',
    body: { kind: 'regex', regex: '[0-9]{13,16}' },
    where: { match: 900, condition: { op: 'call', builtin: 'luhn', args: [match], type: bool } },
    near: undefined,
  },
  {
    kind: 'near',
    name: 'p.near',
    body: { kind: 'regex', regex: '[a-z]' },
    where: undefined,
    near: { words: ['b', 'hello'], within: 2 },
  },
  {
    kind: 'fails',
    name: 'p.fails',
    body: { kind: 'regex', regex: '[0-9-]+' },
    where: {
      match: 900,
      condition: {
        op: 'compare',
        order: '>',
        left: { op: 'call', builtin: 'int_of_string', args: [match], type: int },
        right: number(0),
        type: bool,
      },
    },
    near: undefined,
  },
  {
    kind: 'words',
    name: 'p.words',
    body: { kind: 'words', words: ['hello world', 'ab', 'x'] },
    where: undefined,
    near: undefined,
  },
];

/** A question to the matches of a rule, one for each field that a match has. */
function askMatches(draw: Draw, rule: number): CoreExpr {
  const item: CoreExpr = { op: 'local', id: 800 + rule, type: { kind: 'record', record: matchRecord } };
  const part = (name: string): CoreExpr => {
    const found = matchRecord.fields().get(name);
    if (!found) throw new Error(`a match has no ${name}`);
    return { op: 'field', of: item, field: found, type: found.type };
  };
  const tests: readonly CoreExpr[] = [
    { op: 'equal', left: part('kind'), right: text('letter'), type: bool },
    { op: 'call', builtin: 'string_starts_with', args: [part('path'), text('/outer/ls')], type: bool },
    { op: 'compare', order: '>', left: part('start'), right: number(1), type: bool },
    { op: 'compare', order: '<', left: part('end'), right: number(4), type: bool },
    { op: 'equal', left: part('text'), right: text('ab'), type: bool },
    truth(true),
  ];
  return {
    op: 'loop',
    macro: draw(2) === 0 ? 'exists' : 'all',
    range: { op: 'rule-matches', rule, type: matchesType },
    item: 800 + rule,
    body: tests[draw(tests.length)] ?? truth(true),
    type: bool,
  };
}

/** A question about a text that finds look into, too: as it is, in a view, or one text of a list after another. */
function askText(draw: Draw, index: number, pattern: () => CorePattern): CoreExpr {
  const one = <T>(items: readonly T[]): T => items[draw(items.length)] as T; // never empty here
  const ask = (of: CoreExpr): CoreExpr => {
    const wanted = Array.from({ length: 1 + draw(3) }, pattern);
    const view = draw(4) === 0 ? one(['text_normalized', 'text_normalized_leet'] as const) : undefined;
    if (view)
      return {
        op: 'matches',
        of: { op: 'call', builtin: view, args: [of], type: string },
        patterns: wanted.map(inView),
        type: bool,
      };
    if (draw(4) > 0) return { op: 'matches', of, patterns: wanted, type: bool };
    const words = one([
      ['a', 'b'],
      ['ab', 'c.', '42'],
      ['\u{1f600}', 'x"y'],
    ]);
    const id = 700 + index;
    return {
      op: 'loop',
      macro: 'exists',
      range: {
        op: 'const',
        value: { kind: 'list', items: words.map((value) => ({ kind: 'string', value })) },
        type: list(string),
      },
      item: id,
      body: { op: 'call', builtin: 'string_contains', args: [of, { op: 'local', id, type: string }], type: bool },
      type: bool,
    };
  };
  if (draw(2) === 0) return ask(field(one(['s1', 's2', 's3'])));
  const item = 600 + index;
  return {
    op: 'loop',
    macro: one(['exists', 'all', 'exists_one'] as const),
    range: one([
      field('ls'),
      field('ls2'),
      { op: 'call', builtin: 'list_flatten', args: [field('lls')], type: list(string) },
    ]),
    item,
    body: ask({ op: 'local', id: item, type: string }),
    type: bool,
  };
}

const verbs = ['discover', 'detect', 'defend'] as const;
const modes = ['observe', 'warn', 'enforce', 'enforce', 'enforce'] as const;
const severities = ['low', 'medium', 'high', 'critical'] as const;

const safePatterns = patterns.filter(({ name }) => name !== 'p.fails');

function drawRule(draw: Draw, index: number, earlier: readonly CoreRule[]): CoreRule {
  const one = <T>(items: readonly T[]): T => items[draw(items.length)] as T; // never empty here
  // One error is the whole decision, so most expressions have none.
  const daring = draw(12) === 0;
  const expr = (type: Parameters<typeof drawExpr>[1], depth: number): CoreExpr =>
    drawExpr(draw, type, daring ? depth : 0);
  const pattern = (): CorePattern => one(daring ? patterns : safePatterns);
  const verb = one(verbs);
  const texts: CoreExpr = one([
    field('ls'),
    { op: 'list', type: list(string), items: [field('s1'), field('s2')], optionals: [] },
    { op: 'list', type: list(string), items: [field('s1')], optionals: [] },
    { op: 'call', builtin: 'list_flatten', args: [field('lls')], type: list(string) },
  ]);
  const named = earlier.flatMap((rule, other) => (rule.verb === 'defend' ? [] : [other]));
  const count = (rule: number): CoreExpr => ({
    op: 'call',
    builtin: 'string_of_int',
    type: string,
    args: [{ op: one(['rule-count', 'rule-score'] as const), type: int, rule }],
  });
  const message = (): CoreExpr | undefined =>
    draw(3) === 0
      ? undefined
      : draw(2) === 0
        ? text('stopped "here"')
        : { op: 'concat', type: string, parts: [text('of '), count(draw(index + 1)), field('s1')] };
  const simple = (): CoreExpr =>
    one([
      { op: 'compare', order: '>', left: field('i1'), right: number(0), type: bool },
      { op: 'equal', left: field('s1'), right: text('a'), type: bool },
      { op: 'equal', left: field('s1'), right: text('42'), type: bool },
      { op: 'call', builtin: 'string_starts_with', args: [field('s2'), text('a')], type: bool },
      {
        op: 'in',
        value: field('i2'),
        of: {
          op: 'const',
          type: list(int),
          value: {
            kind: 'list',
            items: [
              { kind: 'int', value: 1n },
              { kind: 'int', value: 7n },
            ],
          },
        },
        type: bool,
      },
      field('b1'),
      askText(draw, index, pattern),
      askText(draw, index, pattern),
      ...(named.length > 0
        ? [{ op: 'rule-fired', rule: one(named), type: bool } as const, askMatches(draw, one(named))]
        : []),
    ]);
  const condition = (): CoreExpr | undefined => {
    const kind = draw(6);
    if (kind === 0) return undefined;
    if (kind === 1) return expr(bool, 2);
    return { op: 'and', type: bool, left: simple(), right: draw(2) === 0 ? simple() : expr(bool, 2) };
  };
  const found = earlier.flatMap((rule, other) => (rule.finds.length > 0 ? [other] : []));
  const actions: readonly (() => CoreAction)[] = [
    () => ({ kind: 'block', status: one([403, 451]), message: message() }),
    () => ({
      kind: 'limit',
      unit: 'tokens',
      amount: 5n,
      window: 60,
      key: field('s1'),
      cost: draw(2) === 0 ? undefined : field('i1'),
      price: draw(2) === 0 ? undefined : { input: dollarsOf(field('i1')), output: dollarsOf(expr(int, 1)) },
      onError: one(['block', 'allow']),
    }),
    () => ({ kind: 'quarantine', target: field('s2') }),
    () => ({ kind: 'approve', by: text('leads') }),
    () => ({ kind: 'permit' }),
    () => ({ kind: 'alert', message: message() }),
    () => ({
      kind: 'set',
      path: one([['.a/b', '.c~'], ['.a/b'], ['.l', '#1']]),
      held: undefined,
      append: draw(3) === 0,
      value: expr(one([int, string, list(int), innerType, dyn]), 1),
    }),
    ...(found.length > 0
      ? [
          (): CoreAction => ({
            kind: 'redact',
            rule: one(found),
            with: { kind: 'template', parts: ['[', { hole: 'kind' }, ']"'] },
          }),
          (): CoreAction => ({ kind: 'redact', rule: one(found), with: { kind: 'mask', with: '*', keep: draw(3) } }),
          (): CoreAction => ({ kind: 'strip', rule: one(found) }),
        ]
      : []),
  ];
  const hasFinds = verb !== 'defend' && draw(2) === 0;
  const hasScores = verb === 'detect' && draw(3) === 0;
  return {
    ...writingRule(`Rule${index}`, text('')),
    verb,
    mode: one(modes),
    span: { file, start: draw(15), end: 18 },
    condition: condition(),
    finds: hasFinds
      ? [
          { patterns: [pattern(), pattern()], texts, view: 'plain' },
          ...(draw(3) === 0 ? [{ patterns: [pattern()], texts: field('ls2'), view: 'plain' } as const] : []),
          ...(draw(3) === 0 ? [{ patterns: [inView(pattern())], texts, view: one(views) }] : []),
        ]
      : [],
    scores: hasScores
      ? [
          { points: 2, condition: simple() },
          { points: 3, condition: expr(bool, 1) },
        ]
      : [],
    threshold: hasScores ? 3 : 0,
    exemptions: draw(4) === 0 ? [simple()] : [],
    severity: one(severities),
    covers: draw(2) === 0 ? [] : ['owasp.llm.v2026.LLM02', 'x'],
    message: verb === 'detect' ? message() : undefined,
    records:
      verb === 'discover'
        ? Array.from({ length: draw(3) }, (_, i) => ({
            kind: `kind.${i}`,
            fields: [one([bool, int, float, string, bytes, timestamp, dyn, optional(string), list(innerType)])].map(
              (type) => ({ name: 'f', value: expr(type, 1) }),
            ),
          }))
        : [],
    flows: verb === 'discover' && draw(2) === 0 ? [{ from: field('s1'), to: text('x') }] : [],
    action: verb === 'defend' ? one(actions)() : undefined,
    facts:
      draw(2) === 0
        ? []
        : [
            { name: 'i1', value: field('i1') },
            { name: 's1', value: field('s1') },
          ],
  };
}

/** One byte of a document changed, dropped or cut. */
function broken(draw: Draw, document: string): string {
  const at = draw(document.length);
  const how = draw(3);
  if (how === 0) return document.slice(0, at);
  return document.slice(0, at) + (how === 1 ? '' : '{}[]",:0a\\'[draw(10)]) + document.slice(at + 1);
}

const rounds = Number(process.env['ROUNDS'] ?? '8');
for (let round = 0; round < rounds; round++) {
  test(`policy ${round}`, (t) => {
    const draw = drawFrom(round * 97 + 13);
    const rules: CoreRule[] = [];
    const count = [1, 3, 8, 20, 70][draw(5)] ?? 1;
    for (let index = 0; index < count; index++) rules.push(drawRule(draw, index, rules));
    const onMalformed = (['block', 'alert', 'allow'] as const)[draw(3)] ?? 'block';
    const differential = createDifferential(policyOf(rules, { defaultDeny: draw(2) === 0, onMalformed }));
    for (let i = 0; i < 40; i++) {
      const document = `{"outer": ${drawDocument(draw)} }`;
      const input = i % 8 === 7 ? broken(draw, document) : document;
      agree(t, differential, {
        entrypoint: 'test/rules',
        input,
        data: '{"test":1,"rdp":{"hash_key":"a key for tests alone"}}',
      });
    }
  });
}
