// Calls of what policies declare. A function's body is inferred anew at each call, with its parameters bound to the
// arguments: to the argument itself where that is a constant or a path (so that facts and indexes see through the call),
// otherwise to a variable. Faults inside a body are said where the function is declared, not here.
//
// INVARIANT: inlining ends; a function that calls itself, or too many calls below one, is a fault.

import { diagnose } from '../../diagnostics/catalog.ts';
import type { Expr, Node } from '../../syntax/ast.ts';
import type { CoreExpr, LocalId } from '../core.ts';
import { printType } from '../print-type.ts';
import { boolType, optionalOf, stringType } from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { coerce, expectType, noneOf } from './coerce.ts';
import { constOf } from './constants.ts';
import { fault, isUnknown, spanOf, unknownValue, type Inlining } from './context.ts';
import { isPath, pathKey } from './facts.ts';
import { textConst } from './literals.ts';
import { extendScope } from './names.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

/** Calls that one call may expand to, in all. */
const inlineLimit = 2000;

interface BoundCall {
  readonly binding: Binding & { readonly kind: 'fn' | 'lookup' | 'intrinsic' };
  readonly name: string;
  readonly node: Node;
  readonly args: readonly Expr[];
}

/** A call of a declared function, a lookup or an intrinsic. */
export function callBinding(ctx: Inference, call: BoundCall, scope: Scope): CoreExpr {
  const { binding } = call;
  const params = binding.kind === 'lookup' ? [{ name: 'key', type: stringType }] : binding.params;
  const given = call.args.map((arg, index) => ({
    node: arg,
    core: inferExpr(ctx, arg, scope, params[index]?.type),
  }));
  if (given.length !== params.length) {
    return fault(ctx, 'wrong-arguments', call.node, {
      name: call.name,
      found: given.map((arg) => printType(arg.core.type)).join(', '),
      expected: `\`(${params.map((param) => `${param.name}: ${printType(param.type)}`).join(', ')})\``,
    });
  }
  const args = given.map(({ core, node }, index) =>
    expectType(ctx, { core, node, type: params[index]?.type ?? core.type }),
  );
  if (args.some(isUnknown)) return unknownValue;
  switch (binding.kind) {
    case 'lookup':
      return lookUp(ctx, binding, args[0] ?? unknownValue);
    case 'intrinsic':
      return binding.make(args);
    case 'fn':
      return inline(ctx, { binding, node: call.node, args });
  }
}

interface InlineCall {
  readonly binding: Binding & { readonly kind: 'fn' };
  readonly node: Node;
  readonly args: readonly CoreExpr[];
}

function inline(ctx: Inference, call: InlineCall): CoreExpr {
  const { binding } = call;
  const outer: Inlining = ctx.inlining ?? {
    bodies: [],
    call: spanOf(ctx, call.node),
    report: ctx.report,
    budget: { left: inlineLimit },
  };
  if (outer.bodies.includes(binding.body)) {
    // Said where it is declared, so that it is said once however it is reached.
    outer.report(diagnose('recursive-function', binding.declared, { name: binding.name }));
    return unknownValue;
  }
  outer.budget.left--;
  if (outer.budget.left === 0) outer.report(diagnose('expression-too-large', outer.call, { limit: inlineLimit }));
  if (outer.budget.left <= 0) return unknownValue;
  const lets: { readonly id: LocalId; readonly value: CoreExpr }[] = [];
  const names = new Map<string, Binding>();
  for (const [index, param] of binding.params.entries()) {
    const value = call.args[index] ?? unknownValue;
    if (isPath(value) || constOf(value) !== undefined) {
      names.set(param.name, { kind: 'value', core: value });
      continue;
    }
    const id = ctx.freshLocal();
    lets.push({ id, value });
    names.set(param.name, { kind: 'value', core: { op: 'local', id, type: value.type } });
  }
  const { recorder: _recorder, ...quiet } = ctx;
  const inner: Inference = {
    ...quiet,
    file: binding.file,
    report: () => undefined,
    inlining: { ...outer, bodies: [...outer.bodies, binding.body] },
  };
  const result = inferExpr(inner, binding.body, extendScope(binding.scope, names), binding.result);
  const body = binding.result === undefined ? result : coerce(inner, result, binding.result);
  if (body === undefined || isUnknown(body)) return unknownValue;
  return lets.reduceRight<CoreExpr>(
    (rest, { id, value }) => ({ op: 'let', id, value, body: rest, type: rest.type }),
    body,
  );
}

/** The table by the whole key; then the first suffix that the key ends with. */
function lookUp(ctx: Inference, binding: Binding & { readonly kind: 'lookup' }, argument: CoreExpr): CoreExpr {
  const type = optionalOf(stringType);
  const bound = pathKey(argument) === undefined ? ctx.freshLocal() : undefined;
  const key: CoreExpr = bound === undefined ? argument : { op: 'local', id: bound, type: argument.type };
  const exact: CoreExpr = { op: 'lookup', key, table: binding.table, type };
  const bySuffix = binding.suffixes.reduceRight<CoreExpr>(
    (otherwise, [suffix, value]) => ({
      op: 'if',
      condition: { op: 'call', builtin: 'string_ends_with', args: [key, textConst(suffix)], type: boolType },
      then: { op: 'some', of: textConst(value), type },
      else: otherwise,
      type,
    }),
    noneOf(type),
  );
  const core = binding.suffixes.length === 0 ? exact : firstOf(ctx, { exact, bySuffix, type });
  return bound === undefined ? core : { op: 'let', id: bound, value: argument, body: core, type };
}

function firstOf(
  ctx: Inference,
  lookups: { readonly exact: CoreExpr; readonly bySuffix: CoreExpr; readonly type: Type },
): CoreExpr {
  const { exact, bySuffix, type } = lookups;
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type };
  const condition: CoreExpr = { op: 'is-some', of: local, type: boolType };
  return { op: 'let', id, value: exact, body: { op: 'if', condition, then: local, else: bySuffix, type }, type };
}
