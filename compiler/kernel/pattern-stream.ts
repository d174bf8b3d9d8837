// Where matches begin in a text that arrives in parts: an automaton (compiler/src/pattern/place-beginnings.ts) says at each place which
// patterns may have a match that begins there, now or with more text; here they are asked when nothing is expected of them. What
// they find is for `pattern-verify.ts`.
// INVARIANT: what is skimmed and found quiet has no candidate of any pattern, so a decision on it would say nothing and hold no less.

import { set_heap } from './heap';
import { CREDIT, END, GOES_ON, NEEDS_MORE, NO_MATCH, TEXT, pattern_run, runner_new } from './pattern';

const PATTERN: usize = 52;
/** Where a set has the automaton's address, which is 0 when texts of it do not come in parts. */
export const BEGINNINGS: usize = 24;
/** Where the automaton has its lists. */
export const LISTS: usize = 20;

const BEHIND_NO_WORD: usize = 4;
const BEHIND_WORD: usize = 8;
const INNER: usize = 12;
const ROWS: usize = 16;
const CLASSES: usize = 32;

/** More than a question nearly ever costs. */
const ENOUGH: i32 = 4096;
/** What `rdp_stream_skim` says when the text has to be decided on. */
const NOT_QUIET: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
function is_word(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}

/** The automaton's state for the place `p`: 0 when no match begins there; one that reads on only where the text ends in it. */
// @ts-ignore: decorator
@inline
export function state_at(block: usize, text: usize, end: usize, p: usize): u32 {
  const width = load<u32>(block);
  const inner = load<u32>(block, INNER);
  const rows = <usize>load<u32>(block, ROWS);
  let state = load<u32>(block + (p > text && is_word(<u32>load<u8>(p - 1)) ? BEHIND_WORD : BEHIND_NO_WORD));
  while (state - 1 < inner && p < end) {
    state = <u32>load<u16>(rows + (<usize>((state - 1) * width + <u32>load<u8>(block + <usize>load<u8>(p), CLASSES)) << 1));
    p++;
  }
  return state;
}

/**
 * Looks at a part of a text that `length` bytes at `text` are: when no match of the set's patterns begins at `from` or behind it,
 * the byte before which none will begin whatever follows, otherwise `NOT_QUIET`. Says so as well when to be sure would take long.
 */
export function rdp_stream_skim(set: usize, text: usize, length: u32, from: u32, goes_on: u32, heap_start: usize): u32 {
  set_heap(heap_start);
  const end = text + <usize>length;
  const runner = runner_new();
  store<u32>(runner, <u32>text, TEXT);
  store<u32>(runner, <u32>end, END);
  store<u32>(runner, goes_on, GOES_ON);
  const block = <usize>load<u32>(set, BEGINNINGS);
  const inner = load<u32>(block, INNER);
  const lists = <usize>load<u32>(block, LISTS);
  const patterns = <usize>load<u32>(set, 4);
  for (let p = text + <usize>from; p < end; p++) {
    if ((load<u8>(p) & 0xc0) == 0x80) continue;
    const state = state_at(block, text, end, p);
    if (state == 0) continue;
    if (state <= inner && goes_on != 0) return <u32>(p - text);
    const list = <usize>load<u32>(lists + (<usize>(state - 1) << 2));
    const last = list + (<usize>load<u16>(list) << 1);
    let quiet = true;
    for (let item = list; item < last; item += 2) {
      const pattern = patterns + <usize>load<u16>(item, 2) * PATTERN;
      store<i32>(runner, ENOUGH, CREDIT);
      const found = pattern_run(runner, <usize>load<u32>(pattern), <usize>load<u32>(pattern, 4), p);
      if (found == NEEDS_MORE) return <u32>(p - text);
      if (found != NO_MATCH) quiet = false;
    }
    if (!quiet) return NOT_QUIET;
  }
  return length;
}
