// A trigger: what a scan of texts looks for in the name of patterns, and how often ordinary text has it.

import { type ByteSet, likelihood, noWordBytes, overlap, sizeOf } from './byte-set.ts';
import type { Piece } from './pieces.ts';

/** Bytes in a row, each one of a set. */
export interface Trigger {
  readonly sets: readonly ByteSet[];
  /** `after no word`: what stands before it is no character of a word, or nothing. */
  readonly edge: 'anywhere' | 'after no word';
}

/** A trigger of a piece, before there are instructions. */
export interface PieceTrigger extends Trigger {
  /** A piece that begins so many bytes behind the beginning of the sequence, when there is one: what follows must match it. */
  readonly entry: { readonly piece: Piece; readonly offset: number } | undefined;
}

/** Of a byte behind one of a class: digits follow digits, letters letters, however rare they are. */
const classAfterClass = 0.5;

/** How likely a place of ordinary text fits. */
export function triggerLikelihood({ sets, edge }: Trigger): number {
  let product = edge === 'anywhere' ? 1 : likelihood(noWordBytes);
  sets.forEach((set, i) => {
    const before = sets[i - 1];
    const follows = before !== undefined && isClass(before) && isClass(set) && overlap(before, set);
    product *= follows ? Math.max(likelihood(set), classAfterClass) : likelihood(set);
  });
  return product;
}

/** More than a letter in both cases. */
function isClass(set: ByteSet): boolean {
  return sizeOf(set) > 2;
}
