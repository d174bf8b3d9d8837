// Dynamic values: equality, order, selection, loops. Numbers compare by value across int, uint and float.
// What has no meaning for the kinds at hand is the error `no_such_overload`.

import { index_find } from './ops-hash';
import { map_find_string } from './ops-map';
import { string_compare, string_equal, string_size } from './ops-text';
import { instant_compare } from './ops-time';
import {
  ERROR_NO_SUCH_KEY,
  ERROR_NO_SUCH_OVERLOAD,
  ERROR_OUT_OF_RANGE,
  TAG_ANY_MAP,
  TAG_BOOL,
  TAG_BYTES,
  TAG_DURATION,
  TAG_FLOAT,
  TAG_INT,
  TAG_LIST,
  TAG_MAP,
  TAG_NULL,
  TAG_SET,
  TAG_STRING,
  TAG_TIMESTAMP,
  TAG_TYPE,
  TAG_UINT,
  box,
  fail,
  map_new,
  size,
  tag,
  text,
} from './ops-value';

/** What `compare` returns for values without an order: a NaN among them. */
const UNORDERED: i32 = 2;

// @ts-ignore: decorator
@inline
export function payload(value: usize): u64 {
  return load<u64>(value, 8);
}

// @ts-ignore: decorator
@inline
export function reference(value: usize): usize {
  return <usize>load<u32>(value, 8);
}

// @ts-ignore: decorator
@inline
export function real(value: usize): f64 {
  return load<f64>(value, 8);
}

export function no_overload(): usize {
  fail(ERROR_NO_SUCH_OVERLOAD);
  return 0;
}

