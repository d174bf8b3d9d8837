// Strings: search, cut, case, split, join. Offsets in the language are code points, in here bytes; text is valid UTF-8.
// INVARIANT: a result that is a part of its argument points into it; so a place in the document is not lost.

import { alloc } from './heap';
import { same_bytes } from './ops-hash';
import { EMPTY, ERROR_OUT_OF_RANGE, at, fail, list_new, size, text } from './ops-value';

/** Bytes of the code point that begins with `lead`. */
// @ts-ignore: decorator
@inline
export function width(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** The code point at `p`. */
export function code_point(p: usize): u32 {
  const lead = <u32>load<u8>(p);
  if (lead < 0x80) return lead;
  const second = <u32>load<u8>(p, 1) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = <u32>load<u8>(p, 2) & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(p, 3) & 0x3f);
}

/** Writes a code point; returns the address behind it. */
export function put_code_point(p: usize, c: u32): usize {
  if (c < 0x80) {
    store<u8>(p, c);
    return p + 1;
  }
  if (c < 0x800) {
    store<u8>(p, 0xc0 | (c >> 6));
    store<u8>(p, 0x80 | (c & 0x3f), 1);
    return p + 2;
  }
  if (c < 0x10000) {
    store<u8>(p, 0xe0 | (c >> 12));
    store<u8>(p, 0x80 | ((c >> 6) & 0x3f), 1);
    store<u8>(p, 0x80 | (c & 0x3f), 2);
    return p + 3;
  }
  store<u8>(p, 0xf0 | (c >> 18));
  store<u8>(p, 0x80 | ((c >> 12) & 0x3f), 1);
  store<u8>(p, 0x80 | ((c >> 6) & 0x3f), 2);
  store<u8>(p, 0x80 | (c & 0x3f), 3);
  return p + 4;
}

/** Code points in `[from, to)`. */
export function count_points(from: usize, to: usize): u32 {
  let count: u32 = 0;
  while (from + 8 <= to) {
    const word = load<u64>(from);
    // Every byte but those of the form 10xxxxxx begins a code point.
    const follows = (word >> 7) & ~(word >> 6) & 0x0101010101010101;
    count += 8 - <u32>popcnt<u64>(follows);
    from += 8;
  }
  while (from < to) {
    if ((load<u8>(from) & 0xc0) != 0x80) count++;
    from++;
  }
  return count;
}

/** Address of the code point `points` further on, at most `end`; 0 when there are fewer. */
function skip_points(from: usize, end: usize, points: i64): usize {
  while (points > 0) {
    if (from >= end) return 0;
    from += width(<u32>load<u8>(from));
    points--;
  }
  return from;
}

export function string_size(s: u64): i64 {
  return <i64>count_points(at(s), at(s) + size(s));
}

export function bytes_size(s: u64): i64 {
  return <i64>size(s);
}

export function string_equal(left: u64, right: u64): bool {
  if (left == right) return true;
  const length = size(left);
  return length == size(right) && same_bytes(at(left), at(right), length);
}

/** Order by code points, which is order by bytes: negative, 0, positive. */
export function string_compare(left: u64, right: u64): i32 {
  const common = min<u32>(size(left), size(right));
  let a = at(left);
  let b = at(right);
  const end = a + common;
  while (a < end) {
    const order = <i32>load<u8>(a) - <i32>load<u8>(b);
    if (order != 0) return order;
    a++;
    b++;
  }
  return size(left) == size(right) ? 0 : size(left) < size(right) ? -1 : 1;
}

export function string_starts_with(s: u64, prefix: u64): bool {
  const length = size(prefix);
  return length <= size(s) && same_bytes(at(s), at(prefix), length);
}

export function string_ends_with(s: u64, suffix: u64): bool {
  const length = size(suffix);
  return length <= size(s) && same_bytes(at(s) + size(s) - length, at(suffix), length);
}

/** Address of the first `part` at or after `from`, or 0. */
function find_text(from: usize, end: usize, part: u64): usize {
  const length = size(part);
  if (length == 0) return from <= end ? from : 0;
  if (from + length > end) return 0;
  const needle = at(part);
  // Two-way search is not worth its code for short needles; a long one is searched by Rabin-Karp, which is linear.
  if (length > 32) return find_hashed(from, end, needle, length);
  const first = load<u8>(needle);
  const last = end - length;
  while (from <= last) {
    if (load<u8>(from) == first && same_bytes(from, needle, length)) return from;
    from++;
  }
  return 0;
}

function find_hashed(from: usize, end: usize, needle: usize, length: u32): usize {
  let wanted: u32 = 0;
  let hash: u32 = 0;
  let power: u32 = 1;
  for (let i: u32 = 0; i < length; i++) {
    wanted = wanted * 0x01000193 + <u32>load<u8>(needle + i);
    hash = hash * 0x01000193 + <u32>load<u8>(from + i);
    power *= 0x01000193;
  }
  while (true) {
    if (hash == wanted && same_bytes(from, needle, length)) return from;
    if (from + length >= end) return 0;
    hash = hash * 0x01000193 + <u32>load<u8>(from + length) - power * <u32>load<u8>(from);
    from++;
  }
}

