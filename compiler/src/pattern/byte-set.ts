// Sets of bytes: 256 bits in eight words, and how likely a byte of ordinary text is in one.
// INVARIANT: a set is never changed after the function that made it has returned it.

import type { Ranges } from '@rdp/language';

/** Bit `byte & 31` of word `byte >> 5`. */
export type ByteSet = Uint32Array;

const singles: ByteSet[] = [];

/** The set of one byte; the same object every time. */
export function singleByte(byte: number): ByteSet {
  return (singles[byte] ??= byteSet([[byte, byte]]));
}

const letters: ByteSet[] = [];

/** The set of a letter (in lower case) in both cases; the same object every time. */
export function bothCases(letter: number): ByteSet {
  return (letters[letter] ??= unionOf(singleByte(letter), singleByte(letter - 32)));
}

/** The set of the bytes in `pairs`, inclusive at both ends; what is above 255 is left out. */
export function byteSet(pairs: Ranges): ByteSet {
  const set = new Uint32Array(8);
  for (const [low, high] of pairs)
    for (let byte = low; byte <= high && byte < 256; byte++)
      set[byte >> 5] = (set[byte >> 5] ?? 0) | (1 << (byte & 31));
  return set;
}

/** Every byte. */
export const anyByte: ByteSet = byteSet([[0, 255]]);

/** What `\b` takes for a word's character. */
export const wordBytes: ByteSet = byteSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);

/** What stands before a word that begins after `\b`. */
export const noWordBytes: ByteSet = wordBytes.map((word) => ~word);

/** Whether `byte` is in `set`. */
export function hasByte(set: ByteSet, byte: number): boolean {
  return (((set[byte >> 5] ?? 0) >>> (byte & 31)) & 1) === 1;
}

/** The bytes of `set`, ascending. */
export function bytesOf(set: ByteSet): readonly number[] {
  const bytes: number[] = [];
  for (let word = 0; word < 8; word++)
    for (let bits = set[word] ?? 0; bits !== 0; bits &= bits - 1)
      bytes.push(word * 32 + (31 - Math.clz32(bits & -bits)));
  return bytes;
}

/** What is in `a` or in `b`. */
export function unionOf(a: ByteSet, b: ByteSet): ByteSet {
  return a.map((word, i) => word | (b[i] ?? 0));
}

/** Whether all of `a` is in `b`. */
export function isWithin(a: ByteSet, b: ByteSet): boolean {
  return a.every((word, i) => (word & ~(b[i] ?? 0)) === 0);
}

/** Whether `a` and `b` have a byte in common. */
export function overlap(a: ByteSet, b: ByteSet): boolean {
  return a.some((word, i) => (word & (b[i] ?? 0)) !== 0);
}

const leads = new WeakMap<Ranges, ByteSet>();

/** The first bytes that the UTF-8 of the code points can have. */
export function leadBytes(ranges: Ranges): ByteSet {
  const known = leads.get(ranges) ?? byteSet(ranges.map(([low, high]) => [leadByte(low), leadByte(high)]));
  leads.set(ranges, known);
  return known;
}

/** Whether no code point is beyond ASCII. */
export function isAscii(ranges: Ranges): boolean {
  return ranges.every(([, high]) => high < 0x80);
}

const alls = new WeakMap<Ranges, ByteSet>();

/** The bytes that the UTF-8 of the code points can have anywhere. */
export function allBytes(ranges: Ranges): ByteSet {
  if (isAscii(ranges)) return leadBytes(ranges);
  const known = alls.get(ranges) ?? unionOf(leadBytes(ranges), byteSet([[0x80, 0xbf]]));
  alls.set(ranges, known);
  return known;
}

function leadByte(code: number): number {
  if (code < 0x80) return code;
  if (code < 0x800) return 0xc0 | (code >> 6);
  return code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18);
}

/**
 * How often each byte stands in ten thousand bytes of ordinary text. Letters as in English prose (relative frequencies as
 * in any table of them), the others guessed between prose, logs and JSON; only the order of magnitude matters.
 */
const frequencies: Float64Array = ((): Float64Array => {
  const table = new Float64Array(256).fill(2);
  const letters = [
    620, 120, 220, 300, 960, 170, 150, 380, 550, 15, 60, 310, 190, 540, 590, 150, 10, 480, 500, 700, 220, 80, 150, 20,
    150, 10,
  ];
  letters.forEach((each, i) => {
    table[0x61 + i] = each;
    table[0x41 + i] = 8 + each / 20;
  });
  for (let digit = 0x30; digit <= 0x39; digit++) table[digit] = 90;
  for (const [chars, each] of [
    [' ', 1500],
    ['\n', 180],
    ['"', 160],
    ['.,-', 90],
    ["'/:_", 50],
    ['=();', 35],
    ['!?*+<>[]{}#@&|\\\t', 15],
  ] as const)
    for (const char of chars) table[char.charCodeAt(0)] = each;
  const sum = table.reduce((total, each) => total + each, 0);
  return table.map((each) => each / sum);
})();

const likelihoods = new WeakMap<ByteSet, number>();

/** How likely a byte of ordinary text is in `set`. */
export function likelihood(set: ByteSet): number {
  const before = likelihoods.get(set);
  if (before !== undefined) return before;
  let sum = 0;
  for (let word = 0; word < 8; word++)
    for (let bits = set[word] ?? 0; bits !== 0; bits &= bits - 1)
      sum += frequencies[word * 32 + (31 - Math.clz32(bits & -bits))] ?? 0;
  likelihoods.set(set, sum);
  return sum;
}

const sizes = new WeakMap<ByteSet, number>();

/** How many bytes are in `set`. */
export function sizeOf(set: ByteSet): number {
  const known = sizes.get(set) ?? bytesOf(set).length;
  sizes.set(set, known);
  return known;
}
