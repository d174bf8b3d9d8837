// How expressions nest: each text beside the same with all parentheses, and what literals are worth.

import test from 'ava';
import type * as ast from '../../src/syntax/ast.ts';
import { parseExpression } from '../../src/syntax/parse.ts';

function parsed(text: string): { readonly expr: ast.Expr; readonly codes: readonly string[] } {
  const { expr, diagnostics } = parseExpression({ path: 'x.rdp', text });
  return { expr, codes: diagnostics.map(({ code }) => code) };
}

/** The expression with parentheses around every operation. */
function spelled(expr: ast.Expr): string {
  switch (expr.kind) {
    case 'binary':
      return `(${spelled(expr.left)} ${expr.operator} ${spelled(expr.right)})`;
    case 'unary':
      return `(${expr.operator}${spelled(expr.operand)})`;
    case 'conditional':
      return `(${spelled(expr.condition)} ? ${spelled(expr.then)} : ${spelled(expr.else)})`;
    case 'is':
      return `(${spelled(expr.of)} is ${spelledName(expr.type)})`;
    case 'member':
      return `${spelled(expr.of)}${expr.optional ? '?.' : '.'}${expr.name.text}`;
    case 'index':
      return `${spelled(expr.of)}[${expr.optional ? '?' : ''}${spelled(expr.index)}]`;
    case 'each':
      return `${spelled(expr.of)}[*]`;
    case 'call':
      return `${spelled(expr.callee)}(${expr.args.map(spelled).join(', ')})`;
    case 'list':
      return `[${expr.items.map((item, i) => (expr.optionals.includes(i) ? '?' : '') + spelled(item)).join(', ')}]`;
    case 'map':
      return `{${expr.entries.map((entry) => `${entry.optional ? '?' : ''}${spelled(entry.key)}: ${spelled(entry.value)}`).join(', ')}}`;
    case 'construct':
      return `${spelledName(expr.type)}{${expr.fields.map((field) => `${field.name.text}: ${spelled(field.value)}`).join(', ')}}`;
    case 'paren':
      return spelled(expr.of);
    case 'name':
      return (expr.rooted ? '.' : '') + expr.name.text;
    case 'quantity':
      return `${spelled(expr.amount)}_${expr.unit.text}`;
    case 'duration':
      return `${expr.nanos}ns`;
    case 'bytes':
      return `b${[...expr.value].join(',')}`;
    case 'string':
      return JSON.stringify(expr.value);
    case 'regex':
      return `/${expr.pattern}/`;
    case 'int':
    case 'uint':
    case 'float':
    case 'bool':
      return String(expr.value);
    default:
      return expr.kind;
  }
}

function spelledName(name: ast.QualifiedName): string {
  return name.parts.map((part) => part.text).join('.');
}

const cases: readonly (readonly [string, string])[] = [
  ['a || b && c', '(a || (b && c))'],
  ['a && b == c + d * e', '(a && (b == (c + (d * e))))'],
  ['a - b - c', '((a - b) - c)'],
  ['a == b == c', '((a == b) == c)'],
  ['!a && -b < c', '((!a) && ((-b) < c))'],
  ['!!a', '(!(!a))'],
  ['-a.b(c)[0]', '(-a.b(c)[0])'],
  ['a ? b : c ? d : e', '(a ? b : (c ? d : e))'],
  ['a ?? b ? c : d', '((a ?? b) ? c : d)'],
  ['(a ?? b) || c', '((a ?? b) || c)'],
  ['a ?? b ?? c', '((a ?? b) ?? c)'],
  ['a?.b ?? c == d', '(a?.b ?? (c == d))'],
  ['a in b && c not in d', '((a in b) && (c not in d))'],
  ['a not  in b', '(a not in b)'],
  ['a is Pod && b', '((a is Pod) && b)'],
  ['a is apps.v1.Deployment == true', '((a is apps.v1.Deployment) == true)'],
  ['a[?0].b[*].c', 'a[?0].b[*].c'],
  ['[1, ?a, 2,]', '[1, ?a, 2]'],
  ["{'a': 1, ?b: c}", '{"a": 1, ?b: c}'],
  ['ai.Prompt { role: "x" text: t }', 'ai.Prompt{role: "x", text: t}'],
  ['.a.b', '.a.b'],
  ['a.in.true.`x-y`', 'a.in.true.x-y'],
  ['not(record)', 'not(record)'],
  ['200_000 tokens', '200000_tokens'],
  ['1h30m', '5400000000000ns'],
  ['1.5s', '1500000000ns'],
  ['0x1F + 7u', '(31 + 7)'],
  ['1e3 + .5', '(1000 + 0.5)'],
  [String.raw`'\x41\u00e9\U0001F600\101\n' + r"\n"`, '("Aé😀A\\n" + "\\\\n")'],
  [String.raw`b"\xff\101é"`, 'b255,65,195,169'],
  ['"""a\n"b" """', '"a\\n\\"b\\" "'],
  [String.raw`re"\bx\"y\\"`, String.raw`/\bx"y\\/`],
];

for (const [text, meaning] of cases) {
  test(`${JSON.stringify(text)} is ${meaning}`, (t) => {
    const { expr, codes } = parsed(text);
    t.deepEqual(codes, []);
    t.is(spelled(expr), meaning);
  });
}

const faults: readonly (readonly [string, string])[] = [
  ['', 'expected-syntax'],
  ['a b', 'expected-syntax'],
  ['a ?? b && c', 'ambiguous-operators'],
  ['(a', 'unclosed-bracket'],
  ['a)', 'unmatched-bracket'],
  ['"a', 'unterminated-string'],
  ['12x', 'invalid-number'],
];

for (const [text, code] of faults) {
  test(`${JSON.stringify(text)} has the fault ${code}`, (t) => {
    t.deepEqual(parsed(text).codes, [code]);
  });
}

const deep: Readonly<Record<string, string>> = {
  parentheses: '('.repeat(100_000),
  brackets: '['.repeat(100_000),
  braces: '{'.repeat(100_000),
  calls: 'f('.repeat(100_000),
  negations: `${'!'.repeat(100_000)}a`,
  conditions: 'a ? '.repeat(100_000),
  members: `a${'.b'.repeat(100_000)}`,
  sums: `a${' + a'.repeat(100_000)}`,
};

for (const [name, text] of Object.entries(deep)) {
  test(`100,000 ${name} are too deep, and no more than that`, (t) => {
    t.true(parsed(text).codes.includes('too-deep'));
  });
}
