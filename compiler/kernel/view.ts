// The normalised view of a text, as compiler/src/pattern/normalize-text.ts has it in its plain form: the text in which normalised
// finds search, and from places in it back to places in the original.
// A view is {string text, u32 number of segments, u32 address of segments, u32 segments of the first line, u32 bytes of the
// first line}. A segment is {u32 first byte of the view, u32 from, u32 to}: up to the next one all bytes stand at `[from, to)`
// of the original (in bytes of the text), or, with `to` SAME, each at its own place from `from` on; `from` NOWHERE: at none.
// INVARIANT: a view is made once for each text and form of a decision. A text that is its own view is not copied.

import { set_views, views } from './document';
import { alloc, resize } from './heap';
import { code_point, put_code_point, width } from './ops-text';
import { at, size, text } from './ops-value';
import { cache_add, cache_find, cache_new } from './text-cache';
import { append_lines } from './view-lines';

const SAME: u32 = 0xffffffff;
const NOWHERE: u32 = 0xffffffff;
const SEGMENT: usize = 12;

/** Pages of the table; its runs stand behind their starts. */
const PAGES: u32 = 0x200;
const RUNS: usize = 1026;

let table: usize = 0;
/** The view that is made: bytes, and their segments. */
export let out: usize = 0;
export let out_size: u32 = 0;
let out_room: u32 = 0;
let segments: usize = 0;
let segment_count: u32 = 0;
let segment_room: u32 = 0;
/** The first line. */
export let first_size: u32 = 0;
let first_segments: u32 = 0;

/** What the text hides, noticed while it is read: 1 tag characters, 2 runs of variation selectors. */
let hides: u32 = 0;

/** Room for `bytes` more. A first line that is the text itself moves to room of its own. */
function make_room(bytes: u32): void {
  if (out_size + bytes <= out_room) return;
  const larger = max<u32>(out_room << 1, out_size + bytes + 64);
  if (out_room == 0) {
    const own = alloc(larger);
    memory.copy(own, out, out_size);
    out = own;
  } else out = resize(out, out_room, larger);
  out_room = larger;
}

function add_segment(from: u32, to: u32): void {
  if (segment_count == segment_room) {
    const larger: u32 = segment_room == 0 ? 8 : segment_room << 1;
    segments = resize(segments, <usize>segment_room * SEGMENT, <usize>larger * SEGMENT);
    segment_room = larger;
  }
  const segment = segments + <usize>segment_count * SEGMENT;
  store<u32>(segment, out_size);
  store<u32>(segment, from, 4);
  store<u32>(segment, to, 8);
  segment_count++;
}

/** Makes the next bytes stand at `[from, to)`. */
function stand_at(from: u32, to: u32): void {
  if (segment_count > 0) {
    const last = segments + <usize>(segment_count - 1) * SEGMENT;
    if (load<u32>(last, 4) == from && load<u32>(last, 8) == to) return;
  }
  add_segment(from, to);
}

/** Adds bytes that stand in the original at `from` as they are here. */
function put_same(source: usize, from: u32, bytes: u32): void {
  const last = segments + <usize>(segment_count - 1) * SEGMENT;
  if (segment_count == 0 || load<u32>(last, 8) != SAME || load<u32>(last, 4) + (out_size - load<u32>(last)) != from) add_segment(from, SAME);
  make_room(bytes + 8);
  // The view lies behind its text, so that there is something to read.
  if (bytes <= 8) store<u64>(out + out_size, load<u64>(source + from));
  else memory.copy(out + out_size, source + from, bytes);
  out_size += bytes;
}

/** Adds a character as it is, at a place. */
export function put_plain(c: u32, from: u32, to: u32): void {
  stand_at(from, to);
  make_room(4);
  out_size = <u32>(put_code_point(out + out_size, c) - out);
}

/** Adds a character without a place. */
export function put_nowhere(c: u32): void {
  put_plain(c, NOWHERE, 0);
}

/** The twin of a code point from 0x80 on as the table has it; the code point itself when it stands for itself. */
function twin_of(c: u32): u32 {
  if (c >= PAGES << 8) return c;
  const page = table + (<usize>(c >> 8) << 1);
  let run = <u32>load<u16>(page);
  let end = <u32>load<u16>(page, 2);
  if (run == end) return c;
  const low = c & 0xff;
  // The last run of the page that begins at or before the character.
  while (end - run > 1) {
    const middle = (run + end) >> 1;
    if (<u32>load<u8>(table + RUNS + <usize>middle * 6) <= low) run = middle;
    else end = middle;
  }
  const entry = table + RUNS + <usize>run * 6;
  const first = <u32>load<u8>(entry);
  if (low < first || low > <u32>load<u8>(entry, 1)) return c;
  const word = load<u32>(entry, 2);
  return word >> 30 == 1 ? (word & 0x1fffff) + (low - first) : word;
}

