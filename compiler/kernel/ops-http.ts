// Paths and queries of HTTP requests: parts, decoding, normalising, routes. Bytes that are no UTF-8 after percent-decoding
// leave the text as it was written, so that nothing is invented.

import { alloc } from './heap';
import { same_bytes } from './ops-hash';
import { is_utf8 } from './ops-bytes';
import { string_equal } from './ops-text';
import { EMPTY, at, list_new, map_new, size, text } from './ops-value';

function hex_digit(c: u32): u32 {
  if (c - 0x30 < 10) return c - 0x30;
  c |= 0x20;
  return c - 0x61 < 6 ? c - 0x57 : 16;
}

/** The path of a request target: without query and fragment. */
export function path_only(target: u64): u64 {
  let p = at(target);
  const end = p + size(target);
  while (p < end && load<u8>(p) != 0x3f && load<u8>(p) != 0x23) p++;
  return text(at(target), <u32>(p - at(target)));
}

/** `%41` → `A`; with `plus`, `+` → blank. */
function decoded(s: u64, plus: bool): u64 {
  const end = at(s) + size(s);
  let p = at(s);
  while (p < end && load<u8>(p) != 0x25 && !(plus && load<u8>(p) == 0x2b)) p++;
  if (p == end) return s;
  const copy = alloc(size(s));
  // What stays when the decoded bytes are no text: only the blanks are put in.
  let to = copy;
  for (p = at(s); p < end; p++) {
    const c = <u32>load<u8>(p);
    const high = c == 0x25 && p + 2 < end ? hex_digit(<u32>load<u8>(p, 1)) : 16;
    const low = c == 0x25 && p + 2 < end ? hex_digit(<u32>load<u8>(p, 2)) : 16;
    if (high < 16 && low < 16) {
      store<u8>(to++, (high << 4) | low);
      p += 2;
    } else store<u8>(to++, plus && c == 0x2b ? 0x20 : c);
  }
  if (is_utf8(copy, to)) return text(copy, <u32>(to - copy));
  if (!plus) return s;
  to = copy;
  for (p = at(s); p < end; p++) store<u8>(to++, load<u8>(p) == 0x2b ? 0x20 : load<u8>(p));
  return text(copy, <u32>(to - copy));
}

/** First byte of the path's segments: behind the first slash. */
function segments_start(path: u64): usize {
  return at(path) + (size(path) > 0 && load<u8>(at(path)) == 0x2f ? 1 : 0);
}

function segment_end(p: usize, end: usize): usize {
  while (p < end && load<u8>(p) != 0x2f) p++;
  return p;
}

/** The decoded segment at `index`; empty when there is none. */
export function path_segment(target: u64, index: i64): u64 {
  const path = path_only(target);
  const end = at(path) + size(path);
  let p = segments_start(path);
  if (index < 0) return EMPTY;
  while (true) {
    const stop = segment_end(p, end);
    if (index == 0) return decoded(text(p, <u32>(stop - p)), false);
    if (stop == end) return EMPTY;
    p = stop + 1;
    index--;
  }
}

/** Digits alone, a UUID, or hexadecimal of 16 digits or more. */
function is_identifier(p: usize, end: usize): bool {
  const length = <u32>(end - p);
  if (length == 0) return false;
  let digits = true;
  let hex = true;
  let uuid = length == 36;
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(p + i);
    if (c - 0x30 >= 10) digits = false;
    const is_hex = hex_digit(c) < 16;
    if (!is_hex) hex = false;
    const hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? c != 0x2d : !is_hex) uuid = false;
  }
  return digits || uuid || (hex && length >= 16);
}

/** The path with what looks like an identifier replaced by `{id}`. */
export function path_normalized(target: u64): u64 {
  const path = path_only(target);
  const end = at(path) + size(path);
  // A segment of one byte becomes four.
  const copy = alloc((size(path) << 2) + 4);
  let to = copy;
  let p = at(path);
  while (true) {
    const stop = segment_end(p, end);
    if (is_identifier(p, stop)) {
      store<u32>(to, 0x7d64697b);
      to += 4;
    } else {
      memory.copy(to, p, stop - p);
      to += stop - p;
    }
    if (stop == end) break;
    store<u8>(to++, 0x2f);
    p = stop + 1;
  }
  return text(copy, <u32>(to - copy));
}

