// The object of a test's `given` to the JSON document that it stands for. Keys are the names of the event's fields (or
// their keys in JSON); values are constants. What the event cannot have is refused here, so that a test never passes
// because its document was malformed.

import type { Expr, FieldValue, Name, ObjectLiteral } from '../../syntax/ast.ts';
import { tagOfExchange } from '../routes.ts';
import type { FileUnit } from '../symbols.ts';
import type { Field, RecordType, Type, UnionType } from '../types.ts';
import type { Binder } from './binder.ts';
import { didYouMean, report } from './binder.ts';
import { typeText } from './expressions.ts';
import { emptyScope } from './package-scope.ts';

interface Place {
  readonly binder: Binder;
  readonly unit: FileUnit;
}

/** The JSON text of `object` as a document of `record`. Faults are reported, and leave out their part. */
export function givenDocument(
  binder: Binder,
  unit: FileUnit,
  options: {
    readonly object: ObjectLiteral;
    readonly record: RecordType;
    readonly kinds: UnionType | undefined;
    readonly at: readonly string[];
  },
): string {
  const { object, kinds } = options;
  const record = kinds ? unionRecord(object.fields, kinds) : options.record;
  const text = recordText({ binder, unit }, object, record);
  return options.at.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, text);
}

function recordText(
  place: Place,
  object: { readonly fields: readonly FieldValue[]; readonly start: number; readonly end: number },
  record: RecordType,
): string {
  const { binder, unit } = place;
  const fields = record.fields();
  binder.recorder?.records.set(object, record);
  const byWire = new Map([...fields.values()].map((field) => [field.wire, field]));
  const members: string[] = [];
  const seen = new Set<Field>();
  for (const { name, value } of object.fields) {
    const field = fields.get(name.text) ?? byWire.get(name.text);
    if (field === undefined) {
      if (name.text === '') continue;
      const holes = { name: name.text, type: lastPart(record.name) };
      report(binder, 'unknown-given-field', { unit, node: name }, holes, didYouMean(unit, name, fields.keys()));
      continue;
    }
    binder.recorder?.fields.set(name, { field, record });
    if (seen.has(field)) report(binder, 'duplicate-field', { unit, node: name }, { name: name.text });
    seen.add(field);
    const isNull = value.kind === 'null' || value.kind === 'none';
    if (isNull && field.presence !== 'required') continue;
    members.push(`${JSON.stringify(field.wire)}:${valueText(place, value, field.type)}`);
  }
  const missing = [...fields.values()].filter((field) => field.presence === 'required' && !seen.has(field));
  if (missing.length > 0) {
    const names = missing.map((field) => `\`${field.name}\``).join(', ');
    const node = { start: object.start, end: Math.min(object.end, object.start + 1) };
    report(binder, 'missing-given-field', { unit, node }, { fields: names, type: lastPart(record.name) });
  }
  return `{${members.join(',')}}`;
}

function valueText(place: Place, expr: Expr, type: Type): string {
  place.binder.recorder?.places.set(expr, { scope: emptyScope, expected: type });
  switch (type.kind) {
    case 'optional':
      return expr.kind === 'none' || expr.kind === 'null' ? 'null' : valueText(place, expr, type.of);
    case 'record': {
      const object = asObject(expr);
      place.binder.recorder?.records.set(expr, type.record);
      return object ? recordText(place, object, type.record) : mismatch(place, expr, type);
    }
    case 'union': {
      const object = asObject(expr);
      return object ? recordText(place, object, unionRecord(object.fields, type.union)) : mismatch(place, expr, type);
    }
    case 'list':
    case 'set':
      if (expr.kind !== 'list') return mismatch(place, expr, type);
      return `[${expr.items.map((item) => valueText(place, item, type.of)).join(',')}]`;
    case 'map': {
      const object = asObject(expr);
      if (object === undefined) return mismatch(place, expr, type);
      return `{${object.fields.map((field) => `${JSON.stringify(field.name.text)}:${valueText(place, field.value, type.value)}`).join(',')}}`;
    }
    case 'dyn':
      return dynText(place, expr);
    case 'unknown':
      return 'null';
    default:
      return scalarText(expr, type) ?? mismatch(place, expr, type);
  }
}