/** Whether there is no such character for anybody who looks. */
function is_unseen(c: u32): bool {
  if (c < 0x20) return c != 9 && c != 10 && c != 13;
  return c == 0x7f || (c >= 0xe0000 && c <= 0xe0fff);
}

/** Adds what a character is read as; a sign on a letter is nothing. */
export function put(c: u32, from: u32, to: u32): void {
  if (!is_unseen(c)) put_twin(c < 0x80 ? c : twin_of(c), from, to);
}

/** Adds a twin as the table has it. */
function put_twin(twin: u32, from: u32, to: u32): void {
  if (twin < 2) return;
  if (twin < 0x80000000) put_plain(twin, from, to);
  else for (let rest = twin & 0x7fffffff; rest != 0; rest >>= 7) put_plain(rest & 0x7f, from, to);
}

/** A sign on a letter: the last character of the view, when it ends at `from`, now stands where both do. */
function put_mark(from: u32, to: u32): void {
  if (segment_count == 0) return;
  const last = segments + <usize>(segment_count - 1) * SEGMENT;
  if (load<u32>(last, 8) != SAME) {
    if (load<u32>(last, 8) == from) store<u32>(last, to, 8);
    return;
  }
  if (load<u32>(last, 4) + (out_size - load<u32>(last)) != from) return;
  // The last character leaves those that stand at their own places.
  let bytes: u32 = 1;
  while ((load<u8>(out + out_size - bytes) & 0xc0) == 0x80) bytes++;
  if (out_size - bytes == load<u32>(last)) segment_count--;
  out_size -= bytes;
  add_segment(from - bytes, to);
  out_size += bytes;
}

/** The byte that a variation selector carries, or -1. */
export function selector_byte(c: u32): i32 {
  if (c - 0xfe00 < 16) return <i32>(c - 0xfe00);
  return c - 0xe0100 < 240 ? <i32>(c - 0xe0100) + 16 : -1;
}

/** First byte at or after `p` that may not stand for itself: not ASCII, a control character, `&` or `\`. */
function plain_end(p: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (p + 16 <= end) {
      const bytes = v128.load(p);
      const stops = v128.or(
        v128.or(i8x16.lt_s(bytes, i8x16.splat(0x20)), i8x16.eq(bytes, i8x16.splat(0x7f))),
        v128.or(i8x16.eq(bytes, i8x16.splat(0x26)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      );
      if (v128.any_true(stops)) return p + <usize>ctz(i8x16.bitmask(stops));
      p += 16;
    }
  }
  while (p + 8 <= end) {
    const bytes = load<u64>(p);
    const escape = bytes ^ 0x5c5c5c5c5c5c5c5c;
    const entity = bytes ^ 0x2626262626262626;
    const stops =
      (bytes |
        ((bytes - 0x2020202020202020) & ~bytes) |
        ((escape - 0x0101010101010101) & ~escape) |
        ((entity - 0x0101010101010101) & ~entity) |
        (bytes + 0x0101010101010101)) &
      0x8080808080808080;
    if (stops != 0) return p + <usize>(ctz(stops) >> 3);
    p += 8;
  }
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (c < 0x20 || c >= 0x7f || c == 0x26 || c == 0x5c) break;
    p++;
  }
  return p;
}

/** Whether the text from `p` on is its own first line: line ends and tabs, `&` and `\` that begin no escape count as such. */
function stands_for_itself(p: usize, end: usize): bool {
  while (true) {
    p = plain_end(p, end);
    if (p == end) return true;
    const c = <u32>load<u8>(p);
    if (c >= 0x7f || is_unseen(c) || escape_at(p, end) != 0) return false;
    p++;
  }
}

