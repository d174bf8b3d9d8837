// A normalised view while it grows: characters, each with its place in the original.
// INVARIANT: places are those of the original whatever a character went through.

import { twinOf } from './view-table.ts';

/** Where a character of the view stands in the original, in code points; with `from` above `to` nowhere. */
export interface ViewPlace {
  readonly from: number;
  to: number;
}

/** Characters with their places. */
export interface ViewText {
  readonly points: number[];
  readonly places: ViewPlace[];
}

/** `normalized-leet`: also as it reads when digits in words are letters. */
export type ViewForm = 'normalized' | 'normalized-leet';

/** A part of the view that has no place. */
export const nowhere: ViewPlace = { from: Number.MAX_SAFE_INTEGER, to: 0 };

/** What the text hides: tag characters as the ASCII that they are, and the bytes that runs of variation selectors carry. */
export interface Hidden {
  readonly tags: ViewText;
  readonly selectors: { readonly bytes: readonly number[]; readonly place: ViewPlace }[];
}

/** Adds what `code` is read as. */
export function put(view: ViewText, code: number, place: ViewPlace): void {
  if ((code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f) return;
  if (code >= 0xe0000 && code <= 0xe0fff) return;
  const twin = twinOf(code);
  if (twin === 'mark') return;
  for (const point of twin) {
    view.points.push(point);
    view.places.push(place);
  }
}
