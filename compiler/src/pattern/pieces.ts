// From an expression's tree to pieces: what the matcher has instructions for. Sequences are flat, characters in a row are one
// piece, repetitions of one set are loops, alternatives that begin alike share their beginning.
// INVARIANT: the same matches with the same preferences as the tree; no piece stands twice; where parts are put into another
// order, no two of them can match at one place.

import { type Assertion, matchesEmpty, type Ranges, type RegexNode } from '@rdp/language';
import { utf8Bytes } from './utf8-bytes.ts';

/** One byte. `ascii`: in either case. `unicode`: `s` or `k` in either case, or long s or the Kelvin sign in their place. */
export interface Char {
  readonly byte: number;
  readonly fold: 'exact' | 'ascii' | 'unicode';
}

export type Piece =
  | { readonly kind: 'empty' | 'never' }
  | { readonly kind: 'chars'; readonly chars: readonly Char[] }
  | { readonly kind: 'set'; readonly ranges: Ranges }
  /** One set, `min` to `max` times. */
  | Loop
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Piece[] }
  | { readonly kind: 'choice'; readonly parts: readonly Piece[] }
  | (Bounds & { readonly kind: 'repeat'; readonly of: Piece; readonly ofEmpty: 'may be empty' | 'reads' });

interface Bounds {
  readonly min: number;
  readonly max: number | undefined;
  readonly greedy: boolean;
}

export type Loop = Bounds & { readonly kind: 'loop'; readonly ranges: Ranges };

/** The pieces of an expression. */
export function piecesOf(node: RegexNode): Piece {
  switch (node.kind) {
    case 'empty':
      return { kind: 'empty' };
    case 'assert':
      return { kind: 'assert', what: node.what };
    case 'set':
      return setPiece(node.ranges);
    case 'sequence':
      return sequenceOf(node.parts.map(piecesOf));
    case 'choice':
      return choiceOf(node.parts.map(piecesOf));
    case 'repeat':
      return repeatPiece(node);
  }
}

function setPiece(ranges: Ranges): Piece {
  if (ranges.length === 0) return { kind: 'never' };
  const chars = charsOf(ranges);
  return chars ? { kind: 'chars', chars } : { kind: 'set', ranges: sameRanges(ranges) };
}

const knownChars = { exact: [] as Char[], ascii: [] as Char[], unicode: [] as Char[] };

/** The same object for the same character. */
function charOf(byte: number, fold: Char['fold']): Char {
  return (knownChars[fold][byte] ??= { byte, fold });
}

const knownRanges = new Map<string, Ranges>();

/** The same object for the same set, so that what is worked out of it is worked out once. */
function sameRanges(ranges: Ranges): Ranges {
  if (ranges.length > 16) return ranges;
  const key = ranges.join();
  const known = knownRanges.get(key);
  if (known) return known;
  if (knownRanges.size > 2000) knownRanges.clear();
  knownRanges.set(key, ranges);
  return ranges;
}

/** The characters when `ranges` is one code point, or an ASCII letter without regard to case. */
function charsOf(ranges: Ranges): readonly Char[] | undefined {
  const [first, second, third] = ranges;
  if (!first || ranges.length > 3) return undefined;
  if (ranges.length === 1)
    return first[0] === first[1] ? utf8Bytes(first[0]).map((byte) => charOf(byte, 'exact')) : undefined;
  if (!second || first[0] !== first[1] || second[0] !== second[1] || second[0] !== first[0] + 32) return undefined;
  if (first[0] < 0x41 || first[0] > 0x5a) return undefined;
  const byte = second[0];
  if (!third) return [charOf(byte, 'ascii')];
  const special = byte === 0x73 ? 0x17f : byte === 0x6b ? 0x212a : -1;
  return third[0] === special && third[1] === special ? [charOf(byte, 'unicode')] : undefined;
}

function sequenceOf(parts: readonly Piece[]): Piece {
  const flat: Piece[] = [];
  for (const part of parts.flatMap((each) => (each.kind === 'sequence' ? each.parts : [each]))) {
    const last = flat.at(-1);
    if (part.kind === 'never') return part;
    if (part.kind === 'chars' && last?.kind === 'chars')
      flat[flat.length - 1] = { kind: 'chars', chars: [...last.chars, ...part.chars] };
    else if (part.kind !== 'empty') flat.push(part);
  }
  const [only] = flat;
  if (!only) return { kind: 'empty' };
  return flat.length === 1 ? only : { kind: 'sequence', parts: flat };
}

function repeatPiece(node: RegexNode & { readonly kind: 'repeat' }): Piece {
  const { min, max, greedy } = node;
  const of = piecesOf(node.of);
  if (max === 0 || of.kind === 'empty' || (of.kind === 'never' && min === 0)) return { kind: 'empty' };
  if (of.kind === 'never' || (min === 1 && max === 1)) return of;
  if (node.of.kind === 'set') return { kind: 'loop', ranges: sameRanges(node.of.ranges), min, max, greedy };
  return { kind: 'repeat', of, min, max, greedy, ofEmpty: matchesEmpty(node.of) ? 'may be empty' : 'reads' };
}

