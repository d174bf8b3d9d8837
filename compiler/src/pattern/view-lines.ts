// The lines behind a normalised text: what it says when digits are read as letters, what it hides in characters that nobody
// sees, letters that stand apart, and what stands in it percent-encoded, in hexadecimal or in base64, decoded one level.
// A character that is decoded from several has the place of them all; of base64 and hexadecimal, of the whole run.
// INVARIANT: a line begins with a line feed that has no place; what is no printable text makes no line.

import { nowhere, put, type Hidden, type ViewForm, type ViewPlace, type ViewText } from './view-text.ts';

/** Adds the lines of a view that has its first one. */
export function appendLines(view: ViewText, hidden: Hidden, form: ViewForm): void {
  const main: ViewText = { points: [...view.points], places: [...view.places] };
  if (form === 'normalized-leet') appendLeet(view, main);
  if (hidden.tags.points.length > 0) append(view, hidden.tags);
  for (const { bytes, place } of hidden.selectors) {
    // The selector that asks for an emoji's colours stands before the data.
    const data = bytes.slice(bytes.findIndex((byte) => byte !== 15));
    appendBytes(view, data.length > 1 ? data : [], place);
  }
  appendSpaced(view, main);
  appendPercent(view, main);
  appendHexPairs(view, main);
  appendEncoded(view, main);
}

function append(view: ViewText, line: ViewText): void {
  view.points.push(10);
  view.places.push(nowhere);
  for (const point of line.points) view.points.push(point);
  for (const place of line.places) view.places.push(place);
}

