// A rule, and what is known of an event beforehand → whether the rule may do anything at all: three-valued evaluation of its condition.
//
// INVARIANT: sound. `never` means that the condition is false on every event of which the facts hold, whatever else is in it; an
// expression that may have an error is not known, and `&&` and `||` absorb errors as they do when they are evaluated.

import type { Const, CoreExpr, CoreRule, LocalId, Variant } from '@rdp/language';

/** What is known of a value. Optionals are `none`, or `some` with what may be known of the payload. */
export type Known =
  | { readonly kind: 'value'; readonly value: string | boolean | bigint }
  /** A text, and none of these. */
  | { readonly kind: 'other'; readonly not: ReadonlySet<string> }
  | { readonly kind: 'none' }
  | { readonly kind: 'some'; readonly of: Known | undefined };

/** What is known of an event. Paths are names of fields with dots (`kind.group`). */
export interface Facts {
  readonly value: (path: string) => Known | undefined;
  /** Whether the object at `path` is of a kind. */
  readonly isOf: (path: string, variant: Variant) => boolean | undefined;
}

type Locals = ReadonlyMap<LocalId, { readonly path: string | undefined; readonly known: Known | undefined }>;

interface Context {
  readonly facts: Facts;
  readonly rules: readonly CoreRule[];
  readonly locals: Locals;
}

/** What was found of rules by the facts that it was found with: rules name rules, which name rules. */
const known = new WeakMap<Facts, Map<CoreRule, boolean>>();

/** Whether `rule`, one of `rules`, may fire or end in an error. */
export function mayFire(rule: CoreRule, rules: readonly CoreRule[], facts: Facts): boolean {
  const answers = known.get(facts) ?? new Map<CoreRule, boolean>();
  known.set(facts, answers);
  const before = answers.get(rule);
  if (before !== undefined) return before;
  const answer = mayFireBy(rule, { facts, rules, locals: new Map() });
  answers.set(rule, answer);
  return answer;
}

function mayFireBy({ condition, scores, threshold }: CoreRule, ctx: Context): boolean {
  if (condition && truth(know(condition, ctx)) === false) return false;
  if (scores.length === 0) return true;
  const most = scores.reduce((sum, score) => sum + (truth(know(score.condition, ctx)) === false ? 0 : score.points), 0);
  return most >= threshold;
}

/** Whether a condition that names no rule may hold or end in an error. */
export function mayHold(condition: CoreExpr, facts: Facts): boolean {
  return truth(know(condition, { facts, rules: [], locals: new Map() })) !== false;
}

const yes: Known = { kind: 'value', value: true };
const no: Known = { kind: 'value', value: false };

function truth(known: Known | undefined): boolean | undefined {
  return known?.kind === 'value' && typeof known.value === 'boolean' ? known.value : undefined;
}

function know(expr: CoreExpr, ctx: Context): Known | undefined {
  switch (expr.op) {
    case 'const':
      return knownConst(expr.value);
    case 'field':
    case 'local':
    case 'unwrap':
      return knowPath(expr, ctx);
    case 'let': {
      const bound = { path: pathOf(expr.value, ctx), known: know(expr.value, ctx) };
      return know(expr.body, { ...ctx, locals: new Map(ctx.locals).set(expr.id, bound) });
    }
    case 'variant-test': {
      const path = pathOf(expr.of, ctx);
      return path === undefined ? undefined : answer(ctx.facts.isOf(path, expr.variant));
    }
    case 'some':
      return { kind: 'some', of: know(expr.of, ctx) };
    case 'is-some': {
      const of = know(expr.of, ctx);
      return of && answer(of.kind === 'some');
    }
    case 'or-else': {
      const of = know(expr.of, ctx);
      if (of?.kind === 'none') return know(expr.else, ctx);
      return of?.kind === 'some' && expr.type.kind !== 'optional' ? of.of : undefined;
    }
    case 'chain': {
      const of = know(expr.of, ctx);
      if (of?.kind === 'none') return of;
      const bound = { path: pathOf(expr.of, ctx), known: of?.kind === 'some' ? of.of : undefined };
      const body = know(expr.body, { ...ctx, locals: new Map(ctx.locals).set(expr.id, bound) });
      // Whether it is there decides, unless the body is nothing either way.
      return of?.kind === 'some' || body?.kind === 'none' ? body : undefined;
    }
    case 'and':
    case 'or': {
      const strong = expr.op === 'or';
      const left = truth(know(expr.left, ctx));
      const right = truth(know(expr.right, ctx));
      if (left === strong || right === strong) return answer(strong);
      return left === undefined || right === undefined ? undefined : answer(!strong);
    }
    case 'not': {
      const of = truth(know(expr.of, ctx));
      return of === undefined ? undefined : answer(!of);
    }
    case 'if': {
      const condition = truth(know(expr.condition, ctx));
      return condition === undefined ? undefined : know(condition ? expr.then : expr.else, ctx);
    }
    case 'equal': {
      const left = know(expr.left, ctx);
      const right = know(expr.right, ctx);
      return left && right && equal(left, right);
    }
    case 'compare':
      return knowOrder(expr, ctx);
    case 'in-set': {
      const value = know(expr.value, ctx);
      return value && isOneOf(value, expr.set.map(knownConst));
    }
    case 'in':
      return knowIn(expr, ctx);
    case 'call':
      return knowCall(expr, ctx);
    case 'rule-fired': {
      const rule = ctx.rules[expr.rule];
      return rule && !mayFire(rule, ctx.rules, ctx.facts) ? no : undefined;
    }
    default:
      return undefined;
  }
}

