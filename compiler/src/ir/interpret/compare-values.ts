// Equality and order of values, as CEL has them: numbers compare by value across int, uint and float, values of other
// kinds are different, NaN differs from itself. Order of values without one is the error `no_such_overload`.

import { fail, type MapValue, type RecordValue, type Value } from './value.ts';

/** Structural equality. */
export function equalValues(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  switch (a.kind) {
    case 'bool':
      return b.kind === 'bool' && a.value === b.value;
    case 'string':
      return b.kind === 'string' && a.value === b.value;
    case 'bytes':
      return b.kind === 'bytes' && compareBytes(a.value, b.value) === 0;
    case 'null':
    case 'none':
      return b.kind === a.kind;
    case 'timestamp':
    case 'duration':
      return b.kind === a.kind && a.nanos === b.nanos;
    case 'quantity':
      return b.kind === 'quantity' && a.unit === b.unit && a.amount === b.amount;
    case 'type':
      return b.kind === 'type' && a.name === b.name;
    case 'some':
      return b.kind === 'some' && equalValues(a.of, b.of);
    case 'list':
      return (
        b.kind === 'list' &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => equalValues(item, b.items[i] ?? { kind: 'none' }))
      );
    case 'map':
      return b.kind === 'map' && equalMaps(a, b);
    case 'record':
      return b.kind === 'record' && equalRecords(a, b);
    case 'union':
      return (
        b.kind === 'union' &&
        equalRecords(a.base, b.base) &&
        a.variant?.of === b.variant?.of &&
        (!a.variant || !b.variant || equalRecords(a.variant.value, b.variant.value))
      );
    default:
      return false;
  }
}

/** The value under `key`, or undefined. */
export function lookupKey(map: MapValue, key: Value): Value | undefined {
  return map.entries.find(([known]) => equalValues(known, key))?.[1];
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.entries.length !== b.entries.length) return false;
  return a.entries.every(([key, value]) => {
    const other = lookupKey(b, key);
    return other !== undefined && equalValues(value, other);
  });
}

function equalRecords(a: RecordValue, b: RecordValue): boolean {
  const names = new Set([...a.fields.keys(), ...b.fields.keys()]);
  return [...names].every((name) => {
    const [left, right] = [a.fields.get(name), b.fields.get(name)];
    return left !== undefined && right !== undefined && equalValues(left, right);
  });
}

/** Negative, zero or positive; NaN when the two have no order (a NaN among them). */
export function compareValues(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (a.kind === 'bool' && b.kind === 'bool') return Number(a.value) - Number(b.value);
  if (a.kind === 'string' && b.kind === 'string') return compareText(a.value, b.value);
  if (a.kind === 'bytes' && b.kind === 'bytes') return compareBytes(a.value, b.value);
  if (a.kind === 'timestamp' && b.kind === 'timestamp') return sign(a.nanos - b.nanos);
  if (a.kind === 'duration' && b.kind === 'duration') return sign(a.nanos - b.nanos);
  if (a.kind === 'quantity' && b.kind === 'quantity') return sign(a.amount - b.amount);
  return fail('no_such_overload');
}

type NumberValue = Extract<Value, { readonly kind: 'int' | 'uint' | 'float' }>;

/** int, uint or float. */
export function isNumber(value: Value): value is NumberValue {
  return value.kind === 'int' || value.kind === 'uint' || value.kind === 'float';
}

/** By mathematical value; JavaScript compares bigint and number exactly. */
function compareNumbers(a: NumberValue, b: NumberValue): number {
  const [left, right]: readonly [bigint | number, bigint | number] = [a.value, b.value];
  return left < right ? -1 : left > right ? 1 : left >= right ? 0 : NaN;
}

/** Order by code point, which is that of the UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}
