// Calls: declared functions (put in the place of their call), lookups, builtins by the types of their arguments, macros, and
// methods. Which of these a call is depends on its name and its receiver; each kind has its own file.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { Expr, Name, Node } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { settle, unhandledOptional } from './coerce.ts';
import { constOf } from './constants.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { inferConversion, isConversion } from './conversions.ts';
import { inferFormat } from './format.ts';
import { callBinding } from './inline.ts';
import { textConst } from './literals.ts';
import { inferBind, inferHas, inferLoop, isLoopMacro, loopMacroNames } from './macros.ts';
import { continues, enter } from './members.ts';
import { inferExtreme } from './extremes.ts';
import { dottedName, findBinding, unknownName } from './names.ts';
import { inferOptionalFunction, inferOptionalMethod, isOptionalMethod } from './optionals.ts';
import { resolveCall } from './overloads.ts';
import { inferMatches, inferScore, isPatternMethod, isScoreMethod } from './patterns.ts';
import { isNormalized, viewOfCall } from './normalized.ts';
import { functionNames, isNamespace, methodNames, methodsOf, signaturesOf } from './signatures.ts';
import type { Signature } from './signatures.ts';
import { closedChain, inferExpr, inferOpen } from './recursion.ts';
import { inferTexts } from './texts.ts';
import type { Inference, OpenChain } from './recursion.ts';

type Call = Expr & { readonly kind: 'call' };

/** A call, which may stand in a chain: `a?.b.startsWith("x")`. */
export function inferCall(ctx: Inference, expr: Call, scope: Scope, hint: Type | undefined): OpenChain {
  const { callee } = expr;
  if (callee.kind === 'name') return closedChain(functionCall(ctx, expr, callee, scope, hint));
  if (callee.kind === 'member') {
    const bound = callee.optional ? undefined : qualifiedCall(ctx, expr, callee, scope, hint);
    return bound === undefined ? methodCall(ctx, expr, callee, scope) : closedChain(bound);
  }
  const core = inferExpr(ctx, callee, scope, undefined);
  inferArguments(ctx, expr, scope);
  if (isUnknown(core)) return closedChain(core);
  return closedChain(fault(ctx, 'not-callable', callee, { name: 'it', what: describeType(core.type) }));
}

function inferArguments(ctx: Inference, expr: Call, scope: Scope): readonly CoreExpr[] {
  return expr.args.map((arg) => inferExpr(ctx, arg, scope, undefined));
}

function isCallable(
  binding: Binding | undefined,
): binding is Binding & { readonly kind: 'fn' | 'lookup' | 'intrinsic' } {
  return binding?.kind === 'fn' || binding?.kind === 'lookup' || binding?.kind === 'intrinsic';
}