/** The decoded parameters of the query; of a repeated name the first. */
export function query_params(target: u64): usize {
  const end = at(target) + size(target);
  let p = at(target);
  while (p < end && load<u8>(p) != 0x3f) p++;
  let stop = p;
  let count: u32 = 1;
  while (stop < end && load<u8>(stop) != 0x23) {
    if (load<u8>(stop) == 0x26) count++;
    stop++;
  }
  const map = map_new(count);
  const entries = <usize>load<u32>(map, 4);
  let length: u32 = 0;
  p++;
  while (p < stop) {
    const part = part_end(p, stop);
    const name_end = name_of_part(p, part);
    if (part > p) {
      const name = decoded(text(p, <u32>(name_end - p)), true);
      const from = min<usize>(name_end + 1, part);
      let known = false;
      for (let i: u32 = 0; i < length && !known; i++) known = string_equal(load<u64>(entries + (i << 4)), name);
      if (!known) {
        store<u64>(entries + (length << 4), name);
        store<u64>(entries + (length << 4), decoded(text(from, <u32>(part - from)), true), 8);
        length++;
      }
    }
    p = part + 1;
  }
  store<u32>(map, length);
  return map;
}

/** Behind the part of a query that begins at `p`. */
function part_end(p: usize, stop: usize): usize {
  while (p < stop && load<u8>(p) != 0x26) p++;
  return p;
}

/** Behind the name in the part `[p, part)`. */
function name_of_part(p: usize, part: usize): usize {
  while (p < part && load<u8>(p) != 0x3d) p++;
  return p;
}

/** The decoded values that a name has in the query, in its order. */
export function query_values(target: u64, wanted: u64): usize {
  const end = at(target) + size(target);
  let p = at(target);
  while (p < end && load<u8>(p) != 0x3f) p++;
  let stop = p;
  let parts: u32 = 1;
  while (stop < end && load<u8>(stop) != 0x23) {
    if (load<u8>(stop) == 0x26) parts++;
    stop++;
  }
  const list = list_new(parts);
  const items = <usize>load<u32>(list, 4);
  let length: u32 = 0;
  p++;
  while (p < stop) {
    const part = part_end(p, stop);
    const name_end = name_of_part(p, part);
    if (part > p && string_equal(decoded(text(p, <u32>(name_end - p)), true), wanted)) {
      const from = min<usize>(name_end + 1, part);
      store<u64>(items + (length << 3), decoded(text(from, <u32>(part - from)), true));
      length++;
    }
    p = part + 1;
  }
  store<u32>(list, length);
  return list;
}

/** Whether a decoded segment fits a segment of a template: literal, or a parameter with text before and behind it. */
function fits(node: usize, segment: u64): bool {
  const before = load<u64>(node);
  if (load<u32>(node, 16) == 0) return string_equal(before, segment);
  const behind = load<u64>(node, 8);
  const length = size(segment);
  return (
    length > size(before) + size(behind) &&
    same_bytes(at(segment), at(before), size(before)) &&
    same_bytes(at(segment) + length - size(behind), at(behind), size(behind))
  );
}

/**
 * The best node with a route below a node for `count` segments, or 0. A node is {string before, string behind, u32 has a
 * parameter, i32 route that ends here or -1, u32 number of children, u32 address of children (u32 each), f64 rank of the
 * route}; literals stand before parameters, and of parameters the smallest rank wins.
 */
function find_below(node: usize, segments: usize, count: u32): usize {
  if (count == 0) return <i32>load<u32>(node, 20) < 0 ? 0 : node;
  const children = <usize>load<u32>(node, 28);
  const end = children + (load<u32>(node, 24) << 2);
  let best: usize = 0;
  for (let child = children; child < end; child += 4) {
    const next = <usize>load<u32>(child);
    if (!fits(next, load<u64>(segments))) continue;
    const found = find_below(next, segments + 8, count - 1);
    if (found == 0) continue;
    if (load<u32>(next, 16) == 0) return found;
    if (best == 0 || is_before(found, best)) best = found;
  }
  return best;
}

function is_before(a: usize, b: usize): bool {
  const left = load<f64>(a, 32);
  const right = load<f64>(b, 32);
  return left < right || (left == right && load<u32>(a, 20) < load<u32>(b, 20));
}

/** The documented route of a request below the root of a method's tree, or -1; templates have at most `deepest` segments. */
export function route_find(root: usize, target: u64, deepest: u32): i32 {
  const path = path_only(target);
  const end = at(path) + size(path);
  const segments = alloc(deepest << 3);
  let p = segments_start(path);
  let count: u32 = 0;
  while (true) {
    const stop = segment_end(p, end);
    if (count == deepest) return -1;
    store<u64>(segments + (count << 3), decoded(text(p, <u32>(stop - p)), false));
    count++;
    if (stop == end) break;
    p = stop + 1;
  }
  const found = find_below(root, segments, count);
  return found == 0 ? -1 : <i32>load<u32>(found, 20);
}
