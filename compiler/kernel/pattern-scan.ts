// One pass over a text for the triggers of many patterns (compiler/src/pattern/place-scan.ts says how a set of them looks):
// four bytes at every second place hashed into a Bloom filter, and byte sets in eight buckets. What is found is compared exactly; a hit
// says that the trigger stands there.
// INVARIANT: hits are in ascending order; no place where a trigger stands is left out. Up to 48 bytes behind
// the text are read, and what they are changes nothing.

import { collection_add, collection_new } from './collection';
import { alloc, ensure } from './heap';
import { in_first } from './pattern';

const TRIGGER: usize = 32;
const WINDOWS: usize = 12;
const BUCKETS: usize = 16;
const MULTIPLIER: u32 = 0x9e3779b1;
const LISTS: usize = 144;
const MASKS: usize = 208;
/** In place of the fourth slot when three tell enough. */
const NO_SLOT: i32 = -2;

// @ts-ignore: decorator
@inline
function is_word(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}

/** Whether the trigger stands at `p`. */
function stands(trigger: usize, text: usize, end: usize, p: usize): bool {
  const length = <usize>load<u8>(trigger);
  if (p < text || p + length > end) return false;
  if (load<u8>(trigger, 2) != 0 && p > text && is_word(<u32>load<u8>(p - 1))) return false;
  if (load<u8>(trigger, 1) == 0)
    return ((load<u64>(p) | load<u64>(trigger, 24)) ^ load<u64>(trigger, 16)) << ((8 - <u64>length) << 3) == 0;
  const sets = <usize>load<u32>(trigger, 16);
  for (let i: usize = 0; i < length; i++) if (!in_first(<usize>load<u32>(sets + (i << 2)), <u32>load<u8>(p + i))) return false;
  return true;
}

/** Adds a hit: place in the text << 32 | trigger. Hits come nearly in order; those of one pattern must be. */
function add_hit(hits: usize, offset: u32, number: u32): void {
  const item = collection_add(hits, 8);
  const hit = (<u64>offset << 32) | <u64>number;
  const first = <usize>load<u32>(hits, 8);
  let at = item;
  while (at > first && load<u64>(at - 8) > hit) {
    store<u64>(at, load<u64>(at - 8));
    at -= 8;
  }
  store<u64>(at, hit);
}

/** Adds those triggers of the row of `key` that stand where their window, which may be at `p`, has them. */
function look_in_row(set: usize, block: usize, key: u32, text: usize, end: usize, p: usize, hits: usize): void {
  const row = load<u32>(<usize>load<u32>(block, 12) + (<usize>((key * MULTIPLIER) >> load<u32>(block, 4)) << 2));
  if (row == 0) return;
  const triggers = <usize>load<u32>(set, 8);
  let item = <usize>row + 2;
  const last = item + (<usize>load<u16>(<usize>row) << 2);
  while (item < last) {
    const number = <u32>load<u16>(item);
    const start = p - <usize>load<i16>(item, 2);
    if (stands(triggers + <usize>number * TRIGGER, text, end, start)) add_hit(hits, <u32>(start - text), number);
    item += 4;
  }
}

/** The same for all four folded bytes at `p`, the first three and the last three. */
function look_in_rows(set: usize, block: usize, four: u32, text: usize, end: usize, p: usize, hits: usize): void {
  look_in_row(set, block, four, text, end, p, hits);
  look_in_row(set, block, (four & 0xffffff) + 1, text, end, p, hits);
  look_in_row(set, block, (four >> 8) + 2, text, end, p, hits);
}

/** Lowest bit: whether four bytes, whose hash this is, may be of a trigger. */
// @ts-ignore: decorator
@inline
function may_stand(words: usize, shift: u32, product: u32): u64 {
  const word = load<u64>(words + (<usize>(product >> shift) << 3));
  return (word >> <u64>(product >> 15)) & (word >> <u64>(product >> 9));
}