export function string_contains(s: u64, part: u64): bool {
  return find_text(at(s), at(s) + size(s), part) != 0;
}

export function string_char_at(s: u64, index: i64): u64 {
  const end = at(s) + size(s);
  const p: usize = index < 0 ? 0 : skip_points(at(s), end, index);
  if (p == 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  return text(p, p < end ? width(<u32>load<u8>(p)) : 0);
}

export function string_index_of(s: u64, part: u64): i64 {
  const p = find_text(at(s), at(s) + size(s), part);
  return p == 0 ? -1 : <i64>count_points(at(s), p);
}

export function string_index_of_from(s: u64, part: u64, offset: i64): i64 {
  if (offset < 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  const end = at(s) + size(s);
  const from = skip_points(at(s), end, offset);
  if (from == 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  const p = find_text(from, end, part);
  return p == 0 ? -1 : offset + <i64>count_points(from, p);
}

/** Address of the last `part` that begins at or before `from`, or 0. */
function find_last(start: usize, from: usize, end: usize, part: u64): usize {
  const length = size(part);
  if (start + length > end) return 0;
  let p = min<usize>(from, end - length);
  while (true) {
    if ((p == end || (load<u8>(p) & 0xc0) != 0x80) && same_bytes(p, at(part), length)) return p;
    if (p == start) return 0;
    p--;
  }
}

export function string_last_index_of(s: u64, part: u64): i64 {
  const end = at(s) + size(s);
  const p = find_last(at(s), end, end, part);
  return p == 0 ? -1 : <i64>count_points(at(s), p);
}

export function string_last_index_of_to(s: u64, part: u64, offset: i64): i64 {
  const end = at(s) + size(s);
  const from: usize = offset < 0 ? 0 : skip_points(at(s), end, offset);
  if (from == 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  const p = find_last(at(s), from, end, part);
  return p == 0 ? -1 : <i64>count_points(at(s), p);
}

function shift_case(s: u64, first: u32): u64 {
  const length = size(s);
  const copy = alloc(length);
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at(s) + i);
    store<u8>(copy + i, c - first < 26 ? c ^ 0x20 : c);
  }
  return text(copy, length);
}

export function string_lower_ascii(s: u64): u64 {
  return shift_case(s, 0x41);
}

export function string_upper_ascii(s: u64): u64 {
  return shift_case(s, 0x61);
}

export function string_concat(left: u64, right: u64): u64 {
  if (size(left) == 0) return right;
  if (size(right) == 0) return left;
  const copy = alloc(size(left) + size(right));
  memory.copy(copy, at(left), size(left));
  memory.copy(copy + size(left), at(right), size(right));
  return text(copy, size(left) + size(right));
}

export function bytes_concat(left: u64, right: u64): u64 {
  return string_concat(left, right);
}

/** Joins `count` strings that stand in slots. */
export function concat_slots(slots: usize, count: u32): u64 {
  let length: u32 = 0;
  for (let i: u32 = 0; i < count; i++) length += size(load<u64>(slots + (i << 3)));
  const copy = alloc(length);
  let p = copy;
  for (let i: u32 = 0; i < count; i++) {
    const part = load<u64>(slots + (i << 3));
    memory.copy(p, at(part), size(part));
    p += size(part);
  }
  return text(copy, length);
}

export function string_replace(s: u64, old: u64, by: u64): u64 {
  return string_replace_n(s, old, by, -1);
}

export function string_replace_n(s: u64, old: u64, by: u64, limit: i64): u64 {
  const end = at(s) + size(s);
  // First the number of places, then the text.
  let count: i64 = 0;
  let p = at(s);
  while (limit < 0 || count < limit) {
    const found = find_text(p, end, old);
    if (found == 0) break;
    count++;
    p = found + size(old);
    if (size(old) == 0) {
      if (found == end) break;
      p = found + width(<u32>load<u8>(found));
    }
  }
  if (count == 0) return s;
  const length = <u32>(<i64>size(s) + count * (<i64>size(by) - <i64>size(old)));
  const copy = alloc(length);
  let to = copy;
  p = at(s);
  while (count > 0) {
    const found = find_text(p, end, old);
    memory.copy(to, p, found - p);
    to += found - p;
    memory.copy(to, at(by), size(by));
    to += size(by);
    p = found + size(old);
    if (size(old) == 0 && found < end) {
      const step = width(<u32>load<u8>(found));
      memory.copy(to, found, step);
      to += step;
      p = found + step;
    }
    count--;
  }
  memory.copy(to, p, end - p);
  return text(copy, length);
}

export function string_split(s: u64, separator: u64): usize {
  return string_split_n(s, separator, -1);
}

/** At most `limit` parts, the last with the rest; negative: all; 0: none. */
export function string_split_n(s: u64, separator: u64, limit: i64): usize {
  if (limit == 0) return list_new(0);
  const end = at(s) + size(s);
  const step = size(separator);
  let parts: i64 = 1;
  let p = at(s);
  if (step == 0) {
    parts = <i64>count_points(p, end);
    if (limit > 0 && parts > limit) parts = limit;
  } else {
    while (limit < 0 || parts < limit) {
      p = find_text(p, end, separator);
      if (p == 0) break;
      p += step;
      parts++;
    }
  }
  const list = list_new(<u32>parts);
  let slot = <usize>load<u32>(list, 4);
  p = at(s);
  for (let i: i64 = 1; i < parts; i++) {
    const next = step == 0 ? p + width(<u32>load<u8>(p)) : find_text(p, end, separator);
    store<u64>(slot, text(p, <u32>(next - p)));
    slot += 8;
    p = next + step;
  }
  if (parts > 0) store<u64>(slot, text(p, <u32>(end - p)));
  return list;
}

export function string_substring(s: u64, start: i64): u64 {
  const end = at(s) + size(s);
  const from: usize = start < 0 ? 0 : skip_points(at(s), end, start);
  if (from == 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  return text(from, <u32>(end - from));
}

export function string_substring_range(s: u64, start: i64, stop: i64): u64 {
  const end = at(s) + size(s);
  const from: usize = start < 0 || stop < start ? 0 : skip_points(at(s), end, start);
  const to: usize = from == 0 ? 0 : skip_points(from, end, stop - start);
  if (to == 0) {
    fail(ERROR_OUT_OF_RANGE);
    return 0;
  }
  return text(from, <u32>(to - from));
}

/** Unicode's White_Space. */
export function is_space(c: u32): bool {
  if (c <= 0x20) return c == 0x20 || c - 9 < 5;
  if (c < 0x85) return false;
  if (c == 0x85 || c == 0xa0 || c == 0x1680) return true;
  return c - 0x2000 <= 10 || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

export function string_trim(s: u64): u64 {
  let from = at(s);
  let to = from + size(s);
  while (from < to && is_space(code_point(from))) from += width(<u32>load<u8>(from));
  while (from < to) {
    let last = to - 1;
    while ((load<u8>(last) & 0xc0) == 0x80) last--;
    if (!is_space(code_point(last))) break;
    to = last;
  }
  return text(from, <u32>(to - from));
}

export function string_reverse(s: u64): u64 {
  const length = size(s);
  const copy = alloc(length);
  let p = at(s);
  let to = copy + length;
  while (to > copy) {
    const step = width(<u32>load<u8>(p));
    to -= step;
    memory.copy(to, p, step);
    p += step;
  }
  return text(copy, length);
}

export function string_join(list: usize): u64 {
  return concat_slots(<usize>load<u32>(list, 4), load<u32>(list));
}

export function string_join_with(list: usize, separator: u64): u64 {
  const count = load<u32>(list);
  if (count == 0) return EMPTY;
  const slots = <usize>load<u32>(list, 4);
  const parts = alloc(count << 4);
  for (let i: u32 = 0; i < count; i++) {
    store<u64>(parts + (i << 4), load<u64>(slots + (i << 3)));
    store<u64>(parts + (i << 4), separator, 8);
  }
  return concat_slots(parts, (count << 1) - 1);
}

/** As many copies of `by` as there are code points. */
export function string_mask(s: u64, by: u64): u64 {
  const count = count_points(at(s), at(s) + size(s));
  const copy = alloc(count * size(by));
  for (let i: u32 = 0; i < count; i++) memory.copy(copy + i * size(by), at(by), size(by));
  return text(copy, count * size(by));
}

/** The last `count` code points. */
export function string_last(s: u64, count: i64): u64 {
  const end = at(s) + size(s);
  let p = end;
  while (p > at(s) && count > 0) {
    p--;
    if ((load<u8>(p) & 0xc0) != 0x80) count--;
  }
  return text(p, <u32>(end - p));
}

/** In double quotes, with the escapes of a CEL literal. */
export function string_quote(s: u64): u64 {
  const length = size(s);
  const copy = alloc((length << 1) + 2);
  let to = copy;
  store<u8>(to++, 0x22);
  for (let i: u32 = 0; i < length; i++) {
    const c = <u32>load<u8>(at(s) + i);
    let escape: u32 = 0;
    if (c == 7) escape = 0x61;
    else if (c == 8) escape = 0x62;
    else if (c == 9) escape = 0x74;
    else if (c == 10) escape = 0x6e;
    else if (c == 11) escape = 0x76;
    else if (c == 12) escape = 0x66;
    else if (c == 13) escape = 0x72;
    else if (c == 0x22 || c == 0x5c) escape = c;
    if (escape != 0) {
      store<u8>(to++, 0x5c);
      store<u8>(to++, escape);
    } else store<u8>(to++, c);
  }
  store<u8>(to++, 0x22);
  return text(copy, <u32>(to - copy));
}
