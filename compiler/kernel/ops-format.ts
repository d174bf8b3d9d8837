// `string.format` of CEL's strings library: %s %d %f %e %b %o %x %X %%, with a precision for %f and %e.

import { alloc, resize } from './heap';
import { float_fixed, float_name, float_scientific, string_of_float } from './ops-float';
import { string_of_bool, string_of_int, string_of_uint } from './ops-number';
import { is_utf8 } from './ops-bytes';
import { concat_slots, string_compare, string_upper_ascii } from './ops-text';
import { string_of_duration, string_of_timestamp } from './ops-time';
import {
  EMPTY,
  ERROR_INVALID_ARGUMENT,
  TAG_ANY_MAP,
  TAG_BOOL,
  TAG_BYTES,
  TAG_DURATION,
  TAG_FLOAT,
  TAG_INT,
  TAG_LIST,
  TAG_MAP,
  TAG_NULL,
  TAG_STRING,
  TAG_TIMESTAMP,
  TAG_TYPE,
  TAG_UINT,
  at,
  box,
  fail,
  size,
  tag,
  text,
} from './ops-value';

function refuse(): u64 {
  fail(ERROR_INVALID_ARGUMENT);
  return EMPTY;
}

// `null`, `true`, `, `, `: `, `[]{}`
const MARKS = memory.data<u8>([0x6e, 0x75, 0x6c, 0x6c, 0x2c, 0x20, 0x3a, 0x20, 0x5b, 0x5d, 0x7b, 0x7d]);

/** Text of any value: strings bare, lists and maps with their items, maps sorted by their keys' text. */
function plain_text(value: usize): u64 {
  const kind = tag(value);
  const slot = load<u64>(value, 8);
  if (kind == TAG_STRING || kind == TAG_TYPE) return slot;
  if (kind == TAG_BOOL) return string_of_bool(load<u32>(value, 8) != 0);
  if (kind == TAG_INT) return string_of_int(<i64>slot);
  if (kind == TAG_UINT) return string_of_uint(slot);
  if (kind == TAG_FLOAT) return string_of_float(reinterpret<f64>(slot));
  if (kind == TAG_BYTES) return is_utf8(at(slot), at(slot) + size(slot)) ? slot : refuse();
  if (kind == TAG_NULL) return text(MARKS, 4);
  if (kind == TAG_TIMESTAMP) return string_of_timestamp(<usize>load<u32>(value, 8));
  if (kind == TAG_DURATION) return string_of_duration(<usize>load<u32>(value, 8));
  const container = <usize>load<u32>(value, 8);
  const count = load<u32>(container);
  const items = <usize>load<u32>(container, 4);
  const parts = alloc((count << 5) + 16);
  let to = parts;
  if (kind == TAG_MAP || kind == TAG_ANY_MAP) {
    const pairs = alloc(count << 4);
    for (let i: u32 = 0; i < count; i++) {
      const entry = items + (i << 4);
      const key = kind == TAG_MAP ? load<u64>(entry) : plain_text(<usize>load<u32>(entry));
      const item = plain_text(<usize>load<u32>(entry, 8));
      // Insertion keeps the pairs sorted; equal keys cannot be.
      let place = pairs + (i << 4);
      while (place > pairs && string_compare(load<u64>(place - 16), key) > 0) {
        memory.copy(place, place - 16, 16);
        place -= 16;
      }
      store<u64>(place, key);
      store<u64>(place, item, 8);
    }
    store<u64>(to, text(MARKS + 10, 1));
    to += 8;
    for (let i: u32 = 0; i < count; i++) {
      if (i > 0) {
        store<u64>(to, text(MARKS + 4, 2));
        to += 8;
      }
      store<u64>(to, load<u64>(pairs + (i << 4)));
      store<u64>(to, text(MARKS + 6, 2), 8);
      store<u64>(to, load<u64>(pairs + (i << 4), 8), 16);
      to += 24;
    }
    store<u64>(to, text(MARKS + 11, 1));
  } else {
    store<u64>(to, text(MARKS + 8, 1));
    to += 8;
    for (let i: u32 = 0; i < count; i++) {
      if (i > 0) {
        store<u64>(to, text(MARKS + 4, 2));
        to += 8;
      }
      store<u64>(to, plain_text(<usize>load<u32>(items + (i << 3))));
      to += 8;
    }
    store<u64>(to, text(MARKS + 9, 1));
  }
  return concat_slots(parts, <u32>(to + 8 - parts) >> 3);
}

