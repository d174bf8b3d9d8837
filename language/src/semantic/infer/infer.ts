// Expressions into core: the door to inference and the one place that knows which file handles which construct. Types flow
// up; `hint`, the type that is wanted where the expression stands, only helps literals that have none of their own.
//
// INVARIANT: never throws, whatever the tree; what is at fault has the type `unknown`, which says nothing more.

import type { Expr, Template } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { settle } from './coerce.ts';
import { inferCall } from './calls.ts';
import { inferConstruct, inferList, inferMap, inferObject } from './collections.ts';
import { fault, spanOf, unknownValue, type InferContext } from './context.ts';
import { inferLiteral, textConst } from './literals.ts';
import { inferIndex, inferMember } from './members.ts';
import { inferName } from './names.ts';
import { inferBinary, inferConditional, inferUnary } from './operators.ts';
import { inferIs } from './presence.ts';
import { closedChain } from './recursion.ts';
import type { Inference, OpenChain } from './recursion.ts';
import { inferTemplate as templateText } from './templates.ts';

/**
 * The core of an expression. `expected` guides literals (`[]`, `{…}`), but is not enforced: `expectType` does that, and says
 * why a value does not fit.
 */
export function infer(ctx: InferContext, expr: Expr, scope: Scope, expected?: Type): CoreExpr {
  const core = inferExpr(within(ctx), expr, scope, expected);
  return expected === undefined ? settle(core) : core;
}

/** The text of a message; `place` is what it is for, as it goes on after "sensitive text must not go into". */
export function inferTemplate(ctx: InferContext, template: Template, scope: Scope, place?: string): CoreExpr {
  return templateText(within(ctx), template, scope, place);
}

function within(ctx: InferContext): Inference {
  return { ...ctx, recursion: { expr: inferExpr, open: inferOpen } };
}

/** Like `infer`, but an empty literal may still take a type from what stands around it. */
function inferExpr(ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined): CoreExpr {
  ctx.recorder?.places.set(expr, { scope, expected: hint });
  const made = coreOf(ctx, expr, scope, hint);
  // What is in brackets stands between them.
  const core = expr.kind === 'paren' ? made : (ctx.origins?.note(made, spanOf(ctx, expr)) ?? made);
  ctx.recorder?.types.set(expr, core.type);
  return core;
}

/** Like `inferExpr`, but leaves a chain open. */
function inferOpen(ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined): OpenChain {
  const open = chainOf(ctx, expr, scope, hint);
  if (open === undefined) return closedChain(inferExpr(ctx, expr, scope, hint));
  ctx.recorder?.places.set(expr, { scope, expected: hint });
  ctx.recorder?.types.set(expr, open.core.type);
  return ctx.origins ? { ...open, core: ctx.origins.note(open.core, spanOf(ctx, expr)) } : open;
}

function chainOf(ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined): OpenChain | undefined {
  switch (expr.kind) {
    case 'member':
      return inferMember(ctx, expr, scope);
    case 'index':
      return inferIndex(ctx, expr, scope);
    case 'call':
      return inferCall(ctx, expr, scope, hint);
    default:
      return undefined;
  }
}

function coreOf(ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined): CoreExpr {
  switch (expr.kind) {
    case 'string':
      return textConst(expr.value);
    case 'name':
      return expr.name.text === '' ? unknownValue : inferName(ctx, expr, scope);
    case 'member':
    case 'index':
    case 'call': {
      const open = inferOpen(ctx, expr, scope, hint);
      return open.close(open.core);
    }
    case 'unary':
      return inferUnary(ctx, expr, scope);
    case 'binary':
      return inferBinary(ctx, expr, scope, hint);
    case 'conditional':
      return inferConditional(ctx, expr, scope, hint);
    case 'is':
      return inferIs(ctx, expr, scope);
    case 'list':
      return inferList(ctx, expr, scope, hint);
    case 'map':
      return inferMap(ctx, expr, scope, hint);
    case 'construct':
      return inferConstruct(ctx, expr, scope);
    case 'object':
      return inferObject(ctx, expr, scope, hint);
    case 'paren':
      return inferExpr(ctx, expr.of, scope, hint);
    case 'each':
      inferExpr(ctx, expr.of, scope, undefined);
      return fault(ctx, 'misplaced-each', expr, {});
    case 'regex':
      return fault(
        ctx,
        'not-a-value',
        expr,
        { name: 're"…"', what: 'a regular expression' },
        { help: 'look for it in a text: `text.matches(re"…")`' },
      );
    case 'hole':
      return unknownValue;
    default:
      return inferLiteral(ctx, expr);
  }
}
