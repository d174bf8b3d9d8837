// Expressions into core: the door to inference and the one place that knows which file handles which construct. Types flow
// up; `hint`, the type that is wanted where the expression stands, only helps literals that have none of their own.
//
// INVARIANT: never throws, whatever the tree; what is at fault has the type `unknown`, which says nothing more.

import type { Expr, Template } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { settle } from './coerce.ts';
import { inferConstruct, inferList, inferMap, inferObject } from './collections.ts';
import { fault, unknownValue, type InferContext } from './context.ts';
import { inferLiteral, textConst } from './literals.ts';
import { inferChain } from './members.ts';
import { inferName } from './names.ts';
import { inferBinary, inferConditional, inferIs, inferUnary } from './operators.ts';
import { inferTemplate as templateText } from './templates.ts';

/**
 * The core of an expression. `expected` guides literals (`[]`, `{…}`), but is not enforced: `expectType` does that, and says
 * why a value does not fit.
 */
export function infer(ctx: InferContext, expr: Expr, scope: Scope, expected?: Type): CoreExpr {
  return settle(inferExpr(ctx, expr, scope, expected));
}

/** The text of a message; `place` is what it is for, as it goes on after "sensitive text must not go into". */
export function inferTemplate(ctx: InferContext, template: Template, scope: Scope, place?: string): CoreExpr {
  return templateText(ctx, template, scope, place);
}

/** Like `infer`, within inference: an empty literal may still take a type from what stands around it. */
export function inferExpr(ctx: InferContext, expr: Expr, scope: Scope, hint: Type | undefined): CoreExpr {
  const core = coreOf(ctx, expr, scope, hint);
  ctx.noteType?.(expr, core.type);
  return core;
}

function coreOf(ctx: InferContext, expr: Expr, scope: Scope, hint: Type | undefined): CoreExpr {
  switch (expr.kind) {
    case 'string':
      return textConst(expr.value);
    case 'name':
      return expr.name.text === '' ? unknownValue : inferName(ctx, expr, scope);
    case 'member':
    case 'index':
    case 'call':
      return inferChain(ctx, expr, scope, hint);
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
