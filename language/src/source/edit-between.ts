// Two texts → the one replacement that makes the second of the first. Which one of several is not said: of `aa` and `a` either
// letter may be the one that went.

import type { Edit } from './source-file.ts';

const step = 4096;

/** The smallest replacement that makes `after` of `before`. */
export function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  // Pieces first: engines compare texts faster than we compare their units.
  let start = 0;
  while (start + step <= shorter && before.slice(start, start + step) === after.slice(start, start + step))
    start += step;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  const ending = (text: string): string => text.slice(text.length - tail - step, text.length - tail);
  while (tail + step <= shorter - start && ending(before) === ending(after)) tail += step;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  return { start, end: before.length - tail, length: after.length - tail - start };
}
