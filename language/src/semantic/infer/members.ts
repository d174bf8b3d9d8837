// `a.b`, `a?.b`, `a[k]`, `a[?k]`, and the chains that they form: in `a?.b.c`, a missing `a` makes the whole chain none, as in
// TypeScript; `?.` on a map or on dynamic values asks whether the key is there, as CEL's `.?` does.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { Expr, Name, Node } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import { matchesType } from '../match-record.ts';
import { dynType, intType, isDynamic, optionalOf } from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { Field, RecordType, Type } from '../types.ts';
import { coerce, elementTypes, settle, toDyn, unhandledOptional } from './coerce.ts';
import { fault, isUnknown, textOf, unknownValue } from './context.ts';
import { narrow } from './facts.ts';
import { fieldOfHeld } from './held.ts';
import { textConst } from './literals.ts';
import { celTypeValue, dottedName, findBinding, unknownName, valueOf } from './names.ts';
import { closedChain, inferExpr, inferOpen } from './recursion.ts';
import type { Inference, OpenChain } from './recursion.ts';

/** `a.b`, `a?.b` */
export function inferMember(ctx: Inference, expr: Expr & { readonly kind: 'member' }, scope: Scope): OpenChain {
  const bound = boundMember(ctx, expr, scope);
  if (bound !== undefined) return closedChain(bound);
  const base = inferOpen(ctx, expr.of, scope);
  if (isUnknown(base.core) || expr.name.text === '') return closedChain(unknownValue);
  if (!expr.optional && !continues(base)) return { ...base, core: select(ctx, base.core, expr) };
  const open = enter(ctx, base, { node: expr.of, operator: '?.' });
  return { ...open, core: selectOptional(ctx, open.core, expr) };
}

/** Members of packages and rules, and CEL's dotted type names; undefined when `expr` is a member of a value. */
function boundMember(ctx: Inference, expr: Expr & { readonly kind: 'member' }, scope: Scope): CoreExpr | undefined {
  if (expr.optional) return undefined;
  const outer = findBinding(ctx, expr.of, scope);
  if (outer === undefined) return celTypeValue(dottedName(expr) ?? '');
  if (outer.kind === 'package') {
    const inner = outer.members.lookup(expr.name.text);
    if (inner === undefined) return unknownName(ctx, expr.name, outer.members, dottedName(expr.of) ?? outer.name);
    ctx.recorder?.bindings.set(expr.name, inner);
    return valueOf(ctx, inner, { node: expr, name: dottedName(expr) ?? expr.name.text });
  }
  if (outer.kind !== 'rule') return undefined;
  if (expr.name.text === 'count') return { op: 'rule-count', rule: outer.rule, type: intType };
  if (expr.name.text === 'score') return { op: 'rule-score', rule: outer.rule, type: intType };
  if (expr.name.text === 'matches') return { op: 'rule-matches', rule: outer.rule, type: matchesType };
  return fault(
    ctx,
    'unknown-field',
    expr.name,
    { type: `the rule \`${outer.name}\``, field: expr.name.text },
    { help: 'a rule has `count`, `score` and `matches`; its name alone says whether it fired' },
  );
}

/** Whether what follows a chain goes on inside of an optional, as in `a?.b.c` where `b` may be missing too. */
export function continues(base: OpenChain): boolean {
  return base.chained && base.core.type.kind === 'optional';
}

/** Goes on with the payload of an optional; what follows is only reached when it is there. */
export function enter(
  ctx: Inference,
  base: OpenChain,
  use: { readonly node: Node; readonly operator: string },
): OpenChain {
  const value = settle(base.core);
  if (value.type.kind !== 'optional') {
    if (value.type.kind === 'record' || value.type.kind === 'union') {
      fault(ctx, 'unneeded-fallback', use.node, { path: textOf(ctx, use.node), operator: use.operator });
    }
    return { ...base, chained: true };
  }
  const id = ctx.freshLocal();
  return {
    core: narrow(ctx, { op: 'local', id, type: value.type.of }),
    chained: true,
    close: (core) => {
      const body: CoreExpr =
        core.type.kind === 'optional' || isUnknown(core) ? core : { op: 'some', of: core, type: optionalOf(core.type) };
      return base.close(isUnknown(core) ? core : { op: 'chain', of: value, id, body, type: body.type });
    },
  };
}

/** `of.name` on a value. */
function select(ctx: Inference, of: CoreExpr, expr: Expr & { readonly kind: 'member' }): CoreExpr {
  const { name } = expr;
  switch (of.type.kind) {
    case 'unknown':
      return unknownValue;
    case 'record':
      return fieldOf(ctx, of, { record: of.type.record, name, union: undefined });
    case 'union':
      return fieldOf(ctx, of, { record: of.type.union.base, name, union: of.type });
    case 'dyn':
    case 'never':
      return { op: 'select-dyn', of: toDyn(of), name: name.text, type: dynType };
    case 'map':
      return lookUp(ctx, of, { key: textConst(name.text), node: name }) ?? noField(ctx, of.type, name);
    case 'optional':
      return unhandledOptional(ctx, of, expr.of);
    default:
      return noField(ctx, of.type, name);
  }
}

/** `of?.name`, where `of` is no optional any more: a key of a map that may be missing, or simply a field. */
function selectOptional(ctx: Inference, of: CoreExpr, expr: Expr & { readonly kind: 'member' }): CoreExpr {
  if (of.type.kind !== 'map' && of.type.kind !== 'dyn' && of.type.kind !== 'never') return select(ctx, of, expr);
  return (
    lookUpOptional(ctx, of, { key: textConst(expr.name.text), node: expr.name }) ?? noField(ctx, of.type, expr.name)
  );
}

