// From JavaScript's form of a JSON document to a dynamic value: whole numbers that fit are ints, as when the text is read.

import { float, int, list, string, type Value } from './value.ts';

/** `data` as a dynamic value; what JSON does not have is null. */
export function valueOfData(data: unknown): Value {
  switch (typeof data) {
    case 'boolean':
      return { kind: 'bool', value: data };
    case 'number':
      return Number.isInteger(data) && Math.abs(data) < 2 ** 63 ? int(BigInt(data)) : float(data);
    case 'bigint':
      return BigInt.asIntN(64, data) === data ? int(data) : float(Number(data));
    case 'string':
      return string(data);
    case 'object':
      if (data === null) return { kind: 'null' };
      if (Array.isArray(data)) return list(data.map(valueOfData));
      return {
        kind: 'map',
        entries: Object.entries(data).map(([key, item]): [Value, Value] => [string(key), valueOfData(item)]),
      };
    default:
      return { kind: 'null' };
  }
}
