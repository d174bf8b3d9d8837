// JSON text → dynamic values: free JSON of a document, and what OPA's hosts parse (data, and input on the older path).
// INVARIANT: keys stay in document order and none is dropped, not even a repeated one; with `STRICT` a repeated key is a
// fault, as it is where a document is read. A number whose text says more than its value keeps the text (HAS_TEXT).

import { alloc, heap, resize, set_heap } from './heap';
import { index_strings } from './ops-hash';
import { TAG_BOOL, TAG_FLOAT, TAG_INT, TAG_LIST, TAG_MAP, TAG_NULL, TAG_SET, TAG_STRING, at, size, tag } from './ops-value';
import { fits_int, read_string } from './read';
import {
  DEEPEST,
  DUPLICATE_KEY,
  INVALID_JSON,
  TOO_DEEP,
  fault,
  fault_at,
  past_number,
  past_space,
  past_scalar,
  past_word,
} from './scan';

// What matters only where a policy looks at dynamic values; elsewhere the linker gives functions that do nothing.
@external("rdp", "float_parse")
declare function float_value(start: usize, length: u32): f64;
@external("rdp", "has_equal_keys")
declare function repeats_key(keys: usize, count: u32, stride: usize): bool;
@external("rdp", "index_list")
declare function add_list_index(value: usize, slots: usize, count: u32): void;
@external("rdp", "index_map")
declare function add_map_index(map: usize): void;

/** A repeated key is a fault. */
export const STRICT: u32 = 1;
/** Rego's set literals are read, too. */
export const SETS: u32 = 2;
/** Long lists of strings and long maps get a hash index at once. */
export const INDEXED: u32 = 4;

/** Flag of a number: {u32 address, u32 length} of its text at +16. */
export const HAS_TEXT: u32 = 1;
/** Flag of a document: {u32 address, u32 length} of the text that it was parsed from in the 8 bytes before it. */
export const HAS_SOURCE: u32 = 2;

/** From how many items on a hash index is worth its bytes. */
const INDEX_FROM: u32 = 8;

function new_value(kind: u32, flags: u32, extra: usize): usize {
  const value = alloc(16 + extra);
  store<u64>(value, <u64>(kind | (flags << 8)));
  store<u64>(value, 0, 8);
  return value;
}

/** Order of two keys for finding equal ones; it means nothing else. */
function key_order(a: u64, b: u64): i32 {
  if (size(a) != size(b)) return size(a) < size(b) ? -1 : 1;
  let p = at(a);
  let q = at(b);
  let left = size(a);
  while (left >= 8) {
    const x = load<u64>(p);
    const y = load<u64>(q);
    if (x != y) return x < y ? -1 : 1;
    p += 8;
    q += 8;
    left -= 8;
  }
  for (; left > 0; left--) {
    const x = <i32>load<u8>(p++);
    const y = <i32>load<u8>(q++);
    if (x != y) return x - y;
  }
  return 0;
}

/**
 * Whether two of `count` keys that stand every `stride` bytes from `keys` are equal. Few are compared one by one; many are
 * sorted, because no hash of ours withstands somebody who picks the keys.
 */
export function has_equal_keys(keys: usize, count: u32, stride: usize): bool {
  if (count < 9) {
    const end = keys + count * stride;
    for (let a = keys; a < end; a += stride)
      for (let b = a + stride; b < end; b += stride) if (key_order(load<u64>(a), load<u64>(b)) == 0) return true;
    return false;
  }
  const mark = heap;
  let from = alloc(<usize>count << 4);
  let to = from + (<usize>count << 3);
  for (let i: u32 = 0; i < count; i++) store<u64>(from + (<usize>i << 3), load<u64>(keys + i * stride));
  for (let width: u32 = 1; width < count; width <<= 1) {
    for (let start: u32 = 0; start < count; start += width << 1) merge(from, to, start, min(start + width, count), min(start + (width << 1), count));
    const other = from;
    from = to;
    to = other;
  }
  let equal = false;
  for (let i: u32 = 1; i < count && !equal; i++)
    equal = key_order(load<u64>(from + (<usize>i << 3) - 8), load<u64>(from + (<usize>i << 3))) == 0;
  set_heap(mark);
  return equal;
}

