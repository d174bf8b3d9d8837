// From hits to matches. A hit says where a match may begin: from there on, in order, the pattern's program is run; what
// comes out are the leftmost matches that do not overlap, for each pattern by itself.
// That this finds them: each match has a trigger no more than `most` and no less than `least` bytes behind its beginning, hits
// of a pattern come in order, and each hit tries all beginnings that it can stand for and that no earlier one has tried.
// INVARIANT: for one pattern no beginning is tried twice, but for a change to a run with a map.

import { alloc } from './heap';
import { collection_add } from './collection';
import { MATCH, sort_records } from './ops-find';
import { at, size } from './ops-value';
import {
  COLUMN,
  CREDIT,
  END,
  FROM,
  GOES_ON,
  MAP,
  MARKS,
  MASK,
  NEEDS_MORE,
  NO_CREDIT,
  NO_MATCH,
  SINGLE,
  TEXT,
  forget_places,
  in_first,
  or_end,
  pattern_run,
} from './pattern';
import { BEGINNINGS, LISTS, state_at } from './pattern-stream';
import { stream_from, stream_hold } from './stream';

const PATTERN: usize = 52;
const TRIGGER: usize = 32;
const OWNER: usize = 12;
const ONLY_AT_START: u32 = 1;
const NO_TRIGGERS: u32 = 2;
/** The entry of an owner whose trigger is of a context word. */
const OF_CONTEXT: usize = 1;
const UNBOUNDED: u32 = 0xffffffff;

// What a pattern knows in a text: {u32 first place that was not tried, u32 map or 0, u32 mask, i32 credit, u32 place up to
// which credit was given, u32 first place that the map is about, u32 whether it was asked about the text}.
const STATE: usize = 28;
const ASKED: usize = 24;
/** It was asked; the first place was tried and needs more text. All of a state is 0 before. */
const READY: u32 = 1;
const HELD: u32 = 2;
const FIRST_CREDIT: i32 = 4096;
const CREDIT_PER_BYTE: i32 = 8;

/** From now on the pattern notes what failed: for all places that one beginning can reach, or for all of the text. */
function give_map(runner: usize, pattern: usize, state: usize, from: usize): void {
  const text = load<u32>(runner, TEXT);
  const most = load<u32>(pattern, 12);
  const longest = load<u32>(pattern, 16);
  let places = load<u32>(runner, END) - text + 2;
  if (longest != UNBOUNDED && most != UNBOUNDED) places = min<u32>(places, longest + most + 2);
  const mask = places < 2 ? 1 : ((1 << (32 - clz(places - 1))) - 1);
  const column = (load<u32>(pattern, 28) + 7) >> 3;
  const bytes = (<usize>mask + 1) * <usize>column;
  const map = alloc(bytes);
  memory.fill(map, 0, bytes);
  store<u32>(state, <u32>map, 4);
  store<u32>(state, mask, 8);
  store<u32>(state, <u32>from, 20);
}

/** Runs a pattern at `p` from `pc` on; `from`: no place before it will be looked at again. */
function attempt(runner: usize, pattern: usize, state: usize, pc: usize, p: usize, from: usize): usize {
  const program = <usize>load<u32>(pattern);
  while (true) {
    const map = load<u32>(state, 4);
    store<u32>(runner, map, MAP);
    store<i32>(runner, load<i32>(state, 12), CREDIT);
    if (map != 0) {
      store<u32>(runner, load<u32>(state, 8), MASK);
      store<u32>(runner, (load<u32>(pattern, 28) + 7) >> 3, COLUMN);
      const about = <usize>load<u32>(state, 20);
      if (from > about) {
        forget_places(runner, about, from);
        store<u32>(state, <u32>from, 20);
      }
    }
    const found = pattern_run(runner, program, pc, p);
    if (found != NO_CREDIT) {
      store<i32>(state, load<i32>(runner, CREDIT), 12);
      // On the way to a match not everything that was noted has failed.
      if (map != 0 && found > NO_CREDIT) forget_places(runner, pc == <usize>load<u32>(pattern, 4) ? found : p, found + 1);
      return found;
    }
    give_map(runner, pattern, state, from);
  }
  return NO_MATCH;
}

/** Gives credit for the text up to `p`. */
// @ts-ignore: decorator
@inline
function credit_up_to(state: usize, p: usize): void {
  const given = <usize>load<u32>(state, 16);
  if (p <= given) return;
  const more = <i32>min<usize>(p - given, 4096) * CREDIT_PER_BYTE;
  store<i32>(state, min(load<i32>(state, 12) + more, FIRST_CREDIT << 2), 12);
  store<u32>(state, <u32>p, 16);
}

