// From the matches that fired rules redact to edits that do not overlap: matches that overlap become one edit that covers
// them all, with the text of the most severe. A candidate is a match with {u32 rule, u32 severity, u32 redaction, u32 0}
// behind it. A redaction is {string head of the edit (`{"rule":"R"`), u32 kind (0 delete, 1 template, 2 mask), u32 number of
// parts, u32 address of parts (strings in slots; 0 is the match's kind, 1 the hash of its text), u32 code points to keep,
// string mask}.

import { points_span } from './document';
import { alloc } from './heap';
import { hash_digits } from './hmac';
import { MATCH, out_place, sort_records } from './ops-find';
import { out_byte, out_escaped, out_text } from './ops-json';
import { count_points, string_last } from './ops-text';
import { at, size, text } from './ops-value';

const CANDIDATE: usize = MATCH + 16;

/** Ahead of the candidates. */
const HEAD: usize = 16;

/** Room for the candidates of `count` matches: {u32 count, u32 0, string key of hashes, candidates}. */
export function edits_new(count: u32): usize {
  const edits = alloc(HEAD + <usize>count * CANDIDATE);
  store<u64>(edits, 0);
  store<u64>(edits, 0, 8);
  return edits;
}

/** Adds the matches that a rule redacts. */
export function edits_add(edits: usize, matches: usize, rule: u32, severity: u32, redaction: usize): void {
  let count = load<u32>(edits);
  const items = <usize>load<u32>(matches, 8);
  const more = load<u32>(matches);
  for (let i: u32 = 0; i < more; i++) {
    const candidate = edits + HEAD + <usize>count * CANDIDATE;
    memory.copy(candidate, items + <usize>i * MATCH, MATCH);
    store<u32>(candidate, rule, 32);
    store<u32>(candidate, severity, 36);
    store<u32>(candidate, <u32>redaction, 40);
    count++;
  }
  store<u32>(edits, count);
}

/** Whether `a` names the edit rather than `b`: the most severe; the longer, the earlier, the earlier rule, the first kind. */
function outweighs(a: usize, b: usize): bool {
  if (load<u32>(a, 36) != load<u32>(b, 36)) return load<u32>(a, 36) > load<u32>(b, 36);
  const left = load<u32>(a, 4) - load<u32>(a);
  const right = load<u32>(b, 4) - load<u32>(b);
  if (left != right) return left > right;
  if (load<u32>(a) != load<u32>(b)) return load<u32>(a) < load<u32>(b);
  if (load<u32>(a, 32) != load<u32>(b, 32)) return load<u32>(a, 32) < load<u32>(b, 32);
  return load<u32>(a, 8) < load<u32>(b, 8);
}

// `,"text":"`, `,"edits":[`
const WORDS = memory.data<u8>([44, 34, 116, 101, 120, 116, 34, 58, 34, 44, 34, 101, 100, 105, 116, 115, 34, 58, 91, 0, 0, 0, 0, 0]);

function out_part(s: u64): void {
  out_escaped(at(s), at(s) + size(s));
}

/** Writes the token of `[from, to)` under a key. */
function out_hash(key: u64, from: usize, to: usize): void {
  const digits = alloc(32);
  hash_digits(key, from, to, digits);
  out_text(digits, 32);
}

function out_replacement(candidate: usize, kinds: usize, key: u64): void {
  const redaction = <usize>load<u32>(candidate, 40);
  const kind = load<u32>(redaction, 8);
  const start = at(load<u64>(candidate, 24)) + load<u32>(candidate, 12);
  const end = at(load<u64>(candidate, 24)) + load<u32>(candidate, 16);
  if (kind == 1) {
    const parts = <usize>load<u32>(redaction, 16);
    const behind = parts + (<usize>load<u32>(redaction, 12) << 3);
    for (let part = parts; part < behind; part += 8) {
      const s = load<u64>(part);
      if (s == 1) out_hash(key, start, end);
      else out_part(s == 0 ? load<u64>(kinds + (<usize>load<u32>(candidate, 8) << 3)) : s);
    }
  } else if (kind == 2) {
    const points = count_points(start, end);
    // What is no longer than what stays would be shown whole.
    const keep = load<u32>(redaction, 20) < points ? load<u32>(redaction, 20) : 0;
    for (let i = keep; i < points; i++) out_part(load<u64>(redaction, 24));
    out_part(string_last(text(start, <u32>(end - start)), <i64>keep));
  }
}

/** Writes `,"edits":[…]`, or nothing when there are none. */
export function out_edits(edits: usize, kinds: usize): void {
  const count = load<u32>(edits);
  if (count == 0) return;
  const items = edits + HEAD;
  sort_records(items, count, CANDIDATE, true);
  out_text(WORDS + 9, 10);
  let i: u32 = 0;
  while (i < count) {
    let winner = items + <usize>i * CANDIDATE;
    let first = winner;
    let last = winner;
    if (i > 0) out_byte(0x2c);
    i++;
    while (i < count) {
      const candidate = items + <usize>i * CANDIDATE;
      if (load<u32>(candidate) >= load<u32>(last, 4)) break;
      if (load<u32>(candidate, 4) > load<u32>(last, 4)) last = candidate;
      if (outweighs(candidate, winner)) winner = candidate;
      i++;
    }
    const redaction = <usize>load<u32>(winner, 40);
    out_text(at(load<u64>(redaction)), size(load<u64>(redaction)));
    const s = load<u64>(winner, 24);
    const points = points_span(at(s), at(s) + load<u32>(first, 12), at(s) + load<u32>(last, 16));
    out_place(s, <u32>(points >> 32), <u32>points, load<u32>(first), load<u32>(last, 4));
    out_text(WORDS, 9);
    out_replacement(winner, kinds, load<u64>(edits, 8));
    out_byte(0x22);
    out_byte(0x7d);
  }
  out_byte(0x5d);
}