/** Merges the sorted runs `[start, middle)` and `[middle, end)` of `from` into `to`. */
function merge(from: usize, to: usize, start: u32, middle: u32, end: u32): void {
  let a = start;
  let b = middle;
  for (let i = start; i < end; i++) {
    const first = a < middle && (b >= end || key_order(load<u64>(from + (<usize>a << 3)), load<u64>(from + (<usize>b << 3))) <= 0);
    store<u64>(to + (<usize>i << 3), load<u64>(from + (<usize>(first ? a : b) << 3)));
    if (first) a++;
    else b++;
  }
}

/** A value of any type at `p` whose fault, if it has one, stands at `p`; the slot gets its address. */
export function read_dyn(p: usize, slot: usize, depth: u32): usize {
  const end = parse_value(p, slot, depth, STRICT);
  return end == 0 ? fault_at(p) : end;
}

/** A value at `p`, at depth `depth`, into `slot`; returns the place behind it, or 0 with a fault noted. */
export function parse_value(p: usize, slot: usize, depth: u32, mode: u32): usize {
  const c = <u32>load<u8>(p);
  if (c == 0x22) {
    const value = new_value(TAG_STRING, 0, 0);
    store<u64>(slot, <u64>value);
    return read_string(p, value + 8);
  }
  if (c == 0x7b) return parse_members(p, slot, depth, mode);
  if (c == 0x5b) return parse_items(p, slot, depth, mode, TAG_LIST);
  if (c == 0x2d || c - 0x30 < 10) return parse_number(p, slot);
  if ((mode & SETS) != 0 && load<u32>(p) == 0x28746573 && load<u8>(p, 4) == 0x29) {
    const value = new_value(TAG_SET, 0, 8);
    store<u64>(value, 0, 16);
    store<u64>(value, <u64>value + 16, 8);
    store<u64>(slot, <u64>value);
    return p + 5;
  }
  const end = past_word(p);
  if (end == 0) return fault(INVALID_JSON, p);
  const value = new_value(c == 0x6e ? TAG_NULL : TAG_BOOL, 0, 0);
  store<u32>(value, c == 0x74 ? 1 : 0, 8);
  store<u64>(slot, <u64>value);
  return end;
}

function parse_number(p: usize, slot: usize): usize {
  const end = past_number(p);
  if (end == 0) return fault(INVALID_JSON, p);
  const whole = fits_int(p, end, slot);
  const integer = load<u64>(slot);
  // `-0` is the one integer whose value does not give its text back.
  const has_text = !whole || (integer == 0 && load<u8>(p) == 0x2d);
  const value = new_value(whole ? TAG_INT : TAG_FLOAT, has_text ? HAS_TEXT : 0, has_text ? 8 : 0);
  if (whole) store<u64>(value, integer, 8);
  else store<f64>(value, float_value(p, <u32>(end - p)), 8);
  if (has_text) {
    store<u32>(value, <u32>p, 16);
    store<u32>(value, <u32>(end - p), 20);
  }
  store<u64>(slot, <u64>value);
  return end;
}

/** Room for one more of `count` entries of `width` bytes at `entries`: doubles at each power of two from four on. */
export function grow_entries(entries: usize, count: u32, width: usize): usize {
  if (count == 0) return alloc(width << 2);
  if (count < 4 || (count & (count - 1)) != 0) return entries;
  return resize(entries, count * width, (<usize>count << 1) * width);
}

