// `in` and `not in`: lists, sets, maps, data. Membership in constants becomes a perfect hash.

import type { CoreExpr } from '../core.ts';
import { boolType, isDynamic, joinTypes, withSensitivity } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Const, Type } from '../types.ts';
import { coerce, elementTypes, toDyn, unhandledOptional } from './coerce.ts';
import { constOf } from './constants.ts';
import { isUnknown, unknownValue } from './context.ts';
import { findBinding } from './names.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';
import { negateIf, hasDyn, mismatch } from './operands.ts';
import type { Binary } from './operands.ts';

/** `value in of`, `value not in of` */
export function membership(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const negated = expr.operator === 'not in';
  const value = inferExpr(ctx, expr.left, scope, undefined);
  const set = findBinding(ctx, expr.right, scope);
  if (set?.kind === 'set') {
    ctx.recorder?.types.set(expr.right, { kind: 'set', of: set.of });
    if (isUnknown(value)) return value;
    if (value.type.kind === 'optional') return unhandledOptional(ctx, value, expr.left);
    const key = coerce(ctx, value, withSensitivity(set.of, 'sensitive'));
    if (key === undefined)
      return mismatch(ctx, { ...expr, operator: 'in' }, value, { ...value, type: { kind: 'set', of: set.of } });
    return negateIf({ op: 'in-set', value: key, set: set.items, type: boolType }, negated);
  }
  const of = inferExpr(ctx, expr.right, scope, isUnknown(value) ? undefined : { kind: 'list', of: value.type });
  if (isUnknown(value) || isUnknown(of)) return unknownValue;
  if (value.type.kind === 'optional') return unhandledOptional(ctx, value, expr.left);
  if (of.type.kind === 'optional') return unhandledOptional(ctx, of, expr.right);
  const core = contains(ctx, value, of);
  return core === undefined ? mismatch(ctx, { ...expr, operator: 'in' }, value, of) : negateIf(core, negated);
}

function contains(ctx: Inference, value: CoreExpr, of: CoreExpr): CoreExpr | undefined {
  const elements = elementTypes(of);
  if (elements === undefined) return undefined;
  const { range } = elements;
  if (range.type.kind === 'dyn') {
    return isDynamic(value.type) ? { op: 'in', value: toDyn(value), of: range, type: boolType } : undefined;
  }
  const element = range.type.kind === 'map' ? elements.key : elements.value;
  const joined = joinTypes(value.type, element);
  const constants = constOf(range);
  if (joined?.kind === element.kind && joined.kind !== 'dyn' && constants?.kind === 'list' && isSetKey(element)) {
    return { op: 'in-set', value, set: distinct(constants.items), type: boolType };
  }
  if (joined !== undefined && joined.kind !== 'dyn') {
    const key = coerce(ctx, value, joined);
    return key && { op: 'in', value: key, of: range, type: boolType };
  }
  if (value.type.kind !== 'dyn' && !hasDyn(element)) return undefined;
  if (!isDynamic(value.type) || !isDynamic(range.type)) return undefined;
  return { op: 'in', value: toDyn(value), of: toDyn(range), type: boolType };
}

function isSetKey(type: Type): boolean {
  return type.kind === 'string' || type.kind === 'int' || type.kind === 'uint';
}

function distinct(items: readonly Const[]): readonly Const[] {
  const seen = new Set<string | bigint>();
  return items.filter((item) => {
    if (item.kind !== 'string' && item.kind !== 'int' && item.kind !== 'uint') return true;
    if (seen.has(item.value)) return false;
    seen.add(item.value);
    return true;
  });
}
