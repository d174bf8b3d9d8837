// One value of the document → one slot, for each type that is no record, list, map or union: those are read by generated
// code (compiler/src/wasm/reader.ts), which calls these. `p` is the first byte of the value, `slot` where the result goes;
// returns the place behind the value, or 0 with a fault noted.
// INVARIANT: a string without escapes is a piece of the document; one with escapes is a copy that has {u32 address, u32
// length} of its raw text in the 8 bytes before it. Nothing else is allocated but timestamps, durations and bytes.

import { alloc, ensure, heap, set_heap } from './heap';
import { float_parse } from './ops-float';
import { base64_decode } from './ops-bytes';
import { put_code_point } from './ops-text';
import { duration_of_string, timestamp_of_string } from './ops-time';
import { error, fail, size, at, text } from './ops-value';
import {
  INVALID_JSON,
  NOT_IN_RANGE,
  WRONG_TYPE,
  copy_text,
  digits_end,
  fault,
  hex_escape,
  past_number,
  short_escape,
  skip_escape,
  string_stop,
  past_word,
} from './scan';

/** Notes that the value at `p` has another type than wanted, or is no JSON at all, which its first byte says; 0. */
export function mismatch(p: usize): usize {
  const c = <u32>load<u8>(p);
  if (c == 0x6e) return fault(load<u32>(p) == 0x6c6c756e ? WRONG_TYPE : INVALID_JSON, p);
  const known = c == 0x22 || c == 0x2d || c - 0x30 < 10 || (c & 0xdf) == 0x5b || c == 0x74 || c == 0x66;
  return fault(known ? WRONG_TYPE : INVALID_JSON, p);
}

/** A value of a type that no document can have. */
export function mismatch_any(p: usize, slot: usize): usize {
  return mismatch(p);
}

export function read_bool(p: usize, slot: usize): usize {
  const c = load<u8>(p);
  if (c != 0x74 && c != 0x66) return mismatch(p);
  const end = past_word(p);
  if (end == 0) return fault(INVALID_JSON, p);
  store<u64>(slot, <u64>(c == 0x74));
  return end;
}

export function read_null(p: usize, slot: usize): usize {
  if (load<u32>(p) != 0x6c6c756e) return load<u8>(p) == 0x6e ? fault(INVALID_JSON, p) : mismatch(p);
  store<u64>(slot, 0);
  return p + 4;
}

export function read_string(p: usize, slot: usize): usize {
  if (load<u8>(p) != 0x22) return mismatch(p);
  const first = p + 1;
  const stop = string_stop(first);
  if (load<u8>(stop) != 0x22) return read_escaped(first, stop, slot);
  store<u64>(slot, text(first, <u32>(stop - first)));
  return stop + 1;
}

/** The string whose first byte is `first`, which something else than a quote stopped at `stop`. */
function read_escaped(first: usize, stop: usize, slot: usize): usize {
  const copy = alloc(8) + 8;
  const end = decode_text(first, stop, copy);
  if (end == 0) return fault(INVALID_JSON, first - 1);
  store<u32>(copy - 8, <u32>first);
  store<u32>(copy - 8, <u32>(text_close - first), 4);
  store<u64>(slot, text(copy, <u32>(end - copy)));
  set_heap(end);
  return text_close + 1;
}

/** The key that `slow_key` decoded, until something is allocated. */
export let key_text: u64 = 0;

/**
 * A key with escapes, or at fault: its first byte is `first`, and something else than a quote stopped it at `stop`. Returns
 * its closing quote, or 0. Eight bytes behind the decoded key may be read.
 */
export function slow_key(first: usize, stop: usize): usize {
  const end = decode_text(first, stop, heap);
  if (end == 0) return 0;
  key_text = text(heap, <u32>(end - heap));
  return text_close;
}

/** Where the text that was decoded last ends in the document. */
export let text_close: usize = 0;

/**
 * Writes the text of the string whose first byte is `first`, and which something stopped at `stop`, to `to`; returns the place
 * behind it, or 0 when it has a fault. Up to 32 bytes behind that place are written, too.
 */
export function decode_text(first: usize, stop: usize, to: usize): usize {
  let p = stop;
  ensure(to + (stop - first) + 64);
  memory.copy(to, first, stop - first);
  to += stop - first;
  while (load<u8>(p) == 0x5c) {
    const c = <u32>load<u8>(p, 1);
    if (c == 0x6e) {
      store<u8>(to++, 10);
      p += 2;
    } else if (c != 0x75) {
      const plain = short_escape(c);
      if (plain == 0) return 0;
      store<u8>(to++, plain);
      p += 2;
    } else {
      const behind = skip_escape(p);
      if (behind == 0) return 0;
      let code = hex_escape(p + 2);
      if (behind - p > 6) code = 0x10000 + ((code & 0x3ff) << 10) + (hex_escape(p + 8) & 0x3ff);
      to = put_code_point(to, code);
      p = behind;
    }
    // Text up to the next stop is copied while it is looked at.
    const next = copy_text(p, to);
    to += next - p;
    p = next;
  }
  text_close = p;
  return load<u8>(p) == 0x22 ? to : 0;
}

