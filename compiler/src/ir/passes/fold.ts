// From expressions to simpler ones with the same value and the same errors: conditions with a constant side, choices whose
// condition is known, texts joined from constants. Only what needs no arithmetic: a value that the machine computes is
// computed there, so that there is one definition of it.
// INVARIANT: an operand that may have an error is dropped only where the language would not have evaluated it either, or
// would have absorbed its error.

import type { Const, CoreExpr, CoreRule } from '@rdp/language';
import { mayFail } from '../may-fail.ts';
import { mapChildren, mapRule, walkExpr } from '../walk-core.ts';

/** Rules with their expressions simplified. Whoever asks for a rule that never fires has its answer. */
export function foldRules(rules: readonly CoreRule[]): readonly CoreRule[] {
  let folded = rules.map(foldRule);
  for (let never = neverOf(folded), before = 0; never.size > before;) {
    before = never.size;
    const known = never;
    folded = folded.map((rule) => foldRule(mapRule(rule, (expr) => withoutFired(expr, known))));
    never = neverOf(folded);
  }
  return folded;
}

function neverOf(rules: readonly CoreRule[]): ReadonlySet<number> {
  return new Set(rules.flatMap((rule, index) => (isNever(rule) ? [index] : [])));
}

function withoutFired(expr: CoreExpr, never: ReadonlySet<number>): CoreExpr {
  if (expr.op === 'rule-fired' && never.has(expr.rule)) return bool(false);
  return mapChildren(expr, (child) => withoutFired(child, never));
}

/** `rule` with its expressions simplified; of one that never fires nothing is left that would have to be worked out. */
export function foldRule(rule: CoreRule): CoreRule {
  const folded = mapRule(rule, foldExpr);
  if (!isNever(folded)) return folded;
  const nothing = { finds: [], scores: [], threshold: 0, exemptions: [], records: [], flows: [], facts: [] };
  const action = rule.action && ({ kind: 'block', status: 403, message: undefined } as const);
  return { ...folded, ...nothing, message: undefined, action };
}

/** Whether a folded rule fires on no event, such as one of a pack that a parameter decides. */
export function isNever({ condition }: CoreRule): boolean {
  return condition !== undefined && boolOf(condition) === false;
}

/** `expr`, simplified from the leaves up. */
export function foldExpr(expr: CoreExpr): CoreExpr {
  return simplify(mapChildren(expr, foldExpr));
}

function simplify(expr: CoreExpr): CoreExpr {
  switch (expr.op) {
    case 'and':
    case 'or':
      return foldLogic(expr);
    case 'not': {
      if (expr.of.op === 'not') return expr.of.of;
      const known = boolOf(expr.of);
      return known === undefined ? expr : bool(!known);
    }
    case 'if': {
      const known = boolOf(expr.condition);
      return known === undefined ? expr : known ? expr.then : expr.else;
    }
    case 'equal': {
      const equal = equalConsts(expr.left, expr.right);
      return equal === undefined ? expr : bool(equal);
    }
    case 'compare': {
      const before = compareConsts(expr.left, expr.right);
      return before === undefined ? expr : bool(holds(expr.order, before));
    }
    case 'in-set': {
      const { value } = expr;
      if (expr.set.length === 0 && !mayFail(value)) return bool(false);
      const same = value.op === 'const' ? expr.set.map((item) => sameConst(item, value.value)) : [undefined];
      return same.includes(undefined) ? expr : bool(same.includes(true));
    }
    case 'let':
      return foldLet(expr);
    case 'field':
      return foldField(expr);
    case 'concat':
      return foldConcat(expr.type, expr.parts);
    case 'is-some':
      return expr.of.op === 'some' && !mayFail(expr.of.of) ? bool(true) : isNone(expr.of) ? bool(false) : expr;
    case 'unwrap':
      return expr.of.op === 'some' ? expr.of.of : expr;
    case 'or-else':
      return expr.of.op === 'some' && expr.of.of.type === expr.type ? expr.of.of : isNone(expr.of) ? expr.else : expr;
    case 'in':
      return isEmptyConst(expr.of) && !mayFail(expr.value) ? bool(false) : expr;
    default:
      return expr;
  }
}

/** `false && e` is false whatever `e` is: CEL absorbs the error. `true && e` is `e`. */
function foldLogic(expr: CoreExpr & { readonly op: 'and' | 'or' }): CoreExpr {
  const absorbing = expr.op === 'or';
  for (const [side, other] of [
    [expr.left, expr.right],
    [expr.right, expr.left],
  ] as const) {
    const known = boolOf(side);
    if (known === absorbing) return bool(absorbing);
    if (known !== undefined) return other;
  }
  return expr;
}

