// Dynamic values → text: JSON for OPA's hosts, and the form with Rego's sets.
// INVARIANT: what `opa_json_parse` read comes out with the same numbers and keys in the same order; a float is there with its
// text only. Text ends with a NUL.

import { HAS_TEXT } from './dynamic';
import { out_begin, out_bool, out_byte, out_end, out_int, out_null, out_string, out_text, out_uint } from './ops-json';
import { TAG_BOOL, TAG_INT, TAG_LIST, TAG_MAP, TAG_SET, TAG_STRING, TAG_UINT, tag } from './ops-value';

// "set()"
const EMPTY_SET = memory.data<u8>([0x73, 0x65, 0x74, 0x28, 0x29]);

function dump_items(list: usize, open: u32, close: u32, sets: bool): void {
  out_byte(open);
  const count = load<u32>(list);
  const slots = <usize>load<u32>(list, 4);
  for (let i: u32 = 0; i < count; i++) {
    if (i != 0) out_byte(0x2c);
    dump(<usize>load<u32>(slots + (<usize>i << 3)), sets);
  }
  out_byte(close);
}

function dump_members(map: usize, sets: bool): void {
  out_byte(0x7b);
  const count = load<u32>(map);
  const entries = <usize>load<u32>(map, 4);
  for (let i: u32 = 0; i < count; i++) {
    if (i != 0) out_byte(0x2c);
    out_string(load<u64>(entries + (<usize>i << 4)));
    out_byte(0x3a);
    dump(<usize>load<u32>(entries + (<usize>i << 4), 8), sets);
  }
  out_byte(0x7d);
}

function dump(value: usize, sets: bool): void {
  if (value == 0) {
    out_null();
    return;
  }
  const kind = tag(value);
  const payload = <usize>load<u32>(value, 8);
  if ((load<u8>(value, 1) & HAS_TEXT) != 0) out_text(<usize>load<u32>(value, 16), load<u32>(value, 20));
  else if (kind == TAG_STRING) out_string(load<u64>(value, 8));
  else if (kind == TAG_INT) out_int(load<i64>(value, 8));
  else if (kind == TAG_UINT) out_uint(load<u64>(value, 8));
  else if (kind == TAG_BOOL) out_bool(payload != 0);
  else if (kind == TAG_MAP) dump_members(payload, sets);
  else if (kind == TAG_LIST || (kind == TAG_SET && !sets)) dump_items(payload, 0x5b, 0x5d, sets);
  else if (kind != TAG_SET) out_null();
  else if (load<u32>(payload) == 0) out_text(EMPTY_SET, 5);
  else dump_items(payload, 0x7b, 0x7d, sets);
}

/** Address of the value's text; with `sets` as `{1,2}` and `set()`, otherwise as arrays. Its length stands before it. */
export function dump_value(value: usize, sets: bool): usize {
  out_begin();
  dump(value, sets);
  return out_end();
}
