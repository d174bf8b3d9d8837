// The scan of many literals: of each trigger four bytes in a row, without case; a hash of four bytes of the text chooses a word
// of 64 bits and two bits of it, which are set when some trigger has such bytes (a Bloom filter), and only then a table says
// which. Only every second place of the text is asked, so that
// each trigger has two windows, of which one stands at such a place wherever the trigger stands. Of the four bytes the last or
// the first may be any: then the map has the bits of all of them, and the table one entry by the other three.
//
// Block: u32 shift from product to word, u32 shift from product to row, u32 address of the words, u32 address of
// the rows (u32 each: address of u16 count, then {u16 trigger, i16 bytes from its beginning to the window}; 0: none).

import { anyByte, type ByteSet, bytesOf, likelihood, noWordBytes } from './byte-set.ts';
import type { Place } from './place-program.ts';
import type { Trigger } from './trigger.ts';

/** Bytes of a window. */
const windowSize = 4;
/** The most texts of four bytes that one window may be; a trigger that needs more is none for this scan. */
const mostTexts = 600;
/** The most keys of one window in the table. */
const mostKeys = 40;
/** What one more text costs: about the share of places that its bits let through. */
const costOfText = 2 ** -19;
/** Knuth's multiplier: the golden ratio of 2^32, odd. */
const multiplier = 0x9e3779b1;
/** ASCII letters become lower case; what else is changed is confirmed anyway. */
const fold = 0x20;

/** Which bytes of a window are said: all four, the first three, the last three. The number sets their keys apart. */
const kinds = { all: 0, first: 1, last: 2 } as const;

/** Where a window of a trigger begins, which of its bytes are said, and what all four can be, folded. */
interface Window {
  readonly at: number;
  readonly kind: keyof typeof kinds;
  readonly bytes: readonly (readonly number[])[];
}

/** One window that begins an even number of bytes behind the trigger's beginning (or before it), and one with an odd number. */
export type TriggerWindows = readonly [Window, Window];

const knownWindows = new WeakMap<Trigger, TriggerWindows | 'none'>();

/** The windows of a trigger; undefined when one would be too many texts. */
export function windowsOf(trigger: Trigger): TriggerWindows | undefined {
  const known = knownWindows.get(trigger) ?? findWindows(trigger) ?? 'none';
  knownWindows.set(trigger, known);
  return known === 'none' ? undefined : known;
}

function findWindows({ sets, edge }: Trigger): TriggerWindows | undefined {
  const row = [edge === 'anywhere' ? anyByte : noWordBytes, ...sets, anyByte];
  const [even, odd] = [findWindow(row, 0), findWindow(row, 1)];
  return even && odd && [even, odd];
}

/** The rarest window at a place of that parity; `row` begins with the byte before the trigger and ends with one behind it. */
function findWindow(row: readonly ByteSet[], parity: number): Window | undefined {
  let best: Window | undefined;
  let least = Infinity;
  for (let at = -parity; at + windowSize <= row.length - 1; at += 2) {
    const sets = row.slice(at + 1, at + 1 + windowSize);
    const bytes = sets.map(foldedBytes);
    const count = textsOf(bytes);
    if (count > mostTexts) continue;
    for (const kind of ['all', 'first', 'last'] as const) {
      const said = saidOf(kind, sets);
      if ((at < 0 && kind !== 'last') || textsOf(saidOf(kind, bytes)) > mostKeys) continue;
      // The fewer keys the better, when nothing else tells them apart.
      const weight = said.reduce((product, set) => product * likelihood(set), 1) + count * costOfText;
      if (weight >= least) continue;
      least = weight;
      best = { at, kind, bytes };
    }
  }
  return best;
}

const textsOf = (bytes: readonly (readonly number[])[]): number =>
  bytes.reduce((product, each) => product * each.length, 1);

/** Those of four that the table has a window by. */
function saidOf<T>(kind: Window['kind'], four: readonly T[]): readonly T[] {
  return kind === 'all' ? four : kind === 'first' ? four.slice(0, 3) : four.slice(1);
}

const knownFolded = new WeakMap<ByteSet, readonly number[]>();

/** What a byte of the set can be when letters are lower case. */
export function foldedBytes(set: ByteSet): readonly number[] {
  const known = knownFolded.get(set) ?? [...new Set(bytesOf(set).map((byte) => byte | fold))];
  knownFolded.set(set, known);
  return known;
}

/** Puts the block for the triggers (by number, each with its windows) into static data. */
export function placeWindows(triggers: ReadonlyMap<number, TriggerWindows>, place: Place): number {
  const windows = [...triggers].flatMap(([trigger, own]) => own.map((window) => ({ trigger, window })));
  const products = windows.flatMap(({ window }) => productsOf(window));
  // One bit in twelve is set, so that one place in a hundred and fifty is let through.
  const wordCount = Math.min(Math.max(Math.ceil(Math.log2(products.length * 0.4)), 4), 11);
  const words = new Uint8Array(8 << wordCount);
  for (const product of products) {
    const at = (product >>> (32 - wordCount)) * 8;
    for (const bit of [(product >>> 15) & 63, (product >>> 9) & 63])
      words[at + (bit >> 3)] = (words[at + (bit >> 3)] ?? 0) | (1 << (bit & 7));
  }
  const rowCount = Math.min(Math.max(Math.ceil(Math.log2(windows.length)), 4), 11);
  const rows = Array.from({ length: 1 << rowCount }, () => new Set<number>());
  for (const { trigger, window } of windows)
    for (const value of valuesOf(saidOf(window.kind, window.bytes)))
      rows[rowKey(value, window.kind) >>> (32 - rowCount)]?.add(trigger | ((window.at & 0xffff) << 16));
  const table = new DataView(new ArrayBuffer(rows.length * 4));
  rows.forEach((row, i) => {
    if (row.size === 0) return;
    const list = Uint16Array.of(row.size, ...[...row].flatMap((item) => [item & 0xffff, item >>> 16]));
    table.setUint32(i * 4, place(new Uint8Array(list.buffer), 2), true);
  });
  const block = new DataView(new ArrayBuffer(16));
  block.setUint32(0, 32 - wordCount, true);
  block.setUint32(4, 32 - rowCount, true);
  block.setUint32(8, place(words, 8), true);
  block.setUint32(12, place(new Uint8Array(table.buffer), 4), true);
  return place(new Uint8Array(block.buffer), 4);
}

/** The hash by which the table has three or four bytes. */
function rowKey(value: number, kind: Window['kind']): number {
  return Math.imul(value + kinds[kind], multiplier) >>> 0;
}

/** The hashes of all texts of four bytes that a window may be. */
function productsOf({ bytes }: Window): readonly number[] {
  return valuesOf(bytes).map((value) => Math.imul(value, multiplier) >>> 0);
}

/** Every combination, as a little-endian number. */
function valuesOf(bytes: readonly (readonly number[])[]): readonly number[] {
  return bytes.reduce<readonly number[]>(
    (values, each, i) => values.flatMap((value) => each.map((byte) => value | (byte << (8 * i)))),
    [0],
  );
}
