// A normalised view as texts: what the text itself reads as, and what stands behind it (hidden, encoded, spaced or with digits for
// letters). A score is one of each, since the second says the same again, or says what the first one hides.

import { viewOf } from './normalize-text.ts';
import { nowhere, type ViewForm } from './view-text.ts';

/** The first line of the view, and the rest where there is one. */
export function viewParts(text: string, form: ViewForm): readonly [string] | readonly [string, string] {
  const { points, places } = viewOf(text, form);
  const end = points.findIndex((point, index) => point === 10 && places[index] === nowhere);
  const between = (from: number, to: number): string =>
    points
      .slice(from, to)
      .map((point) => String.fromCodePoint(point))
      .join('');
  return end < 0 ? [between(0, points.length)] : [between(0, end), between(end, points.length)];
}
