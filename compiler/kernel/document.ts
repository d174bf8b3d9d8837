// The document of a run: how its reading begins and ends, and from places in memory back to byte offsets and code points.
// Places are asked in ascending order nearly always; then all answers about one text together cost one pass over it.
// INVARIANT: what is kept from one answer for the next belongs to one run; `open_document` forgets it. While a document is
// read, 64 NULs stand behind it; what was there is put back.

import { heap, reserve, set_heap } from './heap';
import { count_points } from './ops-text';
import { INVALID_JSON, INVALID_UTF8, beyond_ascii, clear_faults, fault, forget_block, hex_escape, skip_escape, past_space, past_text } from './scan';
import { document_is_utf8 } from './utf8';

/** First byte of the document. */
export let document: usize = 0;
/** First byte behind it. */
export let document_end: usize = 0;

/** What stood behind the text that is read; scratch. */
const BEHIND = memory.data(64);

/** Puts 64 NULs behind the text that ends at `end`, and the heap behind those. */
export function guard(end: usize): void {
  if (heap < end + 64) {
    reserve(<u64>end + 64);
    set_heap(end + 64);
  }
  forget_block();
  memory.copy(BEHIND, end, 64);
  memory.fill(end, 0, 64);
}

/** Puts back what `guard` took away. */
export function unguard(end: usize): void {
  memory.copy(end, BEHIND, 64);
}

/**
 * Begins to read: address of the first byte of the document's value, or 0 with a fault at the document when it is not UTF-8.
 * One NUL at the end does not count. `close_document` must follow. With SIMD the scan of texts sees in passing whether there
 * is anything but ASCII, and only then, or when the document is at fault anyway, does `close_document` look at its encoding.
 */
export function open_document(input: usize, length: u32): usize {
  if (length > 0 && load<u8>(input + length - 1) == 0) length--;
  document = input;
  document_end = input + length;
  text_seen = 0;
  path_walker = 0;
  views = 0;
  clear_faults();
  guard(document_end);
  if (!ASC_FEATURE_SIMD && !document_is_utf8(input, document_end)) return fault(INVALID_UTF8, input);
  return past_space(input);
}

/** Ends reading; `end` is the place behind the document's value, or 0 after a fault. Whether the document was fine. */
export function close_document(end: usize): bool {
  let whole = false;
  if (end != 0) {
    whole = past_space(end) == document_end;
    if (!whole) fault(INVALID_JSON, document);
  }
  if (ASC_FEATURE_SIMD && (!whole || beyond_ascii) && !document_is_utf8(document, document_end)) {
    fault(INVALID_UTF8, document);
    whole = false;
  }
  unguard(document_end);
  return whole;
}

/** State of `json_path`; 0 before the first question of a run. */
export let path_walker: usize = 0;

export function set_path_walker(state: usize): void {
  path_walker = state;
}

/** The views of a run (view.ts); 0 before the first one. */
export let views: usize = 0;

export function set_views(state: usize): void {
  views = state;
}

// The last answer about a text: its first byte, how far the answer went, the raw place of that, and code points up to there.
let text_seen: usize = 0;
let seen_to: usize = 0;
let seen_raw: usize = 0;
let seen_points: u32 = 0;
// The answer before, which is no further: matches of several patterns overlap, so that one begins before another ends.
let before_to: usize = 0;
let before_raw: usize = 0;
let before_points: u32 = 0;

/** Makes the last answer one about the text at `start` and no further than `to`. */
function look_at(start: usize, to: usize): void {
  if (text_seen != start) {
    text_seen = start;
    before_to = start;
    before_raw = is_in_document(start) ? start : <usize>load<u32>(start - 8);
    before_points = 0;
  } else if (seen_to <= to) {
    before_to = seen_to;
    before_raw = seen_raw;
    before_points = seen_points;
    return;
  } else if (before_to > to) {
    before_to = start;
    before_raw = is_in_document(start) ? start : <usize>load<u32>(start - 8);
    before_points = 0;
  }
  seen_to = before_to;
  seen_raw = before_raw;
  seen_points = before_points;
}

// @ts-ignore: decorator
@inline
function is_in_document(address: usize): bool {
  return address - document < document_end - document;
}

/** Moves the last answer on to `to`. */
function look_up_to(to: usize): void {
  seen_points += count_points(seen_to, to);
  if (is_in_document(text_seen)) seen_raw = to;
  else {
    // Of a decoded copy, each raw escape gives as many bytes as its code point has; the rest is one to one.
    let p = seen_to;
    while (p < to) {
      const plain = min<usize>(past_text(seen_raw) - seen_raw, to - p);
      p += plain;
      seen_raw += plain;
      if (p >= to) break;
      p += escape_width(seen_raw);
      seen_raw = skip_escape(seen_raw);
    }
  }
  seen_to = to;
}

/** Bytes in UTF-8 of what the escape at `p` stands for. */
function escape_width(p: usize): usize {
  if (load<u8>(p, 1) != 0x75) return 1;
  const code = hex_escape(p + 2);
  if ((code & 0xf800) == 0xd800) return 4;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

/** Byte offset in the document of the character at `address` of the text that begins at `start` (a string of the input). */
export function document_offset(start: usize, address: usize): u32 {
  look_at(start, address);
  look_up_to(address);
  return <u32>(seen_raw - document);
}

/** Code points in the text that begins at `start` before `address`. */
export function text_points(start: usize, address: usize): u32 {
  look_at(start, address);
  look_up_to(address);
  return seen_points;
}

/**
 * Where `[from, to)` of the text that begins at `start` stands in the document: first byte << 32 | byte behind it. The last answer
 * stays at `from`, so that spans that overlap cost no more than those that do not, as long as each begins at or behind the last.
 */
export function document_span(start: usize, from: usize, to: usize): u64 {
  look_at(start, from);
  look_up_to(from);
  const raw = seen_raw;
  const points = seen_points;
  look_up_to(to);
  const span = (<u64>(raw - document) << 32) | <u64>(seen_raw - document);
  seen_to = from;
  seen_raw = raw;
  seen_points = points;
  return span;
}

/** Code points in the text that begins at `start` before `from` << 32 | those before `to`; the last answer stays at `from`. */
export function points_span(start: usize, from: usize, to: usize): u64 {
  const points = text_points(start, from);
  return (<u64>points << 32) | <u64>(points + count_points(from, to));
}

/** Address in the document of the value that is the text at `start`: its opening quote. */
export function text_value(start: usize): usize {
  return (is_in_document(start) ? start : <usize>load<u32>(start - 8)) - 1;
}
