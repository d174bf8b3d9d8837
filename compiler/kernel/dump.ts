// Dynamic values → text: JSON for OPA's hosts, and the form with Rego's sets.
// INVARIANT: what `opa_json_parse` read comes out with the same numbers and keys in the same order. Text ends with a NUL.

import { HAS_TEXT } from './dynamic';
import { alloc, resize } from './heap';
import { float_print } from './ops-float';
import { put_digits } from './ops-number';
import { TAG_BOOL, TAG_FLOAT, TAG_INT, TAG_LIST, TAG_MAP, TAG_SET, TAG_STRING, TAG_UINT, at, size, tag } from './ops-value';

// The text that is being written, and its room. Both belong to one dump.
let text_start: usize = 0;
let text_room: usize = 0;
let text_length: usize = 0;

/** Address where `length` more bytes go. */
function room(length: usize): usize {
  const wanted = text_length + length;
  if (wanted > text_room) {
    const larger = max<usize>(wanted, text_room << 1);
    text_start = resize(text_start, text_room, larger);
    text_room = larger;
  }
  const place = text_start + text_length;
  text_length = wanted;
  return place;
}

// @ts-ignore: decorator
@inline
function put(c: u32): void {
  store<u8>(room(1), c);
}

function put_bytes(from: usize, length: usize): void {
  memory.copy(room(length), from, length);
}

/** Ends the text at `end`, inside of the room that was taken last. */
function cut(end: usize): void {
  text_length = end - text_start;
}

// @ts-ignore: decorator
@inline
function hex(digit: u32): u32 {
  return digit < 10 ? digit + 0x30 : digit + 0x57;
}

/** A string with quotes and no more escapes than JSON asks for. */
function put_string(value: u64): void {
  put(0x22);
  const end = at(value) + size(value);
  let from = at(value);
  for (let p = from; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c >= 0x20 && c != 0x22 && c != 0x5c) continue;
    put_bytes(from, p - from);
    from = p + 1;
    put(0x5c);
    if (c == 0x22 || c == 0x5c) put(c);
    else if (c == 8) put(0x62);
    else if (c == 9) put(0x74);
    else if (c == 10) put(0x6e);
    else if (c == 12) put(0x66);
    else if (c == 13) put(0x72);
    else {
      const place = room(5);
      store<u32>(place, 0x30303075);
      store<u8>(place, hex(c >> 4), 3);
      store<u8>(place, hex(c & 15), 4);
    }
  }
  put_bytes(from, end - from);
  put(0x22);
}

function put_number(value: usize): void {
  if ((load<u8>(value, 1) & HAS_TEXT) != 0) {
    put_bytes(<usize>load<u32>(value, 16), load<u32>(value, 20));
    return;
  }
  const place = room(32);
  if (tag(value) == TAG_FLOAT) {
    cut(float_print(place, load<f64>(value, 8)));
    return;
  }
  const number = load<u64>(value, 8);
  const negative = tag(value) == TAG_INT && <i64>number < 0;
  const first = put_digits(place + 32, negative ? -number : number);
  if (negative) store<u8>(place, 0x2d);
  memory.copy(place + <usize>negative, first, place + 32 - first);
  cut(place + <usize>negative + (place + 32 - first));
}

function put_items(list: usize, open: u32, close: u32, sets: bool): void {
  put(open);
  const count = load<u32>(list);
  const slots = <usize>load<u32>(list, 4);
  for (let i: u32 = 0; i < count; i++) {
    if (i != 0) put(0x2c);
    put_value(<usize>load<u32>(slots + (<usize>i << 3)), sets);
  }
  put(close);
}

function put_value(value: usize, sets: bool): void {
  const kind = value == 0 ? 0 : tag(value);
  const payload = kind == 0 ? 0 : <usize>load<u32>(value, 8);
  if (kind == TAG_STRING) put_string(load<u64>(value, 8));
  else if (kind == TAG_INT || kind == TAG_UINT || kind == TAG_FLOAT) put_number(value);
  else if (kind == TAG_LIST || (kind == TAG_SET && !sets)) put_items(payload, 0x5b, 0x5d, sets);
  else if (kind == TAG_SET) {
    if (load<u32>(payload) == 0) {
      store<u32>(room(4), 0x28746573);
      put(0x29);
    } else put_items(payload, 0x7b, 0x7d, sets);
  } else if (kind == TAG_MAP) {
    put(0x7b);
    const count = load<u32>(payload);
    const entries = <usize>load<u32>(payload, 4);
    for (let i: u32 = 0; i < count; i++) {
      if (i != 0) put(0x2c);
      put_string(load<u64>(entries + (<usize>i << 4)));
      put(0x3a);
      put_value(<usize>load<u32>(entries + (<usize>i << 4), 8), sets);
    }
    put(0x7d);
  } else if (kind == TAG_BOOL && payload != 0) store<u32>(room(4), 0x65757274);
  else if (kind == TAG_BOOL) {
    store<u32>(room(4), 0x736c6166);
    put(0x65);
  } else store<u32>(room(4), 0x6c6c756e);
}

/** Address of the value's text; with `sets` as `{1,2}` and `set()`, otherwise as arrays. */
export function dump_value(value: usize, sets: bool): usize {
  text_room = 256;
  text_start = alloc(text_room);
  text_length = 0;
  put_value(value, sets);
  put(0);
  resize(text_start, text_room, text_length);
  return text_start;
}

/** Length of the text that was written last, without its NUL. */
export function dumped_length(): u32 {
  return <u32>text_length - 1;
}
