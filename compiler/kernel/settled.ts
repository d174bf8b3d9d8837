// Object and old object of an update as they stand in the document: whether both have the same at a path, and whether the update ends
// the object. Asked only when a rule is about to act. Mirrored by compiler/src/ir/interpret/settled.ts.
// INVARIANT: the document was read and is valid JSON. What is not known to be the same is not: of a key that stands twice no parser is
// known to take the one that another takes.

import { document } from './document';
import { heap, set_heap } from './heap';
import { key_at, key_length, member_key, next_member } from './members';
import { same_bytes } from './ops-hash';
import { at, size } from './ops-value';
import { past_scalar, past_space, skip_value } from './scan';

/** `null` as four bytes of memory. */
const NULL_WORD: u32 = 0x6c6c756e;
const NONE: usize = 0;
/** A key stands twice, or something else than an object is on the way. */
const UNSURE: usize = 1;

/** Members that are looked for in another order, one by one; an object with more that are not in one order is another one. */
const MOST_UNORDERED: u32 = 64;

/** So many such objects may stand in one another: what a comparison takes stays in proportion to what is compared. */
const DEEPEST_UNORDERED: u32 = 4;

/** The object at `count` keys (strings in slots at `keys`) below the document's root, or 0. */
export function object_below(keys: usize, count: i32): usize {
  let p = past_space(document);
  for (let i = 0; i <= count; i++) {
    if (load<u8>(p) != 0x7b) return NONE;
    if (i == count) return p;
    const key = load<u64>(keys + (<usize>i << 3));
    p = only_member(p, at(key), size(key));
    if (p <= UNSURE) return NONE;
  }
  return NONE;
}

/** Whether two objects have the same at `count` keys below them. What is missing, or null, is the same. */
export function same_below(left: usize, right: usize, keys: usize, count: i32): bool {
  const one = below(left, keys, count);
  const other = below(right, keys, count);
  if (one <= UNSURE || other <= UNSURE) return one == NONE && other == NONE;
  // Mostly it is, to the byte.
  const length = skip_value(one, 0) - one;
  if (skip_value(other, 0) - other == length && same_bytes(one, other, <u32>length)) return true;
  const mark = heap;
  unordered = 0;
  const same = same_value(one, other) != 0;
  set_heap(mark);
  return same;
}

/** Whether something that is not null stands at `count` keys below both objects, or below neither. */
export function both_below(left: usize, right: usize, keys: usize, count: i32): bool {
  const one = below(left, keys, count);
  const other = below(right, keys, count);
  return one != UNSURE && other != UNSURE && (one == NONE) == (other == NONE);
}

/**
 * Whether an API server deletes what it is asked to update: the old object waits for nothing but its finalizers, and the new one has
 * none. `keys`: `metadata`, `deletionTimestamp`, `deletionGracePeriodSeconds`, `finalizers`.
 */
export function ends_object(object: usize, old: usize, keys: usize): bool {
  const before = below(old, keys, 1);
  if (before <= UNSURE || below(before, keys + 8, 1) <= UNSURE) return false;
  const grace = below(before, keys + 16, 1);
  if (grace == UNSURE || (grace != NONE && !is_zero(grace))) return false;
  const after = below(object, keys, 1);
  if (after <= UNSURE) return after == NONE;
  const finalizers = below(after, keys + 24, 1);
  if (finalizers <= UNSURE) return finalizers == NONE;
  return load<u8>(finalizers) == 0x5b && load<u8>(past_space(finalizers + 1)) == 0x5d;
}

function is_zero(p: usize): bool {
  return load<u8>(p) == 0x30 && past_scalar(p, 0x30) == p + 1;
}

/** What stands at `count` keys below an object: its place, `NONE` (also where null stands), or `UNSURE`. */
function below(p: usize, keys: usize, count: i32): usize {
  for (let i = 0; i < count; i++) {
    if (load<u8>(p) != 0x7b) return UNSURE;
    const key = load<u64>(keys + (<usize>i << 3));
    p = there(only_member(p, at(key), size(key)));
    if (p <= UNSURE) return p;
  }
  return p;
}