function scalarText(expr: Expr, type: Type): string | undefined {
  switch (type.kind) {
    case 'string':
    case 'timestamp':
    case 'bytes':
      return expr.kind === 'string' ? JSON.stringify(expr.value) : undefined;
    case 'duration':
      return expr.kind === 'string' ? JSON.stringify(expr.value) : undefined;
    case 'bool':
      return expr.kind === 'bool' ? String(expr.value) : undefined;
    case 'int':
    case 'uint':
    case 'quantity':
      return integerText(expr);
    case 'float':
      return integerText(expr) ?? floatText(expr);
    case 'null':
      return expr.kind === 'null' ? 'null' : undefined;
    default:
      return undefined;
  }
}

function integerText(expr: Expr): string | undefined {
  if (expr.kind === 'int' || expr.kind === 'uint') return String(expr.value);
  if (expr.kind !== 'unary' || expr.operator !== '-') return undefined;
  return expr.operand.kind === 'int' ? `-${expr.operand.value}` : undefined;
}

function floatText(expr: Expr): string | undefined {
  if (expr.kind === 'float') return JSON.stringify(expr.value);
  if (expr.kind !== 'unary' || expr.operator !== '-') return undefined;
  return expr.operand.kind === 'float' ? JSON.stringify(-expr.operand.value) : undefined;
}

function dynText(place: Place, expr: Expr): string {
  switch (expr.kind) {
    case 'string':
      return JSON.stringify(expr.value);
    case 'bool':
      return String(expr.value);
    case 'null':
    case 'none':
      return 'null';
    case 'list':
      return `[${expr.items.map((item) => dynText(place, item)).join(',')}]`;
    default: {
      const object = asObject(expr);
      if (object) {
        return `{${object.fields.map((field) => `${JSON.stringify(field.name.text)}:${dynText(place, field.value)}`).join(',')}}`;
      }
      return integerText(expr) ?? floatText(expr) ?? mismatch(place, expr, { kind: 'dyn' });
    }
  }
}

/** An object, however it was parsed: names or texts as keys. */
function asObject(
  expr: Expr,
): { readonly fields: readonly FieldValue[]; readonly start: number; readonly end: number } | undefined {
  if (expr.kind === 'object' || expr.kind === 'construct') return expr;
  if (expr.kind !== 'map') return undefined;
  const fields: FieldValue[] = [];
  for (const { key, value } of expr.entries) {
    const name: Name | undefined =
      key.kind === 'name'
        ? key.name
        : key.kind === 'string'
          ? { text: key.value, start: key.start, end: key.end }
          : undefined;
    if (name === undefined) return undefined;
    fields.push({ name, value, start: key.start, end: value.end });
  }
  return { fields, start: expr.start, end: expr.end };
}

/** The record of the kind that the object says it is. */
function unionRecord(fields: readonly FieldValue[], union: UnionType): RecordType {
  const values = union.discriminators.map((wire) => {
    const names = [...union.base.fields().values()].flatMap((field) =>
      field.wire === wire ? [wire, field.name] : [wire],
    );
    const value = fields.find((field) => names.includes(field.name.text))?.value;
    return value?.kind === 'string' ? value.value : value?.kind === 'int' ? String(value.value) : '';
  });
  const tag = union.choice ? tagOfExchange(union.choice, values) : values;
  const kind = tag.at(-1) ?? '';
  const candidates = [tag.join('.'), kind, ...union.variantNames().filter((name) => name.endsWith(`.${kind}`))];
  for (const name of candidates) {
    const variant = union.variant(name);
    if (variant?.tag.length === tag.length && variant.tag.every((part, i) => part === tag[i])) return variant.record;
  }
  return union.base;
}

function mismatch(place: Place, expr: Expr, type: Type): string {
  if (expr.kind !== 'hole') {
    report(place.binder, 'invalid-given', { unit: place.unit, node: expr }, { wanted: typeText(type) });
  }
  return 'null';
}

function lastPart(name: string): string {
  return name.split('.').at(-1) ?? name;
}