/** Asks every second place: three in each eight bytes. */
function scan_windows(set: usize, block: usize, text: usize, end: usize, hits: usize): void {
  const shift = load<u32>(block);
  const words = <usize>load<u32>(block, 8);
  let p = text;
  while (p < end) {
    const eight = load<u64>(p) | 0x2020202020202020;
    const at_0 = may_stand(words, shift, <u32>eight * MULTIPLIER);
    const at_2 = may_stand(words, shift, <u32>(eight >> 16) * MULTIPLIER);
    const at_4 = may_stand(words, shift, <u32>(eight >> 32) * MULTIPLIER);
    if (((at_0 | at_2 | at_4) & 1) != 0) {
      if ((at_0 & 1) != 0) look_in_rows(set, block, <u32>eight, text, end, p, hits);
      if ((at_2 & 1) != 0) look_in_rows(set, block, <u32>(eight >> 16), text, end, p + 2, hits);
      if ((at_4 & 1) != 0) look_in_rows(set, block, <u32>(eight >> 32), text, end, p + 4, hits);
    }
    p += 6;
  }
}

/** Adds the triggers of the buckets in `mask` that stand at `p`. */
function look_in_buckets(set: usize, block: usize, mask: u32, text: usize, end: usize, p: usize, hits: usize): void {
  const triggers = <usize>load<u32>(set, 8);
  while (mask != 0) {
    const list = block + LISTS + (<usize>ctz(mask) << 3);
    mask &= mask - 1;
    let item = <usize>load<u32>(list, 4);
    const last = item + (<usize>load<u32>(list) << 1);
    while (item < last) {
      const number = <u32>load<u16>(item);
      if (stands(triggers + <usize>number * TRIGGER, text, end, p)) add_hit(hits, <u32>(p - text), number);
      item += 2;
    }
  }
}

/** The buckets that fit at `p`, by all slots; `before` is the byte before it. */
// @ts-ignore: decorator
@inline
function buckets_at(masks: usize, before: u32, p: usize): u32 {
  let all = <u32>load<u8>(masks + (<usize>before << 3));
  for (let i: usize = 0; i < 7 && all != 0; i++) all &= <u32>load<u8>(masks + (<usize>load<u8>(p + i) << 3) + i + 1);
  return all;
}

/** Bits of the buckets whose nibbles fit by one slot, for each of sixteen places. */
// @ts-ignore: decorator
@inline
function fit(bytes: v128, low: v128, high: v128): v128 {
  return v128.and(
    i8x16.swizzle(low, v128.and(bytes, i8x16.splat(15))),
    i8x16.swizzle(high, i8x16.shr_u(bytes, 4)),
  );
}

/** The places among sixteen at `p` where nibbles fit, exactly. */
function look_at_places(set: usize, block: usize, fits: v128, text: usize, end: usize, p: usize, hits: usize): void {
  const masks = block + MASKS;
  let places = <u32>i8x16.bitmask(i8x16.ne(fits, i8x16.splat(0)));
  while (places != 0) {
    const at = p + <usize>ctz(places);
    places &= places - 1;
    if (at >= end) return;
    const mask = buckets_at(masks, <u32>load<u8>(at - 1), at);
    if (mask != 0) look_in_buckets(set, block, mask, text, end, at, hits);
  }
}

