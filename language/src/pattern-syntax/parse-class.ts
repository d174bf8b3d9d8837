// Sets of code points as RE2 writes them: escapes that stand for characters or classes, bracket expressions.

import { closeUnderCase, complement, lastCodePoint, normalizeRanges, propertyRanges } from './code-points.ts';
import { refuse } from './regex-fault.ts';
import type { Ranges } from './regex-tree.ts';

/** A pattern that is being read, by code point; `at` counts them, `offsets` gives their UTF-16 places. */
export interface PatternReader {
  readonly chars: readonly string[];
  readonly offsets: readonly number[];
  at: number;
}

/** Ends the parse at the code points `[start, end)`. */
export function refuseAt(reader: PatternReader, message: string, start: number, end: number): never {
  return refuse(message, reader.offsets[start] ?? 0, reader.offsets[Math.min(end, reader.chars.length)] ?? 0);
}

const perl: ReadonlyMap<string, Ranges> = new Map([
  ['d', [[0x30, 0x39]]],
  [
    's',
    [
      [0x09, 0x0a],
      [0x0c, 0x0d],
      [0x20, 0x20],
    ],
  ],
  [
    'w',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
  ],
] as const);

const posix: ReadonlyMap<string, Ranges> = new Map([
  [
    'alnum',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x61, 0x7a],
    ],
  ],
  [
    'alpha',
    [
      [0x41, 0x5a],
      [0x61, 0x7a],
    ],
  ],
  ['ascii', [[0, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', [[0x30, 0x39]]],
  ['graph', [[0x21, 0x7e]]],
  ['lower', [[0x61, 0x7a]]],
  ['print', [[0x20, 0x7e]]],
  [
    'punct',
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  [
    'space',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ['upper', [[0x41, 0x5a]]],
  [
    'word',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
  ],
  [
    'xdigit',
    [
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ],
  ],
] as const);

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['t', 9],
  ['n', 10],
  ['r', 13],
  ['v', 11],
]);

/** A class after a backslash (`\d`, `\P{Greek}`); the reader stands at the backslash and moves only past a class. */
export function takeClassEscape(reader: PatternReader, fold: 'fold' | 'exact'): Ranges | undefined {
  const letter = reader.chars[reader.at + 1] ?? '';
  const class_ = perl.get(letter.toLowerCase());
  if (class_ && letter !== '') {
    reader.at += 2;
    const ranges = fold === 'fold' ? closeUnderCase(class_) : class_;
    return letter === letter.toLowerCase() ? ranges : complement(ranges);
  }
  if (letter !== 'p' && letter !== 'P') return undefined;
  const start = reader.at;
  let name = reader.chars[reader.at + 2] ?? '';
  reader.at += 3;
  if (name === '{') {
    const end = reader.chars.indexOf('}', reader.at);
    if (end < 0) refuseAt(reader, 'a Unicode class needs a closing `}`', start, reader.chars.length);
    name = reader.chars.slice(reader.at, end).join('');
    reader.at = end + 1;
  }
  const negated = name.startsWith('^');
  const found = propertyRanges(negated ? name.slice(1) : name);
  if (!found) return refuseAt(reader, `\`${name}\` is no Unicode category or script`, start, reader.at);
  const ranges = fold === 'fold' ? closeUnderCase(found) : found;
  return (letter === 'P') === negated ? ranges : complement(ranges);
}

/** The code point that an escape stands for; the reader stands at the backslash. */
export function takeCharEscape(reader: PatternReader): number {
  const start = reader.at;
  const char = reader.chars[reader.at + 1];
  if (char === undefined) return refuseAt(reader, 'a backslash at the end escapes nothing', start, start + 1);
  reader.at += 2;
  const control = controls.get(char);
  if (control !== undefined) return control;
  if (char === 'x') return takeHex(reader, start);
  if (/^[0-7]$/.test(char)) return takeOctal(reader, start, char);
  if (/^[1-9]$/.test(char) || char === 'k' || char === 'g')
    return refuseAt(reader, 'a backreference cannot be matched in linear time', start, reader.at);
  if (/^[A-Za-z]$/.test(char)) return refuseAt(reader, `\`\\${char}\` has no meaning in RE2`, start, reader.at);
  return char.codePointAt(0) ?? 0;
}

function takeHex(reader: PatternReader, start: number): number {
  let digits: string;
  if (reader.chars[reader.at] === '{') {
    const end = reader.chars.indexOf('}', reader.at);
    digits = reader.chars.slice(reader.at + 1, end < 0 ? reader.at + 1 : end).join('');
    reader.at = end < 0 ? reader.chars.length : end + 1;
  } else {
    digits = reader.chars.slice(reader.at, reader.at + 2).join('');
    reader.at = Math.min(reader.at + 2, reader.chars.length);
    if (digits.length < 2) digits = '';
  }
  const code = /^[0-9a-fA-F]{1,8}$/.test(digits) ? parseInt(digits, 16) : lastCodePoint + 1;
  return code <= lastCodePoint ? code : refuseAt(reader, 'this is no hexadecimal code point', start, reader.at);
}

/** `\0`, `\12`, `\123`: a digit from 1 to 7 needs a second one, else it would be a backreference. */
function takeOctal(reader: PatternReader, start: number, first: string): number {
  let digits = first;
  while (digits.length < 3 && /^[0-7]$/.test(reader.chars[reader.at] ?? '')) digits += reader.chars[reader.at++] ?? '';
  if (digits.length === 1 && first !== '0')
    return refuseAt(reader, 'a backreference cannot be matched in linear time', start, reader.at);
  return parseInt(digits, 8);
}

/** `[^a-z[:digit:]\d]`; the reader stands at the bracket. */
export function takeBracket(reader: PatternReader, fold: 'fold' | 'exact'): Ranges {
  const start = reader.at++;
  const negated = reader.chars[reader.at] === '^';
  if (negated) reader.at++;
  const parts: (readonly [number, number])[] = [];
  for (let first = true; first || reader.chars[reader.at] !== ']'; first = false) {
    if (reader.at >= reader.chars.length) refuseAt(reader, 'a class needs a closing `]`', start, reader.chars.length);
    const class_ =
      takePosix(reader) ?? (reader.chars[reader.at] === '\\' ? takeClassEscape(reader, 'exact') : undefined);
    if (class_) parts.push(...class_);
    else parts.push(takeSpan(reader, start));
  }
  reader.at++;
  const ranges = normalizeRanges(parts);
  const closed = fold === 'fold' ? closeUnderCase(ranges) : ranges;
  return negated ? complement(closed) : closed;
}

function takeSpan(reader: PatternReader, class_: number): readonly [number, number] {
  const start = reader.at;
  const low = takeMember(reader, class_);
  if (reader.chars[reader.at] !== '-' || (reader.chars[reader.at + 1] ?? ']') === ']') return [low, low];
  reader.at++;
  const high = takeMember(reader, class_);
  return low <= high ? [low, high] : refuseAt(reader, 'the range runs backwards', start, reader.at);
}

function takeMember(reader: PatternReader, class_: number): number {
  const char = reader.chars[reader.at];
  if (char === undefined) return refuseAt(reader, 'a class needs a closing `]`', class_, reader.chars.length);
  if (char === '\\') return takeCharEscape(reader);
  reader.at++;
  return char.codePointAt(0) ?? 0;
}

function takePosix(reader: PatternReader): Ranges | undefined {
  if (reader.chars[reader.at] !== '[' || reader.chars[reader.at + 1] !== ':') return undefined;
  const start = reader.at;
  const rest = reader.chars.slice(reader.at, reader.at + 14).join('');
  const found = /^\[:(\^?)(\w+):\]/.exec(rest);
  if (!found) return undefined;
  const ranges = posix.get(found[2] ?? '');
  reader.at += found[0].length;
  if (!ranges) return refuseAt(reader, `\`${found[0]}\` is no class`, start, reader.at);
  return found[1] ? complement(ranges) : ranges;
}
