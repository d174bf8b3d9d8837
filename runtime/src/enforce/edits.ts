// A document and the edits of a decision → the document with those ranges replaced. Every byte outside of them stays.
// The text of an edit is plain and is escaped here, because the range lies inside of a JSON string.
//
// INVARIANT: edits that do not lie in order within the document are refused as a whole; nothing is ever half redacted.

import type { Decision } from '../contract/index.ts';

export type DocumentEdit = Pick<NonNullable<Decision['edits']>[number], 'bytes' | 'text'>;

/** The edited document; `undefined` when an edit lies outside of it or two overlap, and then the document must not pass. */
export function applyEdits(document: Uint8Array, edits: readonly DocumentEdit[]): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { bytes, text } of edits) {
    const [start, end] = bytes;
    if (!(at <= start && start <= end && end <= document.length)) return undefined;
    pieces.push(document.subarray(at, start), encoder.encode(JSON.stringify(text).slice(1, -1)));
    at = end;
  }
  pieces.push(document.subarray(at));
  return join(pieces);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
