// How values look in memory, for all kernel functions and for generated code (compiler/src/wasm/codegen mirrors the numbers).
// A string is a u64: address << 32 | byte length. A slot is 8 bytes. A list is {u32 length, u32 address of slots}; a map is
// {u32 length, u32 address of entries (key slot, value slot), u32 address of its hash index or 0, u32 0}.
// A dynamic value is {u8 tag, u8 flags, u16 0, u32 hash index of a list of strings or 0, slot}: the slot at +8 has the payload.
// INVARIANT: an address 0 is no value. Nothing here allocates but `box`.

import { alloc } from './heap';

export const TAG_NULL: u32 = 1;
export const TAG_BOOL: u32 = 2;
export const TAG_INT: u32 = 3;
export const TAG_UINT: u32 = 4;
export const TAG_FLOAT: u32 = 5;
export const TAG_STRING: u32 = 6;
export const TAG_BYTES: u32 = 7;
/** Slots are addresses of dynamic values. */
export const TAG_LIST: u32 = 8;
/** Keys are strings (what JSON has), values addresses of dynamic values. */
export const TAG_MAP: u32 = 9;
export const TAG_TIMESTAMP: u32 = 10;
export const TAG_DURATION: u32 = 11;
/** The name of a type. */
export const TAG_TYPE: u32 = 12;
/** A Rego set: as a list. */
export const TAG_SET: u32 = 13;
/** Keys and values are addresses of dynamic values. */
export const TAG_ANY_MAP: u32 = 14;

export const ERROR_OVERFLOW: i32 = 1;
export const ERROR_DIVISION_BY_ZERO: i32 = 2;
export const ERROR_NO_SUCH_KEY: i32 = 3;
export const ERROR_OUT_OF_RANGE: i32 = 4;
export const ERROR_NO_SUCH_OVERLOAD: i32 = 5;
export const ERROR_INVALID_ARGUMENT: i32 = 6;

/** Why the last fallible function has no value; 0: it has one. Generated code reads and clears it. */
export let error: i32 = 0;

export function fail(code: i32): void {
  error = code;
}

/** An empty string. INVARIANT: no string has the address 0. */
export const EMPTY: u64 = 8 << 32;

// @ts-ignore: decorator
@inline
export function text(address: usize, length: u32): u64 {
  return ((<u64>address) << 32) | <u64>length;
}

// @ts-ignore: decorator
@inline
export function at(value: u64): usize {
  return <usize>(value >> 32);
}

// @ts-ignore: decorator
@inline
export function size(value: u64): u32 {
  return <u32>value;
}

/** A dynamic value with payload `slot` (the 8 bytes as they stand in a slot). */
export function box(tag: u32, slot: u64): usize {
  const value = alloc(16);
  store<u64>(value, <u64>tag);
  store<u64>(value, slot, 8);
  return value;
}

// @ts-ignore: decorator
@inline
export function tag(value: usize): u32 {
  return <u32>load<u8>(value);
}

/** A list with room for `length` slots, to be filled. */
export function list_new(length: u32): usize {
  const list = alloc(8 + (length << 3));
  store<u32>(list, length);
  store<u32>(list, <u32>list + 8, 4);
  return list;
}

/** A map with room for `length` entries, to be filled. */
export function map_new(length: u32): usize {
  const map = alloc(16 + (length << 4));
  store<u32>(map, length);
  store<u32>(map, <u32>map + 16, 4);
  store<u64>(map, 0, 8);
  return map;
}
