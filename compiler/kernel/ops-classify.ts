// A learned detector's probability of a text, in one pass: words are cut and hashed byte by byte, their n-grams looked up as
// they end, for the text as a whole and for two rows of windows that overlap by half.
// INVARIANT: bit for bit what compiler/src/classifier (words.ts, ngrams.ts, score.ts) gives. Leaves the heap as it was.

import { alloc, heap, set_heap } from './heap';
import { code_point, width } from './ops-text';
import { at, size, text } from './ops-value';

const BASIS: u32 = 0x811c9dc5;
const PRIME: u32 = 0x01000193;
const SPREAD: u32 = 0x9e3779b1;

const LETTER: u32 = 0;
const ALONE: u32 = 1;
const GAP: u32 = 2;
const UNSEEN: u32 = 3;

// The text as a whole and the rows of windows are {u32 distinct n-grams, i32 sum of weights, u32 address of the bits of
// buckets that were seen}, one behind the other.
const ROW: usize = 16;

function wide_kind(c: u32): u32 {
  if (c == 0xad || c - 0x200b < 5 || c - 0x202a < 5) return UNSEEN;
  if (c - 0x2060 < 16 || c - 0xfe00 < 16 || c == 0xfeff) return UNSEEN;
  if (c - 0xe0000 < 0x1000) return UNSEEN;
  if (c <= 0xa0 || c - 0x2000 < 11 || c == 0x2028 || c == 0x2029) return GAP;
  if (c == 0x202f || c == 0x205f || c == 0x3000) return GAP;
  if (c < 0xc0 || c == 0xd7 || c == 0xf7) return ALONE;
  if (c - 0x300 < 0x70) return UNSEEN;
  return c < 0x370 || c - 0x1e00 < 0x100 ? LETTER : ALONE;
}

function narrow_kind(c: u32): u32 {
  if (c <= 0x20 || c == 0x7f) return GAP;
  return c - 0x30 < 10 || (c | 0x20) - 0x61 < 26 ? LETTER : ALONE;
}

function clear(row: usize, bytes: usize): void {
  store<u64>(row, 0);
  memory.fill(<usize>load<u32>(row, 8), 0, bytes);
}

// @ts-ignore: decorator
@inline
function count(row: usize, word: usize, bit: u32, weight: i32): void {
  const seen = <usize>load<u32>(row, 8) + word;
  const bits = load<u32>(seen);
  if (bits & bit) return;
  store<u32>(seen, bits | bit);
  store<u32>(row, load<u32>(row) + 1);
  store<i32>(row, load<i32>(row, 4) + weight, 4);
}

function logit(row: usize, slope: f64, intercept: f64): f64 {
  return slope * (<f64>load<i32>(row, 4) / sqrt<f64>(<f64>load<u32>(row))) + intercept;
}

/**
 * Of the two rows of windows, the one whose last window has more than half of its words when the text ends after `words`.
 */
function last_row(words: u32, window: u32): usize {
  return (words - 1) % window >= window >> 1 ? 1 : 2;
}

/** 1 / (1 + e^-x) with Taylor's series of e^rest, |rest| ≤ 0.35, and ln 2 in two parts (FreeBSD's e_exp.c). */
function logistic(x: f64): f64 {
  const power = max<f64>(-40.0, min<f64>(40.0, -x));
  const twos = floor<f64>(power * 1.4426950408889634 + 0.5);
  const rest = power - twos * 6.93147180369123816490e-1 - twos * 1.90821492927058770002e-10;
  let term: f64 = 1.0;
  for (let n = 13; n >= 1; n--) term = 1.0 + (rest * term) / <f64>n;
  let scale: f64 = 1.0;
  let n = <i32>twos;
  for (; n > 0; n--) scale *= 2.0;
  for (; n < 0; n++) scale *= 0.5;
  return 1.0 / (1.0 + term * scale);
}

