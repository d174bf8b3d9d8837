// From the text of a regular expression to its tree: RE2's syntax (github.com/google/re2/wiki/Syntax), whose every
// expression can be matched in linear time. Refused with the reason: backreferences, look-around, `\C`.
// INVARIANT: never throws; the tree that is returned has a program within the budget.

import { closeUnderCase, complement, lastCodePoint, normalizeRanges } from './code-points.ts';
import { type PatternReader, refuseAt, takeBracket, takeCharEscape, takeClassEscape } from './parse-class.ts';
import { patternBudget, programSize, sizeInWords } from './program-size.ts';
import { type RegexFault, RegexSyntaxError } from './regex-fault.ts';
import { type Assertion, countMarks, matchesEmpty, type Ranges, type RegexNode } from './regex-tree.ts';

/** The tree, or what is wrong. */
export type ParsedRegex =
  { readonly kind: 'regex'; readonly node: RegexNode } | { readonly kind: 'fault'; readonly fault: RegexFault };

/** The most repetitions that a bound may ask for, as in RE2. */
const mostRepeats = 1000;
/** Groups inside groups; keeps recursion within any stack. */
const deepestGroup = 200;

/** The tree of `pattern`, or the first fault in it. */
export function parseRegex(pattern: string): ParsedRegex {
  const chars = [...pattern];
  const offsets = [0];
  for (const char of chars) offsets.push((offsets.at(-1) ?? 0) + char.length);
  const reader: PatternReader = { chars, offsets, at: 0 };
  try {
    const node = parseChoice(reader, { fold: 'exact', lines: false, dotAll: false, lazy: false }, 0).node;
    if (reader.at < chars.length) refuseAt(reader, 'this `)` closes nothing', reader.at, reader.at + 1);
    checkMarks(reader, node);
    const size = programSize(node);
    return size <= patternBudget
      ? { kind: 'regex', node }
      : { kind: 'fault', fault: { kind: 'pattern-too-large', message: tooLarge(size), at: 0, end: pattern.length } };
  } catch (error) {
    if (error instanceof RegexSyntaxError) return { kind: 'fault', fault: error.fault };
    throw error;
  }
}

/** What is wrong with `pattern`; undefined when nothing is. */
export function checkRegex(pattern: string): RegexFault | undefined {
  const parsed = parseRegex(pattern);
  return parsed.kind === 'fault' ? parsed.fault : undefined;
}

/** What is wrong with a pattern whose program has so many bytes. */
export function tooLarge(size: number): string {
  return `it needs a program of about ${sizeInWords(size)}, and one pattern may have ${sizeInWords(patternBudget)}`;
}

interface Flags {
  readonly fold: 'fold' | 'exact';
  readonly lines: boolean;
  readonly dotAll: boolean;
  readonly lazy: boolean;
}

/** `a|b|c` up to a `)` or the end. Flags that change inside hold to the end of the group. */
function parseChoice(reader: PatternReader, flags: Flags, depth: number): { node: RegexNode; flags: Flags } {
  const choices: RegexNode[] = [];
  let parts: RegexNode[] = [];
  let current = flags;
  const finish = (): void => {
    choices.push(sequence(parts));
    parts = [];
  };
  while (reader.at < reader.chars.length && reader.chars[reader.at] !== ')') {
    if (reader.chars[reader.at] === '|') {
      reader.at++;
      finish();
      continue;
    }
    const start = reader.at;
    const changed = takeFlags(reader, current);
    if (changed && changed.group === 'rest') {
      current = changed.flags;
      continue;
    }
    parts.push(...parseRepeat(reader, current, { start, inGroup: changed?.flags }, depth));
  }
  finish();
  const only = choices[0];
  return { node: choices.length === 1 && only ? only : { kind: 'choice', parts: choices }, flags: current };
}

function sequence(parts: readonly RegexNode[]): RegexNode {
  const only = parts[0];
  if (!only) return { kind: 'empty' };
  return parts.length === 1 ? only : { kind: 'sequence', parts };
}

/** One item, from `start` on, and what repeats it; `inGroup`: the flags of a group whose head was read. */
function parseRepeat(
  reader: PatternReader,
  flags: Flags,
  { start, inGroup }: { readonly start: number; readonly inGroup: Flags | undefined },
  depth: number,
): readonly RegexNode[] {
  const items = inGroup ? [takeGroupBody(reader, inGroup, start, depth)] : parseItem(reader, flags, depth);
  const bounds = takeBounds(reader);
  if (!bounds) return items;
  const of = items.at(-1);
  if (!of) return refuseAt(reader, 'there is nothing to repeat', start, reader.at);
  if (takeBounds(reader)) refuseAt(reader, 'a repetition cannot be repeated; put it into a group', start, reader.at);
  const node: RegexNode = { kind: 'repeat', of, min: bounds.min, max: bounds.max, greedy: bounds.lazy === flags.lazy };
  if (nestedRepeats(node) > mostRepeats)
    refuseAt(reader, `repetitions inside one another come to more than ${mostRepeats}`, start, reader.at);
  return [...items.slice(0, -1), node];
}

