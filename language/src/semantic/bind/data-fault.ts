// The parsed content of a `data` file and its declared type → the first place that rules could not read, if any.
//
// INVARIANT: what is a fault here is an evaluation error in every rule that reads the datum. Numbers do not convert, so what
// JSON has no form for (timestamps, bytes) is never right. Whether a number fits 64 bits is left to evaluation.

import { describeType } from '../print-type.ts';
import type { RecordType, Type } from '../types.ts';

/** Where data differ from their type, as a JSON Pointer, and what is there. */
export interface DataFault {
  readonly at: string;
  readonly found: string;
  readonly wanted: string;
}

/** The first difference in document order. */
export function dataFault(value: unknown, type: Type, at: string = ''): DataFault | undefined {
  switch (type.kind) {
    case 'dyn':
    case 'unknown':
      return undefined;
    case 'optional':
      return value === null ? undefined : dataFault(value, type.of, at);
    case 'list':
    case 'set':
      if (!Array.isArray(value)) return difference(value, type, at);
      return first(value.entries(), ([index, item]) => dataFault(item, type.of, `${at}/${index}`));
    case 'map':
      if (!isObject(value)) return difference(value, type, at);
      return first(Object.entries(value), ([key, item]) => {
        const place = below(at, key);
        return dataFault(key, type.key, place) ?? dataFault(item, type.value, place);
      });
    case 'record':
      return isObject(value) ? recordFault(value, type.record, at) : difference(value, type, at);
    default:
      return isScalarOf(value, type) ? undefined : difference(value, type, at);
  }
}

function recordFault(value: Readonly<Record<string, unknown>>, record: RecordType, at: string): DataFault | undefined {
  return first(record.fields().values(), ({ wire, type, presence }) => {
    const item = Object.hasOwn(value, wire) ? value[wire] : undefined;
    const place = below(at, wire);
    if (item === undefined || (item === null && type.kind !== 'null' && type.kind !== 'dyn')) {
      return presence === 'required' ? difference(item, type, place) : undefined;
    }
    return dataFault(item, type, place);
  });
}

function isScalarOf(value: unknown, type: Type): boolean {
  switch (type.kind) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
    case 'quantity':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'null':
      return value === null;
    default:
      return false;
  }
}

function first<T>(items: Iterable<T>, fault: (item: T) => DataFault | undefined): DataFault | undefined {
  for (const item of items) {
    const found = fault(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function difference(value: unknown, type: Type, at: string): DataFault {
  return { at, found: describeValue(value), wanted: describeType(type) };
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'string' ? 'a string' : String(value);
}

function below(at: string, key: string): string {
  return `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
