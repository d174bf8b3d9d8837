// Evaluates a case with the interpreter and compares what comes out with what CEL says: same kinds, same values, maps in any
// order, NaN equal to itself.

import { celTypeName } from './type-names.ts';
import type { CelCase, CelValue } from './cases.ts';
import type { Elaborated } from './elaborate.ts';
import { interpretExpression } from '../../src/ir/interpret/interpret-expression.ts';
import type { Value } from '../../src/ir/interpret/value.ts';

/** Undefined when the case agrees; otherwise what came out instead. */
export function interpretCase(test: CelCase, elaborated: Elaborated): string | undefined {
  const { core, input, variables } = elaborated;
  if (test.expected.kind === 'type') {
    const found = celTypeName(core.type);
    const wanted = celTypeName(test.expected.type);
    return found === wanted ? undefined : `has the type ${found}, not ${wanted}`;
  }
  const fields = new Map([...variables].map(([name, value]) => [name, valueOf(value)]));
  const result = interpretExpression(core, { input: { kind: 'record', record: input, fields } });
  if (test.expected.kind === 'error') {
    return result.kind === 'error' ? undefined : `gives ${showValue(result.value)}, not an error`;
  }
  if (result.kind === 'error') return `gives the error ${result.error}, not ${showCel(test.expected.value)}`;
  if (sameValue(result.value, test.expected.value)) return undefined;
  return `gives ${showValue(result.value)}, not ${showCel(test.expected.value)}`;
}

function valueOf(value: CelValue): Value {
  switch (value.kind) {
    case 'double':
      return { kind: 'float', value: value.value };
    case 'type':
      return { kind: 'type', name: value.value };
    case 'list':
      return { kind: 'list', items: value.items.map(valueOf) };
    case 'map':
      return { kind: 'map', entries: value.entries.map(([key, of]) => [valueOf(key), valueOf(of)]) };
    case 'message':
      return { kind: 'null' };
    default:
      return value;
  }
}

function sameValue(found: Value, wanted: CelValue): boolean {
  switch (wanted.kind) {
    case 'null':
      return found.kind === 'null';
    case 'double':
      return found.kind === 'float' && Object.is(found.value, wanted.value);
    case 'bool':
    case 'int':
    case 'uint':
    case 'string':
      return found.kind === wanted.kind && found.value === wanted.value;
    case 'type':
      return found.kind === 'type' && found.name === wanted.value;
    case 'timestamp':
    case 'duration':
      return found.kind === wanted.kind && found.nanos === wanted.nanos;
    case 'bytes':
      return found.kind === 'bytes' && showBytes(found.value) === showBytes(wanted.value);
    case 'list':
      return (
        found.kind === 'list' &&
        found.items.length === wanted.items.length &&
        wanted.items.every((item, index) => {
          const own = found.items[index];
          return own !== undefined && sameValue(own, item);
        })
      );
    case 'map':
      return (
        found.kind === 'map' &&
        found.entries.length === wanted.entries.length &&
        wanted.entries.every(([key, value]) =>
          found.entries.some(([ownKey, own]) => sameValue(ownKey, key) && sameValue(own, value)),
        )
      );
    case 'message':
      return false;
  }
}

function showBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function showValue(value: Value): string {
  switch (value.kind) {
    case 'bytes':
      return `b'${showBytes(value.value)}'`;
    case 'string':
      return JSON.stringify(value.value);
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
      return `${value.kind} ${Object.is(value.value, -0) ? '-0' : String(value.value)}`;
    case 'timestamp':
    case 'duration':
      return `${value.kind} ${value.nanos}ns`;
    case 'type':
      return value.name;
    case 'list':
      return `[${value.items.map(showValue).join(', ')}]`;
    case 'map':
      return `{${value.entries.map(([key, of]) => `${showValue(key)}: ${showValue(of)}`).join(', ')}}`;
    case 'some':
      return `optional(${showValue(value.of)})`;
    default:
      return value.kind;
  }
}

/** A CEL value in a line. */
export function showCel(value: CelValue): string {
  return value.kind === 'message' ? value.name : showValue(valueOf(value));
}
