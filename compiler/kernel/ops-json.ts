// The decision's text: a buffer above the heap that grows, and writers of JSON values into it. Strings are escaped no more
// than JSON asks for. The u32 before the text is its length, once `out_end` was called; 16 bytes before and 4 behind it belong to it.
// INVARIANT: one buffer at a time; whoever allocates while it is written only makes it move when it grows.

import { alloc, resize } from './heap';
import { float_print } from './ops-float';
import { put_digits } from './ops-number';
import { base64_encode } from './ops-bytes';
import { string_of_duration, string_of_timestamp } from './ops-time';
import {
  TAG_ANY_MAP,
  TAG_BOOL,
  TAG_BYTES,
  TAG_DURATION,
  TAG_FLOAT,
  TAG_INT,
  TAG_LIST,
  TAG_MAP,
  TAG_SET,
  TAG_STRING,
  TAG_TIMESTAMP,
  TAG_TYPE,
  TAG_UINT,
  at,
  size,
  tag,
} from './ops-value';

let out_start: usize = 0;
let out_at: usize = 0;
let out_limit: usize = 0;

/** Begins a text. */
export function out_begin(): void {
  out_start = alloc(1024);
  out_at = out_start + 16;
  out_limit = out_start + 1024;
}

/** Ends the text and returns its address. */
export function out_end(): usize {
  // Room for the end of OPA's result set.
  need(8);
  store<u32>(out_at, 0);
  const start = out_start + 16;
  store<u32>(start - 4, <u32>(out_at - start));
  return start;
}

/** Where the next byte goes, from the text's beginning. */
export function out_length(): u32 {
  return <u32>(out_at - out_start);
}

/** Takes back what was written after `length`. */
export function out_reset(length: u32): void {
  out_at = out_start + length;
}

function grow(bytes: usize): void {
  const used = out_at - out_start;
  const capacity = out_limit - out_start;
  const wanted = max<usize>(capacity << 1, used + bytes + 64);
  out_start = resize(out_start, capacity, wanted);
  out_at = out_start + used;
  out_limit = out_start + wanted;
}

// @ts-ignore: decorator
@inline
function need(bytes: usize): void {
  // Eight more, so that short copies may write whole words.
  if (out_at + bytes + 8 > out_limit) grow(bytes);
}

/** Text as it is. */
export function out_text(address: usize, length: u32): void {
  need(length);
  if (length > 64) memory.copy(out_at, address, length);
  else for (let i: u32 = 0; i < length; i += 8) store<u64>(out_at + i, load<u64>(address + i));
  out_at += length;
}

export function out_byte(byte: u32): void {
  need(1);
  store<u8>(out_at, byte);
  out_at++;
}

/** What JSON escapes in `[p, end)`, without quotes. */
export function out_escaped(p: usize, end: usize): void {
  let from = p;
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (c >= 0x20 && c != 0x22 && c != 0x5c) {
      p++;
      continue;
    }
    out_text(from, <u32>(p - from));
    need(6);
    store<u8>(out_at, 0x5c);
    let short: u32 = c;
    if (c == 8) short = 0x62;
    else if (c == 9) short = 0x74;
    else if (c == 10) short = 0x6e;
    else if (c == 12) short = 0x66;
    else if (c == 13) short = 0x72;
    else if (c < 0x20) short = 0x75;
    store<u8>(out_at, short, 1);
    out_at += 2;
    if (short == 0x75) {
      const low = c & 15;
      store<u16>(out_at, 0x3030);
      store<u8>(out_at, 0x30 + (c >> 4), 2);
      store<u8>(out_at, low < 10 ? 0x30 + low : 0x57 + low, 3);
      out_at += 4;
    }
    from = ++p;
  }
  out_text(from, <u32>(end - from));
}

export function out_string(s: u64): void {
  out_byte(0x22);
  out_escaped(at(s), at(s) + size(s));
  out_byte(0x22);
}

