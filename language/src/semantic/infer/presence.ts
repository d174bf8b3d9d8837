// What deals with values that may be missing, or be of several kinds: `== none`, `??`, `is`. Their outcomes become facts.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, joinTypes, optionalOf, payloadOf, recordOf, settleType } from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { coerce, expectType, settle, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, spanOf, textOf, unknownValue } from './context.ts';
import { widen } from './facts.ts';
import { boolConst } from './literals.ts';
import { dottedName, findBinding } from './names.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';
import { convertSides, negateIf } from './operands.ts';
import type { Binary } from './operands.ts';

/** Whether the expression is `none`, in parentheses or not. */
export function isNone(expr: Expr): boolean {
  return expr.kind === 'none' || (expr.kind === 'paren' && isNone(expr.of));
}

/** What is compared with `none`. */
export interface PresenceTest {
  readonly tested: Expr;
  /** `!= none` */
  readonly negated: boolean;
}

/** `tested == none`, `tested != none` */
export function presence(ctx: Inference, expr: Binary, test: PresenceTest, scope: Scope): CoreExpr {
  const of = widen(inferExpr(ctx, test.tested, scope, undefined), 'optional');
  if (isUnknown(of)) return of;
  if (of.type.kind !== 'optional') {
    fault(ctx, 'unneeded-none-test', expr, { path: textOf(ctx, test.tested), outcome: String(test.negated) });
    return boolConst(test.negated);
  }
  const isSome: CoreExpr = { op: 'is-some', of: settle(of), type: boolType };
  return negateIf(isSome, !test.negated);
}

/** `of ?? otherwise` */
export function fallback(ctx: Inference, expr: Binary, scope: Scope, hint: Type | undefined): CoreExpr {
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

/** What the kind is of that a name tells: `route` tells that of the event. */
function kindTold(ctx: Inference, expr: Expr, scope: Scope): CoreExpr | undefined {
  const binding = expr.kind === 'name' ? findBinding(ctx, expr, scope) : undefined;
  return binding?.kind === 'value' ? binding.kindOf : undefined;
}

/** `object is Pod`, `route is createPayment` */
export function inferIs(ctx: Inference, expr: Expr & { readonly kind: 'is' }, scope: Scope): CoreExpr {
  const tested = inferExpr(ctx, expr.of, scope, undefined);
  const of = kindTold(ctx, expr.of, scope) ?? widen(tested, 'union');
  if (isUnknown(tested)) return tested;
  const name = expr.type.parts.map((part) => part.text).join('.');
  if (of.type.kind === 'optional' && of.type.of.kind !== 'union') return unhandledOptional(ctx, of, expr.of);
  const type = payloadOf(of.type);
  if (type.kind !== 'union') return fault(ctx, 'not-a-kind', expr.type, { type: describeType(of.type), name });
  const { union } = type;
  const variant = union.variant(name);
  if (variant === undefined) {
    if (expr.type.parts.some((part) => part.text === '')) return unknownValue;
    const near = nearestName(name, union.variantNames());
    const none = union.choice?.routes.length === 0;
    const help = none
      ? { help: 'operations come from the document that the surface names: `openapi "…"`' }
      : near === undefined
        ? {}
        : { help: `did you mean \`${near}\`?` };
    return fault(ctx, 'not-a-kind', expr.type, { type: `\`${union.name}\``, name }, help);
  }
  const { doc = '', record } = variant;
  const binding: Binding = { kind: 'type', type: recordOf(record), ...(doc === '' ? {} : { doc }) };
  const last = expr.type.parts.at(-1);
  if (last) ctx.recorder?.bindings.set(last, binding);
  if (of.type.kind !== 'optional') return { op: 'variant-test', of, union, variant, type: boolType };
  // What is not there is of no kind.
  const settled = settle(of);
  const present: CoreExpr = { op: 'unwrap', of: settled, type };
  return {
    op: 'and',
    left: { op: 'is-some', of: settled, type: boolType },
    right: { op: 'variant-test', of: present, union, variant, type: boolType },
    type: boolType,
  };
}

/** `route == createPayment`: kinds are not compared; undefined, and nothing said, where the two are something else. */
export function comparedKind(ctx: Inference, expr: Binary, scope: Scope): CoreExpr | undefined {
  const name = expr.right.kind === 'string' ? expr.right.value : dottedName(expr.right);
  if (name === undefined || (expr.right.kind !== 'string' && scope.lookup(name.split('.')[0] ?? ''))) return undefined;
  if (expr.left.kind !== 'name' && expr.left.kind !== 'member') return undefined;
  const { recorder: _recorder, ...quiet } = ctx;
  const of =
    kindTold(ctx, expr.left, scope) ?? inferExpr({ ...quiet, report: () => undefined }, expr.left, scope, undefined);
  const type = payloadOf(widen(of, 'union').type);
  if (type.kind !== 'union' || type.union.variant(name) === undefined) return undefined;
  const left = textOf(ctx, expr.left);
  const meant = expr.operator === '!=' ? `!(${left} is ${name})` : `${left} is ${name}`;
  return fault(
    ctx,
    'operator-mismatch',
    expr,
    { operator: expr.operator, left: `\`${left}\``, right: `the kind \`${name}\`` },
    {
      help: `write \`${meant}\``,
      fixes: [{ title: `write \`${meant}\``, safety: 'safe', edits: [{ span: spanOf(ctx, expr), text: meant }] }],
    },
  );
}