interface FieldUse {
  readonly record: RecordType;
  readonly name: Name;
  /** The union that `record` is the base of. */
  readonly union: (Type & { readonly kind: 'union' }) | undefined;
}

function fieldOf(ctx: Inference, of: CoreExpr, use: FieldUse): CoreExpr {
  const fields = use.record.fields();
  const field = fields.get(use.name.text);
  if (field !== undefined) {
    ctx.recorder?.fields.set(use.name, { field, record: use.record });
    // Of the parameters of a route only the one that is asked for has to be there.
    const parameter = of.op === 'record' ? of.fields.get(field.name) : undefined;
    if (parameter?.op === 'parameter') return narrow(ctx, parameter);
    const held = fieldOfHeld(ctx, of, field);
    if (held !== undefined) return held;
    return narrow(ctx, { op: 'field', of, field, type: fieldType(field) });
  }
  if (use.name.text === '') return unknownValue;
  const near = nearestName(use.name.text, fields.keys());
  const help =
    near !== undefined
      ? { help: `did you mean \`${near}\`?` }
      : fields.size === 0 && use.record.doc !== ''
        ? { help: use.record.doc }
        : use.union !== undefined
          ? { help: `say of which kind it is first: \`${textOfPath(of)} is …\`` }
          : {};
  const type = `\`${use.union?.union.name ?? use.record.name}\``;
  return fault(ctx, 'unknown-field', use.name, { type, field: use.name.text }, help);
}

function textOfPath(core: CoreExpr): string {
  return core.op === 'field' ? core.field.name : 'it';
}

/** The type that a field has in an expression. */
export function fieldType(field: Field): Type {
  return field.presence === 'optional' ? optionalOf(field.type) : field.type;
}

function noField(ctx: Inference, type: Type, name: Name): CoreExpr {
  const each = type.kind === 'list' || type.kind === 'set' ? type.of : undefined;
  const inItems = each?.kind === 'record' && each.record.fields().has(name.text);
  const extra = inItems ? { help: `its items have: \`list.exists(x, x.${name.text} …)\`` } : {};
  return fault(ctx, 'unknown-field', name, { type: describeType(type), field: name.text }, extra);
}

/** `a[k]`, `a[?k]` */
export function inferIndex(ctx: Inference, expr: Expr & { readonly kind: 'index' }, scope: Scope): OpenChain {
  const base = inferOpen(ctx, expr.of, scope);
  const optional = expr.optional || continues(base);
  const open = optional ? enter(ctx, base, { node: expr.of, operator: '[?' }) : base;
  const of = settle(open.core);
  const key = inferExpr(ctx, expr.index, scope, of.type.kind === 'map' ? of.type.key : undefined);
  if (isUnknown(of) || isUnknown(key)) return closedChain(unknownValue);
  if (of.type.kind === 'optional') return closedChain(unhandledOptional(ctx, of, expr.of));
  const use = { key, node: expr.index };
  const found = optional ? lookUpOptional(ctx, of, use) : lookUp(ctx, of, use);
  const core =
    found ??
    fault(
      ctx,
      'operator-mismatch',
      expr,
      { operator: expr.optional ? '[?…]' : '[…]', left: describeType(of.type), right: describeType(key.type) },
      { help: 'lists are read by a whole number, maps by a key of their type; other values have no items' },
    );
  return { ...open, core };
}

interface KeyUse {
  readonly key: CoreExpr;
  readonly node: Node;
}

/** `of[key]`; undefined when that is no lookup. */
function lookUp(ctx: Inference, of: CoreExpr, use: KeyUse): CoreExpr | undefined {
  const found = lookupOperands(ctx, of, use);
  return found && coerce(ctx, { op: 'index', of: found.of, index: found.index, type: found.inner }, found.value);
}

/** `of[?key]` */
function lookUpOptional(ctx: Inference, of: CoreExpr, use: KeyUse): CoreExpr | undefined {
  const found = lookupOperands(ctx, of, use);
  if (found === undefined) return undefined;
  const core: CoreExpr = {
    op: 'index-optional',
    of: found.of,
    index: found.index,
    type: optionalOf(found.inner),
  };
  return coerce(ctx, core, optionalOf(found.value));
}

interface LookupOperands {
  readonly of: CoreExpr;
  readonly index: CoreExpr;
  /** What the lookup itself gives. */
  readonly inner: Type;
  /** What the value is known to be. */
  readonly value: Type;
}

function lookupOperands(ctx: Inference, raw: CoreExpr, use: KeyUse): LookupOperands | undefined {
  const elements = elementTypes(raw);
  if (elements === undefined) return undefined;
  const { range, key, value } = elements;
  if (range.type.kind === 'dyn') {
    return isDynamic(use.key.type) ? { of: range, index: toDyn(use.key), inner: dynType, value: dynType } : undefined;
  }
  // A dynamic key compares across number types, so the lookup is dynamic; its result has the type it had.
  if (use.key.type.kind === 'dyn' && key.kind !== 'dyn' && isDynamic(range.type)) {
    return { of: toDyn(range), index: use.key, inner: dynType, value };
  }
  const coerced = coerce(ctx, use.key, key);
  return coerced && { of: range, index: coerced, inner: value, value };
}
