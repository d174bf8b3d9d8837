// Lists and maps whose slots are opaque: joining, looking up keys. Looking up in a map of more than eight entries builds a
// hash index once, so that no expression over one map is quadratic.
// INVARIANT: an index is hung only onto maps above `run_start`, never onto the host's data document, which outlives the run.

import { index_find, index_strings } from './ops-hash';
import { string_equal } from './ops-text';
import { list_new } from './ops-value';

/** What is below belongs to the data document and is not changed. */
let run_start: usize = 0;

/** Said at the beginning of each run. */
export function set_run_start(address: usize): void {
  run_start = address;
}

export function list_concat(a: usize, b: usize): usize {
  const count = load<u32>(a);
  const other = load<u32>(b);
  if (count == 0) return b;
  if (other == 0) return a;
  const list = list_new(count + other);
  const slots = <usize>load<u32>(list, 4);
  memory.copy(slots, <usize>load<u32>(a, 4), count << 3);
  memory.copy(slots + (count << 3), <usize>load<u32>(b, 4), other << 3);
  return list;
}

/** One level of lists less. */
export function list_flatten(list: usize): usize {
  const count = load<u32>(list);
  const slots = <usize>load<u32>(list, 4);
  let total: u32 = 0;
  for (let i: u32 = 0; i < count; i++) total += load<u32>(<usize>load<u32>(slots + (i << 3)));
  const flat = list_new(total);
  let to = <usize>load<u32>(flat, 4);
  for (let i: u32 = 0; i < count; i++) {
    const part = <usize>load<u32>(slots + (i << 3));
    const length = load<u32>(part) << 3;
    memory.copy(to, <usize>load<u32>(part, 4), length);
    to += length;
  }
  return flat;
}

/** The slot at a position, or 0 when it is outside. */
export function list_slot(list: usize, position: i64): usize {
  if (<u64>position >= <u64>load<u32>(list)) return 0;
  return <usize>load<u32>(list, 4) + (<usize>position << 3);
}

export function list_size(list: usize): i64 {
  return <i64>load<u32>(list);
}

export function map_size(map: usize): i64 {
  return <i64>load<u32>(map);
}

/** Slot of the value under a string key, or 0. */
export function map_find_string(map: usize, key: u64): usize {
  const count = load<u32>(map);
  const entries = <usize>load<u32>(map, 4);
  if (count > 8) {
    let index = <usize>load<u32>(map, 8);
    if (index == 0 && map >= run_start) {
      index = index_strings(entries, count, 16);
      store<u32>(map, <u32>index, 8);
    }
    if (index != 0) {
      const place = index_find(index, entries, 16, key);
      return place < 0 ? 0 : entries + (<usize>place << 4) + 8;
    }
  }
  const end = entries + (count << 4);
  for (let entry = entries; entry < end; entry += 16) if (string_equal(load<u64>(entry), key)) return entry + 8;
  return 0;
}

/** Slot of the value under a 64-bit key (int, uint, quantity), or 0. */
export function map_find_long(map: usize, key: u64): usize {
  const entries = <usize>load<u32>(map, 4);
  const end = entries + (load<u32>(map) << 4);
  for (let entry = entries; entry < end; entry += 16) if (load<u64>(entry) == key) return entry + 8;
  return 0;
}

/** Slot of the value under a bool, or 0. */
export function map_find_bool(map: usize, key: u32): usize {
  const entries = <usize>load<u32>(map, 4);
  const end = entries + (load<u32>(map) << 4);
  for (let entry = entries; entry < end; entry += 16) if (load<u32>(entry) == key) return entry + 8;
  return 0;
}
