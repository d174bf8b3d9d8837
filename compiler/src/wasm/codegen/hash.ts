// The hash of compiler/kernel/ops-hash.ts, computed when a policy is compiled, and the tables that are found by it.
// INVARIANT: the same bytes and seed give the same number here and there.

import type { StaticData } from '../layout.ts';

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** 32 bits of hash of bytes. */
export function hashBytes(bytes: Uint8Array, seed: number): number {
  let h = seed ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const word =
      (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16) | ((bytes[i + 3] ?? 0) << 24);
    h = (Math.imul(rotateLeft(h ^ Math.imul(word, 0xcc9e2d51), 15), 0x1b873593) + 0x52dce729) | 0;
  }
  for (let i = whole; i < bytes.length; i++) h = Math.imul(h ^ (bytes[i] ?? 0), 0x01000193);
  return finish(h);
}

/** 32 bits of hash of a 64-bit number. */
export function hashLong(value: bigint, seed: number): number {
  const low = Number(BigInt.asUintN(32, value));
  const high = Number(BigInt.asUintN(32, value >> 32n));
  const h = Math.imul(seed ^ low, 0xcc9e2d51);
  return finish((Math.imul(rotateLeft(h ^ high, 15), 0x1b873593) + 0x52dce729) | 0);
}

function finish(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Seeds that are tried before collisions are accepted; each costs one pass over the keys. */
const attempts = (count: number): number => (count <= 16 ? 512 : count <= 64 ? 64 : 8);

interface Placement {
  readonly seed: number;
  readonly slots: Uint32Array;
  readonly collisions: number;
}

/** Open addressing with the seed that collides least; for small tables one without collisions is nearly always found. */
function placeKeys(count: number, hash: (index: number, seed: number) => number): Placement {
  let size = 4;
  while (size * 2 < count * 3) size *= 2;
  let best: Placement | undefined;
  for (let seed = 0; seed < attempts(count) && best?.collisions !== 0; seed++) {
    const slots = new Uint32Array(size);
    let collisions = 0;
    for (let index = 0; index < count; index++) {
      let place = hash(index, seed) & (size - 1);
      while (slots[place] !== 0) {
        collisions++;
        place = (place + 1) & (size - 1);
      }
      slots[place] = index + 1;
    }
    if (best === undefined || collisions < best.collisions) best = { seed, slots, collisions };
  }
  return best ?? { seed: 0, slots: new Uint32Array(size), collisions: 0 };
}

const utf8 = new TextEncoder();

/** Address of a table for the kernel's `table_find`: from each of `keys` (distinct) to its position. */
export function placeStringTable(data: StaticData, keys: readonly string[]): number {
  return placeBytesTable(
    data,
    keys.map((key) => utf8.encode(key)),
  );
}

/** The same for keys that are bytes. */
export function placeBytesTable(data: StaticData, keys: readonly Uint8Array[]): number {
  const entries = new DataView(new ArrayBuffer(Math.max(8, keys.length * 8)));
  keys.forEach((key, index) => {
    entries.setUint32(index * 8, data.place(key), true);
    entries.setUint32(index * 8 + 4, key.length, true);
  });
  const placement = placeKeys(keys.length, (index, seed) => hashBytes(keys[index] ?? new Uint8Array(), seed));
  return placeTable(data, placement, entries);
}

/** Address of a table for the kernel's `table_find_long`. */
export function placeLongTable(data: StaticData, keys: readonly bigint[]): number {
  const entries = new DataView(new ArrayBuffer(Math.max(8, keys.length * 8)));
  keys.forEach((key, index) => entries.setBigInt64(index * 8, BigInt.asIntN(64, key), true));
  return placeTable(
    data,
    placeKeys(keys.length, (index, seed) => hashLong(keys[index] ?? 0n, seed)),
    entries,
  );
}

function placeTable(data: StaticData, placement: Placement, entries: DataView): number {
  const table = new DataView(new ArrayBuffer(12 + placement.slots.length * 4));
  table.setUint32(0, placement.seed, true);
  table.setUint32(4, placement.slots.length - 1, true);
  table.setUint32(8, data.place(new Uint8Array(entries.buffer), 8), true);
  placement.slots.forEach((slot, index) => table.setUint32(12 + index * 4, slot, true));
  return data.place(new Uint8Array(table.buffer), 4);
}
