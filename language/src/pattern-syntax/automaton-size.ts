// How many states the byte automaton of an expression has, without building it: the budget is checked when the policy is,
// and the compiler builds exactly so many.

import { matchesEmpty, type Ranges, type RegexNode } from './regex-tree.ts';
import { type Utf8Node, utf8Tree } from './utf8-tree.ts';

/** The most states that one pattern may have; programs number them in 16 bits. */
export const stateBudget = 60_000;

/** States of `node`; at least one more than the budget when it has more. */
export function automatonSize(node: RegexNode): number {
  return Math.min(countStates(node), stateBudget + 1);
}

function countStates(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'assert':
      return 1;
    case 'set':
      return setSize(node.ranges);
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + countStates(part), 0);
    case 'choice':
      return node.parts.reduce((sum, part) => sum + countStates(part) + 1, -1);
    case 'repeat': {
      const size = countStates(node.of);
      if (node.max !== undefined) return node.max * size + (node.max - node.min);
      // An endless rest of something that can be empty is an optional loop: two branches.
      return Math.max(node.min, 1) * size + (node.min === 0 && matchesEmpty(node.of) ? 2 : 1);
    }
  }
}

const knownSizes = new WeakMap<Ranges, number>();

function setSize(ranges: Ranges): number {
  // Bytes by themselves are one state, and none is never.
  if (ranges.every(([, high]) => high < 0x80)) return 1;
  const known = knownSizes.get(ranges) ?? treeSize(utf8Tree(ranges), new Set());
  knownSizes.set(ranges, known);
  return known;
}

/** States for a set: one for all bytes that lead to one place, and the branches between them; one for the empty set. */
function treeSize(node: Utf8Node, seen: Set<Utf8Node>): number {
  if (seen.has(node)) return 0;
  seen.add(node);
  const places = new Set(node.edges.map((edge) => edge.next));
  let size = Math.max(2 * places.size - 1, 1);
  for (const place of places) if (place) size += treeSize(place, seen);
  return size;
}
