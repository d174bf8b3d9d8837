// Operators. Their meaning is CEL's; beyond it, `!= none` and `is` establish facts for what stands to the right of them,
// `??` reads an optional, and amounts of one unit can be added and compared.

import type { Expr } from '../../syntax/ast.ts';
import type { BuiltinId } from '../builtins.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, intType, joinTypes, sameType, unknownType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { toCondition, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { assume } from './facts.ts';
import { negatedLiteral } from './literals.ts';
import { resolveCall } from './overloads.ts';
import { signaturesOf } from './signatures.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';
import { convertSides, negateIf, inferOperands, commonOperands, mismatch } from './operands.ts';
import type { Binary } from './operands.ts';
import { membership } from './membership.ts';
import { dottedName } from './names.ts';
import { comparedKind, isNone, presence, fallback } from './presence.ts';

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
    call ??
    fault(
      ctx,
      'operator-mismatch',
      expr,
      { operator: '-', left: describeType(of.type), right: 'nothing' },
      { help: '`-` stands ahead of a number, a duration or an amount' },
    )
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

function logical(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const op = expr.operator === '&&' ? 'and' : 'or';
  const left = toCondition(ctx, inferExpr(ctx, expr.left, scope, boolType), expr.left);
  const inner = assume(ctx, left, op === 'and' ? 'true' : 'false');
  const right = toCondition(ctx, inferExpr(inner, expr.right, scope, boolType), expr.right);
  // A side that is at fault takes nothing from what the other establishes.
  const type = isUnknown(left) || isUnknown(right) ? unknownType : boolType;
  return { op, left, right, type };
}

function equality(ctx: Inference, expr: Binary, scope: Scope): CoreExpr {
  const negated = expr.operator === '!=';
  if (isNone(expr.right)) return presence(ctx, expr, { tested: expr.left, negated }, scope);
  if (isNone(expr.left)) return presence(ctx, expr, { tested: expr.right, negated }, scope);
  const root = dottedName(expr.right)?.split('.')[0];
  const unbound = root !== undefined && scope.lookup(root) === undefined;
  if (unbound && comparedKind(ctx, expr, scope)) return unknownValue;
  const operands = inferOperands(ctx, expr, scope);
  if (operands === undefined) return unknownValue;
  const [left, right] = operands;
  const slip = (): CoreExpr | undefined => (expr.right.kind === 'string' ? comparedKind(ctx, expr, scope) : undefined);
  // An optional compares with an optional, as in CEL; with a plain value, the missing one has to be dealt with.
  if ((left.type.kind === 'optional') !== (right.type.kind === 'optional')) {
    if (left.type.kind === 'null' || right.type.kind === 'null') return mismatch(ctx, expr, left, right);
    return (
      slip() ??
      (left.type.kind === 'optional'
        ? unhandledOptional(ctx, left, expr.left)
        : unhandledOptional(ctx, right, expr.right))
    );
  }
  const sides = commonOperands(ctx, left, right);
  if (sides === undefined) return slip() ?? mismatch(ctx, expr, left, right);
  return negateIf({ op: 'equal', left: sides[0], right: sides[1], type: boolType }, negated);
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
