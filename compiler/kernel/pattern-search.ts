// What is known of texts that patterns are looked for in: the hits of the one pass over a text, and what groups of the set's patterns
// were found to have in it. The pass is made when something is asked for the first time that needs it; finds and conditions that ask
// about the same text share it. What a text that was asked about is: {u64 text, u32 hits or 0, u32 0, a byte for each group of the set}.
// INVARIANT: what is known of a text depends on its bytes alone, and those do not change during a decision.

import { alloc, heap, set_heap } from './heap';
import { collection_add, collection_new } from './collection';
import { MATCH, has_place } from './ops-find';
import { at, size } from './ops-value';
import { GOES_ON, SINGLE, runner_new } from './pattern';
import { pattern_hits } from './pattern-scan';
import { BEGINNINGS } from './pattern-stream';
import { begin_text, sort_by_pattern, states_new, verify_part, verify_text } from './pattern-verify';
import { stream, stream_candidate, stream_context, stream_from, stream_goes_on, stream_part, stream_searched } from './stream';
import { cache_add, cache_find, cache_new } from './text-cache';

const TRIGGER: usize = 32;
const OWNER: usize = 12;
const PATTERN: usize = 52;
/** Where a set has the number of its patterns that are found without triggers, the number of its groups, and where those are. */
const UNTRIGGERED: usize = 20;
const GROUPS: usize = 28;
const GROUP_ROWS: usize = 32;
const GROUP: usize = 12;
/** Where a pattern has its group. */
const PATTERN_GROUP: usize = 48;

const HITS: usize = 8;
const KNOWN: usize = 16;
/** What is known of a group: a trigger of it stands in the text; what was asked is answered; with yes. */
const MAY_MATCH: u32 = 1;
const ANSWERED: u32 = 2;
const YES: u32 = 4;

// A text of a scan: {u64 text, u32 what is known of it, u32 view or 0, u64 original}.
const SCANNED: usize = 24;

// @ts-ignore: decorator
@inline
function group_at(set: usize, group: u32): usize {
  return <usize>load<u32>(set, GROUP_ROWS) + <usize>group * GROUP;
}

/** Whether the texts that the set is for are parts of one that streams. */
function comes_in_parts(set: usize): bool {
  return stream != 0 && load<u32>(set, BEGINNINGS) != 0;
}

function known_new(set: usize, s: u64): usize {
  const bytes = KNOWN + <usize>load<u32>(set, GROUPS);
  const known = alloc(bytes);
  memory.fill(known, 0, bytes);
  store<u64>(known, s);
  return known;
}

/** What is known of a text; `texts`: where the decision has {u32 all that is kept, u32 what was asked for last}, or 0. */
function known_of(set: usize, texts: usize, s: u64): usize {
  const kept = <usize>load<u32>(texts);
  if (kept == 0) return keep_first(set, texts, s);
  const last = <usize>load<u32>(kept, 4);
  if (load<u64>(last) == s) return last;
  const cache = <usize>load<u32>(kept);
  let known = cache_find(cache, s, 0);
  if (known == 0) {
    known = known_new(set, s);
    store<u32>(kept, <u32>cache_add(cache, s, 0, known));
  }
  store<u32>(kept, <u32>known, 4);
  return known;
}

function keep_first(set: usize, texts: usize, s: u64): usize {
  const known = known_new(set, s);
  const kept = alloc(8);
  store<u32>(kept, <u32>cache_add(cache_new(4), s, 0, known));
  store<u32>(kept, <u32>known, 4);
  store<u32>(texts, <u32>kept);
  return known;
}

