// The scan of many literals: of each trigger four bytes in a row, without case; a hash of every four bytes of the text asks a
// map of bits whether any trigger has such ones, and only then a table which.
//
// Block: u32 shift (the bit is the top of the product), u32 shift from bit to row, u32 address of the bits, u32 address of
// the rows (u32 each: address of u16 count, u16 triggers …; 0: none).

import { type ByteSet, bytesOf, likelihood } from './byte-set.ts';
import type { Place } from './place-program.ts';
import type { Trigger } from './triggers.ts';

/** Bytes of a window. */
const windowSize = 4;
/** The most windows that one trigger may have; a trigger that needs more is none for this scan. */
const mostWindows = 160;
/** Knuth's multiplier: the golden ratio of 2^32, odd. */
const multiplier = 0x9e3779b1;
/** ASCII letters become lower case; what else is changed is confirmed anyway. */
const fold = 0x20;

/** Where the best window of a trigger begins, and the bytes that it can have, folded. */
export interface TriggerWindow {
  readonly at: number;
  readonly bytes: readonly (readonly number[])[];
}

const anyFolded: readonly number[] = Array.from({ length: 128 }, (_, i) => ((i & 0x60) << 1) | fold | (i & 31));

const knownWindows = new WeakMap<Trigger, TriggerWindow | 'none'>();

/** The window of a trigger; undefined when each would be too many texts. */
export function windowOf(trigger: Trigger): TriggerWindow | undefined {
  const known = knownWindows.get(trigger) ?? findWindow(trigger) ?? 'none';
  knownWindows.set(trigger, known);
  return known === 'none' ? undefined : known;
}

function findWindow(trigger: Trigger): TriggerWindow | undefined {
  const folded = trigger.sets.map(foldedBytes);
  let best: TriggerWindow | undefined;
  let least = Infinity;
  for (let at = 0; at === 0 || at + windowSize <= folded.length; at++) {
    const bytes = Array.from({ length: windowSize }, (_, i) => folded[at + i] ?? anyFolded);
    const count = bytes.reduce((product, each) => product * each.length, 1);
    if (count > mostWindows) continue;
    const weight = trigger.sets.slice(at, at + windowSize).reduce((product, set) => product * likelihood(set), 1);
    if (weight < least) {
      least = weight;
      best = { at, bytes };
    }
  }
  return best;
}

const knownFolded = new WeakMap<ByteSet, readonly number[]>();

function foldedBytes(set: ByteSet): readonly number[] {
  const known = knownFolded.get(set) ?? [...new Set(bytesOf(set).map((byte) => byte | fold))];
  knownFolded.set(set, known);
  return known;
}

/** Puts the block for the triggers (by number, each with its window) into static data. */
export function placeWindows(windows: ReadonlyMap<number, TriggerWindow>, place: Place): number {
  const products: (readonly [number, number])[] = [];
  for (const [number, { bytes }] of windows)
    for (const value of valuesOf(bytes)) products.push([number, Math.imul(value, multiplier) >>> 0]);
  const bitCount = Math.min(Math.max(Math.ceil(Math.log2(products.length * 32)), 12), 16);
  const rowCount = Math.min(Math.max(Math.ceil(Math.log2(products.length)), 5), bitCount, 11);
  const bits = new Uint8Array((1 << bitCount) / 8);
  const rows = Array.from({ length: 1 << rowCount }, () => new Set<number>());
  for (const [number, product] of products) {
    const bit = product >>> (32 - bitCount);
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    rows[bit >> (bitCount - rowCount)]?.add(number);
  }
  const table = new DataView(new ArrayBuffer(rows.length * 4));
  rows.forEach((row, i) => {
    if (row.size === 0) return;
    const list = Uint16Array.of(row.size, ...row);
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
