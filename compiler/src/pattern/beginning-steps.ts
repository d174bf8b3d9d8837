// One byte on in a pattern: from places in it, and the byte before, to the sets of bytes it can go on with and the places behind them.
// What a byte does not tell (characters beyond ASCII, a match, whether a text ends) is left to the pattern itself.
// INVARIANT: a way on that the pattern has is among the steps; there may be more.

import { byteSet, type ByteSet, leadBytes, noWordBytes, overlap, unionOf, wordBytes } from './byte-set.ts';
import { charBytes, type Instruction } from './instructions.ts';

/** A place in a pattern: an instruction and what was read in it, or `undefined` where only the pattern itself knows more. */
export interface Position {
  readonly id: number;
  readonly pattern: number;
  readonly at: { readonly instruction: Instruction; readonly read: number } | undefined;
}

/** The byte before a place. */
export type Before = 'word' | 'no word';

/** A way on. */
export interface Step {
  readonly bytes: ByteSet;
  readonly to: Position;
}

const beyondAscii = byteSet([[0x80, 0xff]]);
/** Bytes that are characters. */
export const ascii: ByteSet = byteSet([[0, 0x7f]]);
export const digitBytes: ByteSet = byteSet([[0x30, 0x39]]);
/** What may stand before a line's end. */
export const lineEnd: ByteSet = byteSet([[10, 10]]);

/** Steps of patterns, each worked out once. */
export interface Steps {
  readonly position: (pattern: number, at: Position['at']) => Position;
  readonly from: (position: Position, before: Before) => readonly Step[];
}

/** Remembers positions and steps of one automaton. */
export function createSteps(): Steps {
  let count = 0;
  const asked: Position[] = [];
  const known = new Map<number, Map<Instruction, Position[]>>();
  const position = (pattern: number, at: Position['at']): Position => {
    if (at === undefined) return (asked[pattern] ??= { id: count++, pattern, at });
    const own = known.get(pattern) ?? new Map<Instruction, Position[]>();
    known.set(pattern, own);
    const row = own.get(at.instruction) ?? [];
    own.set(at.instruction, row);
    return (row[at.read] ??= { id: count++, pattern, at });
  };
  const cache = { word: [] as (readonly Step[] | undefined)[], 'no word': [] as (readonly Step[] | undefined)[] };
  const from = (of: Position, before: Before): readonly Step[] => {
    const { at } = of;
    if (at === undefined) return [{ bytes: anything, to: of }];
    return (cache[before][of.id] ??= stepsFrom(of.pattern, { at, before, within: anything }, position));
  };
  return { position, from };
}

const anything = unionOf(ascii, beyondAscii);

/** The ways on from an instruction with a byte out of `within`. */
function stepsFrom(
  pattern: number,
  {
    at: { instruction, read },
    before,
    within,
    passed = [],
  }: {
    readonly at: NonNullable<Position['at']>;
    readonly before: Before;
    readonly within: ByteSet;
    /** Branches on the way here, so that an empty round ends. */
    readonly passed?: readonly Instruction[];
  },
  position: Steps['position'],
): readonly Step[] {
  const ask = (bytes: ByteSet): readonly Step[] => [{ bytes: common(bytes, within), to: position(pattern, undefined) }];
  const into = (bytes: ByteSet, at: NonNullable<Position['at']>): readonly Step[] => [
    { bytes: common(common(alike(bytes), ascii), within), to: position(pattern, at) },
    // What a character beyond ASCII is, its first byte does not tell.
    { bytes: common(common(bytes, beyondAscii), within), to: position(pattern, undefined) },
  ];
  const goOn = (next: Instruction, bytes: ByteSet): readonly Step[] =>
    stepsFrom(pattern, { at: { instruction: next, read: 0 }, before, within: common(bytes, within), passed }, position);
  switch (instruction.op) {
    case 'match':
      return ask(anything);
    case 'never':
      return [];
    case 'literal': {
      const char = instruction.chars[read];
      if (!char) return goOn(instruction.next, anything);
      const last = read + 1 === instruction.chars.length;
      return into(charBytes(char), last ? { instruction: instruction.next, read: 0 } : { instruction, read: read + 1 });
    }
    case 'set':
      return into(leadBytes(instruction.ranges), { instruction: instruction.next, read: 0 });
    case 'loop': {
      const { ranges, min, max } = instruction.loop;
      const more = max === undefined || read < max;
      const next = { instruction, read: max === undefined ? Math.min(read + 1, min) : read + 1 };
      return [...(more ? into(leadBytes(ranges), next) : []), ...(read >= min ? goOn(instruction.next, anything) : [])];
    }
    case 'branch': {
      if (passed.includes(instruction)) return [];
      const inside = [...passed, instruction];
      return instruction.ways.flatMap((way) =>
        stepsFrom(pattern, { at: { instruction: way, read: 0 }, before, within, passed: inside }, position),
      );
    }
    case 'assert':
      return goOn(instruction.next, bytesAfter(instruction.what, before));
  }
}

/** The bytes before which an assertion may hold; more than those where it depends on more than the bytes around it. */
function bytesAfter(what: (Instruction & { readonly op: 'assert' })['what'], before: Before): ByteSet {
  switch (what) {
    case 'word-edge':
      return before === 'word' ? noWordBytes : wordBytes;
    case 'no-word-edge':
      return before === 'word' ? wordBytes : noWordBytes;
    case 'line-end':
      return lineEnd;
    case 'line-start':
    case 'text-start':
      return before === 'word' ? nothing : anything;
    case 'text-end':
      return nothing;
    default:
      return anything;
  }
}

const nothing = byteSet([]);

const knownAlike = new WeakMap<ByteSet, ByteSet>();

/** The bytes of a step. Digits are taken for alike: which they are, few patterns ask first, and ten ways to go on at each would soon be too many. */
export function alike(bytes: ByteSet): ByteSet {
  const known = knownAlike.get(bytes) ?? (overlap(bytes, digitBytes) ? unionOf(bytes, digitBytes) : bytes);
  knownAlike.set(bytes, known);
  return known;
}

const common = (a: ByteSet, b: ByteSet): ByteSet =>
  a === anything ? b : b === anything ? a : a.map((word, i) => word & (b[i] ?? 0));
