// Words → buckets of their n-grams. An n-gram's hash is made of that of the n-gram without its last word, so that each word
// costs one multiplication for every length.
// INVARIANT: compiler/kernel/ops-classify.ts hashes bit for bit the same.

import type { Word } from './words.ts';

/** 2^32 divided by the golden ratio, odd: spreads what is added. */
const spread = 0x9e3779b1;

/** Buckets of the n-grams that end with each word: the single word first, then the longer ones, up to `longest`. */
export function bucketsByWord(
  words: readonly Word[],
  { longest, bits }: { readonly longest: number; readonly bits: number },
): readonly (readonly number[])[] {
  let before: readonly number[] = [];
  return words.map(({ hash }) => {
    const raw = [hash, ...before.slice(0, longest - 1).map((shorter) => (Math.imul(shorter, spread) + hash) >>> 0)];
    before = raw;
    return raw.map((value, length) => mix((value + length) | 0) >>> (32 - bits));
  });
}

/** The distinct buckets of all n-grams. */
export function distinctBuckets(
  words: readonly Word[],
  shape: { readonly longest: number; readonly bits: number },
): readonly number[] {
  return [...new Set(bucketsByWord(words, shape).flat())];
}

/** Finaliser of MurmurHash3 (Appleby, public domain): every bit of the input changes every bit of the result. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
