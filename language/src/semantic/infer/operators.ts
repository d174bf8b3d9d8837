// Operators. Their meaning is CEL's; beyond it, `!= none` and `is` establish facts for what stands to the right of them,
// `??` reads an optional, and amounts of one unit can be added and compared.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { BinaryOperator, Expr } from '../../syntax/ast.ts';
import type { BuiltinId } from '../builtins.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import {
  boolType,
  intType,
  isDynamic,
  joinTypes,
  optionalOf,
  payloadOf,
  recordOf,
  sameType,
  settleType,
  withSensitivity,
} from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Const, Type } from '../types.ts';
import { coerce, elementTypes, expectType, settle, toCondition, toDyn, unhandledOptional } from './coerce.ts';
import { constOf } from './constants.ts';
import { fault, isUnknown, textOf, unknownValue } from './context.ts';
import { assume, widen } from './facts.ts';
import { boolConst, negatedLiteral } from './literals.ts';
import { findBinding } from './names.ts';
import { resolveCall } from './overloads.ts';
import { signaturesOf } from './signatures.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

type Binary = Expr & { readonly kind: 'binary' };

/** `left operator right` */
export function inferBinary(ctx: Inference, expr: Binary, scope: Scope, hint: Type | undefined): CoreExpr {
  switch (expr.operator) {
    case '&&':
    case '||':
      return logical(ctx, expr, scope);
    case '==':
    case '!=':
      return equality(ctx, expr, scope);
    case 'in':
    case 'not in':
      return membership(ctx, expr, scope);
    case '??':
      return fallback(ctx, expr, scope, hint);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(ctx, expr, scope, expr.operator);
    default:
      return arithmetic(ctx, expr, scope, expr.operator);
  }
}

/** `!x`, `-x` */
export function inferUnary(ctx: Inference, expr: Expr & { readonly kind: 'unary' }, scope: Scope): CoreExpr {
  const { operand } = expr;
  if (expr.operator === '!') {
    const of = toCondition(ctx, inferExpr(ctx, operand, scope, boolType), operand);
    return isUnknown(of) ? of : { op: 'not', of, type: boolType };
  }
  if (operand.kind === 'int' || operand.kind === 'float' || operand.kind === 'duration') {
    const literal = negatedLiteral(ctx, operand);
    if (literal) return literal;
  }
  const of = inferExpr(ctx, operand, scope, undefined);
  if (isUnknown(of)) return of;
  if (of.type.kind === 'optional') return unhandledOptional(ctx, of, operand);
  if (of.type.kind === 'quantity') return { op: 'call', builtin: 'int_neg', args: [of], type: of.type };
  const call = resolveCall(ctx, signaturesOf('-_'), [of], expr);
  return (
    call ?? fault(ctx, 'operator-mismatch', expr, { operator: '-', left: describeType(of.type), right: 'nothing' })
  );
}

