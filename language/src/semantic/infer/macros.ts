// CEL's macros into loops: `all`, `exists`, `exists_one`, `filter`, `map`, their forms with two variables, `transformList`,
// `transformMap`; and `has`, which asks whether a field is there.

import type { Expr, Name } from '../../syntax/ast.ts';
import type { CoreExpr, LocalId } from '../core.ts';
import { describeType } from '../print-type.ts';
import { boolType, isDynamic, listOf, mapOf, stringType } from '../relate-types.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Type } from '../types.ts';
import { elementTypes, settle, toCondition, toDyn, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, textOf, unknownValue } from './context.ts';
import { assume, widen } from './facts.ts';
import { boolConst } from './literals.ts';
import { continues, enter, fieldType } from './members.ts';
import { extendScope } from './names.ts';
import { inferExpr, inferOpen } from './recursion.ts';
import type { Inference, OpenChain } from './recursion.ts';

type Call = Expr & { readonly kind: 'call' };

type LoopMacro = (CoreExpr & { readonly op: 'loop' })['macro'];

interface MacroForm {
  readonly macro: LoopMacro;
  /** One or two names. */
  readonly variables: 1 | 2;
  /** A condition ahead of the result. */
  readonly filtered: boolean;
}

/** By name, then by number of arguments. */
const forms: Readonly<Record<string, Readonly<Record<number, MacroForm>>>> = {
  all: { 2: { macro: 'all', variables: 1, filtered: false }, 3: { macro: 'all', variables: 2, filtered: false } },
  exists: {
    2: { macro: 'exists', variables: 1, filtered: false },
    3: { macro: 'exists', variables: 2, filtered: false },
  },
  exists_one: {
    2: { macro: 'exists_one', variables: 1, filtered: false },
    3: { macro: 'exists_one', variables: 2, filtered: false },
  },
  existsOne: {
    2: { macro: 'exists_one', variables: 1, filtered: false },
    3: { macro: 'exists_one', variables: 2, filtered: false },
  },
  filter: { 2: { macro: 'filter', variables: 1, filtered: false } },
  map: { 2: { macro: 'map', variables: 1, filtered: false }, 3: { macro: 'map', variables: 1, filtered: true } },
  transformList: {
    3: { macro: 'map', variables: 2, filtered: false },
    4: { macro: 'map', variables: 2, filtered: true },
  },
  transformMap: {
    3: { macro: 'transform-map', variables: 2, filtered: false },
    4: { macro: 'transform-map', variables: 2, filtered: true },
  },
};

/** How each macro is written. */
export const macroUsages: Readonly<Record<string, string>> = {
  all: '`list.all(x, condition)` or `map.all(key, value, condition)`',
  exists: '`list.exists(x, condition)` or `map.exists(key, value, condition)`',
  exists_one: '`list.exists_one(x, condition)`',
  existsOne: '`list.existsOne(x, condition)` or `map.existsOne(key, value, condition)`',
  filter: '`list.filter(x, condition)`',
  map: '`list.map(x, result)` or `list.map(x, condition, result)`',
  transformList: '`list.transformList(index, x, result)`',
  transformMap: '`map.transformMap(key, value, result)`',
};

/** Whether `name` is a macro that goes through its receiver. */
export function isLoopMacro(name: string): boolean {
  return Object.hasOwn(forms, name);
}

/** Names of the macros, for suggestions. */
export function loopMacroNames(): readonly string[] {
  return Object.keys(forms);
}

/** `of.exists(x, …)` and its like; `of` is the receiver's value. */
export function inferLoop(
  ctx: Inference,
  use: { readonly of: CoreExpr; readonly receiver: Expr; readonly name: Name; readonly call: Call },
  scope: Scope,
): CoreExpr {
  const { of, receiver, name, call } = use;
  const form = forms[name.text]?.[call.args.length];
  const elements = elementTypes(of);
  if (isUnknown(of)) return of;
  if (of.type.kind === 'optional') return unhandledOptional(ctx, of, receiver);
  if (elements === undefined) {
    return fault(ctx, 'not-iterable', receiver, { macro: name.text, type: describeType(of.type) });
  }
  const variables = call.args.slice(0, form?.variables ?? 1).map(variableName);
  if (form === undefined || variables.includes(undefined)) {
    return fault(ctx, 'invalid-macro', call, { macro: name.text, usage: macroUsages[name.text] ?? '' });
  }
  const item = ctx.freshLocal();
  const value = form.variables === 2 ? ctx.freshLocal() : undefined;
  const itemType = form.variables === 2 || elements.range.type.kind === 'map' ? elements.key : elements.value;
  const inner = extendScope(
    scope,
    bindVariables(ctx, variables, [
      { id: item, type: itemType },
      ...(value === undefined ? [] : [{ id: value, type: elements.value }]),
    ]),
  );
  const rest = call.args.slice(form.variables);
  const filterExpr = form.filtered ? rest[0] : undefined;
  const filter = filterExpr && toCondition(ctx, inferExpr(ctx, filterExpr, inner, boolType), filterExpr);
  const bodyExpr = form.filtered ? rest[1] : rest[0];
  if (bodyExpr === undefined) return unknownValue;
  const bodyCtx = filter ? assume(ctx, filter, 'true') : ctx;
  const result = inferExpr(bodyCtx, bodyExpr, inner, isPredicate(form.macro) ? boolType : undefined);
  const body = isPredicate(form.macro) ? toCondition(ctx, result, bodyExpr) : settle(result);
  if (isUnknown(body) || (filter && isUnknown(filter))) return unknownValue;
  return {
    op: 'loop',
    macro: form.macro,
    range: elements.range,
    item,
    ...(value === undefined ? {} : { value }),
    ...(filter === undefined ? {} : { filter }),
    body,
    type: loopType(form.macro, { item: itemType, key: elements.key, body: body.type }),
  };
}