/** A list or set whose bracket is at `p`. */
function parse_items(p: usize, slot: usize, depth: u32, mode: u32, kind: u32): usize {
  if (depth == DEEPEST) return fault(TOO_DEEP, p);
  const start = p;
  const close: u32 = kind == TAG_SET ? 0x7d : 0x5d;
  const value = new_value(kind, 0, 8);
  const list = value + 16;
  store<u64>(value, <u64>list, 8);
  let count: u32 = 0;
  let slots: usize = 0;
  p = past_space(p + 1);
  if (<u32>load<u8>(p) == close) p++;
  else {
    for (;;) {
      slots = grow_entries(slots, count, 8);
      p = parse_value(p, slots + (<usize>count << 3), depth + 1, mode);
      if (p == 0) return 0;
      count++;
      p = past_space(p);
      const next = <u32>load<u8>(p);
      if (next == close) break;
      if (next != 0x2c) return fault(INVALID_JSON, start);
      p = past_space(p + 1);
    }
    p++;
  }
  store<u32>(list, count);
  store<u32>(list, <u32>slots, 4);
  if ((mode & INDEXED) != 0 && count >= INDEX_FROM) add_list_index(value, slots, count);
  store<u64>(slot, <u64>value);
  return p;
}

/** Hangs {u32 address of string slots, u32 hash index of them} onto a list of strings alone. */
export function index_list(value: usize, slots: usize, count: u32): void {
  const end = slots + (<usize>count << 3);
  for (let item = slots; item < end; item += 8) if (tag(<usize>load<u32>(item)) != TAG_STRING) return;
  const index = alloc(8 + (<usize>count << 3));
  for (let item = slots; item < end; item += 8) store<u64>(index + 8 + (item - slots), load<u64>(<usize>load<u32>(item), 8));
  store<u32>(index, <u32>index + 8);
  store<u32>(index, <u32>index_strings(index + 8, count, 8), 4);
  store<u32>(value, <u32>index, 4);
}

/** Hangs a hash index of its keys onto a map. */
export function index_map(map: usize): void {
  store<u32>(map, <u32>index_strings(<usize>load<u32>(map, 4), load<u32>(map), 16), 8);
}

/** A map whose brace is at `p`, or a set where those are read. */
function parse_members(p: usize, slot: usize, depth: u32, mode: u32): usize {
  if (depth == DEEPEST) return fault(TOO_DEEP, p);
  const start = p;
  p = past_space(p + 1);
  if ((mode & SETS) != 0 && load<u8>(p) != 0x7d && is_set(p)) return parse_items(start, slot, depth, mode, TAG_SET);
  const value = new_value(TAG_MAP, 0, 16);
  const map = value + 16;
  store<u64>(value, <u64>map, 8);
  store<u64>(map, 0, 8);
  let count: u32 = 0;
  let entries: usize = 0;
  if (load<u8>(p) != 0x7d) {
    for (;;) {
      entries = grow_entries(entries, count, 16);
      const entry = entries + (<usize>count << 4);
      if (load<u8>(p) != 0x22) return fault(INVALID_JSON, start);
      p = read_string(p, entry);
      if (p == 0) return 0;
      p = past_space(p);
      if (load<u8>(p) != 0x3a) return fault(INVALID_JSON, start);
      p = past_space(p + 1);
      p = parse_value(p, entry + 8, depth + 1, mode);
      count++;
      if (p == 0) return 0;
      p = past_space(p);
      const next = load<u8>(p);
      if (next == 0x7d) break;
      if (next != 0x2c) return fault(INVALID_JSON, start);
      p = past_space(p + 1);
    }
  }
  p++;
  if ((mode & STRICT) != 0 && repeats_key(entries, count, 16)) return fault(DUPLICATE_KEY, start);
  store<u32>(map, count);
  store<u32>(map, <u32>entries, 4);
  if ((mode & INDEXED) != 0 && count > INDEX_FROM) add_map_index(map);
  store<u64>(slot, <u64>value);
  return p;
}

/** Whether the first thing in braces, at `p`, is no key: then they are a set's. */
function is_set(p: usize): bool {
  if (load<u8>(p) != 0x22) return true;
  const end = past_scalar(p, 0x22);
  return end != 0 && load<u8>(past_space(end)) != 0x3a;
}
