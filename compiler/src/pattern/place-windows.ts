// The scan of many literals: of each trigger four bytes in a row, without case; a hash of four bytes of the text asks a map of
// bits whether any trigger has such ones, and only then a table which. Only every second place of the text is asked, so that
// each trigger has two windows, of which one stands at such a place wherever the trigger stands.
//
// Block: u32 shift (the bit is the top of the product), u32 shift from bit to row, u32 address of the bits, u32 address of
// the rows (u32 each: address of u16 count, then {u16 trigger, u16 offset of the window}; 0: none).

import { type ByteSet, bytesOf, likelihood } from './byte-set.ts';
import type { Place } from './place-program.ts';
import type { Trigger } from './triggers.ts';

/** Bytes of a window. */
const windowSize = 4;
/** The most texts that one window may be; a trigger that needs more is none for this scan. */
const mostTexts = 40;
/** Knuth's multiplier: the golden ratio of 2^32, odd. */
const multiplier = 0x9e3779b1;
/** ASCII letters become lower case; what else is changed is confirmed anyway. */
const fold = 0x20;

/** Where a window of a trigger begins, and the bytes that it can have, folded. */
interface Window {
  readonly at: number;
  readonly bytes: readonly (readonly number[])[];
}

/** One window that begins an even number of bytes behind the trigger's beginning, and one that begins an odd number. */
export type TriggerWindows = readonly [Window, Window];

const anyFolded: readonly number[] = Array.from({ length: 128 }, (_, i) => ((i & 0x60) << 1) | fold | (i & 31));

const knownWindows = new WeakMap<Trigger, TriggerWindows | 'none'>();

/** The windows of a trigger; undefined when one would be too many texts. */
export function windowsOf(trigger: Trigger): TriggerWindows | undefined {
  const known = knownWindows.get(trigger) ?? findWindows(trigger) ?? 'none';
  knownWindows.set(trigger, known);
  return known === 'none' ? undefined : known;
}

function findWindows({ sets }: Trigger): TriggerWindows | undefined {
  const folded = sets.map(foldedBytes);
  const [even, odd] = [findWindow(sets, folded, 0), findWindow(sets, folded, 1)];
  return even && odd && [even, odd];
}

/** The rarest window at `from`, `from + 2` … */
function findWindow(
  sets: readonly ByteSet[],
  folded: readonly (readonly number[])[],
  from: number,
): Window | undefined {
  let best: Window | undefined;
  let least = Infinity;
  for (let at = from; at === from || at + windowSize <= sets.length; at += 2) {
    const bytes = Array.from({ length: windowSize }, (_, i) => folded[at + i] ?? anyFolded);
    if (bytes.reduce((product, each) => product * each.length, 1) > mostTexts) continue;
    const weight = sets.slice(at, at + windowSize).reduce((product, set) => product * likelihood(set), 1);
    if (weight >= least) continue;
    least = weight;
    best = { at, bytes };
  }
  return best;
}

const knownFolded = new WeakMap<ByteSet, readonly number[]>();

function foldedBytes(set: ByteSet): readonly number[] {
  const known = knownFolded.get(set) ?? [...new Set(bytesOf(set).map((byte) => byte | fold))];
  knownFolded.set(set, known);
  return known;
}

/** Puts the block for the triggers (by number, each with its windows) into static data. */
export function placeWindows(triggers: ReadonlyMap<number, TriggerWindows>, place: Place): number {
  const texts: { readonly product: number; readonly trigger: number; readonly at: number }[] = [];
  for (const [trigger, windows] of triggers)
    for (const { at, bytes } of windows)
      for (const value of valuesOf(bytes)) texts.push({ product: Math.imul(value, multiplier) >>> 0, trigger, at });
  const bitCount = Math.min(Math.max(Math.ceil(Math.log2(texts.length * 32)), 12), 16);
  const rowCount = Math.min(Math.max(Math.ceil(Math.log2(texts.length)), 5), bitCount, 11);
  const bits = new Uint8Array((1 << bitCount) / 8);
  const rows = Array.from({ length: 1 << rowCount }, () => new Set<number>());
  for (const { product, trigger, at } of texts) {
    const bit = product >>> (32 - bitCount);
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    rows[bit >> (bitCount - rowCount)]?.add(trigger | (at << 16));
  }
  const table = new DataView(new ArrayBuffer(rows.length * 4));
  rows.forEach((row, i) => {
    if (row.size === 0) return;
    const list = Uint16Array.of(row.size, ...[...row].flatMap((item) => [item & 0xffff, item >>> 16]));
    table.setUint32(i * 4, place(new Uint8Array(list.buffer), 2), true);
  });
  const block = new DataView(new ArrayBuffer(16));
  block.setUint32(0, 32 - bitCount, true);
  block.setUint32(4, bitCount - rowCount, true);
  block.setUint32(8, place(bits, 4), true);
  block.setUint32(12, place(new Uint8Array(table.buffer), 4), true);
  return place(new Uint8Array(block.buffer), 4);
}

/** Every combination, as a little-endian number. */
function valuesOf(bytes: readonly (readonly number[])[]): readonly number[] {
  return bytes.reduce<readonly number[]>(
    (values, each, i) => values.flatMap((value) => each.map((byte) => value | (byte << (8 * i)))),
    [0],
  );
}