function variableName(expr: Expr): Name | undefined {
  return expr.kind === 'name' && !expr.rooted && expr.name.text !== '' ? expr.name : undefined;
}

function bindVariables(
  ctx: Inference,
  names: readonly (Name | undefined)[],
  locals: readonly { readonly id: LocalId; readonly type: Type }[],
): ReadonlyMap<string, Binding> {
  const bindings = new Map<string, Binding>();
  for (const [index, local] of locals.entries()) {
    const name = names[index];
    if (name === undefined) continue;
    const binding: Binding = {
      kind: 'value',
      core: { op: 'local', ...local },
      declared: { file: ctx.file, start: name.start, end: name.end },
    };
    ctx.recorder?.bindings.set(name, binding);
    bindings.set(name.text, binding);
  }
  return bindings;
}

function isPredicate(macro: LoopMacro): boolean {
  return macro !== 'map' && macro !== 'transform-map';
}

function loopType(macro: LoopMacro, types: { readonly item: Type; readonly key: Type; readonly body: Type }): Type {
  switch (macro) {
    case 'filter':
      return listOf(types.item);
    case 'map':
      return listOf(types.body);
    case 'transform-map':
      return mapOf(types.key, types.body);
    default:
      return boolType;
  }
}

/** `cel.bind(x, value, body)` */
export function inferBind(ctx: Inference, call: Call, scope: Scope, hint: Type | undefined): CoreExpr {
  const [nameExpr, valueExpr, bodyExpr] = call.args;
  const name = nameExpr && variableName(nameExpr);
  if (name === undefined || valueExpr === undefined || bodyExpr === undefined || call.args.length !== 3) {
    return fault(ctx, 'invalid-macro', call, { macro: 'cel.bind', usage: '`cel.bind(x, value, result)`' });
  }
  const value = settle(inferExpr(ctx, valueExpr, scope, undefined));
  const id = ctx.freshLocal();
  const inner = extendScope(scope, bindVariables(ctx, [name], [{ id, type: value.type }]));
  const body = inferExpr(ctx, bodyExpr, inner, hint);
  if (isUnknown(value) || isUnknown(body)) return unknownValue;
  return { op: 'let', id, value, body, type: body.type };
}

/** `has(a.b)`: whether the field, or the key, is there. */
export function inferHas(ctx: Inference, call: Call, scope: Scope): CoreExpr {
  const [argument] = call.args;
  if (argument?.kind === 'name' && call.args.length === 1) {
    const named = widen(inferExpr(ctx, argument, scope, undefined), 'optional');
    if (isUnknown(named)) return named;
    if (named.op === 'field') return testField(ctx, named, argument);
  }
  if (argument?.kind !== 'member' || call.args.length !== 1) {
    return fault(ctx, 'invalid-macro', call, {
      macro: 'has',
      usage: '`has(object.field)`, or `has(field)` for a field of the event',
    });
  }
  const base = inferOpen(ctx, argument.of, scope);
  if (isUnknown(base.core) || argument.name.text === '') return unknownValue;
  const open = argument.optional || continues(base) ? enter(ctx, base, { node: argument.of, operator: '?.' }) : base;
  const test = presenceOf(ctx, open, argument);
  const outcome = open.close(test);
  if (isUnknown(outcome) || outcome.type.kind !== 'optional') return outcome;
  return { op: 'or-else', of: outcome, else: boolConst(false), type: boolType };
}

function presenceOf(ctx: Inference, open: OpenChain, argument: Expr & { readonly kind: 'member' }): CoreExpr {
  const of = settle(open.core);
  const { name } = argument;
  switch (of.type.kind) {
    case 'unknown':
      return unknownValue;
    case 'dyn':
      return { op: 'has-key', of, name: name.text, type: boolType };
    case 'map':
      if (of.type.key.kind === 'string') return { op: 'has-key', of, name: name.text, type: boolType };
      if (of.type.key.kind === 'dyn' && isDynamic(of.type)) {
        return { op: 'has-key', of: toDyn(of), name: name.text, type: boolType };
      }
      return fault(ctx, 'type-mismatch', name, {
        found: describeType(stringType),
        expected: describeType(of.type.key),
      });
    case 'optional':
      return unhandledOptional(ctx, of, argument.of);
    case 'record':
    case 'union':
      return fieldPresence(ctx, of, argument);
    default:
      return fault(ctx, 'unknown-field', name, { type: describeType(of.type), field: name.text });
  }
}

function fieldPresence(ctx: Inference, of: CoreExpr, argument: Expr & { readonly kind: 'member' }): CoreExpr {
  const record = of.type.kind === 'record' ? of.type.record : of.type.kind === 'union' ? of.type.union.base : undefined;
  const field = record?.fields().get(argument.name.text);
  if (field === undefined) {
    return fault(ctx, 'unknown-field', argument.name, { type: describeType(of.type), field: argument.name.text });
  }
  return testField(ctx, { op: 'field', of, field, type: fieldType(field) }, argument);
}

function testField(ctx: Inference, core: CoreExpr & { readonly op: 'field' }, node: Expr): CoreExpr {
  const { field } = core;
  if (field.presence === 'optional') return { op: 'is-some', of: core, type: boolType };
  if (field.presence === 'default' && field.default !== undefined) {
    // As in protocol buffers: a field that has its default is not there.
    const right: CoreExpr = { op: 'const', value: field.default, type: field.type };
    return { op: 'not', of: { op: 'equal', left: core, right, type: boolType }, type: boolType };
  }
  fault(ctx, 'unneeded-none-test', node, { path: textOf(ctx, node), outcome: 'true' });
  return boolConst(true);
}
