// How types relate: when they are the same, what one type fits two values, which coercions exist. Pure questions about
// types; `infer/coerce` builds the expression that changes a value.
//
// INVARIANT: `unknown` relates to everything, so that one fault gives one diagnostic.

import type { RecordType, Type, Unit } from './types.ts';

export const boolType: Type = { kind: 'bool' };
export const intType: Type = { kind: 'int' };
export const uintType: Type = { kind: 'uint' };
export const floatType: Type = { kind: 'float' };
export const bytesType: Type = { kind: 'bytes' };
export const nullType: Type = { kind: 'null' };
export const dynType: Type = { kind: 'dyn' };
export const typeType: Type = { kind: 'type' };
export const neverType: Type = { kind: 'never' };
export const unknownType: Type = { kind: 'unknown' };
export const durationType: Type = { kind: 'duration' };
export const timestampType: Type = { kind: 'timestamp' };
export const stringType: Type = { kind: 'string', sensitive: false };
export const sensitiveStringType: Type = { kind: 'string', sensitive: true };

/** `list<of>` */
export function listOf(of: Type): Type {
  return { kind: 'list', of };
}

/** `T?`; an optional of an optional is the same optional. */
export function optionalOf(of: Type): Type {
  return of.kind === 'optional' ? of : { kind: 'optional', of };
}

/** `map<key, value>` */
export function mapOf(key: Type, value: Type): Type {
  return { kind: 'map', key, value };
}

/** An amount of `unit`. */
export function quantityOf(unit: Unit): Type {
  return { kind: 'quantity', unit };
}

/** The type of values of `record`. */
export function recordOf(record: RecordType): Type {
  return { kind: 'record', record };
}

/** Structural equality; records and unions are equal when they are the same object. */
export function sameType(a: Type, b: Type): boolean {
  switch (a.kind) {
    case 'string':
      return b.kind === 'string' && a.sensitive === b.sensitive;
    case 'quantity':
      return b.kind === 'quantity' && a.unit === b.unit;
    case 'list':
    case 'set':
    case 'optional':
      return b.kind === a.kind && sameType(a.of, b.of);
    case 'map':
      return b.kind === 'map' && sameType(a.key, b.key) && sameType(a.value, b.value);
    case 'record':
      return b.kind === 'record' && a.record === b.record;
    case 'union':
      return b.kind === 'union' && a.union === b.union;
    default:
      return a.kind === b.kind;
  }
}

/** The one type that values of both have without a conversion to `dyn`; undefined when there is none. */
export function joinTypes(a: Type, b: Type): Type | undefined {
  if (sameType(a, b)) return a;
  if (a.kind === 'unknown' || b.kind === 'unknown') return unknownType;
  if (a.kind === 'never') return b;
  if (b.kind === 'never') return a;
  if (a.kind === 'string' && b.kind === 'string') return sensitiveStringType;
  if (a.kind === 'dyn' || b.kind === 'dyn') return isDynamic(a) && isDynamic(b) ? dynType : undefined;
  if (a.kind === 'optional' || b.kind === 'optional') {
    const of = joinTypes(payloadOf(a), payloadOf(b));
    return of && optionalOf(of);
  }
  if (isListLike(a) && isListLike(b)) {
    const of = joinTypes(a.of, b.of);
    return of && listOf(of);
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const key = joinTypes(a.key, b.key);
    const value = joinTypes(a.value, b.value);
    return key && value && mapOf(key, value);
  }
  return undefined;
}

function isListLike(type: Type): type is Type & { readonly kind: 'list' | 'set' } {
  return type.kind === 'list' || type.kind === 'set';
}

/** `T` of `T?`; any other type itself. */
export function payloadOf(type: Type): Type {
  return type.kind === 'optional' ? type.of : type;
}