/** The hits in a text, after the pass over it; the groups that they may be of are marked. */
function hits_of(set: usize, known: usize): usize {
  const before = <usize>load<u32>(known, HITS);
  if (before != 0) return before;
  const s = load<u64>(known);
  const hits = pattern_hits(set, at(s), size(s));
  store<u32>(known, <u32>hits, HITS);
  const patterns = <usize>load<u32>(set, 4);
  const triggers = <usize>load<u32>(set, 8);
  let item = <usize>load<u32>(hits, 8);
  const last = item + (<usize>load<u32>(hits) << 3);
  while (item < last) {
    const trigger = triggers + <usize>load<u32>(item) * TRIGGER;
    let owner = <usize>load<u32>(trigger, 4);
    const owners_end = owner + <usize>load<u32>(trigger, 8) * OWNER;
    while (owner < owners_end) {
      const group = load<u32>(patterns + <usize>load<u32>(owner) * PATTERN, PATTERN_GROUP);
      store<u8>(known + <usize>group, MAY_MATCH, KNOWN);
      owner += OWNER;
    }
    item += 8;
  }
  return hits;
}

/** Whether a group may have a match in a text, of which the hits are known. */
function may_match(set: usize, known: usize, group: u32): bool {
  return load<u32>(group_at(set, group), 8) != 0 || (load<u8>(known + <usize>group, KNOWN) & MAY_MATCH) != 0;
}

/**
 * Adds a text to a scan when it may have a match; `texts`: where what is known of texts is kept, or 0. `original` has the places,
 * `view` is how `s` stands for it.
 */
export function scan_text(set: usize, texts: usize, scan: usize, s: u64, view: usize, original: u64): void {
  const known = texts == 0 ? known_new(set, s) : known_of(set, texts, s);
  if (comes_in_parts(set)) stream_part(s);
  else if (load<u32>(hits_of(set, known)) == 0 && load<u32>(set, UNTRIGGERED) == 0) return;
  const record = collection_add(scan, SCANNED);
  store<u64>(record, s);
  store<u32>(record, <u32>known, 8);
  store<u32>(record, <u32>view, 12);
  store<u64>(record, original, 16);
}

/** The texts of a list that stand in the document and may have a match of the set. */
export function scan_list(set: usize, texts: usize, list: usize): usize {
  const scan = collection_new();
  let item = <usize>load<u32>(list, 4);
  const last = item + (<usize>load<u32>(list) << 3);
  while (item < last) {
    const s = load<u64>(item);
    item += 8;
    if (has_place(s)) scan_text(set, texts, scan, s, 0, s);
  }
  return scan;
}

/**
 * The matches of the patterns of `group`, text by text, in each by pattern and place. Their kind is the pattern's number; until
 * they are settled, they begin with the original text and have the view instead of 0.
 */
export function scan_matches(set: usize, scan: usize, group: u32): usize {
  const matches = collection_new();
  const count = load<u32>(scan);
  if (count == 0) return matches;
  const asked = group_at(set, group);
  const in_parts = comes_in_parts(set);
  const runner = runner_new();
  const states = states_new(asked);
  const records = <usize>load<u32>(scan, 8);
  for (let i: u32 = 0; i < count; i++) {
    const record = records + <usize>i * SCANNED;
    const known = <usize>load<u32>(record, 8);
    const s = load<u64>(record);
    if (!in_parts && !may_match(set, known, group)) continue;
    const first = load<u32>(matches);
    begin_text(asked, s, stream_from(s), runner, states);
    store<u32>(runner, stream_goes_on(s), GOES_ON);
    if (in_parts) verify_part(set, asked, s, runner, states, matches);
    else verify_text(set, asked, s, <usize>load<u32>(known, HITS), runner, states, matches);
    const all = load<u32>(matches);
    for (let n = first; n < all && in_parts; n++) {
      const match = <usize>load<u32>(matches, 8) + <usize>n * MATCH;
      stream_candidate(load<u32>(match), load<u32>(match, 4));
    }
    sort_by_pattern(matches, first);
    for (let n = first; n < all; n++) {
      const match = <usize>load<u32>(matches, 8) + <usize>n * MATCH;
      store<u64>(match, load<u64>(record, 16));
      store<u32>(match, load<u32>(record, 12), 20);
    }
  }
  if (in_parts) stream_searched(set);
  return matches;
}

/** The matches of a group in one text, wherever it stands, by pattern and place. */
function group_matches(set: usize, group: u32, s: u64, hits: usize, runner: usize, from: u32): usize {
  const matches = collection_new();
  const asked = group_at(set, group);
  const states = states_new(asked);
  begin_text(asked, s, from, runner, states);
  verify_text(set, asked, s, hits, runner, states, matches);
  sort_by_pattern(matches, 0);
  return matches;
}