/** Reads the text into the first line. */
function put_first_line(s: u64): void {
  const start = at(s);
  const end = start + size(s);
  hides = 0;
  if (stands_for_itself(start, end)) {
    out = start;
    out_size = size(s);
    out_room = 0;
    segment_count = 1;
    segments = alloc(SEGMENT);
    segment_room = 1;
    store<u32>(segments, 0);
    store<u32>(segments, 0, 4);
    store<u32>(segments, SAME, 8);
    return;
  }
  out_room = size(s) + 64;
  out = alloc(out_room);
  let p = start;
  while (p < end) {
    const stop = plain_end(p, end);
    if (stop != p) {
      put_same(start, <u32>(p - start), <u32>(stop - p));
      p = stop;
      if (p == end) break;
    }
    const lead = <u32>load<u8>(p);
    const from = <u32>(p - start);
    if (lead < 0x80) {
      const escape = escape_at(p, end);
      if (escape != 0) {
        p += <u32>escape;
        const c = <u32>(escape >> 32);
        if (c >= 0x80 && twin_of(c) == 1) put_mark(from, <u32>(p - start));
        else put(c, from, <u32>(p - start));
        continue;
      }
      if (!is_unseen(lead)) put_same(start, from, 1);
      p++;
      continue;
    }
    const c = code_point(p);
    const bytes = width(lead);
    p += bytes;
    if (selector_byte(c) >= 0) {
      while (p < end && selector_byte(code_point(p)) >= 0) {
        hides |= 2;
        p += width(<u32>load<u8>(p));
      }
      continue;
    }
    if (c - 0xe0020 < 0x5f) hides |= 1;
    if (c >= 0xe0000 && c <= 0xe0fff) continue;
    const twin = twin_of(c);
    if (twin == c) put_same(start, from, bytes);
    else if (twin == 1) put_mark(from, from + bytes);
    else put_twin(twin, from, from + bytes);
  }
}

// The names of HTML's entities that are read, each with its length before it and its character behind it.
// lt gt amp quot apos nbsp
const NAMES = memory.data<u8>([
  2, 108, 116, 0x3c, 2, 103, 116, 0x3e, 3, 97, 109, 112, 0x26, 4, 113, 117, 111, 116, 0x22, 4, 97, 112, 111, 115, 0x27, 4, 110,
  98, 115, 112, 0x20, 0,
]);

/** Value of a digit of base 16 or 10, or -1. */
export function digit_value(c: u32, base: u32): i32 {
  if (c - 0x30 < 10) return <i32>(c - 0x30);
  const letter = (c | 0x20) - 0x61;
  return base == 16 && letter < 6 ? <i32>letter + 10 : -1;
}

/** At least one and at most `most` digits from `p` on: value << 32 | how many; 0: there are none. */
function digits_at(p: usize, end: usize, base: u32, most: u32): u64 {
  let value: u32 = 0;
  let count: u32 = 0;
  while (count < most && p < end) {
    const digit = digit_value(<u32>load<u8>(p), base);
    if (digit < 0) break;
    value = value * base + <u32>digit;
    count++;
    p++;
  }
  return (<u64>value << 32) | <u64>count;
}

/** The character that the escape at `p` stands for << 32 | its length; 0: there is none. */
function escape_at(p: usize, end: usize): u64 {
  const first = <u32>load<u8>(p);
  if (p + 3 >= end) return 0;
  const second = <u32>load<u8>(p, 1);
  let base: u32 = 16;
  let most: u32 = 6;
  let before: u32 = 2;
  let close: u32 = 0;
  if (first == 0x26) {
    if (second != 0x23) return entity_at(p, end);
    close = 0x3b;
    if ((<u32>load<u8>(p, 2) | 0x20) == 0x78) before = 3;
    else {
      base = 10;
      most = 7;
    }
  } else if (first != 0x5c) return 0;
  else if (second == 0x78) most = 2;
  else if (second != 0x75) return 0;
  else if (load<u8>(p, 2) == 0x7b) {
    before = 3;
    close = 0x7d;
  } else most = 4;
  const digits = digits_at(p + before, end, base, most);
  let length = before + <u32>digits;
  let code = <u32>(digits >> 32);
  if (close == 0) {
    if (<u32>digits != most) return 0;
    if ((code & 0xfffffc00) == 0xd800 && p + 12 <= end && load<u16>(p, 6) == 0x755c) {
      const low = digits_at(p + 8, end, 16, 4);
      if (<u32>low == 4 && (<u32>(low >> 32) & 0xfffffc00) == 0xdc00) {
        code = 0x10000 + ((code - 0xd800) << 10) + (<u32>(low >> 32) - 0xdc00);
        length = 12;
      }
    }
  } else {
    if (<u32>digits == 0 || p + length >= end || <u32>load<u8>(p + length) != close) return 0;
    length++;
  }
  if (code == 0 || code > 0x10ffff || (code & 0xfffff800) == 0xd800) return 0;
  return (<u64>code << 32) | <u64>length;
}

