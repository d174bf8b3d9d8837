// How matches of many patterns begin: an automaton that reads a text from one place on and soon says that no match begins there,
// or which few patterns have to be asked. For texts that arrive in parts, where a search must know at every place what may still
// become a match.
// INVARIANT: a pattern that has a match at a place, or would have one if more text came, is in the list that the place leads to.

import {
  alike,
  ascii,
  type Before,
  createSteps,
  digitBytes,
  lineEnd,
  type Position,
  type Step,
  type Steps,
} from './beginning-steps.ts';
import { type ByteSet, hasByte, leadBytes, likelihood, singleByte, wordBytes } from './byte-set.ts';
import { charBytes, type Instruction } from './instructions.ts';

/** The most states that read on; what is beyond them is asked earlier than need be. */
const mostInner = 320;
/** Patterns asked in a place of ordinary text, below which reading on saves nothing. */
const leastAsked = 5e-4;

/** A digit follows a digit as often as not, however rare digits are. */
const digitAfterDigit = 0.5;

/** What was read from a place on. */
export interface State {
  readonly positions: readonly Position[];
  readonly before: Before;
  /** Patterns, ascending. */
  readonly patterns: readonly number[];
  /** How likely a place of ordinary text leads here, and with a digit as the last byte. */
  share: number;
  digits: number;
  number: number;
}

/** An automaton. */
export interface Beginnings extends Expanded {
  /** Behind no word's character, and behind one. */
  readonly roots: readonly State[];
  readonly classes: Classes;
}

/** The automaton for patterns that begin with these instructions; a pattern's number is its position. */
export function findBeginnings(starts: readonly Instruction[]): Beginnings {
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
  return { ...expand(roots, { classes, steps }), roots, classes };
}

interface ByteClass {
  /** One of its bytes. */
  readonly byte: number;
  /** How likely it is in ordinary text. */
  readonly share: number;
}

/** Bytes that no pattern tells apart are one class. */
export interface Classes {
  /** The class of each byte. */
  readonly of: Uint8Array;
  readonly bytes: readonly ByteClass[];
}

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

/** States: those that read on, and those that ask. */
export interface Expanded {
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
