// What a rule reads of a match of another rule. A match is a record of `ops-find`; its places are worked out when asked for,
// as they are when it is written.

import { points_span, text_value } from './document';
import { at, text } from './ops-value';
import { json_path } from './path';

/** JSON Pointer of the text that a match is in. */
export function match_path(match: usize): u64 {
  return json_path(text_value(at(load<u64>(match, 24))));
}

/** Code points of the text before the start of a match. */
export function match_start(match: usize): u64 {
  return points_of(match) >> 32;
}

/** Code points of the text before the end of a match. */
export function match_end(match: usize): u64 {
  return points_of(match) & 0xffffffff;
}

/** Start << 32 | end. */
function points_of(match: usize): u64 {
  const start = at(load<u64>(match, 24));
  return points_span(start, start + load<u32>(match, 12), start + load<u32>(match, 16));
}

/** What matched. */
export function match_text(match: usize): u64 {
  const start = load<u32>(match, 12);
  return text(at(load<u64>(match, 24)) + start, load<u32>(match, 16) - start);
}
