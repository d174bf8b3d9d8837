// CEL's functions on optionals: `optional.of`, `optional.none`, `.orValue(x)`, `.optMap(x, …)` and the rest, in terms of the
// few operations that core has for them.

import type { Expr, Name, Node } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, dynType, joinTypes, neverType, optionalOf, settleType } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { coerce, expectType, noneOf, settle } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { extendScope } from './names.ts';
import { firstPresent } from './presence.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

type Call = Expr & { readonly kind: 'call' };

const methods: ReadonlySet<string> = new Set(['value', 'hasValue', 'orValue', 'or', 'optMap', 'optFlatMap']);

/** Whether `name` is a method of optionals. */
export function isOptionalMethod(name: string): boolean {
  return methods.has(name);
}

/** `optional.none()`, `optional.of(x)`, `optional.ofNonZeroValue(x)`; undefined when there is no such function. */
export function inferOptionalFunction(ctx: Inference, name: string, call: Call, scope: Scope): CoreExpr | undefined {
  if (name === 'none') return call.args.length === 0 ? noneOf(optionalOf(neverType)) : undefined;
  const [argument] = call.args;
  if (argument === undefined || call.args.length !== 1) return undefined;
  if (name !== 'of' && name !== 'ofNonZeroValue') return undefined;
  const of = settle(inferExpr(ctx, argument, scope, undefined));
  if (isUnknown(of)) return of;
  const type: Type = { kind: 'optional', of: of.type };
  if (name === 'of') return { op: 'some', of, type };
  return { op: 'call', builtin: 'optional_of_non_zero', args: [of], type };
}

/** A method of an optional; `of` has an optional type. */
export function inferOptionalMethod(
  ctx: Inference,
  use: { readonly of: CoreExpr; readonly name: Name; readonly call: Call },
  scope: Scope,
): CoreExpr {
  const { name, call } = use;
  const of = settle(use.of);
  const payload = of.type.kind === 'optional' ? of.type.of : dynType;
  const [first, second] = call.args;
  switch (name.text) {
    case 'hasValue':
      if (first !== undefined) break;
      return { op: 'is-some', of, type: boolType };
    case 'value':
      if (first !== undefined) break;
      return { op: 'call', builtin: 'optional_value', args: [of], type: payload };
    case 'orValue':
      if (first === undefined || second !== undefined) break;
      return orValue(ctx, { of: use.of, payload }, first, scope);
    case 'or':
      if (first === undefined || second !== undefined) break;
      return or(ctx, use.of, first, scope);
    default:
      if (first?.kind !== 'name' || second === undefined || call.args.length !== 2) break;
      return mapPayload(ctx, { of, payload, variable: first.name, flat: name.text === 'optFlatMap' }, second, scope);
  }
  return fault(ctx, 'invalid-macro', call, { macro: name.text, usage: optionalUsages[name.text] ?? '' });
}

/** How each method of an optional value is written. */
export const optionalUsages: Readonly<Record<string, string>> = {
  hasValue: '`optional.hasValue()`',
  value: '`optional.value()`',
  orValue: '`optional.orValue(fallback)`, or `optional ?? fallback`',
  or: '`optional.or(otherOptional)`',
  optMap: '`optional.optMap(x, result)`',
  optFlatMap: '`optional.optFlatMap(x, optionalResult)`',
};

function orValue(
  ctx: Inference,
  left: { readonly of: CoreExpr; readonly payload: Type },
  argument: Expr,
  scope: Scope,
): CoreExpr {
  const otherwise = inferExpr(ctx, argument, scope, left.payload);
  if (isUnknown(otherwise)) return otherwise;
  const own = left.of.type.kind === 'optional' ? left.of.type.of : left.payload;
  const joined = joinTypes(own, otherwise.type);
  if (joined === undefined) return expectType(ctx, { core: otherwise, node: argument, type: left.payload });
  const type = settleType(joined);
  const of = coerce(ctx, left.of, { kind: 'optional', of: type });
  const other = coerce(ctx, otherwise, type);
  return of && other ? { op: 'or-else', of, else: other, type } : unknownValue;
}

function or(ctx: Inference, of: CoreExpr, argument: Expr, scope: Scope): CoreExpr {
  const otherwise = inferExpr(ctx, argument, scope, of.type);
  if (isUnknown(otherwise)) return otherwise;
  if (otherwise.type.kind !== 'optional') return notOptional(ctx, otherwise, argument);
  const joined = joinTypes(of.type, otherwise.type);
  if (joined === undefined) return expectType(ctx, { core: otherwise, node: argument, type: of.type });
  return firstPresent(ctx, of, otherwise, settleType(joined));
}

interface PayloadMap {
  readonly of: CoreExpr;
  readonly payload: Type;
  readonly variable: Name;
  /** The result is itself optional. */
  readonly flat: boolean;
}

function mapPayload(ctx: Inference, map: PayloadMap, bodyExpr: Expr, scope: Scope): CoreExpr {
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type: map.payload };
  const inner = extendScope(scope, new Map([[map.variable.text, { kind: 'value', core: local }]]));
  const result = settle(inferExpr(ctx, bodyExpr, inner, undefined));
  if (isUnknown(result)) return result;
  if (map.flat && result.type.kind !== 'optional') return notOptional(ctx, result, bodyExpr);
  const body: CoreExpr = map.flat ? result : { op: 'some', of: result, type: { kind: 'optional', of: result.type } };
  return { op: 'chain', of: map.of, id, body, type: body.type };
}

function notOptional(ctx: Inference, core: CoreExpr, node: Node): CoreExpr {
  return fault(ctx, 'type-mismatch', node, { found: describeType(core.type), expected: 'an optional' });
}