function choiceOf(parts: readonly Piece[]): Piece {
  const some = parts.filter((part) => part.kind !== 'never');
  const groups = groupByFirst(some);
  const ways = groups.map(({ first, rests }) => {
    const [rest] = rests;
    if (!first || rests.length === 1) return rest ?? { kind: 'never' as const };
    return withCommonBeginning(rests);
  });
  const [only] = ways;
  if (!only) return { kind: 'never' };
  return ways.length === 1 ? only : { kind: 'choice', parts: ways };
}

interface Group {
  readonly first: Char | undefined;
  readonly rests: Piece[];
}

/** Alternatives that begin with the same character, together; in order where that may matter. */
function groupByFirst(parts: readonly Piece[]): readonly Group[] {
  const firsts = parts.map(firstChar);
  // Characters that are not the same exclude each other unless one of them takes both cases.
  const kinds = new Map<number, string>();
  const free = firsts.every((char) => {
    if (!char) return false;
    const lower = char.byte >= 0x41 && char.byte <= 0x5a ? char.byte + 32 : char.byte;
    const kind = char.fold === 'exact' ? 'exact' : char.fold;
    const before = kinds.get(lower);
    kinds.set(lower, before ?? kind);
    return (before === undefined || before === kind) && char.byte < 0x80;
  });
  const groups: Group[] = [];
  const byKey = new Map<string, Group>();
  parts.forEach((part, i) => {
    const first = firsts[i];
    const key = first ? keyOf(first) : '';
    const last = groups.at(-1);
    const same = free ? byKey.get(key) : last?.first && first && keyOf(last.first) === key ? last : undefined;
    if (same) same.rests.push(part);
    else {
      const group = { first, rests: [part] };
      groups.push(group);
      byKey.set(key, group);
    }
  });
  return groups;
}

const keyOf = (char: Char): string => `${char.byte}${char.fold}`;

function firstChar(piece: Piece): Char | undefined {
  if (piece.kind === 'chars') return piece.chars[0];
  return piece.kind === 'sequence' && piece.parts[0] ? firstChar(piece.parts[0]) : undefined;
}

/** Alternatives that begin with at least one character in common: that beginning, then what is left of each. */
function withCommonBeginning(parts: readonly Piece[]): Piece {
  const heads = parts.map((part) => {
    const head = part.kind === 'sequence' ? part.parts[0] : part;
    return head?.kind === 'chars' ? head.chars : [];
  });
  const [first = []] = heads;
  let common = 0;
  while (common < first.length && heads.every((head) => sameChar(head[common], first[common]))) common++;
  const rests = parts.map((part, i): Piece => {
    const chars = heads[i]?.slice(common) ?? [];
    const head: Piece = chars.length > 0 ? { kind: 'chars', chars } : { kind: 'empty' };
    return sequenceOf([head, ...(part.kind === 'sequence' ? part.parts.slice(1) : [])]);
  });
  return sequenceOf([{ kind: 'chars', chars: first.slice(0, common) }, choiceOf(rests)]);
}

function sameChar(a: Char | undefined, b: Char | undefined): boolean {
  return a !== undefined && b !== undefined && a.byte === b.byte && a.fold === b.fold;
}

/** Fewest and most bytes of what matches; `most` is undefined when there is no bound. */
export interface Extent {
  readonly least: number;
  readonly most: number | undefined;
}

const extents = new WeakMap<Piece, Extent>();

/** How long the matches of a piece can be. */
export function extentOf(piece: Piece): Extent {
  const known = extents.get(piece) ?? findExtent(piece);
  extents.set(piece, known);
  return known;
}

function findExtent(piece: Piece): Extent {
  switch (piece.kind) {
    case 'empty':
    case 'never':
    case 'assert':
      return { least: 0, most: 0 };
    case 'chars':
      // The long s is a byte longer than `s`, the Kelvin sign two bytes longer than `k`.
      return {
        least: piece.chars.length,
        most: piece.chars.reduce((sum, char) => sum + (char.fold === 'unicode' ? (char.byte === 0x73 ? 2 : 3) : 1), 0),
      };
    case 'set':
      return setExtent(piece.ranges);
    case 'loop':
      return times(setExtent(piece.ranges), piece);
    case 'sequence':
      return piece.parts.map(extentOf).reduce(addExtents, { least: 0, most: 0 });
    case 'choice':
      return piece.parts.map(extentOf).reduce((a, b) => ({
        least: Math.min(a.least, b.least),
        most: a.most === undefined || b.most === undefined ? undefined : Math.max(a.most, b.most),
      }));
    case 'repeat':
      return times(extentOf(piece.of), piece);
  }
}

/** One after the other. */
export function addExtents(a: Extent, b: Extent): Extent {
  return {
    least: a.least + b.least,
    most: a.most === undefined || b.most === undefined ? undefined : a.most + b.most,
  };
}

function setExtent(ranges: Ranges): Extent {
  return { least: utf8Bytes(ranges[0]?.[0] ?? 0).length, most: utf8Bytes(ranges.at(-1)?.[1] ?? 0).length };
}

function times({ least, most }: Extent, { min, max }: Bounds): Extent {
  if (most === 0) return { least: 0, most: 0 };
  return { least: least * min, most: most === undefined || max === undefined ? undefined : most * max };
}