/** From `text + 1` on, 32 places at a time; `slots`: 3 or 4. */
// @ts-ignore: decorator
@inline
function scan_vectors(set: usize, block: usize, text: usize, end: usize, hits: usize, slots: i32): void {
  const low_0 = v128.load(block, 16);
  const high_0 = v128.load(block, 32);
  const low_1 = v128.load(block, 48);
  const high_1 = v128.load(block, 64);
  const low_2 = v128.load(block, 80);
  const high_2 = v128.load(block, 96);
  const low_3 = v128.load(block, 112);
  const high_3 = v128.load(block, 128);
  const at_0 = <usize>load<i32>(block);
  const at_1 = <usize>load<i32>(block, 4);
  const at_2 = <usize>load<i32>(block, 8);
  const at_3 = <usize>load<i32>(block, 12);
  let p = text + 1;
  while (p < end) {
    let a = v128.and(
      v128.and(fit(v128.load(p + at_0), low_0, high_0), fit(v128.load(p + at_1), low_1, high_1)),
      fit(v128.load(p + at_2), low_2, high_2),
    );
    let b = v128.and(
      v128.and(fit(v128.load(p + at_0, 16), low_0, high_0), fit(v128.load(p + at_1, 16), low_1, high_1)),
      fit(v128.load(p + at_2, 16), low_2, high_2),
    );
    if (slots == 4) {
      a = v128.and(a, fit(v128.load(p + at_3), low_3, high_3));
      b = v128.and(b, fit(v128.load(p + at_3, 16), low_3, high_3));
    }
    if (v128.any_true(v128.or(a, b))) {
      look_at_places(set, block, a, text, end, p, hits);
      look_at_places(set, block, b, text, end, p + 16, hits);
    }
    p += 32;
  }
}

function scan_buckets(set: usize, block: usize, text: usize, end: usize, hits: usize): void {
  const masks = block + MASKS;
  // What stands before the text is no word.
  const first = buckets_at(masks, 10, text);
  if (first != 0) look_in_buckets(set, block, first, text, end, text, hits);
  if (ASC_FEATURE_SIMD) {
    if (load<i32>(block, 12) == NO_SLOT) scan_vectors(set, block, text, end, hits, 3);
    else scan_vectors(set, block, text, end, hits, 4);
  } else {
    let p = text + 1;
    // Seven bytes ahead: slot 7 of a place is read last. What stands behind the text lets too much through, never too little.
    let state: u64 = 0xff;
    for (let i: usize = 0; i < 7; i++) state = ((state << 8) | 0xff) & load<u64>(masks + (<usize>load<u8>(text + i) << 3));
    while (p < end) {
      state = ((state << 8) | 0xff) & load<u64>(masks + (<usize>load<u8>(p + 6) << 3));
      const mask = <u32>(state >> 56);
      if (mask != 0) look_in_buckets(set, block, mask, text, end, p, hits);
      p++;
    }
  }
}

/** Both in order. */
function merged(a: usize, b: usize): usize {
  const all = load<u32>(a) + load<u32>(b);
  if (load<u32>(b) == 0) return a;
  if (load<u32>(a) == 0) return b;
  let left = <usize>load<u32>(a, 8);
  let right = <usize>load<u32>(b, 8);
  const left_end = left + (<usize>load<u32>(a) << 3);
  const right_end = right + (<usize>load<u32>(b) << 3);
  const hits = collection_new();
  const items = alloc(<usize>all << 3);
  store<u32>(hits, all);
  store<u32>(hits, all, 4);
  store<u32>(hits, <u32>items, 8);
  for (let i: usize = 0; i < <usize>all; i++) {
    if (right == right_end || (left < left_end && load<u64>(left) < load<u64>(right))) {
      store<u64>(items + (i << 3), load<u64>(left));
      left += 8;
    } else {
      store<u64>(items + (i << 3), load<u64>(right));
      right += 8;
    }
  }
  return hits;
}

/** The hits in a text, in order: a collection of u64, place << 32 | trigger. */
export function pattern_hits(set: usize, text: usize, length: u32): usize {
  const hits = collection_new();
  const end = text + <usize>length;
  if (length == 0) return hits;
  ensure(end + 64);
  const windows = <usize>load<u32>(set, WINDOWS);
  if (windows != 0) scan_windows(set, windows, text, end, hits);
  const buckets = <usize>load<u32>(set, BUCKETS);
  if (buckets == 0) return hits;
  const others = windows == 0 ? hits : collection_new();
  scan_buckets(set, buckets, text, end, others);
  return windows == 0 ? hits : merged(hits, others);
}