function compare_long_float(a: i64, b: f64): i32 {
  if (b != b) return UNORDERED;
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  const whole = <i64>b;
  if (a != whole) return a < whole ? -1 : 1;
  const rest = b - <f64>whole;
  return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

function compare_unsigned_float(a: u64, b: f64): i32 {
  if (b != b) return UNORDERED;
  if (b >= 18446744073709551616.0) return -1;
  if (b < 0) return 1;
  const whole = <u64>b;
  if (a != whole) return a < whole ? -1 : 1;
  return b - <f64>whole > 0 ? -1 : 0;
}

export function is_number(kind: u32): bool {
  return kind - TAG_INT <= TAG_FLOAT - TAG_INT;
}

/** Order of two numbers by value. */
export function compare_numbers(a: usize, b: usize): i32 {
  const left = tag(a);
  const right = tag(b);
  if (left == TAG_FLOAT) {
    if (right == TAG_FLOAT) return real(a) < real(b) ? -1 : real(a) > real(b) ? 1 : real(a) == real(b) ? 0 : UNORDERED;
    const order = compare_numbers(b, a);
    return order == UNORDERED ? UNORDERED : -order;
  }
  const x = payload(a);
  const y = payload(b);
  if (right == TAG_FLOAT) return left == TAG_INT ? compare_long_float(<i64>x, real(b)) : compare_unsigned_float(x, real(b));
  if (left == TAG_INT && (right == TAG_INT || <i64>x < 0)) {
    if (right == TAG_UINT) return -1;
    return <i64>x < <i64>y ? -1 : <i64>x > <i64>y ? 1 : 0;
  }
  if (right == TAG_INT && <i64>y < 0) return 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

export function dyn_equal(a: usize, b: usize): bool {
  const kind = tag(a);
  const other = tag(b);
  if (is_number(kind) && is_number(other)) return compare_numbers(a, b) == 0;
  if ((kind == TAG_MAP || kind == TAG_ANY_MAP) && (other == TAG_MAP || other == TAG_ANY_MAP)) return maps_equal(a, b);
  if (kind != other) return false;
  if (kind == TAG_NULL) return true;
  if (kind == TAG_BOOL) return load<u32>(a, 8) == load<u32>(b, 8);
  if (kind == TAG_STRING || kind == TAG_BYTES || kind == TAG_TYPE) return string_equal(payload(a), payload(b));
  if (kind == TAG_TIMESTAMP || kind == TAG_DURATION) return instant_compare(reference(a), reference(b)) == 0;
  const left = reference(a);
  const right = reference(b);
  const count = load<u32>(left);
  if (count != load<u32>(right)) return false;
  for (let i: u32 = 0; i < count; i++) if (!dyn_equal(item(left, i), item(right, i))) return false;
  return true;
}

// @ts-ignore: decorator
@inline
function item(list: usize, i: u32): usize {
  return <usize>load<u32>(<usize>load<u32>(list, 4) + (i << 3));
}

function maps_equal(a: usize, b: usize): bool {
  const map = reference(a);
  const count = load<u32>(map);
  if (count != load<u32>(reference(b))) return false;
  const entries = <usize>load<u32>(map, 4);
  const any = tag(a) == TAG_ANY_MAP;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entries + (i << 4);
    const found = any ? find_key(b, <usize>load<u32>(entry)) : find_text(b, load<u64>(entry));
    if (found == 0 || !dyn_equal(<usize>load<u32>(found), <usize>load<u32>(entry, 8))) return false;
  }
  return true;
}

/** Address of the slot of the value under a string in a map value, or 0. */
function find_text(map: usize, key: u64): usize {
  if (tag(map) == TAG_MAP) return map_find_string(reference(map), key);
  const entries = <usize>load<u32>(reference(map), 4);
  const end = entries + (load<u32>(reference(map)) << 4);
  for (let entry = entries; entry < end; entry += 16) {
    const known = <usize>load<u32>(entry);
    if (tag(known) == TAG_STRING && string_equal(payload(known), key)) return entry + 8;
  }
  return 0;
}

/** Address of the slot of the value under a dynamic key in a map value, or 0. */
function find_key(map: usize, key: usize): usize {
  if (tag(key) == TAG_STRING) return find_text(map, payload(key));
  if (tag(map) == TAG_MAP) return 0;
  const entries = <usize>load<u32>(reference(map), 4);
  const end = entries + (load<u32>(reference(map)) << 4);
  for (let entry = entries; entry < end; entry += 16) if (dyn_equal(<usize>load<u32>(entry), key)) return entry + 8;
  return 0;
}

function is_map(value: usize): bool {
  return tag(value) == TAG_MAP || tag(value) == TAG_ANY_MAP;
}

function is_list(value: usize): bool {
  return tag(value) == TAG_LIST || tag(value) == TAG_SET;
}

/** Negative, 0, positive, or 2 without an order; fails for kinds that have none. */
export function dyn_compare(a: usize, b: usize): i32 {
  const kind = tag(a);
  const other = tag(b);
  if (is_number(kind) && is_number(other)) return compare_numbers(a, b);
  if (kind == other) {
    if (kind == TAG_BOOL) return <i32>load<u32>(a, 8) - <i32>load<u32>(b, 8);
    if (kind == TAG_STRING || kind == TAG_BYTES) {
      const order = string_compare(payload(a), payload(b));
      return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
    if (kind == TAG_TIMESTAMP || kind == TAG_DURATION) {
      const order = instant_compare(reference(a), reference(b));
      return order < 0 ? -1 : order > 0 ? 1 : 0;
    }
  }
  no_overload();
  return UNORDERED;
}

/** `of.name`: address of the value; fails when it is no map, or has no such key. */
export function dyn_select(from: usize, name: u64): usize {
  if (!is_map(from)) return no_overload();
  const slot = find_text(from, name);
  if (slot == 0) {
    fail(ERROR_NO_SUCH_KEY);
    return 0;
  }
  return <usize>load<u32>(slot);
}

export function dyn_has(from: usize, name: u64): bool {
  if (!is_map(from)) {
    no_overload();
    return false;
  }
  return find_text(from, name) != 0;
}

/** An index that a dynamic number is; fails when it is none. */
export function whole_index(index: usize): i64 {
  const kind = tag(index);
  if (kind == TAG_INT) return <i64>payload(index);
  if (kind == TAG_UINT) return <i64>payload(index) < 0 ? i64.MAX_VALUE : <i64>payload(index);
  if (kind == TAG_FLOAT && trunc<f64>(real(index)) == real(index) && abs<f64>(real(index)) < 9007199254740992.0)
    return <i64>real(index);
  no_overload();
  return -1;
}

/** Slot of `of[index]`, 0 when there is none; fails for kinds that cannot be indexed. */
export function dyn_slot(from: usize, index: usize): usize {
  if (is_map(from)) return find_key(from, index);
  if (!is_list(from)) return no_overload();
  const at = whole_index(index);
  const list = reference(from);
  return <u64>at < <u64>load<u32>(list) ? <usize>load<u32>(list, 4) + (<usize>at << 3) : 0;
}

export function dyn_index(from: usize, index: usize): usize {
  const slot = dyn_slot(from, index);
  if (slot != 0) return <usize>load<u32>(slot);
  if (is_map(from)) fail(ERROR_NO_SUCH_KEY);
  else if (is_list(from)) dyn_index_fault(index);
  return 0;
}

function dyn_index_fault(index: usize): void {
  const kind = tag(index);
  if (kind == TAG_INT || kind == TAG_UINT || (kind == TAG_FLOAT && trunc<f64>(real(index)) == real(index)))
    fail(ERROR_OUT_OF_RANGE);
  else fail(ERROR_NO_SUCH_OVERLOAD);
}

/** Slot of the value under a dynamic key in a map with dynamic keys, or 0. */
export function map_find_dyn(map: usize, key: usize): usize {
  const entries = <usize>load<u32>(map, 4);
  const end = entries + (load<u32>(map) << 4);
  for (let entry = entries; entry < end; entry += 16) if (dyn_equal(<usize>load<u32>(entry), key)) return entry + 8;
  return 0;
}

/** The value itself when it is a map; fails otherwise. */
export function dyn_keyed(value: usize): usize {
  return is_map(value) ? value : no_overload();
}

/** The value under a string key of a map value, or 0; null counts as missing unless `keeps_null`. */
export function dyn_member(map: usize, key: u64, keeps_null: bool): usize {
  const slot = find_text(map, key);
  if (slot == 0) return 0;
  const value = <usize>load<u32>(slot);
  return tag(value) == TAG_NULL && !keeps_null ? 0 : value;
}

/** A map value as a map whose keys are dynamic values; fails for other values. */
export function dyn_entries(value: usize): usize {
  if (!is_map(value)) return no_overload();
  const map = reference(value);
  if (tag(value) == TAG_ANY_MAP) return map;
  const count = load<u32>(map);
  const copy = map_new(count);
  const from = <usize>load<u32>(map, 4);
  const to = <usize>load<u32>(copy, 4);
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(to + (i << 4), <u32>box(TAG_STRING, load<u64>(from + (i << 4))));
    store<u32>(to + (i << 4), load<u32>(from + (i << 4), 8), 8);
  }
  return copy;
}

/**
 * What a macro walks over when its range is dynamic: pairs in the form of a map. With `both`: index or key, and element;
 * otherwise only the second of a pair counts: the element of a list, the key of a map. Fails for other values.
 */
export function dyn_pairs(value: usize, both: bool): usize {
  if (is_map(value)) {
    const map = dyn_entries(value);
    if (both) return map;
    const count = load<u32>(map);
    const pairs = map_new(count);
    const from = <usize>load<u32>(map, 4);
    const to = <usize>load<u32>(pairs, 4);
    for (let i: u32 = 0; i < count; i++) store<u32>(to + (i << 4), load<u32>(from + (i << 4)), 8);
    return pairs;
  }
  if (!is_list(value)) return no_overload();
  const list = reference(value);
  const count = load<u32>(list);
  const pairs = map_new(count);
  const to = <usize>load<u32>(pairs, 4);
  for (let i: u32 = 0; i < count; i++) {
    if (both) store<u32>(to + (i << 4), <u32>box(TAG_INT, <u64>i));
    store<u32>(to + (i << 4), <u32>item(list, i), 8);
  }
  return pairs;
}

/** `value in of`; of a map: its keys. */
export function dyn_in(value: usize, from: usize): bool {
  if (is_map(from)) return find_key(from, value) != 0;
  if (!is_list(from)) {
    no_overload();
    return false;
  }
  const list = reference(from);
  const count = load<u32>(list);
  for (let i: u32 = 0; i < count; i++) if (dyn_equal(item(list, i), value)) return true;
  return false;
}

/**
 * Whether a string is among the strings of a data list, by the list's hash index if it has one; fails when the value is no
 * list or has an item that is no string.
 */
export function dyn_strings_have(from: usize, key: u64): bool {
  if (!is_list(from)) {
    no_overload();
    return false;
  }
  // {u32 address of the strings, u32 hash index}: a parsed document has one for each long list of strings alone.
  const index = <usize>load<u32>(from, 4);
  if (index != 0) return index_find(<usize>load<u32>(index, 4), <usize>load<u32>(index), 8, key) >= 0;
  const list = reference(from);
  const count = load<u32>(list);
  let found = false;
  for (let i: u32 = 0; i < count; i++) {
    const value = item(list, i);
    if (tag(value) != TAG_STRING) {
      no_overload();
      return false;
    }
    if (!found && string_equal(payload(value), key)) found = true;
  }
  return found;
}

/** The dynamic value at `count` keys (strings in slots) below the data document; fails when there is none. */
export function data_find(data: usize, keys: usize, count: u32): usize {
  let value = data;
  for (let i: u32 = 0; i < count; i++) {
    const slot: usize =
      value == 0 || tag(value) != TAG_MAP ? 0 : map_find_string(reference(value), load<u64>(keys + (i << 3)));
    if (slot == 0) {
      fail(ERROR_NO_SUCH_KEY);
      return 0;
    }
    value = <usize>load<u32>(slot);
  }
  if (value == 0) fail(ERROR_NO_SUCH_KEY);
  return value;
}

export function dyn_size(value: usize): i64 {
  const kind = tag(value);
  if (kind == TAG_STRING) return string_size(payload(value));
  if (kind == TAG_BYTES) return <i64>size(payload(value));
  if (is_list(value) || is_map(value)) return <i64>load<u32>(reference(value));
  no_overload();
  return 0;
}

export function dyn_bool(value: usize): bool {
  if (tag(value) != TAG_BOOL) no_overload();
  return load<u32>(value, 8) != 0;
}

/** The value itself; fails when its tag is another. Generated code reads the payload. */
export function dyn_expect(value: usize, wanted: u32): usize {
  const kind = tag(value);
  if (kind != wanted && !(wanted == TAG_LIST && kind == TAG_SET)) return no_overload();
  return value;
}

// Names of types, one after another, and where each begins and how long it is, by tag.
const TYPE_NAMES = memory.data<u8>([
  110, 117, 108, 108, 95, 116, 121, 112, 101, 98, 111, 111, 108, 105, 110, 116, 117, 105, 110, 116, 100, 111, 117, 98, 108,
  101, 115, 116, 114, 105, 110, 103, 98, 121, 116, 101, 115, 108, 105, 115, 116, 109, 97, 112, 103, 111, 111, 103, 108, 101,
  46, 112, 114, 111, 116, 111, 98, 117, 102, 46, 84, 105, 109, 101, 115, 116, 97, 109, 112, 103, 111, 111, 103, 108, 101, 46,
  112, 114, 111, 116, 111, 98, 117, 102, 46, 68, 117, 114, 97, 116, 105, 111, 110, 116, 121, 112, 101,
]);
const TYPE_PLACES = memory.data<u8>([
  0, 0, 0, 9, 9, 4, 13, 3, 16, 4, 20, 6, 26, 6, 32, 5, 37, 4, 41, 3, 44, 25, 69, 24, 93, 4, 37, 4, 41, 3,
]);

/** The name of a value's type, as CEL has it. */
export function dyn_type(value: usize): u64 {
  const place = TYPE_PLACES + (tag(value) << 1);
  return text(TYPE_NAMES + <usize>load<u8>(place), <u32>load<u8>(place, 1));
}

/** Whether a value is CEL's zero of its kind. */
export function dyn_is_zero(value: usize): bool {
  const kind = tag(value);
  if (kind == TAG_NULL) return true;
  if (kind == TAG_BOOL) return load<u32>(value, 8) == 0;
  if (kind == TAG_INT || kind == TAG_UINT) return payload(value) == 0;
  if (kind == TAG_FLOAT) return real(value) == 0;
  if (kind == TAG_STRING || kind == TAG_BYTES) return size(payload(value)) == 0;
  if (kind == TAG_DURATION) return load<i64>(reference(value)) == 0 && load<i32>(reference(value), 8) == 0;
  return (is_list(value) || is_map(value)) && load<u32>(reference(value)) == 0;
}
