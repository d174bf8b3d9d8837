// Changes a core expression of one type into one of another, as far as types relate: wraps optionals, makes values dynamic
// and back, gives empty literals their element type. Retypes without a trace where both types look the same at run time
// (sensitive and plain strings, sets and lists). Reports nothing; `expectType` does.

import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import {
  coercionCost,
  dynType,
  isDynamic,
  isSensitive,
  isSettled,
  listOf,
  mapOf,
  nullType,
  sameType,
  settleType,
  withSensitivity,
} from '../relate-types.ts';
import type { Type } from '../types.ts';
import type { Node } from '../../syntax/ast.ts';
import { fault, textOf, unknownValue, type InferContext } from './context.ts';
import { widen } from './facts.ts';

/** `core` as a value of `type`; undefined when there is no such coercion. */
export function coerce(ctx: InferContext, core: CoreExpr, type: Type): CoreExpr | undefined {
  if (sameType(core.type, type)) return core;
  if (core.type.kind === 'unknown' || type.kind === 'unknown') return unknownValue;
  if (type.kind === 'union') {
    const wide = widen(core, 'union');
    return sameType(wide.type, type) ? wide : undefined;
  }
  if (coercionCost(core.type, type) === undefined) return undefined;
  return convert(ctx, core, type);
}

/** `coercionCost` is known to be defined. */
function convert(ctx: InferContext, core: CoreExpr, type: Type): CoreExpr {
  const from = core.type;
  if (sameType(from, type)) return core;
  if (sameAtRunTime(from, type)) return ctx.origins?.noteCopy(core, retype(core, type)) ?? retype(core, type);
  if (type.kind === 'dyn') return toDyn(core);
  if (from.kind === 'dyn')
    return type.kind === 'optional' ? dynToOptional(ctx, core, type) : { op: 'from-dyn', of: core, type };
  if (type.kind === 'optional') {
    if (from.kind !== 'optional') return { op: 'some', of: convert(ctx, core, type.of), type };
    const id = ctx.freshLocal();
    const body: CoreExpr = { op: 'some', of: convert(ctx, { op: 'local', id, type: from.of }, type.of), type };
    return { op: 'chain', of: core, id, body, type };
  }
  if (type.kind === 'list' || type.kind === 'set') {
    if (core.op === 'list' && core.optionals.length === 0) {
      return { ...core, items: core.items.map((item) => convert(ctx, item, type.of)), type };
    }
    const item = ctx.freshLocal();
    const element = from.kind === 'list' || from.kind === 'set' ? from.of : type.of;
    const body = convert(ctx, { op: 'local', id: item, type: element }, type.of);
    return { op: 'loop', macro: 'map', range: core, item, body, type };
  }
  if (type.kind === 'map' && from.kind === 'map') return convertMap(ctx, core, { from, to: type });
  return { op: 'from-dyn', of: toDyn(core), type };
}

type MapType = Type & { readonly kind: 'map' };

function convertMap(ctx: InferContext, core: CoreExpr, types: { from: MapType; to: MapType }): CoreExpr {
  const { from, to } = types;
  if (core.op === 'map' && core.entries.every((entry) => !entry.optional)) {
    const entries = core.entries.map((entry) => ({
      key: convert(ctx, entry.key, to.key),
      value: convert(ctx, entry.value, to.value),
      optional: false,
    }));
    return { op: 'map', entries, type: to };
  }
  if (!sameType(from.key, to.key)) return { op: 'from-dyn', of: toDyn(core), type: to };
  const item = ctx.freshLocal();
  const value = ctx.freshLocal();
  const body = convert(ctx, { op: 'local', id: value, type: from.value }, to.value);
  return { op: 'loop', macro: 'transform-map', range: core, item, value, body, type: to };
}

/** A dynamic null is none; anything else must have the payload's type. */
function dynToOptional(ctx: InferContext, core: CoreExpr, type: Type & { readonly kind: 'optional' }): CoreExpr {
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type: dynType };
  const isNull: CoreExpr = {
    op: 'equal',
    left: local,
    right: toDyn({ op: 'const', value: { kind: 'null' }, type: nullType }),
    type: { kind: 'bool' },
  };
  const some: CoreExpr = { op: 'some', of: convert(ctx, local, type.of), type };
  const body: CoreExpr = { op: 'if', condition: isNull, then: noneOf(type), else: some, type };
  return { op: 'let', id, value: core, body, type };
}