/** An integer in base 2^bits, lower-case. */
function in_base(value: usize, bits: u32): u64 {
  const kind = tag(value);
  if (kind != TAG_INT && kind != TAG_UINT) return refuse();
  let number = load<u64>(value, 8);
  const negative = kind == TAG_INT && <i64>number < 0;
  if (negative) number = <u64>-(<i64>number);
  const end = alloc(72) + 72;
  let p = end;
  do {
    const digit = <u32>number & ((1 << bits) - 1);
    store<u8>(--p, digit < 10 ? 0x30 + digit : 0x57 + digit);
    number >>= bits;
  } while (number != 0);
  if (negative) store<u8>(--p, 0x2d);
  return text(p, <u32>(end - p));
}

function hex_text(value: usize): u64 {
  const kind = tag(value);
  if (kind != TAG_STRING && kind != TAG_BYTES) return in_base(value, 4);
  const bytes = load<u64>(value, 8);
  const length = size(bytes);
  const copy = alloc(length << 1);
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(at(bytes) + i);
    const high = byte >> 4;
    const low = byte & 15;
    store<u8>(copy + (i << 1), high < 10 ? 0x30 + high : 0x57 + high);
    store<u8>(copy + (i << 1), low < 10 ? 0x30 + low : 0x57 + low, 1);
  }
  return text(copy, length << 1);
}

function real_text(value: usize, verb: u32, places: u32): u64 {
  const kind = tag(value);
  let number: f64 = 0;
  if (kind == TAG_FLOAT) number = load<f64>(value, 8);
  else if (kind == TAG_INT) number = <f64>load<i64>(value, 8);
  else if (kind == TAG_UINT) number = <f64>load<u64>(value, 8);
  else return refuse();
  return verb == 0x66 ? float_fixed(number, places) : float_scientific(number, places);
}

function clause_text(verb: u32, places: u32, value: usize): u64 {
  const kind = tag(value);
  if (verb == 0x73) return plain_text(value);
  if (verb == 0x64) {
    if (kind == TAG_INT || kind == TAG_UINT) return plain_text(value);
    const number = load<f64>(value, 8);
    return kind == TAG_FLOAT && !(number - number == 0) ? float_name(number) : refuse();
  }
  if (verb == 0x62) {
    if (kind != TAG_BOOL) return in_base(value, 1);
    return in_base(box(TAG_INT, load<u64>(value, 8) & 1), 1);
  }
  if (verb == 0x6f) return in_base(value, 3);
  if (verb == 0x78) return hex_text(value);
  if (verb == 0x58) return string_upper_ascii(hex_text(value));
  if (verb == 0x66 || verb == 0x65) return real_text(value, verb, places);
  return refuse();
}

/** `format` with its clauses replaced by the values of a list. */
export function string_format(format: u64, values: usize): u64 {
  let capacity: u32 = 256;
  let parts = alloc(capacity);
  let used: u32 = 0;
  let p = at(format);
  const end = p + size(format);
  let from = p;
  let next: u32 = 0;
  while (true) {
    while (p < end && load<u8>(p) != 0x25) p++;
    if (used + 24 > capacity) {
      parts = resize(parts, capacity, capacity << 1);
      capacity <<= 1;
    }
    store<u64>(parts + used, text(from, <u32>(p - from)));
    used += 8;
    if (p >= end) break;
    p++;
    if (p < end && load<u8>(p) == 0x25) {
      from = p;
      p++;
      continue;
    }
    let places: u32 = 6;
    if (p < end && load<u8>(p) == 0x2e) {
      p++;
      const first = p;
      places = 0;
      while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
        places = min<u32>(places * 10 + (<u32>load<u8>(p) - 0x30), 1000);
        p++;
      }
      if (p == first) return refuse();
    }
    const verb = p < end ? <u32>load<u8>(p) : 0;
    if ((verb | 0x20) - 0x61 >= 26 || next >= load<u32>(values) || places > 100) return refuse();
    const value = <usize>load<u32>(<usize>load<u32>(values, 4) + (next << 3));
    store<u64>(parts + used, clause_text(verb, places, value));
    used += 8;
    next++;
    p++;
    from = p;
  }
  return concat_slots(parts, used >> 3);
}
