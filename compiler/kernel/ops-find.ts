// Matches: all places of a pattern in a text, the context words near them, and lists of matches in the order of the
// document. Code points and paths of places are worked out only when a match is written.
// Spans are {u32 count, u32 capacity, u32 address of u64: start << 32 | end in bytes of the text}. Matches are {u32 count,
// u32 capacity, u32 address of records}; a record is {u32 from, u32 to (bytes of the document), u32 kind, u32 start, u32 end
// (bytes of the text), u32 0, string text}.

import { document, document_end, document_offset, text_points, text_value } from './document';
import { alloc, resize } from './heap';
import { count_points, width } from './ops-text';
import { out_byte, out_string, out_text, out_uint } from './ops-json';
import { at, size } from './ops-value';
import { json_path } from './path';
import { pattern_find } from './pattern';

/** Bytes of a match. */
export const MATCH: usize = 32;

function collection_new(): usize {
  const collection = alloc(16);
  store<u64>(collection, 0);
  store<u64>(collection, 0, 8);
  return collection;
}

/** Address of the new last item, which is `bytes` long. */
function collection_add(collection: usize, bytes: usize): usize {
  const count = load<u32>(collection);
  const capacity = load<u32>(collection, 4);
  if (count == capacity) {
    const larger = capacity == 0 ? 8 : capacity << 1;
    const items = resize(<usize>load<u32>(collection, 8), <usize>capacity * bytes, <usize>larger * bytes);
    store<u32>(collection, larger, 4);
    store<u32>(collection, <u32>items, 8);
  }
  store<u32>(collection, count + 1);
  return <usize>load<u32>(collection, 8) + <usize>count * bytes;
}

/** The matches of a pattern's program in a text, from the left, not overlapping, none empty. */
export function find_all(program: usize, s: u64): usize {
  const spans = collection_new();
  const length = size(s);
  let from: u32 = 0;
  while (from <= length) {
    const found = pattern_find(program, at(s), length, from);
    if (found == -1) break;
    const start = <u32>(found >> 32);
    const end = <u32>found;
    if (end > start) {
      store<u64>(collection_add(spans, 8), <u64>found);
      from = end;
    } else from = end + (end < length ? width(<u32>load<u8>(at(s) + end)) : 1);
  }
  return spans;
}

/** Code points between two places of a text; more than `within` when there are more. */
function near_enough(s: u64, from: u32, to: u32, within: u32): bool {
  if (from >= to) return true;
  return to - from <= within << 2 && count_points(at(s) + from, at(s) + to) <= within;
}

/** Keeps the spans that have a context word within so many code points. Both lists are in order and do not overlap. */
export function near_filter(spans: usize, context: usize, s: u64, within: u32): void {
  const count = load<u32>(spans);
  const words = load<u32>(context);
  const items = <usize>load<u32>(spans, 8);
  const places = <usize>load<u32>(context, 8);
  let kept: u32 = 0;
  let word: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const span = load<u64>(items + (i << 3));
    const start = <u32>(span >> 32);
    const end = <u32>span;
    // The last word that ends before the span, and the one behind it, are the nearest.
    while (word < words && <u32>load<u64>(places + (word << 3)) <= start) word++;
    const before = word > 0 && near_enough(s, <u32>load<u64>(places + ((word - 1) << 3)), start, within);
    const behind = word < words && near_enough(s, end, <u32>(load<u64>(places + (word << 3)) >> 32), within);
    if (before || behind) store<u64>(items + (kept++ << 3), span);
  }
  store<u32>(spans, kept);
}

export function matches_new(): usize {
  return collection_new();
}

/** Whether a string stands in the document, so that its places can be told. */
export function has_place(s: u64): bool {
  return at(s) >= document;
}

/** Adds the spans of a text as matches of a kind. */
export function matches_add(matches: usize, kind: u32, s: u64, spans: usize): void {
  const count = load<u32>(spans);
  const items = <usize>load<u32>(spans, 8);
  for (let i: u32 = 0; i < count; i++) {
    const span = load<u64>(items + (i << 3));
    const match = collection_add(matches, MATCH);
    const start = <u32>(span >> 32);
    const end = <u32>span;
    store<u32>(match, document_offset(at(s), at(s) + start));
    store<u32>(match, document_offset(at(s), at(s) + end), 4);
    store<u32>(match, kind, 8);
    store<u32>(match, start, 12);
    store<u32>(match, end, 16);
    store<u32>(match, 0, 20);
    store<u64>(match, s, 24);
  }
}

