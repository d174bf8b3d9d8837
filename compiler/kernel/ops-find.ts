// Matches: all places of a pattern in a text, the context words near them, and lists of matches in the order of the
// document. Code points and paths of places are worked out only when a match is written.
// Matches are a collection of records {u32 from, u32 to (bytes of the document), u32 kind, u32 start, u32 end (bytes of the
// text), u32 0, string text}.

import { document, document_end, document_span, points_span, text_value } from './document';
import { collection_add, collection_new } from './collection';
import { alloc } from './heap';
import { count_points } from './ops-text';
import { out_byte, out_string, out_text, out_uint } from './ops-json';
import { at, size } from './ops-value';
import { json_path } from './path';
import { stream_goes_on, stream_hold } from './stream';

/** Bytes of a match. */
export const MATCH: usize = 32;

/** Code points between two places of a text; more than `within` when there are more. */
function near_enough(s: u64, from: u32, to: u32, within: u32): bool {
  if (from >= to) return true;
  return to - from <= within << 2 && count_points(at(s) + from, at(s) + to) <= within;
}

/** Whether so many code points of the text are behind byte `from`. */
function reaches(s: u64, from: u32, points: u32): bool {
  return size(s) - from >= points << 2 || count_points(at(s) + from, at(s) + size(s)) >= points;
}

/**
 * Whether a word of `context`, matches in order that do not overlap, is within so many code points of the span. `reach`:
 * code points behind the span in which such a word ends; when the text goes on sooner, it is not decided.
 */
export function near_any(context: usize, s: u64, span: u64, within: u32, reach: u32): bool {
  const start = <u32>(span >> 32);
  const words = load<u32>(context);
  const items = <usize>load<u32>(context, 8);
  // The last word that begins before the span, and the one behind it, are the nearest.
  let low: u32 = 0;
  let high = words;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(items + <usize>middle * MATCH, 12) <= start) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && near_enough(s, load<u32>(items + <usize>(low - 1) * MATCH, 16), start, within)) return true;
  if (low < words && near_enough(s, <u32>span, load<u32>(items + <usize>low * MATCH, 12), within)) return true;
  if (stream_goes_on(s) != 0 && !reaches(s, <u32>span, reach)) stream_hold(start, <u32>span + reach);
  return false;
}

export function matches_new(): usize {
  return collection_new();
}

/** Whether a string stands in the document, so that its places can be told. */
export function has_place(s: u64): bool {
  return at(s) >= document;
}

/**
 * Gives matches, whose kinds are numbers of patterns, their places in the document and the kinds at `kinds` (u32 each). They are
 * settled text by text from the left, so that all patterns' places in a text cost one pass over it.
 */
export function matches_settle(matches: usize, kinds: usize): void {
  const count = load<u32>(matches);
  const items = <usize>load<u32>(matches, 8);
  for (let i: u32 = 0; i < count; i++) {
    const match = items + <usize>i * MATCH;
    const text = <u32>at(load<u64>(match, 24));
    store<u32>(match, text + load<u32>(match, 12));
    store<u32>(match, text + load<u32>(match, 16), 4);
  }
  sort_records(items, count, MATCH, false);
  for (let i: u32 = 0; i < count; i++) {
    const match = items + <usize>i * MATCH;
    const text = at(load<u64>(match, 24));
    const span = document_span(text, text + load<u32>(match, 12), text + load<u32>(match, 16));
    store<u32>(match, <u32>(span >> 32));
    store<u32>(match, <u32>span, 4);
    store<u32>(match, load<u32>(kinds + (<usize>load<u32>(match, 8) << 2)), 8);
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
    const points = points_span(start, start + load<u32>(match, 12), start + load<u32>(match, 16));
    out_place(s, <u32>(points >> 32), <u32>points, load<u32>(match), load<u32>(match, 4));
    out_byte(0x7d);
  }
  out_byte(0x5d);
}
