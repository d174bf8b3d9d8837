// How large the program is that the engine runs for an expression, without making it: the budget is checked when the policy is.
// Bounded repeats of one set of characters cost nothing; those of a group are written out.
// INVARIANT: no more than an eighth less than what the compiler makes of instructions and sets of characters. It may be more: what
// alternatives begin with is one instruction there.

import { matchesEmpty, type Ranges, type RegexNode } from './regex-tree.ts';

/** Bytes that one pattern may have; instructions have four at least and are numbered in 16 bits. */
export const patternBudget: number = 256 * 1024;
/** Bytes that the patterns of one event may have together. */
export const eventBudget: number = 2 * 1024 * 1024;

// Bytes of instructions as `compiler/src/pattern/place-program.ts` writes them.
const assertion = 4;
const set = 8;
const jump = 8;
const loop = 16;
const branch = (ways: number): number => 8 + 8 * ways;
const ends = 8;

/** Bytes of the program of `node`, with the sets of characters that it asks for. */
export function programSize(node: RegexNode): number {
  const sets = new Map<string, number>();
  return sizeOf(node, sets) + ends + [...sets.values()].reduce((sum, size) => sum + size, 0);
}

/** A size in words: `12 KiB`. */
export function sizeInWords(bytes: number): string {
  const kib = bytes / 1024;
  return kib < 1024 ? `${Math.ceil(kib)} KiB` : `${(Math.ceil((kib / 1024) * 10) / 10).toFixed(1)} MiB`;
}

function sizeOf(node: RegexNode, sets: Map<string, number>): number {
  switch (node.kind) {
    case 'empty':
      return 0;
    case 'assert':
      return assertion;
    case 'set':
      return sequenceSize([node], sets);
    case 'sequence':
      return sequenceSize(node.parts, sets);
    case 'choice':
      return branch(node.parts.length) + node.parts.reduce((sum, part) => sum + sizeOf(part, sets) + jump, 0);
    case 'repeat': {
      if (node.of.kind === 'set') {
        noteSet(node.of.ranges, sets);
        return node.max === undefined && node.min > 0 ? 2 * loop : loop;
      }
      const size = sizeOf(node.of, sets);
      if (node.max !== undefined) return node.max * size + (node.max - node.min) * (branch(2) + jump);
      const options = node.min === 0 && matchesEmpty(node.of) ? 2 : 1;
      return Math.max(node.min, 1) * size + options * branch(2) + jump;
    }
  }
}

/** Characters in a row are one instruction. */
function sequenceSize(parts: readonly RegexNode[], sets: Map<string, number>): number {
  let size = 0;
  let run = 0;
  for (const part of parts) {
    const bytes = part.kind === 'set' ? literalBytes(part.ranges) : 0;
    if (bytes > 0) {
      if (run === 0) size += 4 + 6;
      // A byte, and one that says in which case it may be.
      size += 2 * bytes;
      run += bytes;
      // The longest literal of one instruction.
      if (run > 250) run = 0;
      continue;
    }
    run = 0;
    if (part.kind !== 'set') size += sizeOf(part, sets);
    else {
      size += set;
      noteSet(part.ranges, sets);
    }
  }
  return size;
}

/** Bytes of one character, or of a letter in either case; 0 for another set. */
function literalBytes(ranges: Ranges): number {
  const [first, second, third] = ranges;
  if (!first || ranges.length > 3 || first[0] !== first[1]) return 0;
  // The long s and the Kelvin sign.
  if (third && third[0] !== 0x17f && third[0] !== 0x212a) return 0;
  if (ranges.length === 1) return first[0] < 0x80 ? 1 : first[0] < 0x800 ? 2 : first[0] < 0x10000 ? 3 : 4;
  return first[0] >= 0x41 && first[0] <= 0x5a && second?.[0] === first[0] + 32 && second[0] === second[1] ? 1 : 0;
}

/** A set is 16 bytes for ASCII, four more, and eight for each range beyond. */
function noteSet(ranges: Ranges, sets: Map<string, number>): void {
  sets.set(ranges.join(), 20 + 8 * ranges.filter(([, high]) => high >= 0x80).length);
}
