// A pattern as it is looked for in normalised views: under a name of its own, since it is another search.

import type { CorePattern } from './core.ts';

const known = new WeakMap<CorePattern, CorePattern>();

/** `pattern` for normalised views; the same object for the same pattern. */
export function asNormalized(pattern: CorePattern): CorePattern {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const body = { ...pattern.body, normalized: true } as const;
  const made: CorePattern = { ...pattern, name: `${pattern.name}~`, body };
  known.set(pattern, made);
  return made;
}