/** `f(x)` */
function functionCall(
  ctx: Inference,
  expr: Call,
  callee: Expr & { readonly kind: 'name' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const name = callee.name.text;
  const binding = scope.lookup(name);
  if (isCallable(binding)) {
    ctx.recorder?.bindings.set(callee.name, binding);
    return callBinding(ctx, { binding, name, node: expr, args: expr.args }, scope);
  }
  if (name === 'has') return inferHas(ctx, expr, scope);
  if (isNormalized(expr)) return normalizedCall(ctx, expr, scope);
  if (name === 'texts') return inferTexts(ctx, expr, scope);
  if (isConversion(name)) return inferConversion(ctx, { name, node: expr, args: expr.args }, scope, hint);
  const [first, ...rest] = expr.args;
  if (name === 'matches' && first !== undefined) {
    const of = inferExpr(ctx, first, scope, undefined);
    return isUnknown(of) ? of : inferMatches(ctx, { of, receiver: first, name: callee.name, args: rest }, scope);
  }
  const signatures = signaturesOf(name);
  if (signatures.length > 0) return builtinCall(ctx, { signatures, name, node: expr, args: expr.args }, scope);
  inferArguments(ctx, expr, scope);
  if (name === '') return unknownValue;
  if (binding !== undefined) {
    ctx.recorder?.bindings.set(callee.name, binding);
    return fault(ctx, 'not-callable', callee, { name, what: whatIs(binding) });
  }
  const callable = [...scope.names()].filter((other) => isCallable(scope.lookup(other)));
  return noSuchFunction(ctx, callee, name, [...callable, ...functionNames()]);
}

/** `normalized(text)`, `normalized(text, leet)` */
function normalizedCall(ctx: Inference, expr: Call, scope: Scope): CoreExpr {
  const asked = viewOfCall(expr);
  if (asked.kind === 'fault') {
    for (const arg of expr.args.slice(0, 1)) inferExpr(ctx, arg, scope, undefined);
    return fault(ctx, 'invalid-view', asked.node, {});
  }
  const signatures = signaturesOf('normalized');
  const call = builtinCall(ctx, { signatures, name: 'normalized', node: expr, args: [asked.of] }, scope);
  return call.op === 'call' && asked.view === 'normalized-leet' ? { ...call, builtin: 'text_normalized_leet' } : call;
}

function whatIs(binding: Binding): string {
  switch (binding.kind) {
    case 'value':
      return describeType(binding.core.type);
    case 'other':
      return binding.what;
    default:
      return `a ${binding.kind}`;
  }
}

function noSuchFunction(ctx: Inference, node: Node, name: string, known: readonly string[]): CoreExpr {
  const near = nearestName(name, known);
  const meant = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
  return fault(ctx, 'no-such-function', node, { name }, name === 'not' ? { help: 'write `!`' } : meant);
}

/** `package.f(x)`, `math.abs(x)`; undefined when the callee is a method of a value. */
function qualifiedCall(
  ctx: Inference,
  expr: Call,
  callee: Expr & { readonly kind: 'member' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr | undefined {
  const outer = findBinding(ctx, callee.of, scope);
  if (outer?.kind === 'package') return packageCall(ctx, expr, { outer, callee }, scope);
  if (outer !== undefined || callee.of.kind !== 'name' || !isNamespace(callee.of.name.text)) return undefined;
  const name = `${callee.of.name.text}.${callee.name.text}`;
  if (name === 'cel.bind') return inferBind(ctx, expr, scope, hint);
  if (name === 'math.greatest' || name === 'math.least') {
    return inferExtreme(ctx, { name, node: expr, args: expr.args }, scope);
  }
  if (callee.of.name.text === 'optional') {
    const optional = inferOptionalFunction(ctx, callee.name.text, expr, scope);
    if (optional !== undefined) return optional;
  }
  const signatures = signaturesOf(name);
  if (signatures.length > 0) return builtinCall(ctx, { signatures, name, node: expr, args: expr.args }, scope);
  inferArguments(ctx, expr, scope);
  return callee.name.text === '' ? unknownValue : noSuchFunction(ctx, callee, name, functionNames());
}

function packageCall(
  ctx: Inference,
  expr: Call,
  path: { readonly outer: Binding & { readonly kind: 'package' }; readonly callee: Expr & { readonly kind: 'member' } },
  scope: Scope,
): CoreExpr {
  const { outer, callee } = path;
  const name = dottedName(callee) ?? callee.name.text;
  const inner = outer.members.lookup(callee.name.text);
  if (isCallable(inner)) {
    ctx.recorder?.bindings.set(callee.name, inner);
    return callBinding(ctx, { binding: inner, name, node: expr, args: expr.args }, scope);
  }
  inferArguments(ctx, expr, scope);
  if (inner === undefined) return unknownName(ctx, callee.name, outer.members, dottedName(callee.of) ?? outer.name);
  ctx.recorder?.bindings.set(callee.name, inner);
  return fault(ctx, 'not-callable', callee, { name, what: whatIs(inner) });
}

interface BuiltinCall {
  readonly signatures: readonly Signature[];
  readonly name: string;
  readonly node: Expr;
  readonly args: readonly Expr[];
}

function builtinCall(ctx: Inference, call: BuiltinCall, scope: Scope): CoreExpr {
  const args = call.args.map((arg) => inferExpr(ctx, arg, scope, undefined));
  return callWith(
    ctx,
    call,
    args.map((core, index) => ({ core, node: call.args[index] ?? call.node })),
  );
}

interface Argument {
  readonly core: CoreExpr;
  readonly node: Expr;
}

function callWith(
  ctx: Inference,
  call: { readonly signatures: readonly Signature[]; readonly name: string; readonly node: Node },
  args: readonly Argument[],
): CoreExpr {
  if (args.some((arg) => isUnknown(arg.core))) return unknownValue;
  const cores = args.map((arg) => arg.core);
  const found = resolveCall(ctx, call.signatures, cores, call.node);
  if (found !== undefined) return found;
  const optional = args.find((arg) => arg.core.type.kind === 'optional');
  if (optional !== undefined) return unhandledOptional(ctx, optional.core, optional.node);
  return fault(ctx, 'wrong-arguments', call.node, {
    name: call.name,
    found: cores.map((core) => describeType(core.type)).join(', '),
    expected: call.signatures.map((signature) => `\`${signature.text}\``).join(' or '),
  });
}

/** `receiver.f(x)` */
function methodCall(ctx: Inference, expr: Call, callee: Expr & { readonly kind: 'member' }, scope: Scope): OpenChain {
  const { name } = callee;
  const base = inferOpen(ctx, callee.of, scope);
  // `a?.b.hasValue()` asks about the whole chain.
  if (!callee.optional && isOptionalMethod(name.text)) {
    const of = base.close(base.core);
    if (isUnknown(of)) return closedChain(unknownValue);
    if (of.type.kind === 'optional') return closedChain(inferOptionalMethod(ctx, { of, name, call: expr }, scope));
  }
  const open = callee.optional || continues(base) ? enter(ctx, base, { node: callee.of, operator: '?.' }) : base;
  return { ...open, core: method(ctx, { of: open.core, receiver: callee.of, name, call: expr }, scope) };
}

interface MethodCall {
  readonly of: CoreExpr;
  readonly receiver: Expr;
  readonly name: Name;
  readonly call: Call;
}

function method(ctx: Inference, use: MethodCall, scope: Scope): CoreExpr {
  const { of, receiver, name, call } = use;
  if (isUnknown(of)) {
    // The arguments of a macro have names that only the receiver could explain.
    if (!isLoopMacro(name.text) && !isOptionalMethod(name.text)) inferArguments(ctx, call, scope);
    return of;
  }
  if (of.type.kind === 'optional') {
    return unhandledOptional(ctx, of, receiver);
  }
  if (isLoopMacro(name.text)) return inferLoop(ctx, use, scope);
  if (isPatternMethod(name.text)) {
    return inferMatches(ctx, { of, receiver, name, args: call.args }, scope);
  }
  if (isScoreMethod(name.text)) return inferScore(ctx, { of, receiver, name, args: call.args }, scope);
  if (name.text === 'format') return inferFormat(ctx, { of, receiver, call }, scope);
  const signatures = [...methodsOf(name.text), ...(name.text === 'size' ? signaturesOf('size') : [])];
  // What is no method may be a macro with a slip in its name, whose variable nobody knows.
  if (signatures.length === 0) return noSuchMethod(ctx, of.type, name);
  const args = inferArguments(ctx, call, scope);
  const receiverArgument: Argument = { core: settle(of), node: receiver };
  const given = args.map((core, index) => ({ core, node: call.args[index] ?? receiver }));
  if (args.some(isUnknown)) return unknownValue;
  const rest = of.type.kind === 'duration' ? given : withTimeZone(ctx, signatures, given, receiver);
  if (rest === undefined) return unknownValue;
  if (!takesReceiver(ctx, signatures, of)) return noSuchMethod(ctx, of.type, name);
  return callWith(ctx, { signatures, name: name.text, node: call }, [receiverArgument, ...rest]);
}

/** The arguments of a getter of time stamps: in UTC unless it is given a zone, which must be one that is known. */
function withTimeZone(
  ctx: Inference,
  signatures: readonly Signature[],
  given: readonly Argument[],
  receiver: Expr,
): readonly Argument[] | undefined {
  if (!signatures.some((signature) => signature.id.startsWith('timestamp_'))) return given;
  const [zone] = given;
  if (zone === undefined) return [{ core: textConst('UTC'), node: receiver }];
  const value = constOf(zone.core);
  if (value?.kind !== 'string' || /^(?:UTC|[+-]?[0-9]{2}:[0-9]{2}|)$/.test(value.value)) return given;
  fault(ctx, 'unknown-time-zone', zone.node, { zone: value.value });
  return undefined;
}

function takesReceiver(ctx: Inference, signatures: readonly Signature[], of: CoreExpr): boolean {
  return signatures.some((signature) => {
    const only: Signature = { ...signature, params: signature.params.slice(0, 1) };
    return resolveCall({ ...ctx, report: () => undefined }, [only], [of], noNode) !== undefined;
  });
}

const noNode: Node = { start: 0, end: 0 };

function noSuchMethod(ctx: Inference, type: Type, name: Name): CoreExpr {
  if (name.text === '') return unknownValue;
  const near = nearestName(name.text, [
    ...methodNames(),
    ...loopMacroNames(),
    'matches',
    'contains_any',
    'score',
    'size',
  ]);
  const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
  return fault(ctx, 'no-such-method', name, { type: describeType(type), name: name.text }, help);
}