function there(p: usize): usize {
  return p > UNSURE && load<u32>(p) == NULL_WORD ? NONE : p;
}

/** The value under a key of the object at `object`: its place, `NONE`, or `UNSURE`. */
function only_member(object: usize, name: usize, length: u32): usize {
  return member_from(object, past_space(object + 1), name, length);
}

/** The same among the members from the key at `p` on. */
function member_from(object: usize, p: usize, name: usize, length: u32): usize {
  let found = NONE;
  while (load<u8>(p) == 0x22) {
    const value = member_key(p, object);
    if (key_length == length && same_bytes(key_at, name, length)) {
      if (found != NONE) return UNSURE;
      found = value;
    }
    p = next_member(skip_value(value, 0), object);
  }
  return found;
}

/** Behind the right one of the values that were found to be the same last. */
let right_end: usize = 0;

/** Objects around the values at hand whose members are not in one order. */
let unordered: u32 = 0;

/** The place behind `left` where two values are the same, otherwise 0: texts and numbers as they are written, lists in their order. */
function same_value(left: usize, right: usize): usize {
  const c = <u32>load<u8>(left);
  if (<u32>load<u8>(right) != c) return 0;
  if (c == 0x7b) return same_members(left, right);
  if (c == 0x5b) return same_items(left, right);
  const end = past_scalar(left, c);
  right_end = past_scalar(right, c);
  return right_end - right == end - left && same_bytes(left, right, <u32>(end - left)) ? end : 0;
}

function same_items(left: usize, right: usize): usize {
  let p = past_space(left + 1);
  let q = past_space(right + 1);
  while (load<u8>(p) != 0x5d) {
    p = same_value(p, q);
    if (p == 0) return 0;
    p = past_space(p);
    q = past_space(right_end);
    if (load<u8>(p) != load<u8>(q)) return 0;
    if (load<u8>(p) == 0x5d) break;
    p = past_space(p + 1);
    q = past_space(q + 1);
  }
  right_end = q + 1;
  return load<u8>(q) == 0x5d ? p + 1 : 0;
}

/**
 * Objects with the same members: while those stand in one order they are compared side by side, from there on in any. Of a key that
 * stands twice each value then stands where it stands in the other object, too, so that all parsers take the same of them.
 */
function same_members(left: usize, right: usize): usize {
  let p = past_space(left + 1);
  let q = past_space(right + 1);
  while (load<u8>(p) == 0x22 && load<u8>(q) == 0x22) {
    const value = member_key(p, left);
    const name = kept_key();
    const length = key_length;
    const other = member_key(q, right);
    if (key_length != length || !same_bytes(key_at, name, length)) return same_unordered(left, p, right, q);
    p = same_value(value, other);
    if (p == 0) return 0;
    q = next_member(right_end, right);
    p = next_member(p, left);
  }
  right_end = q + 1;
  return load<u8>(p) == load<u8>(q) ? p + 1 : 0;
}

/** The key that was read last; what is read next does not overwrite it. */
function kept_key(): usize {
  const name = key_at;
  if (name == heap) set_heap(heap + key_length);
  return name;
}

/** The same for what is left of two objects, from the keys at `p` and `q` on. */
function same_unordered(left: usize, p: usize, right: usize, q: usize): usize {
  if (unordered == DEEPEST_UNORDERED) return 0;
  unordered++;
  let count: u32 = 0;
  let key = p;
  for (; load<u8>(key) == 0x22; count++) {
    if (count == MOST_UNORDERED) return 0;
    const value = member_key(key, left);
    const name = kept_key();
    const length = key_length;
    if (member_from(left, p, name, length) == UNSURE) return 0;
    const other = member_from(right, q, name, length);
    if (other <= UNSURE) return 0;
    key = same_value(value, other);
    if (key == 0) return 0;
    key = next_member(key, left);
  }
  for (; load<u8>(q) == 0x22; count--) {
    if (count == 0) return 0;
    q = next_member(skip_value(member_key(q, right), 0), right);
  }
  unordered--;
  right_end = q + 1;
  return count == 0 ? key + 1 : 0;
}
