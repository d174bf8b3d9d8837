// How matches of many patterns begin: an automaton that reads a text from one place on and soon says that no match begins there,
// or which few patterns have to be asked. For texts that arrive in parts, where a search must know at every place what may still
// become a match; `kernel/pattern-stream.ts` reads it.
// INVARIANT: a pattern that has a match at a place, or would have one if more text came, is in the list that the place leads to.
//
// Block: u32 classes of bytes, u32 state of a place behind no word's character, u32 the same behind one, u32 the highest state that
// reads on, u32 rows (for each state from 1 on a u16 for each class: the next state, 0: no match begins there), u32 lists (for
// each state from 1 on a u32 address of {u16 count, u16 pattern …}), u32 0, u32 0, then the class of each byte.

import {
  byteSet,
  type ByteSet,
  hasByte,
  leadBytes,
  likelihood,
  noWordBytes,
  overlap,
  singleByte,
  unionOf,
  wordBytes,
} from './byte-set.ts';
import { charBytes, type Instruction } from './instructions.ts';
import type { Place } from './place-program.ts';

/** The most states that read on; what is beyond them is asked earlier than need be. */
const mostInner = 320;
/** Patterns asked in a place of ordinary text, below which reading on saves nothing. */
const leastAsked = 5e-4;

/** A place in a pattern: an instruction and what was read in it, or `undefined` where only the pattern itself knows more. */
interface Position {
  readonly id: number;
  readonly pattern: number;
  readonly at: { readonly instruction: Instruction; readonly read: number } | undefined;
}

type Before = 'word' | 'no word';

interface State {
  readonly positions: readonly Position[];
  readonly before: Before;
  /** Patterns, ascending. */
  readonly patterns: readonly number[];
  /** How likely a place of ordinary text leads here, and with a digit as the last byte. */
  share: number;
  digits: number;
  number: number;
}

interface Step {
  readonly bytes: ByteSet;
  readonly to: Position;
}

const beyondAscii = byteSet([[0x80, 0xff]]);
const ascii = byteSet([[0, 0x7f]]);
const digitBytes = byteSet([[0x30, 0x39]]);
/** A digit follows a digit as often as not, however rare digits are. */
const digitAfterDigit = 0.5;
const lineEnd = byteSet([[10, 10]]);

/** Puts the automaton for patterns that begin with these instructions into static data; a pattern's number is its position. */
export function placeBeginnings(starts: readonly Instruction[], place: Place): number {
  const steps = createSteps();
  const first = starts.map((instruction, pattern) => steps.position(pattern, { instruction, read: 0 }));
  const roots = (['no word', 'word'] as const).map((before): State => ({
    positions: first,
    before,
    patterns: first.map(({ pattern }) => pattern),
    digits: 0,
    share: before === 'word' ? likelihood(wordBytes) : 1 - likelihood(wordBytes),
    number: 0,
  }));
  const classes = classesOf(starts);
  const { inner, leaves, rows } = expand(roots, { classes, steps });
  return placeAutomaton({ roots, inner, leaves, rows, classes }, place);
}

interface Steps {
  readonly position: (pattern: number, at: Position['at']) => Position;
  readonly from: (position: Position, before: Before) => readonly Step[];
}

