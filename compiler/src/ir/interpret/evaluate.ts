// From an expression to its value, as the language defines it: operands from left to right, an error ends the evaluation
// of everything around it but `&&`, `||`, `all` and `exists`, which absorb it when it cannot change the result.
// One case an operator; builtins are elsewhere. Slow and obvious on purpose: generated code is compared with this.

import { findRoute } from '@rdp/language';
import type { CoreExpr, CorePattern, LocalId, Variant } from '@rdp/language';
import { scoreText } from '../../classifier/score.ts';
import { viewParts } from '../../pattern/view-parts.ts';
import { numericIndex, truth } from './builtin-arguments.ts';
import { callBuiltin } from './builtins.ts';
import { isWithin } from './choose-variant.ts';
import { compareValues, equalValues, lookupKey } from './compare-values.ts';
import { fromDyn, keyed, toDyn } from './dynamic.ts';
import { occurs } from './find.ts';
import { hashKey, hashToken } from './hmac.ts';
import { defaultOf } from './read-document.ts';
import type { RuleOutcome } from './rule-outcome.ts';
import {
  bool,
  EvaluationError,
  fail,
  float,
  int,
  list,
  none,
  some,
  string,
  type MapValue,
  type Value,
  valueOfConst,
} from './value.ts';

/** What an expression can see. */
export interface Context {
  readonly input: Value;
  /** Variables in scope; ids are unique in one rule, so a binding never hides another. */
  readonly locals: Map<LocalId, Value>;
  /** Results of the rules that were evaluated before. */
  readonly rules: ReadonlyMap<number, RuleOutcome>;
  /** The bundle's data document. */
  readonly data: Value | undefined;
  /** Sees every evaluation and has to carry it out with `run`, for traces. */
  readonly watch?: Watch | undefined;
}

/** Gives the value of `run()` or raises what it raises. */
export type Watch = (expr: CoreExpr, ctx: Context, run: () => Value) => Value;

/** The value of `expr`; raises `EvaluationError`. */
export function evaluate(expr: CoreExpr, ctx: Context): Value {
  return ctx.watch === undefined ? valueIn(ctx, expr) : ctx.watch(expr, ctx, () => valueIn(ctx, expr));
}