export function out_uint(value: u64): void {
  need(20);
  if (value < 10) {
    store<u8>(out_at++, 0x30 + value);
    return;
  }
  const end = out_at + 20;
  const p = put_digits(end, value);
  memory.copy(out_at, p, end - p);
  out_at += end - p;
}

export function out_int(value: i64): void {
  if (value < 0) out_byte(0x2d);
  out_uint(<u64>(value < 0 ? -value : value));
}

const WORDS = memory.data<u8>([0x74, 0x72, 0x75, 0x65, 0x66, 0x61, 0x6c, 0x73, 0x65, 0x6e, 0x75, 0x6c, 0x6c, 0, 0, 0]);

export function out_null(): void {
  out_text(WORDS + 9, 4);
}

export function out_float(value: f64): void {
  if (!(value - value == 0)) {
    out_null();
    return;
  }
  // Printing may allocate, which the buffer survives; so it prints elsewhere first.
  const text = alloc(32);
  const end = float_print(text, value);
  out_text(text, <u32>(end - text));
}

export function out_bool(value: bool): void {
  if (value) out_text(WORDS, 4);
  else out_text(WORDS + 4, 5);
}

export function out_bytes(bytes: u64): void {
  out_string(base64_encode(bytes));
}

export function out_timestamp(value: usize): void {
  out_string(string_of_timestamp(value));
}

export function out_duration(value: usize): void {
  out_string(string_of_duration(value));
}

/** A map's key that is no string, in quotes. */
export function out_key(key: usize): void {
  const kind = tag(key);
  const quoted = kind == TAG_BOOL || kind == TAG_INT || kind == TAG_UINT || kind == TAG_FLOAT;
  if (quoted) out_byte(0x22);
  out_dyn(key);
  if (quoted) out_byte(0x22);
}

export function out_dyn(value: usize): void {
  const kind = tag(value);
  if (kind == TAG_STRING || kind == TAG_TYPE) out_string(load<u64>(value, 8));
  else if (kind == TAG_INT) out_int(load<i64>(value, 8));
  else if (kind == TAG_UINT) out_uint(load<u64>(value, 8));
  else if (kind == TAG_FLOAT) out_float(load<f64>(value, 8));
  else if (kind == TAG_BOOL) out_bool(load<u32>(value, 8) != 0);
  else if (kind == TAG_BYTES) out_bytes(load<u64>(value, 8));
  else if (kind == TAG_TIMESTAMP) out_timestamp(<usize>load<u32>(value, 8));
  else if (kind == TAG_DURATION) out_duration(<usize>load<u32>(value, 8));
  else if (kind == TAG_LIST || kind == TAG_SET) {
    const list = <usize>load<u32>(value, 8);
    const count = load<u32>(list);
    const slots = <usize>load<u32>(list, 4);
    out_byte(0x5b);
    for (let i: u32 = 0; i < count; i++) {
      if (i > 0) out_byte(0x2c);
      out_dyn(<usize>load<u32>(slots + (i << 3)));
    }
    out_byte(0x5d);
  } else if (kind == TAG_MAP || kind == TAG_ANY_MAP) {
    const map = <usize>load<u32>(value, 8);
    const count = load<u32>(map);
    const entries = <usize>load<u32>(map, 4);
    out_byte(0x7b);
    for (let i: u32 = 0; i < count; i++) {
      const entry = entries + (i << 4);
      if (i > 0) out_byte(0x2c);
      if (kind == TAG_MAP) out_string(load<u64>(entry));
      else out_key(<usize>load<u32>(entry));
      out_byte(0x3a);
      out_dyn(<usize>load<u32>(entry, 8));
    }
    out_byte(0x7d);
  } else out_null();
}

/** Makes a JSON string of what was written after `length`, which is JSON itself. */
export function out_quote(length: u32): void {
  const count = <u32>(out_at - out_start) - length;
  const copy = alloc(count);
  memory.copy(copy, out_start + length, count);
  out_at = out_start + length;
  out_string(((<u64>copy) << 32) | <u64>count);
}