function createSteps(): Steps {
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

/** Digits are taken for alike: which they are, few patterns ask first, and ten ways to go on at each would soon be too many. */
function alike(bytes: ByteSet): ByteSet {
  const known = knownAlike.get(bytes) ?? (overlap(bytes, digitBytes) ? unionOf(bytes, digitBytes) : bytes);
  knownAlike.set(bytes, known);
  return known;
}

const common = (a: ByteSet, b: ByteSet): ByteSet =>
  a === anything ? b : b === anything ? a : a.map((word, i) => word & (b[i] ?? 0));

interface ByteClass {
  /** One of its bytes. */
  readonly byte: number;
  /** How likely it is in ordinary text. */
  readonly share: number;
}

interface Classes {
  /** The class of each byte. */
  readonly of: Uint8Array;
  readonly bytes: readonly ByteClass[];
}

/** Bytes that no instruction tells apart are one class. */
function classesOf(starts: readonly Instruction[]): Classes {
  const sets = new Map<string, ByteSet>();
  const add = (set: ByteSet): void => void sets.set(set.join(), set);
  [wordBytes, ascii, lineEnd].forEach(add);
  const seen = new Set<Instruction>();
  const seenSets = new Set<ByteSet>();
  const open = [...starts];
  const note = (set: ByteSet): void => {
    if (seenSets.has(set)) return;
    seenSets.add(set);
    add(alike(set));
  };
  for (let at = open.pop(); at; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (at.op === 'literal') at.chars.forEach((char) => note(charBytes(char)));
    if (at.op === 'set') note(leadBytes(at.ranges));
    if (at.op === 'loop') note(leadBytes(at.loop.ranges));
    if (at.op === 'branch') open.push(...at.ways);
    if ('next' in at) open.push(at.next);
  }
  const all = [...sets.values()];
  const numbers = new Map<string, number>();
  const of = new Uint8Array(256);
  const bytes: ByteClass[] = [];
  for (let byte = 0; byte < 256; byte++) {
    const key = all.map((set) => (hasByte(set, byte) ? '1' : '0')).join('');
    const known = numbers.get(key);
    const number = known ?? bytes.push({ byte, share: 0 }) - 1;
    numbers.set(key, number);
    of[byte] = number;
    const before = bytes[number] ?? { byte, share: 0 };
    bytes[number] = { ...before, share: before.share + likelihood(singleByte(byte)) };
  }
  return { of, bytes };
}

interface Expanded {
  readonly inner: readonly State[];
  readonly leaves: readonly State[];
  /** For each inner state what follows it, by class. */
  readonly rows: readonly (readonly (State | undefined)[])[];
}

/** Lets those states read on where that saves the most questions. */
function expand(
  roots: readonly State[],
  { classes, steps }: { readonly classes: Classes; readonly steps: Steps },
): Expanded {
  const known = new Map<string, State>();
  const open = new Set<State>(roots);
  const inner: State[] = [];
  const rows: (readonly (State | undefined)[])[] = [];
  const stateOf = (positions: readonly Position[], last: number): State => {
    const before = hasByte(wordBytes, last) ? 'word' : 'no word';
    const key = `${before}:${positions.map(({ id }) => id).join()}`;
    const state = known.get(key);
    if (state) return state;
    const patterns = [...new Set(positions.map(({ pattern }) => pattern))].toSorted((a, b) => a - b);
    const made: State = { positions, before, patterns, share: 0, digits: 0, number: 0 };
    known.set(key, made);
    // What only the patterns know, no reading tells.
    if (positions.some(({ at }) => at !== undefined)) open.add(made);
    return made;
  };
  const knownClasses = new WeakMap<Step, readonly number[]>();
  const classesIn = (step: Step): readonly number[] => {
    const numbers =
      knownClasses.get(step) ??
      classes.bytes.flatMap(({ byte }, number) => (hasByte(step.bytes, byte) ? [number] : []));
    knownClasses.set(step, numbers);
    return numbers;
  };
  while (inner.length < mostInner) {
    const state = mostAsked(open);
    if (!state) break;
    open.delete(state);
    inner.push(state);
    const follow = classes.bytes.map(() => new Map<number, Position>());
    for (const position of state.positions)
      for (const step of steps.from(position, state.before))
        for (const number of classesIn(step)) follow[number]?.set(step.to.id, step.to);
    rows.push(
      classes.bytes.map(({ byte, share: likely }, number) => {
        const next = follow[number];
        if (!next || next.size === 0) return undefined;
        // A pattern that has to be asked anyway is not followed.
        const asked = new Set([...next.values()].flatMap(({ at, pattern }) => (at === undefined ? [pattern] : [])));
        const positions = [...next.values()]
          .filter(({ at, pattern }) => at === undefined || !asked.has(pattern))
          .toSorted((a, b) => a.id - b.id);
        const target = stateOf(positions, byte);
        if (target.number > 0) return target;
        const isDigit = hasByte(digitBytes, byte);
        const repeated = digitAfterDigit * state.digits;
        const share = (state.share - repeated) * likely + (isDigit ? repeated : 0);
        target.share += share;
        if (isDigit) target.digits += share;
        return target;
      }),
    );
    state.number = inner.length;
  }
  return { inner, leaves: [...known.values()].filter((state) => !inner.includes(state)), rows };
}

function mostAsked(open: ReadonlySet<State>): State | undefined {
  let best: State | undefined;
  let most = leastAsked;
  for (const state of open) {
    const asked = state.share * state.patterns.length;
    if (asked <= most) continue;
    most = asked;
    best = state;
  }
  return best;
}

function placeAutomaton(
  { roots, inner, leaves, rows, classes }: Expanded & { readonly roots: readonly State[]; readonly classes: Classes },
  place: Place,
): number {
  // Leaves that ask the same are one.
  const lists = new Map<string, number>();
  const addresses: number[] = inner.map(({ patterns }) => placeList(patterns, place));
  for (const leaf of leaves) {
    const key = leaf.patterns.join();
    leaf.number = lists.get(key) ?? addresses.push(placeList(leaf.patterns, place));
    lists.set(key, leaf.number);
  }
  const width = classes.bytes.length;
  const table = new DataView(new ArrayBuffer(Math.max(inner.length * width * 2, 2)));
  rows.forEach((row, state) =>
    row.forEach((next, number) => table.setUint16((state * width + number) * 2, next?.number ?? 0, true)),
  );
  const addressList = new DataView(new ArrayBuffer(addresses.length * 4));
  addresses.forEach((address, state) => addressList.setUint32(state * 4, address, true));
  const block = new Uint8Array(32 + 256);
  const view = new DataView(block.buffer);
  [
    width,
    roots[0]?.number ?? 0,
    roots[1]?.number ?? 0,
    inner.length,
    place(new Uint8Array(table.buffer), 2),
    place(new Uint8Array(addressList.buffer), 4),
  ].forEach((value, field) => view.setUint32(field * 4, value, true));
  block.set(classes.of, 32);
  return place(block, 4);
}

function placeList(patterns: readonly number[], place: Place): number {
  const view = new DataView(new ArrayBuffer(2 + patterns.length * 2));
  view.setUint16(0, patterns.length, true);
  patterns.forEach((pattern, i) => view.setUint16(2 + i * 2, pattern, true));
  return place(new Uint8Array(view.buffer), 2);
}
