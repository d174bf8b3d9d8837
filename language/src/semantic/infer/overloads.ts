// Chooses the overload of a builtin by the types of its arguments, and builds the call. Where an argument is dynamic and
// several overloads could take it, the call asks for its type when it runs, as CEL does. A call on sensitive strings gives
// sensitive strings; numbers and bools that are computed from them are plain.

import type { Node } from '../../syntax/ast.ts';
import type { BuiltinId } from '../builtins.ts';
import type { CoreExpr } from '../core.ts';
import { celTypeName, dynType, isDynamic, isSensitive, typeType, withSensitivity } from '../relate-types.ts';
import type { Type } from '../types.ts';
import { coerce, toDyn } from './coerce.ts';
import { fault, type InferContext } from './context.ts';
import { matchShape, typeOfShape } from './signatures.ts';
import type { Assignment, Signature } from './signatures.ts';

/** Functions whose result tells nothing that a sensitive argument holds. */
const telling: ReadonlySet<BuiltinId> = new Set<BuiltinId>(['string_mask', 'string_last', 'string_hash']);

function isDynamicOverload(signature: Signature): boolean {
  return signature.id.startsWith('dyn_');
}

interface Match {
  readonly signature: Signature;
  readonly params: readonly Type[];
  readonly result: Type;
  readonly cost: number;
  /** Index of the argument that is trusted to have a type, when there is exactly one. */
  readonly trusted: readonly number[];
}

/** The overload of `signatures` that takes `args`, called; undefined when there is none. */
export function resolveCall(
  ctx: InferContext,
  signatures: readonly Signature[],
  args: readonly CoreExpr[],
  node: Node,
): CoreExpr | undefined {
  const anyDynamic = args.some((arg) => arg.type.kind === 'dyn');
  const matches = signatures
    // Values of known types do not become dynamic to find an overload.
    .filter((signature) => anyDynamic || !isDynamicOverload(signature))
    .map((signature) => match(signature, args))
    .filter((found) => found !== undefined);
  if (matches.length === 0) return undefined;
  const dynamic = matches.find((found) => isDynamicOverload(found.signature));
  if (dynamic) return build(ctx, dynamic, args, node);
  const cost = Math.min(...matches.map((found) => found.cost));
  const best = matches.filter((found) => found.cost === cost);
  const [first] = best;
  if (first === undefined) return undefined;
  const trusted = first.trusted[0];
  if (best.length === 1 || trusted === undefined) return build(ctx, first, args, node);
  return dispatch(ctx, { matches: best, args, trusted }, node);
}

function match(signature: Signature, args: readonly CoreExpr[]): Match | undefined {
  if (signature.params.length !== args.length) return undefined;
  const assignment: Assignment = new Map();
  let cost = 0;
  const trusted: number[] = [];
  for (const [index, shape] of signature.params.entries()) {
    const type = args[index]?.type ?? dynType;
    const own = matchShape(shape, type, assignment);
    if (own === undefined) return undefined;
    if (own === 3) trusted.push(index);
    cost += own;
  }
  const params = signature.params.map((shape) => typeOfShape(shape, assignment));
  return { signature, params, result: typeOfShape(signature.result, assignment), cost, trusted };
}

function build(ctx: InferContext, found: Match, args: readonly CoreExpr[], node: Node): CoreExpr {
  const sensitive = args.some((arg) => isSensitive(arg.type)) && !telling.has(found.signature.id);
  const cores = args.map((arg, index) => {
    const type = found.params[index] ?? dynType;
    return coerce(ctx, arg, isSensitive(arg.type) ? withSensitivity(type, 'sensitive') : type) ?? arg;
  });
  if (sensitive && (found.result.kind === 'bytes' || found.result.kind === 'dyn')) {
    return fault(ctx, 'sensitive-leak', node, { place: found.result.kind === 'bytes' ? 'bytes' : 'a dynamic value' });
  }
  const type = sensitive ? withSensitivity(found.result, 'sensitive') : found.result;
  return { op: 'call', builtin: found.signature.id, args: cores, type };
}

interface Dispatch {
  readonly matches: readonly Match[];
  readonly args: readonly CoreExpr[];
  readonly trusted: number;
}

/** `type(x) == int ? f(int x) : type(x) == uint ? …`; the last one is called whatever the type, and fails as it must. */
function dispatch(ctx: InferContext, choice: Dispatch, node: Node): CoreExpr {
  const { matches, args, trusted } = choice;
  const id = ctx.freshLocal();
  const local: CoreExpr = { op: 'local', id, type: dynType };
  const withLocal = args.map((arg, index) => (index === trusted ? local : arg));
  const calls = matches.map((found) => ({ found, core: build(ctx, found, withLocal, node) }));
  const [first] = calls;
  if (first === undefined) return local;
  const same = calls.every((call) => call.core.type.kind === first.core.type.kind);
  const type = same || !calls.every((call) => isDynamic(call.core.type)) ? first.core.type : dynType;
  const body = calls.reduceRight<CoreExpr | undefined>((otherwise, { found, core }) => {
    const then = type.kind === 'dyn' ? toDyn(core) : core;
    const name = celTypeName(found.params[trusted] ?? dynType);
    if (otherwise === undefined || name === undefined) return then;
    const condition: CoreExpr = {
      op: 'equal',
      left: { op: 'call', builtin: 'dyn_type', args: [local], type: typeType },
      right: { op: 'const', value: { kind: 'string', value: name }, type: typeType },
      type: { kind: 'bool' },
    };
    return { op: 'if', condition, then, else: otherwise, type };
  }, undefined);
  return { op: 'let', id, value: args[trusted] ?? local, body: body ?? local, type };
}