/** From the start of the first to the end of the last of some characters. */
function placeOf(text: ViewText, from: number, to: number): ViewPlace {
  return { from: text.places[from]?.from ?? 0, to: text.places[to - 1]?.to ?? 0 };
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
/** Letters of other scripts count. */
const isWord = (code: number): boolean => isLetter(code) || isDigit(code) || code >= 0x80;

// What is written for which letter.
const leet: ReadonlyMap<number, number> = new Map(
  [...'0o1i3e4a5s7t8b9g@a$s!i|l+t'.matchAll(/(.)(.)/g)].map(([, sign = '', letter = '']) => [
    sign.charCodeAt(0),
    letter.charCodeAt(0),
  ]),
);

/** The text with digits and signs as letters, in words that have a letter; a sign only ahead of a letter or digit. */
function appendLeet(view: ViewText, main: ViewText): void {
  const { points } = main;
  const isPart = (code: number): boolean => (code < 0x80 && isWord(code)) || leet.has(code);
  const read = [...points];
  for (let i = 0; i < points.length;) {
    let end = i;
    let letters = 0;
    for (; end < points.length && isPart(points[end] ?? 0); end++) if (isLetter(points[end] ?? 0)) letters++;
    for (let at = i; letters > 0 && at < end; at++) {
      const code = points[at] ?? 0;
      const next = at + 1 < end ? (points[at + 1] ?? 0) : 0;
      if (isDigit(code) || isDigit(next) || isLetter(next)) read[at] = leet.get(code) ?? code;
    }
    i = Math.max(end, i + 1);
  }
  if (read.some((code, i) => code !== points[i])) append(view, { points: read, places: main.places });
}

/** At least so many letters make a line of what stands apart. */
const fewestApart = 4;

/**
 * Four letters or more that stand alone, with the same sign or blank between those of a word; and once more with the digits and
 * signs that stand among them, where blanks divide all of it.
 */
function appendSpaced(view: ViewText, main: ViewText): void {
  const { points } = main;
  const isAlone = (at: number): boolean =>
    isLetter(points[at] ?? 0) && !isWord(points[at - 1] ?? 0) && !isWord(points[at + 1] ?? 0);
  /** The letter alone that comes next, behind one to three joints. */
  const nextAlone = (at: number): number | undefined => {
    let next = at + 1;
    while (next - at <= 3 && isJoint(points[next] ?? 0)) next++;
    return next > at + 1 && isAlone(next) ? next : undefined;
  };
  /** The character between blanks that comes next, behind one to three blanks. */
  const nextBetweenBlanks = (at: number): number | undefined => {
    let next = at + 1;
    while (next - at <= 3 && isBlank(points[next] ?? 0)) next++;
    return next > at + 1 && isVisible(points[next] ?? 0) && !isVisibleOrOther(points[next + 1]) ? next : undefined;
  };
  const runFrom = (first: number, nextOf: (at: number) => number | undefined): readonly number[] => {
    const run = [first];
    for (let next = nextOf(first); next !== undefined; next = nextOf(next)) run.push(next);
    return run;
  };
  let blanksUntil = 0;
  for (let i = 0; i < points.length; i++) {
    if (!isAlone(i)) continue;
    const letters = runFrom(i, nextAlone);
    if (letters.length >= fewestApart) append(view, spacedLine(main, letters));
    if (i >= blanksUntil && !isVisibleOrOther(points[i - 1])) {
      const run = runFrom(i, nextBetweenBlanks);
      const among = run.filter((at) => isLetter(points[at] ?? 0)).length;
      if (among >= fewestApart && among < run.length) append(view, spacedLine(main, run));
      blanksUntil = (run.at(-1) ?? i) + 1;
    }
    i = letters.at(-1) ?? i;
  }
}

function spacedLine(main: ViewText, letters: readonly number[]): ViewText {
  const line: ViewText = { points: [], places: [] };
  const signBehind = (n: number): Sign | undefined => {
    const [from, to] = [letters[n] ?? 0, letters[n + 1]];
    return to === undefined ? undefined : { code: main.points[from + 1] ?? 0, length: to - from - 1 };
  };
  let joint: Sign | undefined;
  letters.forEach((at, n) => {
    line.points.push(main.points[at] ?? 0);
    line.places.push(main.places[at] ?? nowhere);
    const sign = signBehind(n);
    if (sign === undefined) return;
    const joins = joint === undefined ? beginsWord(sign, signBehind(n + 1)) : isSame(sign, joint);
    joint = joins ? sign : undefined;
    if (joins) return;
    line.points.push(0x20);
    line.places.push(nowhere);
  });
  return line;
}

/** What stands between two letters: its first character, and how many there are. */
interface Sign {
  readonly code: number;
  readonly length: number;
}

const isSame = (a: Sign, b: Sign): boolean => a.code === b.code && a.length === b.length;

/** Whether the letters beside `sign` are of one word rather than of two, as far as what stands behind the next letter tells. */
function beginsWord(sign: Sign, next: Sign | undefined): boolean {
  if (next === undefined || isSame(sign, next) || next.length > sign.length) return true;
  return next.length === sign.length && sign.code !== 0x20 && sign.code !== 9;
}

const isBlank = (code: number): boolean => code === 0x20 || code === 9;

/** Whether there is a character that is neither a blank nor the end of a line. */
const isVisibleOrOther = (code: number | undefined): boolean => code !== undefined && code !== 10 && !isBlank(code);

/** A blank, a tab, or an ASCII sign. */
function isJoint(code: number): boolean {
  return code === 9 || (code >= 0x20 && code < 0x7f && !isWord(code));
}

/** Words that hold percent-encoded text, with it decoded and `+` as a blank. */
function appendPercent(view: ViewText, main: ViewText): void {
  const { points } = main;
  for (let i = 0; i < points.length;) {
    let end = i;
    while (end < points.length && isVisible(points[end] ?? 0)) end++;
    const word = percentWord(main, i, end);
    if (word) append(view, word);
    i = Math.max(end, i + 1);
  }
}

const isVisible = (code: number): boolean => code > 0x20 && code < 0x7f;

function percentWord(main: ViewText, start: number, end: number): ViewText | undefined {
  const word: ViewText = { points: [], places: [] };
  let found = false;
  for (let i = start; i < end;) {
    const bytes: number[] = [];
    for (let at = i; at + 2 < end && main.points[at] === 0x25; at += 3) {
      const byte = hexByte(main.points, at + 1);
      if (byte < 0) break;
      bytes.push(byte);
    }
    const text = printable(bytes);
    if (text) {
      found = true;
      for (const { code, length } of text) {
        put(word, code, placeOf(main, i, i + length * 3));
        i += length * 3;
      }
      continue;
    }
    // What is no text stays as it is.
    for (let rest = Math.max(1, bytes.length * 3); rest > 0; rest--, i++) {
      word.points.push(main.points[i] === 0x2b ? 0x20 : (main.points[i] ?? 0));
      word.places.push(main.places[i] ?? nowhere);
    }
  }
  return found ? word : undefined;
}

function hexDigit(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return code < 0x80 && letter >= 0 && letter < 6 ? letter + 10 : -1;
}

/** The byte of two hexadecimal digits, or -1. */
function hexByte(points: readonly number[], at: number): number {
  const [high, low] = [hexDigit(points[at] ?? 0), hexDigit(points[at + 1] ?? 0)];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** The value of a sign of base64 or base64url, or -1. */
function sextet(code: number): number {
  if (code >= 0x80) return -1;
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (isDigit(code)) return code - 0x30 + 52;
  if (code === 0x2b || code === 0x2d) return 62;
  return code === 0x2f || code === 0x5f ? 63 : -1;
}

/** At least eight pairs of hexadecimal digits with one and the same blank or sign between them: `69 67 6e …`, `69:67:6e:…`. */
function appendHexPairs(view: ViewText, main: ViewText): void {
  const { points } = main;
  for (let i = 0; i < points.length;) {
    const bytes: number[] = [];
    let end = i;
    const joint = points[i + 2] ?? 0;
    // A line feed parts lines, and what is percent-encoded has its own.
    if (!isWord(points[i - 1] ?? 0) && joint !== 10 && joint !== 0x25)
      for (let at = i; ; at += 3) {
        const byte = hexByte(points, at);
        if (byte < 0 || isWord(points[at + 2] ?? 0)) break;
        bytes.push(byte);
        end = at + 2;
        if (points[end] !== joint) break;
      }
    const enough = bytes.length >= 8;
    if (enough) appendBytes(view, bytes, placeOf(main, i, end));
    i = enough ? end : i + 1;
  }
}

/** Runs that are hexadecimal or base64 of printable text. */
function appendEncoded(view: ViewText, main: ViewText): void {
  const { points } = main;
  for (let i = 0; i < points.length;) {
    let end = i;
    while (end < points.length && sextet(points[end] ?? 0) >= 0) end++;
    if (end - i >= 12) {
      let behind = end;
      while (behind < end + 2 && points[behind] === 0x3d) behind++;
      const run = points.slice(i, end);
      const hex = hexBytes(run);
      if (!appendBytes(view, hex, placeOf(main, i, end)))
        appendBytes(view, narrow(base64Bytes(run)), placeOf(main, i, behind));
    }
    i = Math.max(end, i + 1);
  }
}

/** The bytes of at least sixteen hexadecimal digits and nothing else but `0x` before them; none otherwise. */
function hexBytes(run: readonly number[]): readonly number[] {
  const digits = run[0] === 0x30 && ((run[1] ?? 0) | 0x20) === 0x78 ? run.slice(2) : run;
  if (digits.length < 16 || digits.length % 2 !== 0 || digits.some((code) => hexDigit(code) < 0)) return [];
  return Array.from({ length: digits.length / 2 }, (_, i) => hexByte(digits, i * 2));
}

function base64Bytes(run: readonly number[]): readonly number[] {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const code of run) {
    bits = ((bits << 6) | sextet(code)) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push((bits >> held) & 0xff);
    }
  }
  return bytes;
}

/** UTF-16 (little-endian) of ASCII as ASCII, the form that command lines encode. */
function narrow(bytes: readonly number[]): readonly number[] {
  if (bytes.length % 2 !== 0 || bytes.some((byte, i) => i % 2 === 1 && byte !== 0)) return bytes;
  return bytes.filter((_, i) => i % 2 === 0);
}

/** A line of decoded text, all of it at one place; whether it was text. */
function appendBytes(view: ViewText, bytes: readonly number[], place: ViewPlace): boolean {
  const text = printable(bytes);
  if (!text) return false;
  view.points.push(10);
  view.places.push(nowhere);
  for (const { code } of text) put(view, code, place);
  return true;
}

/** The characters of UTF-8 with their lengths in bytes; undefined when it is empty, is none, or has control characters. */
function printable(
  bytes: readonly number[],
): readonly { readonly code: number; readonly length: number }[] | undefined {
  if (bytes.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined; // no UTF-8
  }
  const chars = [...text].map((char) => char.codePointAt(0) ?? 0);
  if (chars.some((code) => (code < 0x20 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f))
    return undefined;
  return chars.map((code) => ({ code, length: code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4 }));
}
