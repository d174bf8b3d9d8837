// How a type's values look in WebAssembly: in locals (unboxed) and in slots of memory. Mirrors compiler/kernel/ops-value.ts.
// INVARIANT: a slot is 8 bytes; a 32-bit value stands in its low half.

import type { Type } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';

/** The three kinds of locals that values live in. */
export type Machine = 'i32' | 'i64' | 'f64';

/** bool, and addresses: i32; numbers and packed strings: i64; floats: f64. */
export function machineOf(type: Type): Machine {
  switch (type.kind) {
    case 'int':
    case 'uint':
    case 'quantity':
    case 'string':
    case 'bytes':
    case 'type':
      return 'i64';
    case 'float':
      return 'f64';
    default:
      return 'i32';
  }
}

/** The value in the slot at (address on the stack) + `offset`. */
export function loadSlot(b: FunctionBuilder, type: Type, offset = 0): void {
  const machine = machineOf(type);
  b.memory(machine === 'i32' ? 'i32.load' : machine === 'i64' ? 'i64.load' : 'f64.load', offset);
}

/** Stores the value on the stack into the slot at (address below it) + `offset`. */
export function storeSlot(b: FunctionBuilder, type: Type, offset = 0): void {
  const machine = machineOf(type);
  b.memory(machine === 'i32' ? 'i32.store' : machine === 'i64' ? 'i64.store' : 'f64.store', offset);
}

/** A zero, where code needs some value that nobody looks at. */
export function pushZero(b: FunctionBuilder, type: Type): void {
  const machine = machineOf(type);
  if (machine === 'i32') b.i32(0);
  else if (machine === 'i64') b.i64(0n);
  else b.f64(0);
}

/** Tags of dynamic values. */
export const tags = {
  null: 1,
  bool: 2,
  int: 3,
  uint: 4,
  float: 5,
  string: 6,
  bytes: 7,
  list: 8,
  map: 9,
  timestamp: 10,
  duration: 11,
  type: 12,
  anyMap: 14,
} as const;

/** Why an expression has no value: codes of the kernel's global `error`, and the words of decisions. */
export const errorCodes = {
  overflow: 1,
  division_by_zero: 2,
  no_such_key: 3,
  out_of_range: 4,
  no_such_overload: 5,
  invalid_argument: 6,
  no_hash_key: 7,
  conflicting_set: 8,
  unknown_provider: 9,
} as const;

/** The tag of a type whose dynamic form is the value itself in a box. */
export function scalarTag(type: Type): number | undefined {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
    case 'string':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'type':
      return tags[type.kind];
    case 'quantity':
      return tags.int;
    default:
      return undefined;
  }
}

/** The type of the elements of a list or set. */
export function elementOf(type: Type): Type {
  return type.kind === 'list' || type.kind === 'set' ? type.of : { kind: 'dyn' };
}