/** The largest product of bounds from here inwards. */
function nestedRepeats(node: RegexNode): number {
  switch (node.kind) {
    case 'repeat':
      return Math.max(node.max ?? node.min, 1) * nestedRepeats(node.of);
    case 'sequence':
    case 'choice':
      return Math.max(1, ...node.parts.map(nestedRepeats));
    default:
      return 1;
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number | undefined;
  readonly lazy: boolean;
}

function takeBounds(reader: PatternReader): Bounds | undefined {
  const start = reader.at;
  const simple = { '*': [0, undefined], '+': [1, undefined], '?': [0, 1] } as const;
  const char = reader.chars[reader.at];
  let bounds: readonly [number, number | undefined] | undefined;
  if (char === '*' || char === '+' || char === '?') {
    bounds = simple[char];
    reader.at++;
  } else if (char === '{') {
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(reader.chars.slice(reader.at, reader.at + 24).join(''));
    if (!found) return undefined;
    reader.at += found[0].length;
    const min = Number(found[1]);
    const max = found[2] ? (found[3] ? Number(found[3]) : undefined) : min;
    if (min > mostRepeats || (max ?? 0) > mostRepeats)
      refuseAt(reader, `a bound may ask for at most ${mostRepeats} repetitions`, start, reader.at);
    if (max !== undefined && max < min) refuseAt(reader, 'the upper bound is below the lower one', start, reader.at);
    bounds = [min, max];
  }
  if (!bounds) return undefined;
  const lazy = reader.chars[reader.at] === '?';
  if (lazy) reader.at++;
  return { min: bounds[0], max: bounds[1], lazy };
}

function parseItem(reader: PatternReader, flags: Flags, depth: number): readonly RegexNode[] {
  const start = reader.at;
  const char = reader.chars[reader.at] ?? '';
  switch (char) {
    case '(':
      reader.at++;
      return [markMatch(reader, start, takeGroupName(reader, start), takeGroupBody(reader, flags, start, depth))];
    case '[':
      return [{ kind: 'set', ranges: takeBracket(reader, flags.fold) }];
    case '.':
      reader.at++;
      return [{ kind: 'set', ranges: flags.dotAll ? normalizeRanges([[0, lastCodePoint]]) : complement([[10, 10]]) }];
    case '^':
      reader.at++;
      return [assertion(flags.lines ? 'line-start' : 'text-start')];
    case '$':
      reader.at++;
      return [assertion(flags.lines ? 'line-end' : 'text-end')];
    case '*':
    case '+':
    case '?':
      return refuseAt(reader, 'there is nothing to repeat', start, start + 1);
    case '\\':
      return parseEscape(reader, flags);
    default:
      if (takeBounds(reader)) refuseAt(reader, 'there is nothing to repeat', start, reader.at);
      reader.at = start + 1;
      return [literal(char, flags)];
  }
}

function parseEscape(reader: PatternReader, flags: Flags): readonly RegexNode[] {
  const start = reader.at;
  const letter = reader.chars[reader.at + 1] ?? '';
  const asserted = assertions.get(letter);
  if (asserted) {
    reader.at += 2;
    if (reader.chars[reader.at] === '{' && (letter === 'b' || letter === 'B') && !/^\{\d/.test(rest(reader)))
      refuseAt(reader, `\`\\${letter}{\` has no meaning in RE2`, start, reader.at + 1);
    return [assertion(asserted)];
  }
  if (letter === 'Q') return takeQuoted(reader, flags);
  if (letter === 'C') return refuseAt(reader, '`\\C` would cut a character into bytes', start, start + 2);
  const class_ = takeClassEscape(reader, flags.fold);
  if (class_) return [{ kind: 'set', ranges: class_ }];
  return [literal(String.fromCodePoint(takeCharEscape(reader)), flags)];
}

function rest(reader: PatternReader): string {
  return reader.chars.slice(reader.at, reader.at + 2).join('');
}

const assertions: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-start'],
  ['z', 'text-end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);

function assertion(what: Assertion): RegexNode {
  return { kind: 'assert', what };
}

/** `\Q…\E`: literally; without `\E` to the end. */
function takeQuoted(reader: PatternReader, flags: Flags): readonly RegexNode[] {
  reader.at += 2;
  const items: RegexNode[] = [];
  while (reader.at < reader.chars.length) {
    if (reader.chars[reader.at] === '\\' && reader.chars[reader.at + 1] === 'E') {
      reader.at += 2;
      return items;
    }
    items.push(literal(reader.chars[reader.at++] ?? '', flags));
  }
  return items;
}

const asciiLiterals = { fold: new Map<number, Ranges>(), exact: new Map<number, Ranges>() };

function literal(char: string, flags: Flags): RegexNode {
  const code = char.codePointAt(0) ?? 0;
  const known = asciiLiterals[flags.fold].get(code);
  if (known) return { kind: 'set', ranges: known };
  const own = normalizeRanges([[code, code]]);
  const ranges = flags.fold === 'fold' ? closeUnderCase(own) : own;
  if (code < 0x80) asciiLiterals[flags.fold].set(code, ranges);
  return { kind: 'set', ranges };
}

function takeGroupBody(reader: PatternReader, flags: Flags, start: number, depth: number): RegexNode {
  if (depth >= deepestGroup) refuseAt(reader, `groups are nested more than ${deepestGroup} deep`, start, reader.at);
  const { node } = parseChoice(reader, flags, depth + 1);
  if (reader.chars[reader.at] !== ')') refuseAt(reader, 'this `(` is not closed', start, start + 1);
  reader.at++;
  return node;
}

/** A group that is named `match` between its marks; another one as it is. */
function markMatch(reader: PatternReader, start: number, name: string | undefined, body: RegexNode): RegexNode {
  if (name !== 'match') return body;
  if (matchesEmpty(body)) refuseAt(reader, 'the group `match` has to match something', start, reader.at);
  return { kind: 'sequence', parts: [assertion('match-start'), body, assertion('match-end')] };
}

/** The group `match` says what the match is, so there is one, and it is not repeated. */
function checkMarks(reader: PatternReader, node: RegexNode): void {
  const { marks, repeated } = countMarks(node);
  if (marks > 1) refuseAt(reader, 'only one group can be named `match`', 0, reader.at);
  if (repeated) refuseAt(reader, 'the group `match` cannot be repeated', 0, reader.at);
}

/** Past `?P<name>` and `?<name>`: the name. */
function takeGroupName(reader: PatternReader, start: number): string | undefined {
  if (reader.chars[reader.at] !== '?') return undefined;
  const head = reader.chars.slice(reader.at, reader.at + 200).join('');
  if (/^\?<?[=!]/.test(head)) refuseAt(reader, 'look-around cannot be matched in linear time', start, reader.at + 2);
  const name = /^\?P?<(\w+)>/.exec(head);
  if (!name) return refuseAt(reader, 'a group cannot begin like this', start, reader.at + 2);
  reader.at += name[0].length;
  return name[1];
}

/** `(?i)` for the rest of the group, or the head `(?i:` of a group; undefined when neither is next. */
function takeFlags(reader: PatternReader, flags: Flags): { flags: Flags; group: 'rest' | 'own' } | undefined {
  if (reader.chars[reader.at] !== '(' || reader.chars[reader.at + 1] !== '?') return undefined;
  const head = /^\(\?([a-zA-Z]*)(-[a-zA-Z]*)?([:)])/.exec(reader.chars.slice(reader.at, reader.at + 40).join(''));
  if (!head) return undefined;
  const start = reader.at;
  const own = head[3] === ':';
  if (!own && (head[1] ?? '') === '' && head[2] === undefined)
    refuseAt(reader, 'a group cannot begin like this', start, start + 2);
  if (head[2] === '-') refuseAt(reader, '`-` wants flags to clear', start, start + head[0].length);
  let next = flags;
  for (const [letters, on] of [
    [head[1] ?? '', true],
    [(head[2] ?? '').slice(1), false],
  ] as const)
    for (const letter of letters) {
      const changed = withFlag(next, letter, on ? 'set' : 'clear');
      if (!changed) return refuseAt(reader, `RE2 has no flag \`${letter}\``, start, start + head[0].length);
      next = changed;
    }
  reader.at += head[0].length;
  return { flags: next, group: own ? 'own' : 'rest' };
}

function withFlag(flags: Flags, letter: string, change: 'set' | 'clear'): Flags | undefined {
  const on = change === 'set';
  switch (letter) {
    case 'i':
      return { ...flags, fold: on ? 'fold' : 'exact' };
    case 'm':
      return { ...flags, lines: on };
    case 's':
      return { ...flags, dotAll: on };
    case 'U':
      return { ...flags, lazy: on };
    default:
      return undefined;
  }
}
