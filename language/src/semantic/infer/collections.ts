// List, map and record literals. Items of different types make a list of dynamic values, as in CEL; an empty literal takes
// the type that is wanted where it stands.

import { nearestName } from '../../diagnostics/suggest.ts';
import type { Expr, FieldValue, Name, Node } from '../../syntax/ast.ts';
import type { CoreExpr } from '../core.ts';
import { describeType } from '../print-type.ts';
import {
  dynType,
  isSensitive,
  joinTypes,
  listOf,
  mapOf,
  neverType,
  optionalOf,
  payloadOf,
  recordOf,
} from '../relate-types.ts';
import type { Scope } from '../scope.ts';
import type { RecordType, Type } from '../types.ts';
import { coerce, commonType, expectType, noneOf } from './coerce.ts';
import { fault, isUnknown, unknownValue } from './context.ts';
import { textConst } from './literals.ts';
import { resolveQualified } from './names.ts';
import { inferExpr } from './recursion.ts';
import type { Inference } from './recursion.ts';

/** `[a, ?b]` */
export function inferList(
  ctx: Inference,
  expr: Expr & { readonly kind: 'list' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const wanted = hint && payloadOf(hint);
  const element = wanted?.kind === 'list' || wanted?.kind === 'set' ? wanted.of : undefined;
  const optionals = new Set(expr.optionals);
  const items = expr.items.map((item, index) =>
    inferExpr(ctx, item, scope, optionals.has(index) && element ? optionalOf(element) : element),
  );
  const parts = items.map((core, index) => ({ core, node: expr.items[index] ?? expr, optional: optionals.has(index) }));
  const type = typeOfParts(ctx, parts, element);
  if (type === undefined) return unknownValue;
  return {
    op: 'list',
    items: parts.map((part) => convertPart(ctx, part, type)),
    optionals: expr.optionals,
    type: listOf(type),
  };
}

/** `{k: v, ?k: v}`; where a record is wanted and the keys are names, that record. */
export function inferMap(
  ctx: Inference,
  expr: Expr & { readonly kind: 'map' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const wanted = hint && payloadOf(hint);
  const fields = wanted?.kind === 'record' ? fieldsOfMap(expr) : undefined;
  if (wanted?.kind === 'record' && fields)
    return recordValue(ctx, { node: expr, fields, record: wanted.record }, scope);
  const hints = wanted?.kind === 'map' ? wanted : undefined;
  const keys = expr.entries.map((entry) => ({
    core: inferExpr(ctx, entry.key, scope, hints?.key),
    node: entry.key,
    optional: false,
  }));
  const values = expr.entries.map((entry) => ({
    core: inferExpr(ctx, entry.value, scope, hints && (entry.optional ? optionalOf(hints.value) : hints.value)),
    node: entry.value,
    optional: entry.optional,
  }));
  for (const key of keys) {
    if (isKey(key.core.type)) continue;
    return fault(ctx, 'invalid-key-type', key.node, { type: describeType(key.core.type) });
  }
  const key = typeOfParts(ctx, keys, hints?.key);
  const value = typeOfParts(ctx, values, hints?.value);
  if (key === undefined || value === undefined) return unknownValue;
  return {
    op: 'map',
    entries: expr.entries.map((entry, index) => ({
      key: convertPart(ctx, keys[index], key),
      value: convertPart(ctx, values[index], value),
      optional: entry.optional,
    })),
    type: mapOf(key, value),
  };
}

function isKey(type: Type): boolean {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'string':
    case 'dyn':
    case 'unknown':
      return true;
    default:
      return false;
  }
}

interface Part {
  readonly core: CoreExpr;
  readonly node: Node;
  /** `?x`: its payload is the item. */
  readonly optional: boolean;
}

/** The type that all parts can have; undefined (and said) when there is none. */
function typeOfParts(ctx: Inference, parts: readonly Part[], wanted: Type | undefined): Type | undefined {
  let type: Type = neverType;
  for (const { core, node, optional } of parts) {
    if (isUnknown(core)) return undefined;
    if (optional && core.type.kind !== 'optional') {
      fault(ctx, 'type-mismatch', node, { found: describeType(core.type), expected: 'an optional' });
      return undefined;
    }
    const own = optional ? payloadOf(core.type) : core.type;
    const joined = joinTypes(type, own) ?? commonType(type, own);
    if (joined === undefined) {
      fault(ctx, 'type-mismatch', node, { found: describeType(own), expected: describeType(type) });
      return undefined;
    }
    if (joined.kind === 'dyn' && (isSensitive(own) || isSensitive(type))) {
      fault(ctx, 'sensitive-leak', node, { place: 'a dynamic value' });
      return undefined;
    }
    type = joined;
  }
  // What is wanted decides when every part can become it: `[]`, `[1, dyn(2)]`, `["a"]` for sensitive strings.
  if (wanted !== undefined && wanted.kind !== 'unknown' && parts.every((part) => fits(ctx, part, wanted)))
    return wanted;
  return type;
}

function fits(ctx: Inference, part: Part, wanted: Type): boolean {
  if (wanted.kind === 'dyn' && isSensitive(part.core.type)) return false;
  return coerce(ctx, part.core, part.optional ? optionalOf(wanted) : wanted) !== undefined;
}

function convertPart(ctx: Inference, part: Part | undefined, type: Type): CoreExpr {
  if (part === undefined) return unknownValue;
  const wanted = part.optional ? optionalOf(type) : type;
  return coerce(ctx, part.core, wanted) ?? unknownValue;
}

function fieldsOfMap(expr: Expr & { readonly kind: 'map' }): readonly FieldValue[] | undefined {
  const fields: FieldValue[] = [];
  for (const { key, value, optional } of expr.entries) {
    if (optional) return undefined;
    const name: Name | undefined =
      key.kind === 'name'
        ? key.name
        : key.kind === 'string'
          ? { text: key.value, start: key.start, end: key.end }
          : undefined;
    if (name === undefined) return undefined;
    fields.push({ name, value, start: key.start, end: value.end });
  }
  return fields;
}

/** `Prompt { role: "user" }` */
export function inferConstruct(ctx: Inference, expr: Expr & { readonly kind: 'construct' }, scope: Scope): CoreExpr {
  const binding = resolveQualified(ctx, expr.type, scope);
  if (binding === undefined) {
    for (const field of expr.fields) inferExpr(ctx, field.value, scope, undefined);
    return unknownValue;
  }
  if (binding.kind !== 'type' || binding.type.kind !== 'record') {
    const name = expr.type.parts.map((part) => part.text).join('.');
    return fault(ctx, 'not-callable', expr.type, { name, what: 'not a record type' });
  }
  return recordValue(ctx, { node: expr, fields: expr.fields, record: binding.type.record }, scope);
}

/** `{ role: "user" }` as settings write it: the record that is wanted, or a map from strings to dynamic values. */
export function inferObject(
  ctx: Inference,
  expr: Expr & { readonly kind: 'object' },
  scope: Scope,
  hint: Type | undefined,
): CoreExpr {
  const wanted = hint && payloadOf(hint);
  if (wanted?.kind === 'record')
    return recordValue(ctx, { node: expr, fields: expr.fields, record: wanted.record }, scope);
  const value = wanted?.kind === 'map' ? wanted.value : dynType;
  const entries = expr.fields.map((field) => ({
    key: textConst(field.name.text),
    value: expectType(ctx, { core: inferExpr(ctx, field.value, scope, value), node: field.value, type: value }),
    optional: false,
  }));
  return { op: 'map', entries, type: mapOf({ kind: 'string', sensitive: false }, value) };
}

interface RecordLiteral {
  readonly node: Node;
  readonly fields: readonly FieldValue[];
  readonly record: RecordType;
}

function recordValue(ctx: Inference, literal: RecordLiteral, scope: Scope): CoreExpr {
  const { record } = literal;
  const known = record.fields();
  ctx.recorder?.records.set(literal.node, record);
  const given = new Map<string, CoreExpr>();
  let faulty = false;
  for (const { name, value } of literal.fields) {
    const field = known.get(name.text);
    if (field === undefined) {
      const near = nearestName(name.text, known.keys());
      const extra = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
      fault(ctx, 'unknown-field', name, { type: `\`${record.name}\``, field: name.text }, extra);
      inferExpr(ctx, value, scope, undefined);
      faulty = true;
      continue;
    }
    ctx.recorder?.fields.set(name, { field, record });
    if (given.has(field.name)) {
      fault(ctx, 'repeated-field', name, { field: name.text });
      faulty = true;
    }
    const type = field.presence === 'optional' ? optionalOf(field.type) : field.type;
    const core = expectType(ctx, { core: inferExpr(ctx, value, scope, type), node: value, type });
    if (isUnknown(core)) faulty = true;
    given.set(field.name, core);
  }
  for (const field of known.values()) {
    if (given.has(field.name)) continue;
    if (field.presence === 'optional') given.set(field.name, noneOf(optionalOf(field.type)));
    else if (field.presence === 'default' && field.default) {
      given.set(field.name, { op: 'const', value: field.default, type: field.type });
    } else if (!faulty) {
      fault(ctx, 'missing-field', literal.node, { type: record.name, field: field.name });
      faulty = true;
    }
  }
  return faulty ? { ...unknownValue } : { op: 'record', record, fields: given, type: recordOf(record) };
}
