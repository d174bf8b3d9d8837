// From pieces to instructions: a graph whose branches are ordered by preference, built from its end, so that each instruction
// knows the bytes that can come next.
// INVARIANT: an instruction's `first` has every byte with which it can go on to a match, and says whether it can at the end.

import type { Assertion, Ranges } from '@rdp/language';
import { allBytes, bothCases, byteSet, type ByteSet, leadBytes, singleByte, unionOf } from './byte-set.ts';
import type { Char, Loop, Piece } from './pieces.ts';

/** What can come next; `orEnd`: the end of the text can. */
export interface First {
  readonly bytes: ByteSet;
  readonly orEnd: boolean;
}

/** `first`: undefined when anything may come next. */
export type Instruction = { first: First | undefined } & (
  | { readonly op: 'match' | 'never' }
  | { readonly op: 'literal'; readonly chars: readonly Char[]; readonly next: Instruction }
  | { readonly op: 'set'; readonly ranges: Ranges; readonly next: Instruction }
  | { readonly op: 'loop'; readonly loop: Loop; readonly next: Instruction }
  /** The earlier way is preferred. */
  | { readonly op: 'branch'; ways: readonly Instruction[] }
  | { readonly op: 'assert'; readonly what: Assertion; readonly next: Instruction }
);

/** The instructions of one expression. */
export interface Code {
  readonly start: Instruction;
  /** Where a piece begins; a piece that was repeated has no one place. */
  readonly entries: ReadonlyMap<Piece, Instruction | 'several'>;
}

/** The longest literal of one instruction. */
const longestLiteral = 255;

/** Builds the instructions of `piece`. */
export function codeOf(piece: Piece): Code {
  const entries = new Map<Piece, Instruction | 'several'>();
  const start = build(entries, piece, { op: 'match', first: undefined });
  return { start, entries };
}

type Entries = Map<Piece, Instruction | 'several'>;

/** The instruction where `piece` begins, ahead of `next`. */
function build(entries: Entries, piece: Piece, next: Instruction): Instruction {
  const entry = buildPiece(entries, piece, next);
  entries.set(piece, entries.has(piece) ? 'several' : entry);
  return entry;
}

function buildPiece(entries: Entries, piece: Piece, next: Instruction): Instruction {
  switch (piece.kind) {
    case 'empty':
      return next;
    case 'never':
      return { op: 'never', first: reads(byteSet([])) };
    case 'chars':
      return buildLiteral(piece.chars, next);
    case 'set':
      return { op: 'set', ranges: piece.ranges, next, first: reads(leadBytes(piece.ranges)) };
    case 'assert':
      return { op: 'assert', what: piece.what, next, first: firstOfAssertion(piece.what, next) };
    case 'loop':
      return buildLoop(piece, next);
    case 'sequence':
      return piece.parts.reduceRight((after, part) => build(entries, part, after), next);
    case 'choice':
      return branch(piece.parts.map((part) => build(entries, part, next)));
    case 'repeat':
      return buildRepeat(entries, piece, next);
  }
}

function buildLiteral(chars: readonly Char[], next: Instruction): Instruction {
  if (chars.length > longestLiteral)
    return buildLiteral(chars.slice(0, longestLiteral), buildLiteral(chars.slice(longestLiteral), next));
  const [first] = chars;
  return { op: 'literal', chars, next, first: first ? reads(charBytes(first)) : next.first };
}

/** The first bytes of a character. */
export function charBytes({ byte, fold }: Char): ByteSet {
  if (fold === 'exact') return singleByte(byte);
  return fold === 'ascii' ? bothCases(byte) : unionOf(bothCases(byte), singleByte(byte === 0x73 ? 0xc5 : 0xe2));
}

function buildLoop(loop: Loop, next: Instruction): Instruction {
  // Without end and with a least number: first so many, then the rest, so that the rest is the same place for all rounds.
  if (loop.max === undefined && loop.min > 0) {
    const rest = buildLoop({ ...loop, min: 0 }, next);
    return buildLoop({ ...loop, max: loop.min }, rest);
  }
  const bytes = leadBytes(loop.ranges);
  const first = loop.min > 0 ? reads(bytes) : next.first && { ...next.first, bytes: unionOf(bytes, next.first.bytes) };
  return { op: 'loop', loop, next, first };
}

function branch(ways: readonly Instruction[]): Instruction {
  return { op: 'branch', ways, first: firstOf(ways) };
}

function firstOf(ways: readonly Instruction[]): First | undefined {
  let all = reads(byteSet([]));
  for (const { first } of ways) {
    if (!first) return undefined;
    all = { bytes: unionOf(all.bytes, first.bytes), orEnd: all.orEnd || first.orEnd };
  }
  return all;
}

const readers = new WeakMap<ByteSet, First>();

function reads(bytes: ByteSet): First {
  const known = readers.get(bytes) ?? { bytes, orEnd: false };
  readers.set(bytes, known);
  return known;
}

function firstOfAssertion(what: Assertion, { first }: Instruction): First | undefined {
  if (what === 'text-end') return { bytes: byteSet([]), orEnd: true };
  return what === 'line-end' && !first ? { bytes: singleByte(0x0a), orEnd: true } : first;
}

function buildRepeat(entries: Entries, piece: Piece & { readonly kind: 'repeat' }, next: Instruction): Instruction {
  const option = (into: Instruction): Instruction => branch(piece.greedy ? [into, next] : [next, into]);
  let entry = next;
  let required = piece.min;
  if (piece.max === undefined) {
    // One round, then the choice of another; with no round required the loop itself is the option.
    const again: Instruction = { op: 'branch', ways: [], first: undefined };
    const body = build(entries, piece.of, again);
    again.ways = piece.greedy ? [body, next] : [next, body];
    again.first = firstOf(again.ways);
    entry = required > 0 ? body : piece.ofEmpty === 'may be empty' ? option(body) : again;
    required = Math.max(required - 1, 0);
  } else for (let i = piece.min; i < piece.max; i++) entry = option(build(entries, piece.of, entry));
  for (let i = 0; i < required; i++) entry = build(entries, piece.of, entry);
  return entry;
}

/** Every byte that the matches of `piece` may have. */
export function bytesWithin(piece: Piece): ByteSet {
  switch (piece.kind) {
    case 'empty':
    case 'never':
    case 'assert':
      return byteSet([]);
    case 'chars':
      return piece.chars
        .map((char) => (char.fold === 'unicode' ? unionOf(charBytes(char), byteSet([[0x80, 0xbf]])) : charBytes(char)))
        .reduce(unionOf, byteSet([]));
    case 'set':
    case 'loop':
      return allBytes(piece.ranges);
    case 'sequence':
    case 'choice':
      return piece.parts.map(bytesWithin).reduce(unionOf);
    case 'repeat':
      return bytesWithin(piece.of);
  }
}
