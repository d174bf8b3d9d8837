// A tree of CEL → its text, on one line, with the fewest parentheses.
// INVARIANT: parsing the text gives the tree again.
// Precedence: the grammar of CEL (google/cel-spec, langdef.md).

import type { Cel, CelLiteral, CelOperator } from './cel.ts';

/** The text of an expression. */
export function printCel(expr: Cel): string {
  return print(expr, strength.conditional);
}

/** From the loosest to the tightest. */
const strength = { conditional: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, unary: 6, member: 7 } as const;

const strengthOf: Readonly<Record<CelOperator, number>> = {
  '||': strength.or,
  '&&': strength.and,
  '==': strength.relation,
  '!=': strength.relation,
  '<': strength.relation,
  '<=': strength.relation,
  '>': strength.relation,
  '>=': strength.relation,
  in: strength.relation,
  '+': strength.sum,
  '-': strength.sum,
  '*': strength.product,
  '/': strength.product,
  '%': strength.product,
};

/** In parentheses where something stronger than `expr` is wanted. */
function print(expr: Cel, wanted: number): string {
  const [text, own] = printed(expr);
  return own < wanted ? `(${text})` : text;
}

function printed(expr: Cel): readonly [string, number] {
  switch (expr.op) {
    case 'literal':
      return printLiteral(expr.value);
    case 'name':
      return [expr.name, strength.member];
    case 'select': {
      const of = print(expr.of, strength.member);
      const mark = expr.optional ? '?' : '';
      const isWord = isSelector(expr.field);
      return [isWord ? `${of}.${mark}${expr.field}` : `${of}[${mark}${printString(expr.field)}]`, strength.member];
    }
    case 'index': {
      const index = print(expr.index, strength.conditional);
      return [`${print(expr.of, strength.member)}[${expr.optional ? '?' : ''}${index}]`, strength.member];
    }
    case 'has':
      return isSelector(expr.field)
        ? [`has(${print(expr.of, strength.member)}.${expr.field})`, strength.member]
        : [`${printString(expr.field)} in ${print(expr.of, strength.sum)}`, strength.relation];
    case 'unary':
      return [`${expr.operator}${print(expr.of, strength.member)}`, strength.unary];
    case 'binary': {
      const own = strengthOf[expr.operator];
      // Relations do not chain; the other operators group to the left, and `&&`, `||` either way alike.
      const left = print(expr.left, own === strength.relation ? own + 1 : own);
      const either = expr.operator === '&&' || expr.operator === '||';
      return [`${left} ${expr.operator} ${print(expr.right, either ? own : own + 1)}`, own];
    }
    case 'conditional': {
      const condition = print(expr.condition, strength.or);
      const then = print(expr.then, strength.or);
      return [`${condition} ? ${then} : ${print(expr.else, strength.conditional)}`, strength.conditional];
    }
    case 'call':
      return [`${expr.name}(${printAll(expr.args)})`, strength.member];
    case 'method':
      return [`${print(expr.of, strength.member)}.${expr.name}(${printAll(expr.args)})`, strength.member];
    case 'macro': {
      const body = print(expr.body, strength.conditional);
      const range = print(expr.of, strength.member);
      return [`${range}.${expr.macro}(${[...expr.variables, body].join(', ')})`, strength.member];
    }
    case 'list':
      return [`[${printAll(expr.items)}]`, strength.member];
    case 'map':
      return [
        `{${expr.entries.map(([key, value]) => `${printCel(key)}: ${printCel(value)}`).join(', ')}}`,
        strength.member,
      ];
    case 'object':
      return [
        `${expr.type}{${expr.fields.map(([key, value]) => `${key}: ${printCel(value)}`).join(', ')}}`,
        strength.member,
      ];
  }
}

function printAll(exprs: readonly Cel[]): string {
  return exprs.map(printCel).join(', ');
}

function printLiteral(literal: CelLiteral): readonly [string, number] {
  switch (literal.kind) {
    case 'bool':
      return [String(literal.value), strength.member];
    case 'null':
      return ['null', strength.member];
    case 'string':
      return [printString(literal.value), strength.member];
    case 'int':
      return [String(literal.value), literal.value < 0n ? strength.unary : strength.member];
    case 'uint':
      return [`${literal.value}u`, strength.member];
    case 'double': {
      const text = String(literal.value);
      const own = literal.value < 0 ? strength.unary : strength.member;
      return [/[.e]/.test(text) ? text : `${text}.0`, own];
    }
  }
}

/** Raw where that spares escapes. JSON's escapes are CEL's. */
function printString(text: string): string {
  const isRaw = text.includes('\\') && !text.endsWith('\\') && !/["\p{Cc}]/u.test(text);
  return isRaw ? `r"${text}"` : JSON.stringify(text);
}

/** Words that cannot stand behind a dot: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax, SELECTOR. */
const keywords: ReadonlySet<string> = new Set(['false', 'in', 'null', 'true']);

function isSelector(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name);
}