function valueIn(ctx: Context, expr: CoreExpr): Value {
  const of = (inner: CoreExpr): Value => evaluate(inner, ctx);
  switch (expr.op) {
    case 'const':
      return valueOfConst(expr.value, expr.type);
    case 'input':
      return ctx.input;
    case 'local':
      return ctx.locals.get(expr.id) ?? unexpected(`unbound local ${expr.id}`);
    case 'let':
      ctx.locals.set(expr.id, of(expr.value));
      return of(expr.body);
    case 'field':
      return fieldOf(expr, of(expr.of));
    case 'variant-test':
      return bool(asVariant(of(expr.of), expr.variant) !== undefined);
    case 'variant-cast':
      return asVariant(of(expr.of), expr.variant) ?? unexpected('cast to another kind');
    case 'some':
      return some(of(expr.of));
    case 'is-some':
      return bool(of(expr.of).kind === 'some');
    case 'unwrap': {
      const value = of(expr.of);
      return value.kind === 'some' ? value.of : unexpected('unwrapped none');
    }
    case 'or-else':
      return orElse(expr, ctx);
    case 'chain': {
      const value = of(expr.of);
      if (value.kind !== 'some') return none;
      ctx.locals.set(expr.id, value.of);
      return of(expr.body);
    }
    case 'and':
    case 'or':
      return logic(expr, ctx);
    case 'not':
      return bool(!truth(of(expr.of)));
    case 'if':
      return truth(of(expr.condition)) ? of(expr.then) : of(expr.else);
    case 'equal':
      return bool(equalValues(of(expr.left), of(expr.right)));
    case 'compare': {
      const order = compareValues(of(expr.left), of(expr.right));
      if (expr.order === '<') return bool(order < 0);
      if (expr.order === '<=') return bool(order <= 0);
      return bool(expr.order === '>' ? order > 0 : order >= 0);
    }
    case 'call':
      if (expr.builtin === 'string_hash') return hashOf(expr.args.map(of), ctx);
      return callWithAmounts(expr, expr.args.map(of));
    case 'list':
      return list(
        expr.items.flatMap((item, i) => {
          const value = of(item);
          if (!expr.optionals.includes(i)) return [value];
          return value.kind === 'some' ? [value.of] : [];
        }),
      );
    case 'map':
      return mapLiteral(expr, ctx);
    case 'record':
      return recordLiteral(expr, ctx);
    case 'index':
      return indexInto(of(expr.of), of(expr.index));
    case 'index-optional': {
      const found = indexMaybe(of(expr.of), of(expr.index));
      return found ? some(found) : none;
    }
    case 'in': {
      const value = of(expr.value);
      const container = of(expr.of);
      if (container.kind === 'list') return bool(container.items.some((item) => equalValues(item, value)));
      const map = keyed(container);
      return map ? bool(lookupKey(map, value) !== undefined) : fail('no_such_overload');
    }
    case 'in-set': {
      const value = of(expr.value);
      return bool(expr.set.some((item) => equalValues(valueOfConst(item, expr.value.type), value)));
    }
    case 'lookup': {
      const found = expr.table.get(textOf(of(expr.key)));
      return found === undefined ? none : some(string(found));
    }
    case 'loop':
      return loop(expr, ctx);
    case 'to-dyn':
      return toDyn(of(expr.of));
    case 'from-dyn':
      return fromDyn(of(expr.of), expr.type);
    case 'select-dyn': {
      const map = keyed(of(expr.of));
      if (!map) return fail('no_such_overload');
      return lookupKey(map, string(expr.name)) ?? fail('no_such_key');
    }
    case 'has-key': {
      const map = keyed(of(expr.of));
      return map ? bool(lookupKey(map, string(expr.name)) !== undefined) : fail('no_such_overload');
    }
    case 'data': {
      let value = ctx.data;
      for (const part of expr.path) value = value?.kind === 'map' ? lookupKey(value, string(part)) : undefined;
      return value ?? fail('no_such_key');
    }
    case 'matches': {
      const text = textOf(of(expr.of));
      return bool(expr.patterns.some((pattern) => occurs(pattern, text, whereOf(pattern, ctx))));
    }
    case 'classify':
      return float(classify(expr, textOf(of(expr.of))));
    case 'concat':
      return string(expr.parts.map((part) => textOf(of(part))).join(''));
    case 'rule-fired':
      return bool(ctx.rules.get(expr.rule)?.fired ?? false);
    case 'rule-count':
      return int(BigInt(ctx.rules.get(expr.rule)?.count ?? 0));
    case 'rule-score':
      return int(BigInt(ctx.rules.get(expr.rule)?.score ?? 0));
    case 'parameter':
      return of(expr.of);
    case 'rule-matches':
      return matchesOf(expr, ctx);
    case 'route':
      return int(BigInt(findRoute(expr.routes, textOf(of(expr.method)), textOf(of(expr.target)))));
    case 'fail':
      return fail(expr.word);
    case 'table': {
      const index = of(expr.index);
      const value = expr.values[Number(index.kind === 'int' ? index.value : 0n)];
      return value ? valueOfConst(value, expr.type) : unexpected('table index');
    }
  }
}

/** The object as one of `variant`: itself, or what it holds; undefined when it is none. */
function asVariant(value: Value, variant: Variant): Value | undefined {
  const chosen = value.kind === 'union' ? value.variant : undefined;
  if (chosen === undefined) return undefined;
  if (isWithin(chosen.of.tag, variant.tag)) return chosen.value;
  const holder = variant.held?.holders().find((each) => each.variant === chosen.of);
  return holder?.path.reduce<Value | undefined>(
    (at, field) => (at?.kind === 'record' ? at.fields.get(field.name) : undefined),
    chosen.value,
  );
}

/** The keyed hash of a text. */
function hashOf([text]: readonly Value[], ctx: Context): Value {
  return text === undefined ? unexpected('hash of nothing') : string(hashToken(hashKey(ctx.data), textOf(text)));
}

/** Whether a candidate passes `pattern`'s validator. */
export function whereOf(pattern: CorePattern, ctx: Context): ((match: string) => boolean) | undefined {
  const where = pattern.where;
  if (!where) return undefined;
  return (match) => {
    ctx.locals.set(where.match, string(match));
    return truth(evaluate(where.condition, ctx));
  };
}

