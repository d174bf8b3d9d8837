// What looks into a text that arrives in pieces: the contract between the doors of a stream, which know frames and escapes, and
// the policy, which knows patterns.

import type { Decision } from '../contract/index.ts';

/** What a rule found in a text; half-open, in UTF-8 bytes of the whole text. */
export interface TextMatch {
  readonly rule: string;
  /** Name of the pattern. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** A replacement that is final; half-open, in UTF-8 bytes of the whole text. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  /** Plain; not yet escaped. */
  readonly text: string;
}

/** How far a text has been decided. */
export interface ScanProgress {
  /** Bytes from the start of the text before which nothing that comes can change anything. */
  readonly safe: number;
  /** New ones, in order; each ends at or before `safe`. */
  readonly edits: readonly TextEdit[];
  /** New ones, in order, whatever becomes of them. */
  readonly matches: readonly TextMatch[];
  /** The decision that ends the stream, `safe` then being what it was before: from here on nothing passes. */
  readonly block: Decision | undefined;
}

/** Looks into one text. */
export interface TextScanner {
  /** Whole characters only. */
  readonly push: (text: Uint8Array) => ScanProgress;
  /** No more text comes: everything is decided. */
  readonly end: () => ScanProgress;
}
