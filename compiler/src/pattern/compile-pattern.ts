// From a pattern to a byte program for the linear matcher: an automaton over UTF-8 whose branches are ordered by preference.
// Same pattern, same bytes. The matcher itself is `kernel/pattern.ts`.
//
// Program, little-endian: u32 number of states; u8 flags (1: matches only at the text's start; 2: can match nothing);
// u8 0; u16 first state; 256 bits, the bytes with which a match can begin (all of them with flag 2); then the states, 8 bytes
// each: u8 operation, u8 low, u8 high, u8 assertion, u16 next, u16 other; then sets of bytes, 256 bits each.
// Operations: 0 match; 1 byte in low..high, then next; 2 next, or else other; 3 assertion, then next; 4 never; 5 byte in set
// number `other`, then next.
// Assertions: 0 text-start, 1 text-end, 2 line-start, 3 line-end, 4 word-edge, 5 no-word-edge.

import {
  type Assertion,
  checkWords,
  type CorePattern,
  longestMatch,
  matchesEmpty,
  parseRegex,
  type RegexFault,
  type RegexNode,
  type Utf8Node,
  utf8Tree,
  wordsTree,
} from '@rdp/language';
import { treeInView } from './tree-in-view.ts';

/** Where the states begin in a program. */
export const statesOffset = 40;

/** A set of bytes is 256 bits. */
const setBytes = 32;

/** A pattern that the matcher can run. */
export interface CompiledPattern {
  readonly kind: 'pattern';
  readonly program: Uint8Array;
  readonly node: RegexNode;
  readonly states: number;
  /** Code points of the longest match; undefined when there is no bound. */
  readonly maxLength: number | undefined;
}

/** What is wrong with a pattern. */
export interface PatternFault {
  readonly kind: 'fault';
  readonly fault: RegexFault;
}

const compiled = new WeakMap<CorePattern['body'], CompiledPattern | PatternFault>();

/** The program for `body`, or why there is none; worked out once for the same object. */
export function compilePattern(body: CorePattern['body']): CompiledPattern | PatternFault {
  const known = compiled.get(body);
  if (known) return known;
  const parsed = patternTree(body);
  const result =
    parsed.kind === 'fault'
      ? parsed
      : ({
          kind: 'pattern',
          ...assemble(parsed.node),
          node: parsed.node,
          maxLength: longestMatch(parsed.node),
        } as const);
  compiled.set(body, result);
  return result;
}

/** The expression that `body` stands for, within the budget of states. */
export function patternTree(
  body: CorePattern['body'],
): { readonly kind: 'regex'; readonly node: RegexNode } | PatternFault {
  const written = writtenTree(body);
  return body.normalized && written.kind === 'regex' ? { kind: 'regex', node: treeInView(written.node) } : written;
}

function writtenTree(body: CorePattern['body']): ReturnType<typeof patternTree> {
  if (body.kind === 'regex') return parseRegex(body.regex);
  const fault = checkWords(body.words);
  return fault ? { kind: 'fault', fault } : { kind: 'regex', node: wordsTree(body.words) };
}

type State =
  | { readonly op: 'match' | 'never' }
  | { readonly op: 'byte'; readonly low: number; readonly high: number; readonly next: number }
  | { readonly op: 'set'; readonly ranges: readonly ByteRange[]; readonly next: number }
  | { readonly op: 'branch'; next: number; other: number }
  | { readonly op: 'assert'; readonly what: Assertion; readonly next: number };

interface ByteRange {
  readonly low: number;
  readonly high: number;
}

const operations = ['match', 'byte', 'branch', 'assert', 'never', 'set'] as const;
const assertions = ['text-start', 'text-end', 'line-start', 'line-end', 'word-edge', 'no-word-edge'] as const;

function assemble(node: RegexNode): { readonly program: Uint8Array; readonly states: number } {
  const states: State[] = [{ op: 'match' }];
  const first = build(states, node, 0);
  const sets = numberSets(states);
  const setsOffset = statesOffset + states.length * 8;
  const program = new Uint8Array(setsOffset + sets.bits.length * setBytes);
  const view = new DataView(program.buffer);
  view.setUint32(0, states.length, true);
  const empty = matchesEmpty(node);
  program[4] = (startsAtText(node) ? 1 : 0) | (empty ? 2 : 0);
  view.setUint16(6, first, true);
  for (const byte of firstBytes(states, first))
    program[8 + (byte >> 3)] = (program[8 + (byte >> 3)] ?? 0) | (1 << (byte & 7));
  if (empty) program.fill(0xff, 8, statesOffset);
  states.forEach((state, i) => {
    const at = statesOffset + i * 8;
    program[at] = operations.indexOf(state.op);
    if (state.op === 'byte') program.set([state.low, state.high], at + 1);
    if (state.op === 'assert') program[at + 3] = assertions.indexOf(state.what);
    if ('next' in state) view.setUint16(at + 4, state.next, true);
    if (state.op === 'branch') view.setUint16(at + 6, state.other, true);
    if (state.op === 'set') view.setUint16(at + 6, sets.numbers.get(state.ranges) ?? 0, true);
  });
  sets.bits.forEach((bits, index) => program.set(bits, setsOffset + index * setBytes));
  return { program, states: states.length };
}