/** Whether the last number that was read has more than 64 bits. */
let wide: bool = false;

/** The unsigned number that the digits `[p, end)` are; sets `wide`. */
function digits_value(p: usize, end: usize): u64 {
  const count = end - p;
  wide = count > 20;
  if (wide) return 0;
  let value: u64 = 0;
  const safe = count == 20 ? end - 1 : end;
  for (; p < safe; p++) value = value * 10 + <u64>(load<u8>(p) - 0x30);
  if (safe == end) return value;
  const last = <u64>(load<u8>(p) - 0x30);
  wide = value > 1844674407370955161 || (value == 1844674407370955161 && last > 5);
  return value * 10 + last;
}

/** Behind the digits of an integer at `p`, or 0 with a fault: no number, or one with fraction or exponent. */
function integer_end(p: usize): usize {
  const c = <u32>load<u8>(p);
  if (c != 0x2d && c - 0x30 > 9) return mismatch(p);
  const end = past_number(p);
  if (end == 0) return fault(INVALID_JSON, p);
  return digits_end(p + <usize>(c == 0x2d)) == end ? end : fault(WRONG_TYPE, p);
}

export function read_int(p: usize, slot: usize): usize {
  const end = integer_end(p);
  if (end == 0) return 0;
  const negative = load<u8>(p) == 0x2d;
  const value = digits_value(p + <usize>negative, end);
  if (wide || value > <u64>i64.MAX_VALUE + <u64>negative) return fault(NOT_IN_RANGE, p);
  store<u64>(slot, negative ? -value : value);
  return end;
}

export function read_uint(p: usize, slot: usize): usize {
  const end = integer_end(p);
  if (end == 0) return 0;
  const negative = load<u8>(p) == 0x2d;
  const value = digits_value(p + <usize>negative, end);
  if (wide || (negative && value != 0)) return fault(NOT_IN_RANGE, p);
  store<u64>(slot, value);
  return end;
}

export function read_float(p: usize, slot: usize): usize {
  const c = <u32>load<u8>(p);
  if (c != 0x2d && c - 0x30 > 9) return mismatch(p);
  const end = past_number(p);
  if (end == 0) return fault(INVALID_JSON, p);
  store<f64>(slot, float_parse(p, <u32>(end - p)));
  return end;
}

/** Whether the number at `[p, end)` has neither fraction nor exponent and fits 64 bits; then its value goes into `slot`. */
export function fits_int(p: usize, end: usize, slot: usize): bool {
  const negative = load<u8>(p) == 0x2d;
  const first = p + <usize>negative;
  if (digits_end(first) != end) return false;
  const value = digits_value(first, end);
  if (wide || value > <u64>i64.MAX_VALUE + <u64>negative) return false;
  store<u64>(slot, negative ? -value : value);
  return true;
}

/** What a conversion of a string left behind: no error, or a value of the wrong type at `p`. */
function converted(p: usize, end: usize): usize {
  if (error == 0) return end;
  fail(0);
  return fault(WRONG_TYPE, p);
}

/** RFC 3339. */
export function read_timestamp(p: usize, slot: usize): usize {
  const end = read_string(p, slot);
  if (end == 0) return 0;
  store<u64>(slot, <u64>timestamp_of_string(load<u64>(slot)));
  return converted(p, end);
}

/** `30s`, `1h15m`. */
export function read_duration(p: usize, slot: usize): usize {
  const end = read_string(p, slot);
  if (end == 0) return 0;
  store<u64>(slot, <u64>duration_of_string(load<u64>(slot)));
  return converted(p, end);
}

/** Base64. */
export function read_bytes(p: usize, slot: usize): usize {
  const end = read_string(p, slot);
  if (end == 0) return 0;
  store<u64>(slot, base64_decode(load<u64>(slot)));
  return converted(p, end);
}

/** Makes the text in `slot` the integer that it says; false when it says none. */
function key_int(slot: usize): bool {
  const key = load<u64>(slot);
  const p = at(key);
  const end = p + size(key);
  const first = p + <usize>(load<u8>(p) == 0x2d);
  return first < end && fits_int(p, end, slot);
}

/** Notes for the end of a union that its member `id` starts at `place`: a node {u32 next, u32 id, u32 place} behind `last`. */
export function defer_member(last: usize, id: u32, place: usize): usize {
  const node = alloc(12);
  store<u32>(node, 0);
  store<u32>(node, id, 4);
  store<u32>(node, <u32>place, 8);
  if (last != 0) store<u32>(last, <u32>node);
  return node;
}

/** Whether the member `id` waits in the list that begins at `node`. */
export function is_deferred(node: usize, id: u32): bool {
  for (; node != 0; node = <usize>load<u32>(node)) if (load<u32>(node, 4) == id) return true;
  return false;
}

/** Makes the keys of a map, which were read as text, numbers; false when one is none. */
export function convert_keys(entries: usize, count: u32): bool {
  const end = entries + (<usize>count << 4);
  for (; entries < end; entries += 16) if (!key_int(entries)) return false;
  return true;
}
