// A text that goes on: what can be decided of it, and from where on it has to be kept. The decision about a part of a stream
// is that of a document with the part as its text; while it is made, scans of the text leave alone what may still change.
// A record is {u32 from: no match begins before it, u32 whether the text goes on, u32 first place where context words count,
// u32 safe: every byte before it is decided}, in bytes of the text.
// INVARIANT: at `safe` no candidate of any pattern lies across, so a search that begins there finds what a search through the
// whole text finds.

import { rdp_decide } from './abi';
import { collection_add, collection_new } from './collection';
import { sort_records } from './ops-find';

/** The record of the stream whose part is decided on, or 0. */
export let stream: usize = 0;
/** {u32 complement of start, u32 start, u32 end} of every candidate. */
let candidates: usize = 0;
/** The part, as the texts of the document have it; 0 before it is searched. All other texts are whole. */
let part: u64 = 0;

const FROM: usize = 0;
const GOES_ON: usize = 4;
const CONTEXT: usize = 8;
const SAFE: usize = 12;
const SEARCHED: usize = 16;
const UNTIL: usize = 20;
const CANDIDATE: usize = 12;

/** `rdp_decide` on a part of a stream; `record` is above the heap's start, and has `safe` afterwards. */
export function rdp_stream(entrypoint: i32, data: usize, input: usize, length: u32, heap_start: usize, record: usize): usize {
  stream = record;
  candidates = 0;
  part = 0;
  store<u32>(record, 0xffffffff, SAFE);
  store<u64>(record, 0, SEARCHED);
  const decision = rdp_decide(entrypoint, data, input, length, heap_start);
  keep_whole(record);
  stream = 0;
  return decision;
}

/** Takes `safe` back to the beginning of what lies across it. */
function keep_whole(record: usize): void {
  if (candidates == 0) return;
  const count = load<u32>(candidates);
  const items = <usize>load<u32>(candidates, 8);
  // From the last that begins to the first: one that `safe` is taken back into comes later.
  sort_records(items, count, CANDIDATE, true);
  let safe = load<u32>(record, SAFE);
  for (let i: u32 = 0; i < count; i++) {
    const item = items + <usize>i * CANDIDATE;
    const start = load<u32>(item, 4);
    if (start < safe && load<u32>(item, 8) > safe) safe = start;
  }
  store<u32>(record, safe, SAFE);
}

/** From now on `s` is known to be the part. */
export function stream_part(s: u64): void {
  part = s;
}

/** Whether a text is the part of a stream. */
// @ts-ignore: decorator
@inline
function is_part(s: u64): bool {
  return stream != 0 && s == part;
}

/** Where matches of a text may begin. */
export function stream_from(s: u64): u32 {
  return is_part(s) ? load<u32>(stream, FROM) : 0;
}

/** Where context words of a text may begin. */
export function stream_context(s: u64): u32 {
  return is_part(s) ? load<u32>(stream, CONTEXT) : 0;
}

/** Whether more of a text comes. */
export function stream_goes_on(s: u64): u32 {
  return is_part(s) ? load<u32>(stream, GOES_ON) : 0;
}

/** The part was searched with a set that `rdp_stream_skim` can search parts with. */
export function stream_searched(set: usize): void {
  store<u32>(stream, <u32>set, SEARCHED);
}

/** What begins at `place` is not decided, and will not be before the part is `until` bytes long. */
export function stream_hold(place: u32, until: u32): void {
  const safe = load<u32>(stream, SAFE);
  if (place > safe) return;
  store<u32>(stream, place, SAFE);
  store<u32>(stream, place < safe ? until : max(until, load<u32>(stream, UNTIL)), UNTIL);
}

/** Notes a candidate, whatever becomes of it. */
export function stream_candidate(start: u32, end: u32): void {
  if (candidates == 0) candidates = collection_new();
  const item = collection_add(candidates, CANDIDATE);
  store<u32>(item, ~start);
  store<u32>(item, start, 4);
  store<u32>(item, end, 8);
}
