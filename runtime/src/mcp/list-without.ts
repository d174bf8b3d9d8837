// The elements of an array and what becomes of each → edits that take some out, with their commas, and change others.

import type { DocumentEdit } from '../enforce/edits.ts';
import type { Slice } from './json-slices.ts';

/** Edits within an element, in order; or it goes. */
export type ListChange = 'removed' | readonly DocumentEdit[];

/** The edits, in order. */
export function listWithout(elements: readonly Slice[], changes: readonly ListChange[]): readonly DocumentEdit[] {
  const kept = elements.flatMap((slice, index) => {
    const change = changes[index];
    return change === undefined || change === 'removed' ? [] : [{ index, slice, edits: change }];
  });
  const [first] = elements;
  const last = elements.at(-1);
  if (first === undefined || last === undefined) return [];
  if (kept.length === 0) return [{ bytes: [first.start, last.end], text: '' }];
  const edits: DocumentEdit[] = [];
  let before: Slice | undefined;
  for (const { index, slice, edits: own } of kept) {
    const neighbour = elements[index - 1];
    if (before === undefined && neighbour !== undefined) edits.push({ bytes: [first.start, slice.start], text: '' });
    if (before !== undefined && neighbour !== before) edits.push({ bytes: [before.end, slice.start], text: ',' });
    edits.push(...own);
    before = slice;
  }
  if (before !== undefined && before !== last) edits.push({ bytes: [before.end, last.end], text: '' });
  return edits;
}
