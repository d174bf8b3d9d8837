// Hashes, and tables that are found by them: constant tables that the compiler lays out, and indexes of maps and lists that
// are built when they are first asked. The compiler computes the same hash (compiler/src/wasm/codegen/hash.ts).
// INVARIANT: an index may be wrong about nothing: every hit is compared byte by byte.

import { alloc } from './heap';
import { at, size } from './ops-value';

/** 32 bits of hash of bytes; four bytes a step. */
export function hash_bytes(address: usize, length: u32, seed: u32): u32 {
  let h = seed ^ length;
  let end = address + (length & ~3);
  let p = address;
  while (p < end) {
    h = rotl<u32>(h ^ (load<u32>(p) * 0xcc9e2d51), 15) * 0x1b873593 + 0x52dce729;
    p += 4;
  }
  end = address + length;
  while (p < end) {
    h = (h ^ <u32>load<u8>(p)) * 0x01000193;
    p++;
  }
  h = (h ^ (h >>> 16)) * 0x85ebca6b;
  h = (h ^ (h >>> 13)) * 0xc2b2ae35;
  return h ^ (h >>> 16);
}

/** 32 bits of hash of a 64-bit number. */
export function hash_long(value: u64, seed: u32): u32 {
  let h = (seed ^ <u32>value) * 0xcc9e2d51;
  h = rotl<u32>(h ^ <u32>(value >> 32), 15) * 0x1b873593 + 0x52dce729;
  h = (h ^ (h >>> 16)) * 0x85ebca6b;
  h = (h ^ (h >>> 13)) * 0xc2b2ae35;
  return h ^ (h >>> 16);
}

/** Whether `length` bytes at both places are the same. */
export function same_bytes(left: usize, right: usize, length: u32): bool {
  const words = left + (length & ~7);
  while (left < words) {
    if (load<u64>(left) != load<u64>(right)) return false;
    left += 8;
    right += 8;
  }
  const end = left + (length & 7);
  while (left < end) {
    if (load<u8>(left) != load<u8>(right)) return false;
    left++;
    right++;
  }
  return true;
}

/**
 * Place of a string in a constant table, or -1. The table is {u32 seed, u32 mask, u32 address of entries {u32 address,
 * u32 length}, (mask + 1) × u32: entry + 1, or 0}; a taken place leads to the next.
 */
export function table_find(table: usize, key: u64): i32 {
  const length = size(key);
  const mask = load<u32>(table, 4);
  const entries = <usize>load<u32>(table, 8);
  let place = hash_bytes(at(key), length, load<u32>(table)) & mask;
  while (true) {
    const entry = load<u32>(table + (place << 2), 12);
    if (entry == 0) return -1;
    const known = entries + ((entry - 1) << 3);
    if (load<u32>(known, 4) == length && same_bytes(at(key), <usize>load<u32>(known), length)) return <i32>(entry - 1);
    place = (place + 1) & mask;
  }
}

/** The same for 64-bit numbers: entries are u64. */
export function table_find_long(table: usize, key: u64): i32 {
  const mask = load<u32>(table, 4);
  const entries = <usize>load<u32>(table, 8);
  let place = hash_long(key, load<u32>(table)) & mask;
  while (true) {
    const entry = load<u32>(table + (place << 2), 12);
    if (entry == 0) return -1;
    if (load<u64>(entries + ((entry - 1) << 3)) == key) return <i32>(entry - 1);
    place = (place + 1) & mask;
  }
}

/** Builds the hash index {u32 mask, (mask + 1) × u32: item + 1, or 0} of strings that stand every `stride` bytes at `keys`. */
export function index_strings(keys: usize, count: u32, stride: u32): usize {
  let slots: u32 = 16;
  while (slots < count << 1) slots <<= 1;
  const index = alloc(4 + (slots << 2));
  store<u32>(index, slots - 1);
  memory.fill(index + 4, 0, slots << 2);
  for (let item: u32 = 0; item < count; item++) {
    const key = load<u64>(keys + item * stride);
    let place = hash_bytes(at(key), size(key), 0) & (slots - 1);
    while (load<u32>(index + (place << 2), 4) != 0) place = (place + 1) & (slots - 1);
    store<u32>(index + (place << 2), item + 1, 4);
  }
  return index;
}

/** Place of the first equal string among those that `index` was built of, or -1. */
export function index_find(index: usize, keys: usize, stride: u32, key: u64): i32 {
  const mask = load<u32>(index);
  const length = size(key);
  let place = hash_bytes(at(key), length, 0) & mask;
  while (true) {
    const item = load<u32>(index + (place << 2), 4);
    if (item == 0) return -1;
    const known = load<u64>(keys + (item - 1) * stride);
    if (size(known) == length && same_bytes(at(known), at(key), length)) return <i32>(item - 1);
    place = (place + 1) & mask;
  }
}
