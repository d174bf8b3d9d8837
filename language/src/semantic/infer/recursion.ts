// How the files of inference reach one another's constructs without importing each other in a circle: the context carries
// the two functions that `infer` ties together. Holds no rule of the language.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import type { InferContext } from './context.ts';

/** A chain that has not ended: its value so far, and what to put around it at the end. */
export interface OpenChain {
  readonly core: CoreExpr;
  /** Wraps the value in the tests of every `?.` to its left. */
  readonly close: (core: CoreExpr) => CoreExpr;
  /** Whether there is a `?.` or `[?…]` to its left: then what follows goes on with the payload of an optional. */
  readonly chained: boolean;
}

/** The context within inference. */
export interface Inference extends InferContext {
  readonly recursion: {
    readonly expr: (ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined) => CoreExpr;
    readonly open: (ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined) => OpenChain;
  };
}

/** The core of any expression; `hint` is the type that is wanted, for literals that have none of their own. */
export function inferExpr(ctx: Inference, expr: Expr, scope: Scope, hint: Type | undefined): CoreExpr {
  return ctx.recursion.expr(ctx, expr, scope, hint);
}

/** Like `inferExpr`, but leaves a chain open for what follows. */
export function inferOpen(ctx: Inference, expr: Expr, scope: Scope): OpenChain {
  return ctx.recursion.open(ctx, expr, scope, undefined);
}

/** A value with nothing around it. */
export function closedChain(core: CoreExpr): OpenChain {
  return { core, close: (inner) => inner, chained: false };
}
