// How declarations use inference: one function for each purpose of an expression. Keeps the types and bindings that tools
// ask for, and is the only file of `bind/` that knows inference's context.

import { checkRegex } from '../../pattern-syntax/parse-regex.ts';
import type { Expr, Node, Template } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { expectType, toCondition } from '../infer/coerce.ts';
import { constOf } from '../infer/constants.ts';
import type { Facts, InferContext } from '../infer/context.ts';
import { infer, inferTemplate } from '../infer/infer.ts';
import { describeType } from '../print-type.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Const, Type } from '../types.ts';
import { localsIn } from '../walk-core.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { importAdvice } from './import-advice.ts';

export interface Inference {
  readonly unit: FileUnit;
  readonly expr: Expr;
  readonly scope: Scope;
  readonly expected?: Type;
  /** What is known to hold where the expression stands. */
  readonly facts?: Facts;
  /** What the value is for, as it goes on after "sensitive text must not go into". */
  readonly place?: string;
}

/** The context of inference in `unit`. */
export function inferContext(binder: Binder, unit: FileUnit, facts?: Facts): InferContext {
  return {
    file: unit.file,
    report: (diagnostic) => binder.diagnostics.push(diagnostic),
    freshLocal: () => binder.nextLocal++,
    ...(binder.recorder ? { recorder: binder.recorder } : {}),
    checkRegex,
    adviseName: (name) => importAdvice(binder, unit, name),
    isParameter: (id) => binder.parameters.has(id),
    ...(facts ? { facts } : {}),
    ...(binder.project.origins ? { origins: binder.project.origins } : {}),
  };
}

/** `core`, which stands for all of `node`, as traces of decisions know it. */
export function noteOrigin(
  binder: Binder,
  at: { readonly unit: FileUnit; readonly node: Node },
  core: CoreExpr,
): CoreExpr {
  return binder.project.origins?.note(core, spanIn(at.unit, at.node)) ?? core;
}

/** The value of an expression, as the expected type if one is given. */
export function inferValue(binder: Binder, inference: Inference): CoreExpr {
  const ctx = inferContext(binder, inference.unit, inference.facts);
  const core = infer(ctx, inference.expr, inference.scope, inference.expected);
  if (inference.expected === undefined) return core;
  return expectType(ctx, {
    core,
    node: inference.expr,
    type: inference.expected,
    ...(inference.place === undefined ? {} : { place: inference.place }),
  });
}

/** A condition; undefined when it is at fault. */
export function inferBool(binder: Binder, inference: Inference): CoreExpr | undefined {
  const ctx = inferContext(binder, inference.unit, inference.facts);
  const core = toCondition(ctx, infer(ctx, inference.expr, inference.scope, { kind: 'bool' }), inference.expr);
  return core.type.kind === 'bool' ? core : undefined;
}

/** A constant; undefined, and said so, when it is none. */
export function inferConst(binder: Binder, inference: Inference & { readonly expected: Type }): Const | undefined {
  const core = inferValue(binder, inference);
  if (core.type.kind === 'unknown') return undefined;
  const value = constOf(core);
  // A parameter of a pack is constant wherever the pack is applied.
  if (value === undefined && ![...localsIn(core)].some((id) => binder.parameters.has(id))) {
    report(binder, 'not-constant', { unit: inference.unit, node: inference.expr }, {});
  }
  return value;
}

/** Text with holes, for a place where sensitive text must not go. */
export function inferText(
  binder: Binder,
  inference: {
    readonly unit: FileUnit;
    readonly template: Template;
    readonly scope: Scope;
    readonly facts?: Facts;
    readonly place: string;
  },
): CoreExpr {
  const ctx = inferContext(binder, inference.unit, inference.facts);
  return inferTemplate(ctx, inference.template, inference.scope, inference.place);
}

/** A type in words, for messages. */
export function typeText(type: Type): string {
  return describeType(type);
}