interface NumberedSets {
  readonly numbers: ReadonlyMap<readonly ByteRange[], number>;
  readonly bits: readonly Uint8Array[];
}

/** Every set once, however many states have it. */
function numberSets(states: readonly State[]): NumberedSets {
  const numbers = new Map<readonly ByteRange[], number>();
  const known = new Map<string, number>();
  const bits: Uint8Array[] = [];
  for (const state of states) {
    if (state.op !== 'set' || numbers.has(state.ranges)) continue;
    const key = state.ranges.map(({ low, high }) => `${low}-${high}`).join();
    const number = known.get(key) ?? bits.push(bitsOf(state.ranges)) - 1;
    known.set(key, number);
    numbers.set(state.ranges, number);
  }
  return { numbers, bits };
}

function bitsOf(ranges: readonly ByteRange[]): Uint8Array {
  const bits = new Uint8Array(setBytes);
  for (const { low, high } of ranges) {
    for (let byte = low; byte <= high; byte++) bits[byte >> 3] = (bits[byte >> 3] ?? 0) | (1 << (byte & 7));
  }
  return bits;
}

/** Appends the states for `node` ahead of the state `next`; the state where they begin. */
function build(states: State[], node: RegexNode, next: number): number {
  switch (node.kind) {
    case 'empty':
      return next;
    case 'assert':
      return push(states, { op: 'assert', what: node.what, next });
    case 'set':
      return buildTree(states, utf8Tree(node.ranges), next, new Map());
    case 'sequence':
      return node.parts.reduceRight((after, part) => build(states, part, after), next);
    case 'choice':
      return node.parts
        .map((part) => build(states, part, next))
        .reduceRight((other, entry) => push(states, { op: 'branch', next: entry, other }));
    case 'repeat':
      return buildRepeat(states, node, next);
  }
}

function buildRepeat(states: State[], node: RegexNode & { readonly kind: 'repeat' }, next: number): number {
  const branch = (into: number): number =>
    push(states, node.greedy ? { op: 'branch', next: into, other: next } : { op: 'branch', next, other: into });
  let entry = next;
  let required = node.min;
  if (node.max === undefined) {
    // One round, then the choice of another; with no round required the loop itself is the option.
    const loop = { op: 'branch' as const, next, other: next };
    const again = push(states, loop);
    const body = build(states, node.of, again);
    if (node.greedy) loop.next = body;
    else loop.other = body;
    entry = required > 0 ? body : matchesEmpty(node.of) ? branch(body) : again;
    required = Math.max(required - 1, 0);
  } else for (let i = node.min; i < node.max; i++) entry = branch(build(states, node.of, entry));
  for (let i = 0; i < required; i++) entry = build(states, node.of, entry);
  return entry;
}

interface Group {
  readonly ranges: readonly ByteRange[];
  readonly rest: Utf8Node | undefined;
}

const knownGroups = new WeakMap<Utf8Node, readonly Group[]>();

/** Bytes that lead to the same place are one state, however many ranges they are in. Repetitions ask for a tree many times. */
function groupsOf(tree: Utf8Node): readonly Group[] {
  const known = knownGroups.get(tree);
  if (known) return known;
  const byRest = new Map<Utf8Node | undefined, ByteRange[]>();
  for (const { low, high, next } of tree.edges) {
    const ranges = byRest.get(next);
    if (ranges) ranges.push({ low, high });
    else byRest.set(next, [{ low, high }]);
  }
  const groups = [...byRest].map(([rest, ranges]) => ({ rest, ranges }));
  knownGroups.set(tree, groups);
  return groups;
}

function buildTree(states: State[], tree: Utf8Node, next: number, built: Map<Utf8Node, number>): number {
  const known = built.get(tree);
  if (known !== undefined) return known;
  const entries = groupsOf(tree).map(({ ranges, rest }) => {
    const [only] = ranges;
    const then = rest ? buildTree(states, rest, next, built) : next;
    return only && ranges.length === 1
      ? push(states, { op: 'byte', low: only.low, high: only.high, next: then })
      : push(states, { op: 'set', ranges, next: then });
  });
  const last = entries.pop() ?? push(states, { op: 'never' });
  const entry = entries.reduceRight((other, into) => push(states, { op: 'branch', next: into, other }), last);
  built.set(tree, entry);
  return entry;
}

function push(states: State[], state: State): number {
  states.push(state);
  return states.length - 1;
}

/** Bytes that can be the first of a match; assertions are taken to hold. */
function firstBytes(states: readonly State[], first: number): ReadonlySet<number> {
  const bytes = new Set<number>();
  const seen = new Set<number>();
  const open = [first];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const state = states[at];
    if (state?.op === 'byte') for (let byte = state.low; byte <= state.high; byte++) bytes.add(byte);
    if (state?.op === 'set') {
      for (const { low, high } of state.ranges) for (let byte = low; byte <= high; byte++) bytes.add(byte);
    }
    if (state?.op === 'branch') open.push(state.next, state.other);
    if (state?.op === 'assert') open.push(state.next);
  }
  return bytes;
}

/** Whether every match begins at the start of the text. */
function startsAtText(node: RegexNode): boolean {
  if (node.kind === 'assert') return node.what === 'text-start';
  if (node.kind === 'choice') return node.parts.every(startsAtText);
  return node.kind === 'sequence' && node.parts[0] !== undefined && startsAtText(node.parts[0]);
}
