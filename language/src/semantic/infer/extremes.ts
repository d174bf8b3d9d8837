// `math.greatest` and `math.least` of any number of numbers, or of a list literal, as a fold over the table's functions of two.

import type { Expr } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import type { Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { toDyn, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { resolveCall } from './overloads.ts';
import { signaturesOf } from './signatures.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

interface ExtremeCall {
  readonly name: 'math.greatest' | 'math.least';
  readonly node: Expr;
  readonly args: readonly Expr[];
}

/** `math.greatest(a, b, …)` */
export function inferExtreme(ctx: Inference, call: ExtremeCall, scope: Scope): CoreExpr {
  const [only] = call.args;
  const nodes = only?.kind === 'list' && call.args.length === 1 && only.optionals.length === 0 ? only.items : call.args;
  const cores = nodes.map((node) => inferExpr(ctx, node, scope, undefined));
  if (cores.some(isUnknown)) return unknownValue;
  const optional = cores.findIndex((core) => core.type.kind === 'optional');
  const missing = cores[optional];
  if (missing !== undefined) return unhandledOptional(ctx, missing, nodes[optional] ?? call.node);
  const [first] = cores;
  if (first === undefined || !cores.every((core) => isNumber(core.type))) {
    return fault(ctx, 'wrong-arguments', call.node, {
      name: call.name,
      found: cores.map((core) => describeType(core.type)).join(', '),
      expected: 'one or more numbers, or a list literal of numbers',
    });
  }
  const uniform = cores.every((core) => core.type.kind === first.type.kind) && first.type.kind !== 'dyn';
  const numbers = uniform ? cores : cores.map(toDyn);
  const operands = !uniform && numbers.length === 1 ? [...numbers, ...numbers] : numbers;
  const signatures = signaturesOf(call.name);
  return operands.reduce((left, right) => resolveCall(ctx, signatures, [left, right], call.node) ?? unknownValue);
}

function isNumber(type: Type): boolean {
  return type.kind === 'int' || type.kind === 'uint' || type.kind === 'float' || type.kind === 'dyn';
}
