// The arguments of builtins as JavaScript values. The checker promised their kinds, but for dynamic ones: those of another
// kind are the error `no_such_overload`.

import { fail, type Value } from './value.ts';

/** What a builtin does with its arguments, which were all evaluated. */
export type Builtin = (...args: readonly Value[]) => Value;

/** The value of a condition; a dynamic one must be a bool. */
export function truth(value: Value | undefined): boolean {
  return value?.kind === 'bool' ? value.value : fail('no_such_overload');
}

/** The text of a string argument. */
export function textArg(value: Value | undefined): string {
  return value?.kind === 'string' ? value.value : fail('no_such_overload');
}

/** The number of an int or uint argument. */
export function intArg(value: Value | undefined): bigint {
  return value?.kind === 'int' || value?.kind === 'uint' ? value.value : fail('no_such_overload');
}

/** The number of a float argument. */
export function floatArg(value: Value | undefined): number {
  return value?.kind === 'float' ? value.value : fail('no_such_overload');
}

/** The items of a list argument. */
export function itemsArg(value: Value | undefined): readonly Value[] {
  return value?.kind === 'list' ? value.items : fail('no_such_overload');
}

/** The bytes of a bytes argument. */
export function bytesArg(value: Value | undefined): Uint8Array {
  return value?.kind === 'bytes' ? value.value : fail('no_such_overload');
}

/** A position that a number names: a float only when it is whole. */
export function numericIndex(index: Value): bigint {
  if (index.kind === 'int' || index.kind === 'uint') return index.value;
  if (index.kind === 'float' && Number.isSafeInteger(index.value)) return BigInt(index.value);
  return fail('no_such_overload');
}