/** Whether values of both types look the same at run time. */
function sameAtRunTime(from: Type, to: Type): boolean {
  if (from.kind === 'never') return true;
  if ((from.kind === 'list' || from.kind === 'set') && (to.kind === 'list' || to.kind === 'set')) {
    return sameType(from.of, to.of) || sameAtRunTime(from.of, to.of);
  }
  if (from.kind === 'map' && to.kind === 'map') {
    return (
      (sameType(from.key, to.key) || sameAtRunTime(from.key, to.key)) &&
      (sameType(from.value, to.value) || sameAtRunTime(from.value, to.value))
    );
  }
  if (from.kind === 'optional' && to.kind === 'optional') return sameAtRunTime(from.of, to.of);
  return from.kind === 'string' && to.kind === 'string';
}

/** The same value under another type that looks the same at run time. */
export function retype(core: CoreExpr, type: Type): CoreExpr {
  return { ...core, type };
}

/** `core` with `dyn` where an empty literal left its type open. */
export function settle(core: CoreExpr): CoreExpr {
  return isSettled(core.type) ? core : retype(core, settleType(core.type));
}

/** `core` as a dynamic value. Callers know that it can be, and that nothing sensitive is told. */
export function toDyn(core: CoreExpr): CoreExpr {
  if (core.type.kind === 'dyn' || core.type.kind === 'unknown') return core;
  return core.type.kind === 'never' ? retype(core, dynType) : { op: 'to-dyn', of: settle(core), type: dynType };
}

/** `none` of that optional type. */
export function noneOf(type: Type): CoreExpr {
  return { op: 'const', value: { kind: 'none' }, type };
}

/** `core` where a condition stands: bool, or a dynamic value that must be one. */
export function toCondition(ctx: InferContext, core: CoreExpr, node: Node): CoreExpr {
  if (core.type.kind === 'unknown') return core;
  if (core.type.kind === 'dyn') return { op: 'call', builtin: 'dyn_bool', args: [core], type: { kind: 'bool' } };
  return expectType(ctx, { core, node, type: { kind: 'bool' } });
}

export interface Expectation {
  readonly core: CoreExpr;
  readonly node: Node;
  readonly type: Type;
  /** What the value is for, as it goes on after "sensitive text must not go into". */
  readonly place?: string;
}

/** `core` as a value of the expected type; otherwise says why not. */
export function expectType(ctx: InferContext, expectation: Expectation): CoreExpr {
  const { core, node, type } = expectation;
  const found = core.type;
  const fits = coerce(ctx, core, type);
  if (fits !== undefined && !(isSensitive(found) && type.kind === 'dyn')) return fits;
  if (isSensitive(found) && (type.kind === 'dyn' || canCoercePlain(found, type))) {
    return fault(ctx, 'sensitive-leak', node, {
      place: expectation.place ?? (type.kind === 'string' ? 'plain text' : describeType(type)),
    });
  }
  if (found.kind === 'optional' && type.kind !== 'optional' && found.of.kind !== 'never') {
    return unhandledOptional(ctx, core, node);
  }
  return fault(ctx, 'type-mismatch', node, { found: describeType(found), expected: describeType(type) });
}

function canCoercePlain(from: Type, to: Type): boolean {
  return coercionCost(withSensitivity(from, 'plain'), to) !== undefined;
}

/** Says that an optional is read as if it were there. */
export function unhandledOptional(ctx: InferContext, core: CoreExpr, node: Node): CoreExpr {
  return fault(ctx, 'unhandled-optional', node, { path: textOf(ctx, node), type: describeOptional(core.type) });
}

function describeOptional(type: Type): string {
  return describeType(type).replaceAll('`', '');
}

/** What is inside a list, set or map of `core`, which is given a settled type when nothing is known of it. */
export function elementTypes(
  core: CoreExpr,
): { readonly range: CoreExpr; readonly key: Type; readonly value: Type } | undefined {
  const range = settle(core);
  switch (range.type.kind) {
    case 'list':
    case 'set':
      return { range, key: { kind: 'int' }, value: range.type.of };
    case 'map':
      return { range, key: range.type.key, value: range.type.value };
    case 'dyn':
      return { range, key: dynType, value: dynType };
    default:
      return undefined;
  }
}

/** The type of a list or map of values that have nothing but `dyn` in common; undefined when not even that. */
export function commonType(a: Type, b: Type): Type | undefined {
  return isDynamic(a) && isDynamic(b) ? dynType : undefined;
}

/** `list<T>` and `map<K, V>` with `dyn` inside. */
export const dynList: Type = listOf(dynType);
export const dynMap: Type = mapOf(dynType, dynType);
