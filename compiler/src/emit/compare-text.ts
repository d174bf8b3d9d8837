// One order of names for everything that is emitted: that of UTF-16 units, which no locale changes.

/** Negative, zero or positive, for `toSorted`. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