/** All matches of the patterns of a set in one text, wherever it stands, by pattern and place; they are one group. */
export function text_matches(set: usize, s: u64): usize {
  const hits = pattern_hits(set, at(s), size(s));
  if (load<u32>(hits) == 0 && load<u32>(set, UNTRIGGERED) == 0) return collection_new();
  const runner = runner_new();
  store<u32>(runner, stream_goes_on(s), GOES_ON);
  return group_matches(set, 0, s, hits, runner, stream_context(s));
}

/**
 * Of a set with one pattern the leftmost match at or after byte `from`, the preferred one of those that begin there, an empty
 * one too: start << 32 | end in bytes, or -1. Of a set with several, which are one group, some match of any.
 */
export function text_first(set: usize, s: u64, from: u32): i64 {
  const saved = heap;
  const hits = pattern_hits(set, at(s), size(s));
  let found: i64 = -1;
  if (load<u32>(hits) != 0 || load<u32>(set, UNTRIGGERED) != 0) {
    const runner = runner_new();
    store<u32>(runner, 1, SINGLE);
    const matches = group_matches(set, 0, s, hits, runner, from);
    if (load<u32>(matches) != 0) {
      const match = <usize>load<u32>(matches, 8);
      found = (<i64>load<u32>(match, 12) << 32) | <i64>load<u32>(match, 16);
    }
  }
  set_heap(saved);
  return found;
}

/** The matches of a group of context words in a text, by place, from where on such words count. */
export function text_context(set: usize, texts: usize, s: u64, group: u32): usize {
  const known = known_of(set, texts, s);
  const hits = hits_of(set, known);
  if (!may_match(set, known, group)) return collection_new();
  const runner = runner_new();
  store<u32>(runner, stream_goes_on(s), GOES_ON);
  return group_matches(set, group, s, hits, runner, stream_context(s));
}

/** Whether any pattern of a group is in a text: 1 no, 2 yes, 0 when it has to be asked and its candidates looked at. */
export function text_known(set: usize, texts: usize, s: u64, group: u32): u32 {
  const known = known_of(set, texts, s);
  const answer = <u32>load<u8>(known + <usize>group, KNOWN);
  if ((answer & ANSWERED) != 0) return (answer & YES) != 0 ? 2 : 1;
  // What is found without triggers needs no pass.
  if (load<u32>(group_at(set, group), 8) < load<u32>(group_at(set, group), 4)) hits_of(set, known);
  return may_match(set, known, group) ? 0 : 1;
}

/** Notes whether any pattern of a group is in a text. */
export function text_note(set: usize, texts: usize, s: u64, group: u32, yes: u32): void {
  const place = known_of(set, texts, s) + <usize>group;
  store<u8>(place, load<u8>(place, KNOWN) | <u8>(yes != 0 ? ANSWERED | YES : ANSWERED), KNOWN);
}

/** Whether any pattern of a group is in a text, also where nothing at all is a match. */
export function text_has(set: usize, texts: usize, s: u64, group: u32): u32 {
  const answer = text_known(set, texts, s, group);
  if (answer != 0) return answer - 1;
  const saved = heap;
  const runner = runner_new();
  store<u32>(runner, 1, SINGLE);
  const yes = load<u32>(group_matches(set, group, s, known_hits(set, texts, s), runner, 0));
  set_heap(saved);
  text_note(set, texts, s, group, yes);
  return yes != 0 ? 1 : 0;
}

/** The matches of a group in a text that was asked about. */
export function text_found(set: usize, texts: usize, s: u64, group: u32): usize {
  return group_matches(set, group, s, known_hits(set, texts, s), runner_new(), 0);
}

/** The hits in a text that was asked about; none where the group that was asked for needs none. */
function known_hits(set: usize, texts: usize, s: u64): usize {
  const hits = <usize>load<u32>(known_of(set, texts, s), HITS);
  return hits == 0 ? collection_new() : hits;
}