/** Adds all of `other`. */
export function matches_join(matches: usize, other: usize): void {
  const count = load<u32>(other);
  const items = <usize>load<u32>(other, 8);
  for (let i: u32 = 0; i < count; i++) memory.copy(collection_add(matches, MATCH), items + <usize>i * MATCH, MATCH);
}

/** Order by place in the document, then kind. */
function match_order(a: usize, b: usize): i32 {
  for (let field: usize = 0; field < 12; field += 4) {
    const left = load<u32>(a + field);
    const right = load<u32>(b + field);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

/**
 * Sorts records of `bytes` stably by merging: by all that orders matches, or (`by_place`) by their beginning alone. What is
 * in order already costs one pass.
 */
export function sort_records(items: usize, count: u32, bytes: usize, by_place: bool): void {
  let sorted = true;
  for (let i: u32 = 1; i < count && sorted; i++) sorted = in_order(items + <usize>(i - 1) * bytes, items + <usize>i * bytes, by_place);
  if (sorted) return;
  let from = items;
  let to = alloc(<usize>count * bytes);
  for (let run: u32 = 1; run < count; run <<= 1) {
    for (let low: u32 = 0; low < count; low += run << 1) {
      const middle = min<u32>(low + run, count);
      const high = min<u32>(low + (run << 1), count);
      let a = low;
      let b = middle;
      for (let i = low; i < high; i++) {
        const left = from + <usize>a * bytes;
        const right = from + <usize>b * bytes;
        const take_left = a < middle && (b >= high || in_order(left, right, by_place));
        memory.copy(to + <usize>i * bytes, take_left ? left : right, bytes);
        if (take_left) a++;
        else b++;
      }
    }
    const done = from;
    from = to;
    to = done;
  }
  if (from != items) memory.copy(items, from, <usize>count * bytes);
}

function in_order(a: usize, b: usize, by_place: bool): bool {
  return by_place ? load<u32>(a) <= load<u32>(b) : match_order(a, b) <= 0;
}

/** Sorts matches by place and kind, and drops repeated ones. */
export function matches_finish(matches: usize): void {
  const count = load<u32>(matches);
  if (count < 2) return;
  const items = <usize>load<u32>(matches, 8);
  sort_records(items, count, MATCH, false);
  let kept: u32 = 1;
  for (let i: u32 = 1; i < count; i++) {
    const match = items + <usize>i * MATCH;
    if (match_order(items + <usize>(kept - 1) * MATCH, match) == 0) continue;
    if (kept != i) memory.copy(items + <usize>kept * MATCH, match, MATCH);
    kept++;
  }
  store<u32>(matches, kept);
}

// `"start":`, `,"end":`, `,"bytes":[`, `{"kind":`, `,"path":`, `,"matches":[`
const WORDS = memory.data<u8>([
  44, 34, 115, 116, 97, 114, 116, 34, 58, 44, 34, 101, 110, 100, 34, 58, 44, 34, 98, 121, 116, 101, 115, 34, 58, 91, 123, 34,
  107, 105, 110, 100, 34, 58, 44, 34, 112, 97, 116, 104, 34, 58, 44, 34, 109, 97, 116, 99, 104, 101, 115, 34, 58, 91, 0, 0,
]);

/** Writes `,"path":…,"start":…,"end":…,"bytes":[…]` for a place of a text. */
export function out_place(s: u64, points_from: u32, points_to: u32, from: u32, to: u32): void {
  out_text(WORDS + 34, 8);
  out_string(json_path(text_value(at(s))));
  out_text(WORDS, 9);
  out_uint(<u64>points_from);
  out_text(WORDS + 9, 7);
  out_uint(<u64>points_to);
  out_text(WORDS + 16, 10);
  out_uint(<u64>from);
  out_byte(0x2c);
  out_uint(<u64>to);
  out_byte(0x5d);
}

/** Writes `,"matches":[…]`, or nothing when there are none; `kinds` are slots with the names of kinds. */
export function out_matches(matches: usize, kinds: usize): void {
  const count = load<u32>(matches);
  if (count == 0) return;
  const items = <usize>load<u32>(matches, 8);
  out_text(WORDS + 42, 12);
  for (let i: u32 = 0; i < count; i++) {
    const match = items + <usize>i * MATCH;
    if (i > 0) out_byte(0x2c);
    out_text(WORDS + 26, 8);
    out_string(load<u64>(kinds + (<usize>load<u32>(match, 8) << 3)));
    const s = load<u64>(match, 24);
    const start = at(s);
    const points = text_points(start, start + load<u32>(match, 12));
    out_place(s, points, text_points(start, start + load<u32>(match, 16)), load<u32>(match), load<u32>(match, 4));
    out_byte(0x7d);
  }
  out_byte(0x5d);
}