/** Adds the match that a run from `p` to `found` gave: all of it, or what the group `match` says. */
function add_match(runner: usize, matches: usize, number: u32, s: u64, p: usize, found: usize): void {
  const marked = <usize>load<u32>(runner, MARKS);
  const start = marked == 0 ? p : marked;
  const end = marked == 0 ? found : <usize>load<u32>(runner, MARKS + 4);
  const match = collection_add(matches, MATCH);
  store<u32>(match, <u32>(p - at(s)));
  store<u32>(match, <u32>(found - at(s)), 4);
  store<u32>(match, number, 8);
  store<u32>(match, <u32>(start - at(s)), 12);
  store<u32>(match, <u32>(end - at(s)), 16);
  store<u32>(match, 0, 20);
  store<u64>(match, s, 24);
}

/** Tries the beginnings `[low, high]`, adds the matches, and notes how far it came. */
function try_places(
  runner: usize,
  pattern: usize,
  state: usize,
  low: usize,
  high: usize,
  number: u32,
  s: u64,
  matches: usize,
): void {
  const start = <usize>load<u32>(pattern, 4);
  const first = <usize>load<u32>(pattern, 20);
  const end = <usize>load<u32>(runner, END);
  const single = load<u32>(runner, SINGLE) != 0;
  let p = low;
  while (p <= high) {
    if (p < end) {
      const byte = <u32>load<u8>(p);
      // A continuation byte begins no character, so no match either.
      if ((byte & 0xc0) == 0x80 || (first != 0 && !in_first(first, byte))) {
        p++;
        continue;
      }
    } else if (first != 0 && !or_end(first)) break;
    credit_up_to(state, p);
    store<u64>(runner, 0, MARKS);
    const found = attempt(runner, pattern, state, start, p, p);
    if (found == NEEDS_MORE) {
      store<u32>(state, <u32>p);
      store<u32>(state, HELD, ASKED);
      return;
    }
    if (found > p || (found == p && single)) {
      add_match(runner, matches, number, s, p, found);
      if (single) return;
      p = found;
    } else p++;
  }
  store<u32>(state, <u32>max(p, high + 1));
}

/** A hit at `p` for the pattern; `entry`: an instruction that must match at `inside`, or 0. */
function verify_hit(
  runner: usize,
  pattern: usize,
  state: usize,
  p: usize,
  entry: usize,
  inside: usize,
  number: u32,
  s: u64,
  matches: usize,
): void {
  // What begins later depends on what is not decided.
  if (load<u32>(state, ASKED) == HELD) return;
  const text = <usize>load<u32>(runner, TEXT);
  const least = <usize>load<u32>(pattern, 8);
  const most = <usize>load<u32>(pattern, 12);
  if (p - text < least) return;
  const high = p - least;
  let low = <usize>load<u32>(state);
  if (high < low) return;
  if (most != UNBOUNDED && p - text > most) low = max(low, p - most);
  credit_up_to(state, p);
  if (entry != 0 && attempt(runner, pattern, state, entry, inside, low) == NO_MATCH) return;
  const prefix = <usize>load<u32>(pattern, 24);
  if (prefix != 0) {
    let from = p;
    while (from > low && in_first(prefix, <u32>load<u8>(from - 1))) from--;
    low = from;
  }
  try_places(runner, pattern, state, low, high, number, s, matches);
}

/**
 * A trigger of one of the pattern's context words stands at `p`: tries the beginnings of the matches that it may be near to. They
 * are tried from behind a byte that no match has, so that none that begins before goes on there.
 */
function verify_around(
  runner: usize,
  pattern: usize,
  state: usize,
  p: usize,
  number: u32,
  s: u64,
  matches: usize,
): void {
  const text = <usize>load<u32>(runner, TEXT);
  const back = <usize>load<u32>(pattern, 36);
  const high = min(p + <usize>load<u32>(pattern, 40), <usize>load<u32>(runner, END));
  const bytes = <usize>load<u32>(pattern, 44);
  let low = <usize>load<u32>(state);
  if (high < low) return;
  if (p - text > back && p - back > low) {
    let from = p - back;
    while (from > low && in_first(bytes, <u32>load<u8>(from - 1))) from--;
    low = from;
  }
  try_places(runner, pattern, state, low, high, number, s, matches);
}

/** Where the states of a group's patterns are found by the patterns' numbers; `group` is its address. */
export function states_new(group: usize): usize {
  return alloc(<usize>load<u32>(group, 4) * STATE) - <usize>load<u32>(group) * STATE;
}

/** Prepares for a text; the patterns of the group may have matches from `from` on. */
export function begin_text(group: usize, s: u64, from: u32, runner: usize, states: usize): void {
  const text = at(s);
  store<u32>(runner, <u32>text, TEXT);
  store<u32>(runner, <u32>text + size(s), END);
  store<u32>(runner, <u32>text + from, FROM);
  memory.fill(states + <usize>load<u32>(group) * STATE, 0, <usize>load<u32>(group, 4) * STATE);
}

