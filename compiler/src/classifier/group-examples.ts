// Examples → which of them belong together: those of one `group`, and those that share a run of words, as texts made from one
// template do. A detector is judged by groups that it has not seen, or it would be praised for what it knows by heart.

import type { Example } from './read-examples.ts';
import { wordsOf } from './words.ts';

/** Words in a run that texts of different origin do not share. */
const runLength = 12;

/** A number for each example; equal for examples that belong together. */
export function groupExamples(examples: readonly Example[]): readonly number[] {
  const parents = examples.map((_, index) => index);
  const rootOf = (index: number): number => {
    let at = index;
    for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
      parents[at] = parents[parent] ?? parent;
      at = parent;
    }
    return at;
  };
  const first = new Map<string, number>();
  examples.forEach(({ text, group }, index) => {
    const join = (key: string): void => {
      const other = first.get(key);
      if (other === undefined) first.set(key, index);
      else parents[rootOf(index)] = rootOf(other);
    };
    if (group !== undefined) join(`group ${group}`);
    const hashes = wordsOf(text).map(({ hash }) => hash);
    for (let at = 0; at === 0 || at + runLength <= hashes.length; at++) join(hashes.slice(at, at + runLength).join());
  });
  return examples.map((_, index) => rootOf(index));
}

/** The fold of each group: as good as random, the same each time. */
export function foldOf(group: number, { folds, seed }: { readonly folds: number; readonly seed: number }): number {
  let hash = Math.imul(group ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x27d4eb2f);
  return ((hash ^ (hash >>> 13)) >>> 0) % folds;
}