function foldConcat(type: CoreExpr['type'], parts: readonly CoreExpr[]): CoreExpr {
  const joined: CoreExpr[] = [];
  for (const part of parts) {
    const text = stringOf(part);
    const last = joined.at(-1);
    const before = last && stringOf(last);
    if (text === '') continue;
    if (text !== undefined && before !== undefined) joined[joined.length - 1] = string(type, before + text);
    else joined.push(part);
  }
  if (joined.length === 0) return string(type, '');
  const only = joined[0];
  return joined.length === 1 && only && stringOf(only) !== undefined ? only : { op: 'concat', type, parts: joined };
}

/** A variable that costs nothing to read again is its value; one that nobody reads goes, unless its value may fail. */
function foldLet(expr: CoreExpr & { readonly op: 'let' }): CoreExpr {
  if (isPlace(expr.value)) return foldExpr(substitute(expr.body, expr.id, expr.value));
  if (mayFail(expr.value)) return expr;
  let used = false;
  walkExpr(expr.body, (inner) => {
    if (inner.op === 'local' && inner.id === expr.id) used = true;
  });
  return used ? expr : expr.body;
}

/** A constant, a variable, or a field that is always there. */
function isPlace(expr: CoreExpr): boolean {
  if (expr.op === 'field') return expr.field.presence !== 'optional' && isPlace(expr.of);
  return expr.op === 'const' || expr.op === 'local' || expr.op === 'input';
}

function substitute(expr: CoreExpr, id: number, value: CoreExpr): CoreExpr {
  if (expr.op === 'local' && expr.id === id) return value;
  return mapChildren(expr, (child) => substitute(child, id, value));
}

/** A field of a record that is made here is what it is made of, when nothing else that is made with it can fail. */
function foldField(expr: CoreExpr & { readonly op: 'field' }): CoreExpr {
  if (expr.of.op !== 'record') return expr;
  const value = expr.of.fields.get(expr.field.name);
  if (!value || [...expr.of.fields.values()].some((other) => other !== value && mayFail(other))) return expr;
  const { presence } = expr.field;
  if (presence !== 'optional') return value;
  return value.type.kind === 'optional' ? value : { op: 'some', type: expr.type, of: value };
}

function equalConsts(left: CoreExpr, right: CoreExpr): boolean | undefined {
  return left.op === 'const' && right.op === 'const' ? sameConst(left.value, right.value) : undefined;
}

function sameConst(a: Const, b: Const): boolean | undefined {
  if (a.kind !== b.kind) return undefined;
  switch (a.kind) {
    case 'bool':
    case 'string':
    case 'int':
    case 'uint':
      return b.kind === a.kind && a.value === b.value;
    default:
      return undefined;
  }
}

/** The order of two whole numbers, or of two amounts of one unit: below, at or above zero. */
function compareConsts(left: CoreExpr, right: CoreExpr): number | undefined {
  if (left.op !== 'const' || right.op !== 'const' || left.value.kind !== right.value.kind) return undefined;
  const [a, b] = [wholeOf(left.value), wholeOf(right.value)];
  return a === undefined || b === undefined ? undefined : a < b ? -1 : a > b ? 1 : 0;
}

function wholeOf(value: Const): bigint | undefined {
  if (value.kind === 'int' || value.kind === 'uint') return value.value;
  return value.kind === 'quantity' ? value.amount : value.kind === 'duration' ? value.nanos : undefined;
}

function holds(order: (CoreExpr & { readonly op: 'compare' })['order'], found: number): boolean {
  return order === '<' ? found < 0 : order === '<=' ? found <= 0 : order === '>' ? found > 0 : found >= 0;
}

function boolOf(expr: CoreExpr): boolean | undefined {
  return expr.op === 'const' && expr.value.kind === 'bool' ? expr.value.value : undefined;
}

function stringOf(expr: CoreExpr): string | undefined {
  return expr.op === 'const' && expr.value.kind === 'string' ? expr.value.value : undefined;
}

function isNone(expr: CoreExpr): boolean {
  return expr.op === 'const' && expr.value.kind === 'none';
}

function isEmptyConst(expr: CoreExpr): boolean {
  if (expr.op !== 'const') return false;
  const value: Const = expr.value;
  return (value.kind === 'list' && value.items.length === 0) || (value.kind === 'map' && value.entries.length === 0);
}

function bool(value: boolean): CoreExpr {
  return { op: 'const', type: { kind: 'bool' }, value: { kind: 'bool', value } };
}

function string(type: CoreExpr['type'], value: string): CoreExpr {
  return { op: 'const', type, value: { kind: 'string', value } };
}