/** The matches of a rule as records; their texts have no place in the document of their own. */
function matchesOf(expr: CoreExpr & { readonly op: 'rule-matches' }, ctx: Context): Value {
  const type = expr.type.kind === 'list' ? expr.type.of : expr.type;
  if (type.kind !== 'record') return unexpected('matches without a record');
  const found = ctx.rules.get(expr.rule)?.matches ?? [];
  return list(
    found.map((match) => ({
      kind: 'record',
      record: type.record,
      fields: new Map<string, Value>([
        ['kind', string(match.kind)],
        ['path', string(match.path)],
        ['start', int(BigInt(match.start))],
        ['end', int(BigInt(match.end))],
        ['text', string(match.text)],
      ]),
    })),
  );
}

/** The text of a string value. */
export function textOf(value: Value): string {
  return value.kind === 'string' ? value.value : fail('no_such_overload');
}

function fieldOf(expr: CoreExpr & { readonly op: 'field' }, of: Value): Value {
  const record = of.kind === 'union' ? of.base : of;
  if (record.kind !== 'record') return unexpected(`field ${expr.field.name} of ${of.kind}`);
  const value = record.fields.get(expr.field.name);
  if (expr.field.presence === 'optional') return value ? some(value) : none;
  return value ?? defaultOf(expr.field);
}

/** `??`: the type of both sides tells whether the payload or the optional itself is the result. */
function orElse(expr: CoreExpr & { readonly op: 'or-else' }, ctx: Context): Value {
  const value = evaluate(expr.of, ctx);
  if (value.kind !== 'some') return evaluate(expr.else, ctx);
  return expr.type.kind === 'optional' && expr.of.type.kind === 'optional' && expr.of.type.of.kind !== 'optional'
    ? value
    : value.of;
}

function logic(expr: CoreExpr & { readonly op: 'and' | 'or' }, ctx: Context): Value {
  const deciding = expr.op === 'or';
  const left = attempt(() => truth(evaluate(expr.left, ctx)));
  if (left === deciding) return bool(deciding);
  const right = attempt(() => truth(evaluate(expr.right, ctx)));
  if (right === deciding) return bool(deciding);
  if (left instanceof EvaluationError) throw left;
  if (right instanceof EvaluationError) throw right;
  return bool(!deciding);
}

