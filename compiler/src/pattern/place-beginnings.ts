// The automaton of beginnings (`beginnings.ts`) in static data; `kernel/pattern-stream.ts` reads it.
//
// Block: u32 classes of bytes, u32 state of a place behind no word's character, u32 the same behind one, u32 the highest state that
// reads on, u32 rows (for each state from 1 on a u16 for each class: the next state, 0: no match begins there), u32 lists (for
// each state from 1 on a u32 address of {u16 count, u16 pattern …}), u32 0, u32 0, then the class of each byte.

import { findBeginnings } from './beginnings.ts';
import type { Instruction } from './instructions.ts';
import type { Place } from './place-program.ts';

/** Puts the automaton for patterns that begin with these instructions into static data; a pattern's number is its position. */
export function placeBeginnings(starts: readonly Instruction[], place: Place): number {
  const { roots, inner, leaves, rows, classes } = findBeginnings(starts);
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
