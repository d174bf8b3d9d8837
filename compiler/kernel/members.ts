// What every generated record reader does between the values of an object: its beginning, keys, commas, its end.
// INVARIANT: a place that is returned is 0 after a fault, or stands at the quote of a key or at the brace that ends the object.

import { key_text, mismatch, slow_key } from './read';
import { at, size } from './ops-value';
import { DEEPEST, INVALID_JSON, TOO_DEEP, fault, skip_space, skip_value, string_stop } from './scan';

/** The key that was read last, decoded; eight bytes behind it may be read. */
export let key_at: usize = 0;
export let key_length: u32 = 0;

/** Into the object at `p`, at depth `depth`. */
export function first_member(p: usize, depth: u32): usize {
  if (load<u8>(p) != 0x7b) return mismatch(p);
  if (depth == DEEPEST) return fault(TOO_DEEP, p);
  const key = skip_space(p + 1);
  const c = load<u8>(key);
  return c == 0x22 || c == 0x7d ? key : fault(INVALID_JSON, p);
}

/** Reads the key at `p` of the object at `object`; the place of its value. */
export function member_key(p: usize, object: usize): usize {
  key_at = p + 1;
  p = string_stop(p + 1);
  if (load<u8>(p) == 0x22) key_length = <u32>(p - key_at);
  else {
    p = slow_key(key_at, p);
    if (p == 0) return fault(INVALID_JSON, object);
    key_at = at(key_text);
    key_length = size(key_text);
  }
  p = skip_space(p + 1);
  return load<u8>(p) == 0x3a ? skip_space(p + 1) : fault(INVALID_JSON, object);
}

/** From behind a value of the object at `object` to the next key, or to the end. */
export function next_member(p: usize, object: usize): usize {
  p = skip_space(p);
  const c = load<u8>(p);
  if (c == 0x7d) return p;
  if (c == 0x2c) {
    p = skip_space(p + 1);
    if (load<u8>(p) == 0x22) return p;
  }
  return fault(INVALID_JSON, object);
}

/** Past the value at `p`, which nobody reads, to the next key of the object at `object`, which is at depth `depth`. */
export function skip_member(p: usize, object: usize, depth: u32): usize {
  p = skip_value(p, depth + 1);
  return p == 0 ? 0 : next_member(p, object);
}