function attempt(run: () => boolean): boolean | EvaluationError {
  try {
    return run();
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

function mapLiteral(expr: CoreExpr & { readonly op: 'map' }, ctx: Context): Value {
  const entries: [Value, Value][] = [];
  for (const entry of expr.entries) {
    const key = evaluate(entry.key, ctx);
    const value = evaluate(entry.value, ctx);
    if (entry.optional && value.kind !== 'some') continue;
    if (lookupKey({ kind: 'map', entries }, key)) fail('invalid_argument');
    entries.push([key, entry.optional && value.kind === 'some' ? value.of : value]);
  }
  return { kind: 'map', entries };
}

function recordLiteral(expr: CoreExpr & { readonly op: 'record' }, ctx: Context): Value {
  const fields = new Map<string, Value>();
  for (const [name, value] of expr.fields) {
    const item = evaluate(value, ctx);
    const optional = expr.record.fields().get(name)?.presence === 'optional' && value.type.kind === 'optional';
    if (!optional) fields.set(name, item);
    else if (item.kind === 'some') fields.set(name, item.of);
  }
  for (const field of expr.record.fields().values())
    if (field.presence === 'default' && !fields.has(field.name)) fields.set(field.name, defaultOf(field));
  return { kind: 'record', record: expr.record, fields };
}

function indexInto(of: Value, index: Value): Value {
  if (of.kind === 'list')
    return of.items[listIndex(of.items.length, index) ?? fail('out_of_range')] ?? fail('out_of_range');
  const map = keyed(of);
  return map ? (lookupKey(map, index) ?? fail('no_such_key')) : fail('no_such_overload');
}

function indexMaybe(of: Value, index: Value): Value | undefined {
  if (of.kind === 'some') return indexMaybe(of.of, index);
  if (of.kind === 'none') return undefined;
  if (of.kind === 'list') {
    const at = listIndex(of.items.length, index);
    return at === undefined ? undefined : of.items[at];
  }
  const map = keyed(of);
  return map ? lookupKey(map, index) : fail('no_such_overload');
}

/** A position in a list of `length`; undefined when it is outside. */
function listIndex(length: number, index: Value): number | undefined {
  const at = numericIndex(index);
  return at >= 0n && at < BigInt(length) ? Number(at) : undefined;
}

function loop(expr: CoreExpr & { readonly op: 'loop' }, ctx: Context): Value {
  const steps = stepsOf(expr, evaluate(expr.range, ctx));
  const bind = ([item, value]: readonly [Value, Value | undefined]): void => {
    ctx.locals.set(expr.item, item);
    if (expr.value !== undefined && value) ctx.locals.set(expr.value, value);
  };
  const holds = (step: Step, body: CoreExpr): boolean => {
    bind(step.bound);
    return truth(evaluate(body, ctx));
  };
  const filter = expr.filter;
  const kept = (): readonly Step[] => (filter ? steps.filter((step) => holds(step, filter)) : steps);
  switch (expr.macro) {
    case 'all':
    case 'exists': {
      const deciding = expr.macro === 'exists';
      let error: EvaluationError | undefined;
      for (const step of steps) {
        const result = attempt(() => holds(step, expr.body));
        if (result === deciding) return bool(deciding);
        if (result instanceof EvaluationError) error ??= result;
      }
      if (error) throw error;
      return bool(!deciding);
    }
    case 'exists_one':
      return bool(steps.filter((step) => holds(step, expr.body)).length === 1);
    case 'filter': {
      const chosen = steps.filter((step) => holds(step, expr.body));
      if (expr.type.kind !== 'map') return list(chosen.map((step) => step.element));
      return { kind: 'map', entries: chosen.map((step): [Value, Value] => [step.key, step.element]) };
    }
    case 'map':
      return list(
        steps.flatMap((step) => {
          if (filter && !holds(step, filter)) return [];
          bind(step.bound);
          return [evaluate(expr.body, ctx)];
        }),
      );
    case 'transform-map':
      return {
        kind: 'map',
        entries: kept().map((step): [Value, Value] => {
          bind(step.bound);
          return [step.key, evaluate(expr.body, ctx)];
        }),
      };
  }
}

/** One round: what the variables are bound to, and what is kept of it. */
interface Step {
  readonly bound: readonly [Value, Value | undefined];
  readonly key: Value;
  readonly element: Value;
}

function stepsOf(expr: CoreExpr & { readonly op: 'loop' }, range: Value): readonly Step[] {
  const both = expr.value !== undefined;
  if (range.kind === 'list')
    return range.items.map((element, i) => {
      const key = int(BigInt(i));
      return { bound: both ? [key, element] : [element, undefined], key, element };
    });
  const map: MapValue = keyed(range) ?? fail('no_such_overload');
  // Without a second variable a map is its keys, so that is what `filter` keeps.
  return map.entries.map(([key, value]) => ({
    bound: [key, both ? value : undefined],
    key,
    element: both ? value : key,
  }));
}

function classify({ model, view }: CoreExpr & { readonly op: 'classify' }, text: string): number {
  const parts = view === 'plain' ? [text] : viewParts(text, view);
  return Math.max(...parts.map((part) => scoreText(model, part).probability));
}

function unexpected(what: string): never {
  throw new Error(`unchecked program: ${what}`);
}

/** Arithmetic on amounts is that of their numbers: the checker has seen to the units. */
function callWithAmounts(expr: CoreExpr & { readonly op: 'call' }, args: readonly Value[]): Value {
  if (!args.some((arg) => arg.kind === 'quantity') || !expr.builtin.startsWith('int_')) {
    return callBuiltin(expr.builtin, args);
  }
  const numbers = args.map((arg) => (arg.kind === 'quantity' ? int(arg.amount) : arg));
  const result = callBuiltin(expr.builtin, numbers);
  if (expr.type.kind !== 'quantity' || result.kind !== 'int') return result;
  return { kind: 'quantity', unit: expr.type.unit, amount: result.value };
}