/** What a pattern knows in the text; most patterns are never asked. */
// @ts-ignore: decorator
@inline
function state_of(runner: usize, states: usize, number: u32): usize {
  const state = states + <usize>number * STATE;
  if (load<u32>(state, ASKED) == 0) {
    const from = load<u32>(runner, FROM);
    store<u32>(state, from);
    store<i32>(state, FIRST_CREDIT, 12);
    store<u32>(state, from, 16);
    store<u32>(state, from, 20);
    store<u32>(state, READY, ASKED);
  }
  return state;
}

/** Adds the matches of the patterns of `group` in a text to `matches`; each has its pattern's number as its kind. */
export function verify_text(set: usize, group: usize, s: u64, hits: usize, runner: usize, states: usize, matches: usize): void {
  const text = at(s);
  const first = load<u32>(group);
  const owned = load<u32>(group, 4);
  const single = load<u32>(runner, SINGLE) != 0;
  const patterns = <usize>load<u32>(set, 4);
  const triggers = <usize>load<u32>(set, 8);
  let item = <usize>load<u32>(hits, 8);
  const last = item + (<usize>load<u32>(hits) << 3);
  while (item < last) {
    const hit = load<u64>(item);
    item += 8;
    const p = text + <usize>(hit >> 32);
    const trigger = triggers + <usize>(<u32>hit) * TRIGGER;
    let owner = <usize>load<u32>(trigger, 4);
    const owners_end = owner + <usize>load<u32>(trigger, 8) * OWNER;
    while (owner < owners_end) {
      const number = load<u32>(owner);
      if (number - first < owned) {
        const pattern = patterns + <usize>number * PATTERN;
        const state = state_of(runner, states, number);
        const inside = p + <usize>load<u32>(owner, 8);
        const entry = <usize>load<u32>(owner, 4);
        if (entry != OF_CONTEXT) verify_hit(runner, pattern, state, p, entry, inside, number, s, matches);
        else verify_around(runner, pattern, state, p, number, s, matches);
      }
      owner += OWNER;
    }
    if (single && load<u32>(matches) != 0) return;
  }
  if (load<u32>(group, 8) == 0) return;
  const end = text + <usize>size(s);
  for (let number = first; number - first < owned; number++) {
    const pattern = patterns + <usize>number * PATTERN;
    const flags = load<u32>(pattern, 32);
    if ((flags & NO_TRIGGERS) == 0) continue;
    const state = state_of(runner, states, number);
    const low = <usize>load<u32>(state);
    const high = (flags & ONLY_AT_START) != 0 ? text : end;
    if (low <= high) try_places(runner, pattern, state, low, high, number, s, matches);
    if (single && load<u32>(matches) != 0) return;
  }
}

/**
 * The same for a part of a text that streams, where every place is asked for what may begin there; what needs more text is held
 * back.
 */
export function verify_part(set: usize, group: usize, s: u64, runner: usize, states: usize, matches: usize): void {
  const text = at(s);
  const first = load<u32>(group);
  const owned = load<u32>(group, 4);
  const end = text + <usize>size(s);
  const block = <usize>load<u32>(set, BEGINNINGS);
  const lists = <usize>load<u32>(block, LISTS);
  const patterns = <usize>load<u32>(set, 4);
  for (let p = text + <usize>stream_from(s); p < end; p++) {
    // A continuation byte begins no character, so no match either.
    if ((load<u8>(p) & 0xc0) == 0x80) continue;
    const place = state_at(block, text, end, p);
    if (place == 0) continue;
    const list = <usize>load<u32>(lists + (<usize>(place - 1) << 2));
    const last = list + (<usize>load<u16>(list) << 1);
    for (let item = list; item < last; item += 2) {
      const number = <u32>load<u16>(item, 2);
      if (number - first >= owned) continue;
      const pattern = patterns + <usize>number * PATTERN;
      const state = state_of(runner, states, number);
      if (load<u32>(state, ASKED) == HELD || p < <usize>load<u32>(state)) continue;
      credit_up_to(state, p);
      store<u64>(runner, 0, MARKS);
      const found = attempt(runner, pattern, state, <usize>load<u32>(pattern, 4), p, p);
      if (found == NEEDS_MORE) {
        store<u32>(state, HELD, ASKED);
        stream_hold(<u32>(p - text), 0);
      } else if (found > p) {
        add_match(runner, matches, number, s, p, found);
        store<u32>(state, <u32>found);
      }
    }
  }
}

/** Sorts the matches from `first` on, those of one text, by their pattern's number; those of one are in order. */
export function sort_by_pattern(matches: usize, first: u32): void {
  const count = load<u32>(matches);
  if (count - first < 2) return;
  const items = <usize>load<u32>(matches, 8);
  for (let i = first; i < count; i++) store<u32>(items + <usize>i * MATCH, load<u32>(items + <usize>i * MATCH, 8));
  sort_records(items + <usize>first * MATCH, count - first, MATCH, true);
}