/** Whole numbers that are known, such as the parameter of a pack and what it is compared with. */
function knowOrder(expr: CoreExpr & { readonly op: 'compare' }, ctx: Context): Known | undefined {
  const [left, right] = [know(expr.left, ctx), know(expr.right, ctx)];
  if (left?.kind !== 'value' || right?.kind !== 'value') return undefined;
  const [a, b] = [left.value, right.value];
  if (typeof a !== 'bigint' || typeof b !== 'bigint') return undefined;
  return answer(expr.order === '<' ? a < b : expr.order === '<=' ? a <= b : expr.order === '>' ? a > b : a >= b);
}

function answer(value: boolean | undefined): Known | undefined {
  return value === undefined ? undefined : value ? yes : no;
}

function knowPath(expr: CoreExpr, ctx: Context): Known | undefined {
  if (expr.op === 'local') {
    const bound = ctx.locals.get(expr.id);
    return bound?.known ?? (bound?.path === undefined ? undefined : ctx.facts.value(bound.path));
  }
  if (expr.op === 'unwrap') {
    const of = know(expr.of, ctx);
    if (of?.kind === 'some' && of.of) return of.of;
  }
  const path = pathOf(expr, ctx);
  return path === undefined ? undefined : ctx.facts.value(path);
}

/** The fields that `expr` reads, from the event on; undefined for what is no path. */
function pathOf(expr: CoreExpr, ctx: Context): string | undefined {
  switch (expr.op) {
    case 'input':
      return '';
    case 'local':
      return ctx.locals.get(expr.id)?.path;
    case 'unwrap':
      return pathOf(expr.of, ctx);
    case 'field': {
      const of = pathOf(expr.of, ctx);
      return of === undefined ? undefined : of === '' ? expr.field.name : `${of}.${expr.field.name}`;
    }
    default:
      // Below a narrowed object stand its own fields, and those of what it holds: nothing is known of them.
      return undefined;
  }
}

function knownConst(value: Const): Known | undefined {
  switch (value.kind) {
    case 'bool':
    case 'string':
    case 'int':
    case 'uint':
      return { kind: 'value', value: value.value };
    case 'none':
      return { kind: 'none' };
    default:
      return undefined;
  }
}

function equal(left: Known, right: Known): Known | undefined {
  if (left.kind === 'value' && right.kind === 'value') return answer(left.value === right.value);
  if (left.kind === 'some' && right.kind === 'some') return left.of && right.of && equal(left.of, right.of);
  const [other, value] = left.kind === 'other' ? [left, right] : [right, left];
  if (other.kind === 'other')
    return value.kind === 'value' && typeof value.value === 'string' && other.not.has(value.value) ? no : undefined;
  return left.kind === 'value' || right.kind === 'value' ? undefined : answer(left.kind === right.kind);
}

function isOneOf(value: Known, items: readonly (Known | undefined)[]): Known | undefined {
  const found = items.map((item) => truth(item && equal(value, item)));
  if (found.includes(true)) return yes;
  return found.includes(undefined) ? undefined : no;
}

function knowIn(expr: CoreExpr & { readonly op: 'in' }, ctx: Context): Known | undefined {
  const value = know(expr.value, ctx);
  if (value === undefined) return undefined;
  if (expr.of.op === 'list' && expr.of.optionals.length === 0)
    return isOneOf(
      value,
      expr.of.items.map((item) => know(item, ctx)),
    );
  if (expr.of.op !== 'const' || expr.of.value.kind !== 'list') return undefined;
  return isOneOf(value, expr.of.value.items.map(knownConst));
}

function knowCall(expr: CoreExpr & { readonly op: 'call' }, ctx: Context): Known | undefined {
  const [of, part] = expr.args.map((arg) => know(arg, ctx));
  if (of?.kind !== 'value' || part?.kind !== 'value') return undefined;
  if (typeof of.value !== 'string' || typeof part.value !== 'string') return undefined;
  if (expr.builtin === 'string_starts_with') return answer(of.value.startsWith(part.value));
  if (expr.builtin === 'string_ends_with') return answer(of.value.endsWith(part.value));
  return undefined;
}
