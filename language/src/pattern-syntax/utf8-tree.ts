// From a set of code points to the bytes that encode them: a tree of byte ranges with shared subtrees, at most four deep.
// INVARIANT: accepts exactly the UTF-8 of the set; the edges of a node are sorted and do not overlap.

import type { Ranges } from './regex-tree.ts';

/** What can follow; `next` undefined: the code point is complete. */
export interface Utf8Node {
  readonly edges: readonly { readonly low: number; readonly high: number; readonly next: Utf8Node | undefined }[];
}

const known = new WeakMap<Ranges, Utf8Node>();

/** The tree of `ranges`; the same object for the same object. */
export function utf8Tree(ranges: Ranges): Utf8Node {
  const before = known.get(ranges);
  if (before) return before;
  const tree = buildTree(
    ranges.flatMap(([low, high]) => encodeRange(low, high)),
    new Map(),
  );
  known.set(ranges, tree);
  return tree;
}

/** Byte ranges, first byte first: every combination of them is one code point's encoding. */
type ByteRanges = readonly (readonly [number, number])[];

function encodeRange(low: number, high: number): readonly ByteRanges[] {
  for (const limit of [0x7f, 0x7ff, 0xffff])
    if (low <= limit && high > limit) return [...encodeRange(low, limit), ...encodeRange(limit + 1, high)];
  const length = high <= 0x7f ? 1 : high <= 0x7ff ? 2 : high <= 0xffff ? 3 : 4;
  // Cut where bytes after the first that differs do not run over all their values.
  for (let tail = 1; tail < length; tail++) {
    const mask = (1 << (6 * tail)) - 1;
    if ((low & ~mask) === (high & ~mask)) continue;
    if ((low & mask) !== 0) return [...encodeRange(low, low | mask), ...encodeRange((low | mask) + 1, high)];
    if ((high & mask) !== mask) return [...encodeRange(low, (high & ~mask) - 1), ...encodeRange(high & ~mask, high)];
  }
  const [from, to] = [encode(low, length), encode(high, length)];
  return [from.map((byte, i) => [byte, to[i] ?? byte] as const)];
}

function encode(code: number, length: number): readonly number[] {
  if (length === 1) return [code];
  const lead = [0, 0, 0xc0, 0xe0, 0xf0][length] ?? 0;
  const bytes = [lead | (code >> (6 * (length - 1)))];
  for (let i = length - 2; i >= 0; i--) bytes.push(0x80 | ((code >> (6 * i)) & 63));
  return bytes;
}

function buildTree(sequences: readonly ByteRanges[], shared: Map<string, Utf8Node>): Utf8Node {
  const key = JSON.stringify(sequences);
  const found = shared.get(key);
  if (found) return found;
  const groups = new Map<string, { low: number; high: number; rests: ByteRanges[] }>();
  for (const [first, ...rest] of sequences) {
    if (!first) continue;
    const [low, high] = first;
    const group = groups.get(`${low}-${high}`) ?? { low, high, rests: [] };
    groups.set(`${low}-${high}`, group);
    group.rests.push(rest);
  }
  const edges = [...groups.values()].map(({ low, high, rests }) => ({
    low,
    high,
    next: rests[0]?.length === 0 ? undefined : buildTree(rests, shared),
  }));
  const node: Utf8Node = { edges: joinEdges(edges) };
  shared.set(key, node);
  return node;
}

/** Neighbours with the same continuation become one edge. */
function joinEdges(edges: Utf8Node['edges']): Utf8Node['edges'] {
  const joined: { low: number; high: number; next: Utf8Node | undefined }[] = [];
  for (const edge of [...edges].sort((a, b) => a.low - b.low)) {
    const last = joined.at(-1);
    if (last && last.next === edge.next && last.high + 1 === edge.low) last.high = edge.high;
    else joined.push({ ...edge });
  }
  return joined;
}
