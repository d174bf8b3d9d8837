// The two operands of an operator: inferred, brought to one type, or said not to go together.

import type { BinaryOperator, Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, isDynamic, joinTypes, settleType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { coerce, toDyn } from './coerce.ts';
import { fault, isUnknown } from './context.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

/** `left operator right` */
export type Binary = Expr & { readonly kind: 'binary' };

/** Both as values of `type`; undefined when one cannot be. */
export function convertSides(
  ctx: Inference,
  left: CoreExpr,
  right: CoreExpr,
  type: Type,
): readonly [CoreExpr, CoreExpr] | undefined {
  const first = coerce(ctx, left, type);
  const second = coerce(ctx, right, type);
  return first && second && [first, second];
}

/** `!core` where `negated`. */
export function negateIf(core: CoreExpr, negated: boolean): CoreExpr {
  return negated && !isUnknown(core) ? { op: 'not', of: core, type: boolType } : core;
}

/** Both operands, neither at fault. */
export function inferOperands(ctx: Inference, expr: Binary, scope: Scope): readonly [CoreExpr, CoreExpr] | undefined {
  const left = inferExpr(ctx, expr.left, scope, undefined);
  const right = inferExpr(ctx, expr.right, scope, isUnknown(left) ? undefined : left.type);
  return isUnknown(left) || isUnknown(right) ? undefined : [left, right];
}

/** Both as values of one type: the one they share, or dynamic when one of them is. */
export function commonOperands(
  ctx: Inference,
  left: CoreExpr,
  right: CoreExpr,
): readonly [CoreExpr, CoreExpr] | undefined {
  const joined = joinTypes(left.type, right.type);
  const type = joined && settleType(joined);
  if (type !== undefined && type.kind !== 'dyn') return convertSides(ctx, left, right, type);
  if (type === undefined && !hasDyn(left.type) && !hasDyn(right.type)) return undefined;
  return isDynamic(left.type) && isDynamic(right.type) ? [toDyn(left), toDyn(right)] : undefined;
}

/** Whether something in values of the type is dynamic. */
export function hasDyn(type: Type): boolean {
  switch (type.kind) {
    case 'dyn':
      return true;
    case 'list':
    case 'set':
    case 'optional':
      return hasDyn(type.of);
    case 'map':
      return hasDyn(type.key) || hasDyn(type.value);
    default:
      return false;
  }
}

/** Says that the operator does not take these operands. */
export function mismatch(ctx: Inference, expr: Binary, left: CoreExpr, right: CoreExpr): CoreExpr {
  const holes = { operator: expr.operator, left: describeType(left.type), right: describeType(right.type) };
  if (left.type.kind === 'quantity' || right.type.kind === 'quantity') return fault(ctx, 'unit-mismatch', expr, holes);
  const help = mismatchHelp(expr.operator, left.type, right.type);
  return fault(ctx, 'operator-mismatch', expr, holes, { help });
}

function mismatchHelp(operator: BinaryOperator, left: Type, right: Type): string {
  if (isNumber(left) && isNumber(right)) {
    return 'numbers do not change their type by themselves: write `1.0` for a float, `1u` for a uint, or convert with `double(x)`, `int(x)`';
  }
  if (left.kind === 'null' || right.kind === 'null') return 'what may be missing is compared with `none`';
  if (operator === 'in' && left.kind === 'string' && right.kind === 'string') return 'write `text.contains(part)`';
  if (operator === '+' && (left.kind === 'string' || right.kind === 'string')) return 'convert with `string(x)` first';
  switch (operator) {
    case 'in':
      return 'what stands to the right of `in` is a list, a set or a map, of values like the one to the left';
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return 'compare values of one type; `string(x)`, `int(x)` and `double(x)` convert';
    default:
      return 'calculate with numbers of one type; durations and time stamps can be added and subtracted';
  }
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'uint' || type.kind === 'float';
}
