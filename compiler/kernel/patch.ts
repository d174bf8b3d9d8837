// How far a way leads into the document: what a patch finds there, and what it has to make. Mirrored by
// compiler/src/ir/interpret/patch-depth.ts.
// INVARIANT: the document was read and is valid JSON.

import { document } from './document';
import { key_at, key_length, member_key, next_member } from './members';
import { same_bytes } from './ops-hash';
import { at, size } from './ops-value';
import { past_space, skip_value } from './scan';

/** `null` as four bytes of memory. */
const NULL_WORD: u32 = 0x6c6c756e;
const NONE: usize = 0;
const IMPOSSIBLE: usize = 1;

/**
 * How many of the `count` steps at `steps` are there, from the document's root on; null is not. -1 when one leads into something that
 * has no such members or elements. A step is a string: `.` and a name, `#` and a position, or `#-` for the end of a list.
 */
export function patch_depth(steps: usize, count: i32): i32 {
  let p = past_space(document);
  for (let i = 0; i < count; i++) {
    const step = load<u64>(steps + (<usize>i << 3));
    const name = at(step) + 1;
    const length = size(step) - 1;
    const c = <u32>load<u8>(p);
    if (load<u8>(name - 1) == 0x2e) {
      if (c != 0x7b) return -1;
      p = find_member(p, name, length);
    } else {
      if (c != 0x5b) return -1;
      p = find_element(p, name, length);
      if (p == IMPOSSIBLE) return -1;
    }
    if (p == NONE || load<u32>(p) == NULL_WORD) return i;
  }
  return count;
}

/** The first member of that name of the object at `object`, or none. */
function find_member(object: usize, name: usize, length: u32): usize {
  let p = past_space(object + 1);
  while (load<u8>(p) == 0x22) {
    const value = member_key(p, object);
    if (key_length == length && same_bytes(key_at, name, length)) return value;
    p = next_member(skip_value(value, 0), object);
  }
  return NONE;
}

/** The element of the list at `list` at a position in decimal digits; none for `-`. */
function find_element(list: usize, name: usize, length: u32): usize {
  if (load<u8>(name) == 0x2d) return NONE;
  let left: u32 = 0;
  for (let i: usize = 0; i < length; i++) left = left * 10 + (load<u8>(name + i) - 0x30);
  let p = past_space(list + 1);
  if (load<u8>(p) == 0x5d) return IMPOSSIBLE;
  for (; left > 0; left--) {
    p = past_space(skip_value(p, 0));
    if (load<u8>(p) != 0x2c) return IMPOSSIBLE;
    p = past_space(p + 1);
  }
  return p;
}