/** `condition ? a : b` */
export function inferConditional(
  ctx: Inference,
  expr: Expr & { readonly kind: 'conditional' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const condition = toCondition(ctx, inferExpr(ctx, expr.condition, scope, boolType), expr.condition);
  const then = inferExpr(assume(ctx, condition, 'true'), expr.then, scope, hint);
  const otherwise = inferExpr(assume(ctx, condition, 'false'), expr.else, scope, hint);
  if (isUnknown(condition) || isUnknown(then) || isUnknown(otherwise)) return unknownValue;
  const type = joinTypes(then.type, otherwise.type);
  const sides = type && convertSides(ctx, then, otherwise, type);
  if (type === undefined || sides === undefined) {
    return fault(ctx, 'type-mismatch', expr.else, {
      found: describeType(otherwise.type),
      expected: describeType(then.type),
    });
  }
  return { op: 'if', condition, then: sides[0], else: sides[1], type };
}

function convertSides(
  ctx: Inference,
  left: CoreExpr,
  right: CoreExpr,
  type: Type,
): readonly [CoreExpr, CoreExpr] | undefined {
  const first = coerce(ctx, left, type);
  const second = coerce(ctx, right, type);
  return first && second && [first, second];
}

function logical(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const op = expr.operator === '&&' ? 'and' : 'or';
  const left = toCondition(ctx, inferExpr(ctx, expr.left, scope, boolType), expr.left);
  const inner = assume(ctx, left, op === 'and' ? 'true' : 'false');
  const right = toCondition(ctx, inferExpr(inner, expr.right, scope, boolType), expr.right);
  if (isUnknown(left) || isUnknown(right)) return unknownValue;
  return { op, left, right, type: boolType };
}

function negateIf(core: CoreExpr, negated: boolean): CoreExpr {
  return negated && !isUnknown(core) ? { op: 'not', of: core, type: boolType } : core;
}

function equality(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const negated = expr.operator === '!=';
  if (isNone(expr.right)) return presence(ctx, expr, { tested: expr.left, negated }, scope);
  if (isNone(expr.left)) return presence(ctx, expr, { tested: expr.right, negated }, scope);
  const operands = inferOperands(ctx, expr, scope);
  if (operands === undefined) return unknownValue;
  const [left, right] = operands;
  // An optional compares with an optional, as in CEL; with a plain value, the missing one has to be dealt with.
  if ((left.type.kind === 'optional') !== (right.type.kind === 'optional')) {
    return left.type.kind === 'optional'
      ? unhandledOptional(ctx, left, expr.left)
      : unhandledOptional(ctx, right, expr.right);
  }
  const sides = commonOperands(ctx, left, right);
  if (sides === undefined) return mismatch(ctx, expr, left, right);
  return negateIf({ op: 'equal', left: sides[0], right: sides[1], type: boolType }, negated);
}

function isNone(expr: Expr): boolean {
  return expr.kind === 'none' || (expr.kind === 'paren' && isNone(expr.of));
}

interface PresenceTest {
  readonly tested: Expr;
  /** `!= none` */
  readonly negated: boolean;
}

function presence(ctx: Inference, expr: Binary, test: PresenceTest, scope: Scope): CoreExpr {
  const of = widen(inferExpr(ctx, test.tested, scope, undefined), 'optional');
  if (isUnknown(of)) return of;
  if (of.type.kind !== 'optional') {
    fault(ctx, 'unneeded-none-test', expr, { path: textOf(ctx, test.tested), outcome: String(test.negated) });
    return boolConst(test.negated);
  }
  const isSome: CoreExpr = { op: 'is-some', of: settle(of), type: boolType };
  return negateIf(isSome, !test.negated);
}

/** Both operands, neither at fault. */
function inferOperands(ctx: Inference, expr: Binary, scope: Scope): readonly [CoreExpr, CoreExpr] | undefined {
  const left = inferExpr(ctx, expr.left, scope, undefined);
  const right = inferExpr(ctx, expr.right, scope, isUnknown(left) ? undefined : left.type);
  return isUnknown(left) || isUnknown(right) ? undefined : [left, right];
}

/** Both as values of one type: the one they share, or dynamic when one of them is. */
function commonOperands(ctx: Inference, left: CoreExpr, right: CoreExpr): readonly [CoreExpr, CoreExpr] | undefined {
  const joined = joinTypes(left.type, right.type);
  const type = joined && settleType(joined);
  if (type !== undefined && type.kind !== 'dyn') return convertSides(ctx, left, right, type);
  if (type === undefined && !hasDyn(left.type) && !hasDyn(right.type)) return undefined;
  return isDynamic(left.type) && isDynamic(right.type) ? [toDyn(left), toDyn(right)] : undefined;
}

function hasDyn(type: Type): boolean {
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

function mismatch(ctx: Inference, expr: Binary, left: CoreExpr, right: CoreExpr): CoreExpr {
  const holes = { operator: expr.operator, left: describeType(left.type), right: describeType(right.type) };
  if (left.type.kind === 'quantity' || right.type.kind === 'quantity') return fault(ctx, 'unit-mismatch', expr, holes);
  const help = mismatchHelp(expr.operator, left.type, right.type);
  return fault(ctx, 'operator-mismatch', expr, holes, help === undefined ? {} : { help });
}

function mismatchHelp(operator: BinaryOperator, left: Type, right: Type): string | undefined {
  if (isNumber(left) && isNumber(right)) {
    return 'numbers do not change their type by themselves: write `1.0` for a float, `1u` for a uint, or convert with `double(x)`, `int(x)`';
  }
  if (left.kind === 'null' || right.kind === 'null') return 'what may be missing is compared with `none`';
  if (operator === 'in' && left.kind === 'string' && right.kind === 'string') return 'write `text.contains(part)`';
  if (operator === '+' && (left.kind === 'string' || right.kind === 'string')) return 'convert with `string(x)` first';
  return undefined;
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'uint' || type.kind === 'float';
}

function comparison(ctx: Inference, expr: Binary, scope: Scope, order: '<' | '<=' | '>' | '>='): CoreExpr {
  const operands = inferOperands(ctx, expr, scope);
  if (operands === undefined) return unknownValue;
  const [left, right] = operands;
  if (left.type.kind === 'optional') return unhandledOptional(ctx, left, expr.left);
  if (right.type.kind === 'optional') return unhandledOptional(ctx, right, expr.right);
  const sides = commonOperands(ctx, left, right);
  if (sides === undefined || !isOrdered(sides[0].type)) return mismatch(ctx, expr, left, right);
  return { op: 'compare', order, left: sides[0], right: sides[1], type: boolType };
}

function isOrdered(type: Type): boolean {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
    case 'string':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'quantity':
    case 'dyn':
      return true;
    default:
      return false;
  }
}

const quantityOperators: Readonly<Record<'+' | '-' | '*' | '/' | '%', BuiltinId>> = {
  '+': 'int_add',
  '-': 'int_sub',
  '*': 'int_mul',
  '/': 'int_div',
  '%': 'int_mod',
};

function arithmetic(ctx: Inference, expr: Binary, scope: Scope, operator: '+' | '-' | '*' | '/' | '%'): CoreExpr {
  const operands = inferOperands(ctx, expr, scope);
  if (operands === undefined) return unknownValue;
  const [left, right] = operands;
  if (left.type.kind === 'optional') return unhandledOptional(ctx, left, expr.left);
  if (right.type.kind === 'optional') return unhandledOptional(ctx, right, expr.right);
  if (left.type.kind === 'quantity' || right.type.kind === 'quantity') {
    const type = quantityResult(left.type, right.type, operator);
    if (type === undefined) return mismatch(ctx, expr, left, right);
    return { op: 'call', builtin: quantityOperators[operator], args: [left, right], type };
  }
  const call = resolveCall(ctx, signaturesOf(`_ ${operator} _`), [left, right], expr);
  return call ?? mismatch(ctx, expr, left, right);
}

/** Amounts of one unit add up; a number of times an amount is an amount; an amount per amount is a number. */
function quantityResult(left: Type, right: Type, operator: '+' | '-' | '*' | '/' | '%'): Type | undefined {
  if (sameType(left, right)) return operator === '*' ? undefined : operator === '/' ? intType : left;
  if (operator === '*') return left.kind === 'int' ? right : right.kind === 'int' ? left : undefined;
  return operator === '/' && right.kind === 'int' ? left : undefined;
}

function membership(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const negated = expr.operator === 'not in';
  const value = inferExpr(ctx, expr.left, scope, undefined);
  const set = findBinding(ctx, expr.right, scope);
  if (set?.kind === 'set') {
    ctx.noteType?.(expr.right, { kind: 'set', of: set.of });
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

function fallback(ctx: Inference, expr: Binary, scope: Scope, hint: Type | undefined): CoreExpr {
  const of = widen(inferExpr(ctx, expr.left, scope, hint && optionalOf(hint)), 'optional');
  const otherwise = inferExpr(ctx, expr.right, scope, isUnknown(of) ? hint : payloadOf(of.type));
  if (isUnknown(of) || isUnknown(otherwise)) return unknownValue;
  if (of.type.kind !== 'optional') {
    const help = expr.left.kind === 'index' ? 'ask with `[?…]` for what may be missing' : undefined;
    const extra = help === undefined ? {} : { help };
    fault(ctx, 'unneeded-fallback', expr.right, { path: textOf(ctx, expr.left), operator: '??' }, extra);
    return of;
  }
  const type = joinTypes(of.type.of, otherwise.type);
  if (type === undefined) {
    return expectType(ctx, { core: otherwise, node: expr.right, type: of.type.of });
  }
  const settled = settleType(type);
  if (otherwise.type.kind === 'optional') return firstPresent(ctx, of, otherwise, optionalOf(settled));
  const read = coerce(ctx, of, optionalOf(settled));
  const other = coerce(ctx, otherwise, settled);
  if (read === undefined || other === undefined) return unknownValue;
  return { op: 'or-else', of: read, else: other, type: settled };
}

/** Of two optionals the first that is there. */
export function firstPresent(ctx: Inference, of: CoreExpr, otherwise: CoreExpr, type: Type): CoreExpr {
  const sides = convertSides(ctx, of, otherwise, type);
  if (sides === undefined) return unknownValue;
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type };
  const condition: CoreExpr = { op: 'is-some', of: local, type: boolType };
  return { op: 'let', id, value: sides[0], body: { op: 'if', condition, then: local, else: sides[1], type }, type };
}

/** `object is Pod` */
export function inferIs(ctx: Inference, expr: Expr & { readonly kind: 'is' }, scope: Scope): CoreExpr {
  const of = widen(inferExpr(ctx, expr.of, scope, undefined), 'union');
  if (isUnknown(of)) return of;
  const name = expr.type.parts.map((part) => part.text).join('.');
  if (of.type.kind === 'optional') return unhandledOptional(ctx, of, expr.of);
  if (of.type.kind !== 'union') return fault(ctx, 'not-a-kind', expr.type, { type: describeType(of.type), name });
  const { union } = of.type;
  const variant = union.variant(name);
  if (variant === undefined) {
    if (expr.type.parts.some((part) => part.text === '')) return unknownValue;
    const near = nearestName(name, union.variantNames());
    const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
    return fault(ctx, 'not-a-kind', expr.type, { type: `\`${union.name}\``, name }, help);
  }
  const binding: Binding = { kind: 'type', type: recordOf(variant.record) };
  const last = expr.type.parts.at(-1);
  if (last) ctx.noteBinding?.(last, binding);
  return { op: 'variant-test', of, union, variant, type: boolType };
}