/** The probability of a text by the model whose 2^bits weights are at `weights`; 0 for a text without words. */
export function classify(s: u64, weights: usize, bits: u32, longest: u32, window: u32, slope: f64, intercept: f64): f64 {
  const before = heap;
  const bytes = <usize>1 << (bits - 3);
  const kept: usize = window == 0 ? 1 : 3;
  const rows = alloc(kept * (ROW + bytes));
  for (let row: usize = 0; row < kept; row++) {
    store<u32>(rows + row * ROW, <u32>(rows + kept * ROW + row * bytes), 8);
    clear(rows + row * ROW, bytes);
  }
  const shift = 32 - bits;
  const half = window >> 1;
  const end = at(s) + size(s);
  let best: f64 = -Infinity;
  let words: u32 = 0;
  let hash: u32 = BASIS;
  let open = false;
  // Hashes of the n-grams of one and of two words that end with the last word.
  let one: u32 = 0;
  let two: u32 = 0;
  for (let p = at(s); p <= end; ) {
    const lead = p < end ? <u32>load<u8>(p) : 0;
    const kind = lead < 0x80 ? narrow_kind(lead) : wide_kind(code_point(p));
    const next = p + width(lead);
    // A sign ends the word before it and is one itself.
    let ends: u32 = (kind == GAP || kind == ALONE) && open ? 1 : 0;
    if (kind == ALONE) ends++;
    for (; ends > 0; ends--) {
      if (!open) {
        for (; p < next; p++) hash = (hash ^ <u32>load<u8>(p)) * PRIME;
      }
      // A window ends ahead of the word that is the first of the next one in its row.
      if (window != 0 && words != 0 && words % half == 0) {
        const row = rows + ROW * (words % window == 0 ? 1 : 2);
        if (words >= window) best = max(best, logit(row, slope, intercept));
        clear(row, bytes);
      }
      const second = one * SPREAD + hash;
      const third = two * SPREAD + hash;
      const lengths = min<u32>(longest, words + 1);
      for (let length: u32 = 0; length < lengths; length++) {
        let mixed = (length == 0 ? hash : length == 1 ? second : third) + length;
        mixed ^= mixed >> 16;
        mixed *= 0x85ebca6b;
        mixed ^= mixed >> 13;
        mixed *= 0xc2b2ae35;
        mixed ^= mixed >> 16;
        const bucket = mixed >> shift;
        const weight = <i32>load<i8>(weights + bucket);
        const word = <usize>(bucket >> 5) << 2;
        const bit: u32 = 1 << (bucket & 31);
        count(rows, word, bit, weight);
        if (window != 0) {
          count(rows + ROW, word, bit, weight);
          count(rows + 2 * ROW, word, bit, weight);
        }
      }
      two = second;
      one = hash;
      words++;
      hash = BASIS;
      open = false;
    }
    if (kind == LETTER) {
      for (; p < next; p++) {
        const c = <u32>load<u8>(p);
        hash = (hash ^ (c - 0x41 < 26 ? c | 0x20 : c)) * PRIME;
      }
      open = true;
    }
    p = next;
  }
  let probability: f64 = 0;
  if (words != 0) {
    best = max(best, logit(rows, slope, intercept));
    // The windows that the end of the text cuts off: the one with more than half of its words left.
    if (window != 0 && words > window) best = max(best, logit(rows + ROW * last_row(words, window), slope, intercept));
    probability = logistic(best);
  }
  set_heap(before);
  return probability;
}

/** The higher of the probabilities of a view's first line, and of what stands behind it. */
export function classify_view(view: usize, weights: usize, bits: u32, longest: u32, window: u32, slope: f64, intercept: f64): f64 {
  const all = load<u64>(view);
  const first = load<u32>(view, 20);
  const probability = classify(text(at(all), first), weights, bits, longest, window, slope, intercept);
  if (first == size(all)) return probability;
  const rest = classify(text(at(all) + first, size(all) - first), weights, bits, longest, window, slope, intercept);
  return max<f64>(probability, rest);
}