function entity_at(p: usize, end: usize): u64 {
  let name = NAMES;
  for (let length = <u32>load<u8>(name); length != 0; length = <u32>load<u8>(name)) {
    if (p + length + 1 < end && load<u8>(p + length, 1) == 0x3b) {
      let i: u32 = 1;
      while (i <= length && load<u8>(p + i) == load<u8>(name + i)) i++;
      if (i > length) return (<u64>load<u8>(name + i) << 32) | <u64>(length + 2);
    }
    name += length + 2;
  }
  return 0;
}

/** Index of the segment, out of `[low, count)`, that the byte `place` of the view belongs to. */
function segment_of(from: usize, low: u32, count: u32, place: u32): u32 {
  while (count - low > 1) {
    const middle = (low + count) >> 1;
    if (load<u32>(from + <usize>middle * SEGMENT) <= place) low = middle;
    else count = middle;
  }
  return low;
}

/** Where the byte `place` of the first line stands. */
export function place_from(place: u32): u32 {
  const segment = segments + <usize>segment_of(segments, 0, first_segments, place) * SEGMENT;
  const from = load<u32>(segment, 4);
  return load<u32>(segment, 8) == SAME ? from + (place - load<u32>(segment)) : from;
}

/** Behind what the byte `place` of the first line stands for. */
export function place_to(place: u32): u32 {
  const segment = segments + <usize>segment_of(segments, 0, first_segments, place) * SEGMENT;
  const to = load<u32>(segment, 8);
  return to == SAME ? load<u32>(segment, 4) + (place - load<u32>(segment)) + 1 : to;
}

/** Adds the first line once more, behind a line feed; returns where it begins. */
export function repeat_first_line(): u32 {
  put_nowhere(10);
  const base = out_size;
  for (let i: u32 = 0; i < first_segments; i++) {
    const segment = segments + <usize>i * SEGMENT;
    out_size = base + load<u32>(segment);
    add_segment(load<u32>(segment, 4), load<u32>(segment, 8));
  }
  out_size = base;
  make_room(first_size);
  memory.copy(out + base, out, first_size);
  out_size = base + first_size;
  return base;
}

/** Makes the view of a text. */
function make_view(s: u64, leet: u32): usize {
  out_size = 0;
  segment_count = 0;
  segment_room = 0;
  segments = 0;
  put_first_line(s);
  first_size = out_size;
  first_segments = segment_count;
  append_lines(s, hides, leet);
  const view = alloc(24);
  store<u64>(view, text(out_size == 0 ? 8 : out, out_size));
  store<u32>(view, segment_count, 8);
  store<u32>(view, <u32>segments, 12);
  store<u32>(view, first_segments, 16);
  store<u32>(view, first_size, 20);
  return view;
}

/** The view of a text by the table at `twins`; `leet`: 1 with digits read as letters too. Made once a decision. */
export function view_of(twins: usize, s: u64, leet: u32): usize {
  if (views == 0) set_views(cache_new(16));
  const known = cache_find(views, s, leet);
  if (known != 0) return known;
  table = twins;
  const view = make_view(s, leet);
  set_views(cache_add(views, s, leet, view));
  return view;
}

/** The text of a view. */
export function view_text(twins: usize, s: u64, leet: u32): u64 {
  return load<u64>(view_of(twins, s, leet));
}

/**
 * What the span `[start, end)` of a view's text stands for in the original: from << 32 | to, which covers all that its characters
 * stand for; 0 when they have no place.
 */
export function view_span(view: usize, start: u32, end: u32): u64 {
  const all = load<u32>(view, 8);
  const first = <usize>load<u32>(view, 12);
  let from: u32 = NOWHERE;
  let to: u32 = 0;
  for (let n = segment_of(first, 0, all, start); n < all; n++) {
    const segment = first + <usize>n * SEGMENT;
    const begin = load<u32>(segment);
    if (begin >= end) break;
    const next = n + 1 < all ? min<u32>(end, load<u32>(segment + SEGMENT)) : end;
    const place = load<u32>(segment, 4);
    const same = load<u32>(segment, 8) == SAME;
    from = min<u32>(from, same && place != NOWHERE ? place + (max<u32>(start, begin) - begin) : place);
    to = max<u32>(to, same ? place + (next - begin) : load<u32>(segment, 8));
  }
  return from < to ? (<u64>from << 32) | <u64>to : 0;
}