/** Whether values of the type can be handed on as `dyn`: everything that JSON, or CEL, has a value for. */
export function isDynamic(type: Type): boolean {
  switch (type.kind) {
    case 'list':
    case 'set':
      return isDynamic(type.of);
    case 'map':
      return isDynamic(type.key) && isDynamic(type.value);
    case 'optional':
    case 'record':
    case 'union':
    case 'quantity':
      return false;
    default:
      return true;
  }
}

/** Whether a sensitive string is in values of the type. Records answer for the fields that are read, not here. */
export function isSensitive(type: Type): boolean {
  switch (type.kind) {
    case 'string':
      return type.sensitive;
    case 'list':
    case 'set':
    case 'optional':
      return isSensitive(type.of);
    case 'map':
      return isSensitive(type.key) || isSensitive(type.value);
    default:
      return false;
  }
}

/** The type with every string in it sensitive, or none. */
export function withSensitivity(type: Type, sensitivity: 'sensitive' | 'plain'): Type {
  switch (type.kind) {
    case 'string':
      return sensitivity === 'sensitive' ? sensitiveStringType : stringType;
    case 'list':
    case 'set':
    case 'optional':
      return { kind: type.kind, of: withSensitivity(type.of, sensitivity) };
    case 'map':
      return mapOf(withSensitivity(type.key, sensitivity), withSensitivity(type.value, sensitivity));
    default:
      return type;
  }
}

/** The type with `dyn` where an empty literal left nothing to go by, as CEL has it. */
export function settleType(type: Type): Type {
  switch (type.kind) {
    case 'never':
      return dynType;
    case 'list':
    case 'set':
    case 'optional':
      return { kind: type.kind, of: settleType(type.of) };
    case 'map':
      return mapOf(settleType(type.key), settleType(type.value));
    default:
      return type;
  }
}

/** Whether `settleType` would change the type. */
export function isSettled(type: Type): boolean {
  switch (type.kind) {
    case 'never':
      return false;
    case 'list':
    case 'set':
    case 'optional':
      return isSettled(type.of);
    case 'map':
      return isSettled(type.key) && isSettled(type.value);
    default:
      return true;
  }
}

/**
 * What it takes to use a `from` where a `to` is wanted: nothing, wrapping it in an optional, making it dynamic, or trusting
 * that a dynamic value has that type. Undefined: it cannot be done. Higher costs more.
 */
export function coercionCost(from: Type, to: Type): 0 | 1 | 2 | 3 | undefined {
  if (from.kind === 'unknown' || to.kind === 'unknown' || from.kind === 'never' || sameType(from, to)) return 0;
  if (to.kind === 'dyn') return isDynamic(from) ? 2 : undefined;
  if (from.kind === 'dyn') {
    if (to.kind === 'optional') return isDynamic(to.of) || to.of.kind === 'record' ? 3 : undefined;
    return isDynamic(to) || to.kind === 'record' ? 3 : undefined;
  }
  if (from.kind === 'string' && to.kind === 'string') return from.sensitive ? undefined : 0;
  if (to.kind === 'optional') {
    const cost = coercionCost(payloadOf(from), to.of);
    return cost === 0 && from.kind !== 'optional' ? 1 : cost;
  }
  if (isListLike(from) && isListLike(to)) return coercionCost(from.of, to.of);
  if (from.kind === 'map' && to.kind === 'map') {
    const key = coercionCost(from.key, to.key);
    const value = coercionCost(from.value, to.value);
    return key === undefined || value === undefined ? undefined : key > value ? key : value;
  }
  return undefined;
}

/** CEL's name of the type, as `type(x)` gives it; undefined for `dyn`, which only a value can answer. */
export function celTypeName(type: Type): string | undefined {
  switch (type.kind) {
    case 'dyn':
    case 'never':
    case 'unknown':
      return undefined;
    case 'float':
      return 'double';
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'set':
      return 'list';
    case 'optional':
      return 'optional_type';
    case 'record':
      return type.record.name;
    case 'union':
      return type.union.name;
    case 'quantity':
      return 'int';
    default:
      return type.kind;
  }
}
