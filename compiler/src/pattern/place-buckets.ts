// The scan of few triggers, or of those that are no literals: up to eight buckets, each with a set of bytes for every one of
// eight slots: the byte before a trigger and its first seven. A place where all slots of a bucket fit is a hit.
// Without SIMD a byte selects eight masks at once (shift-and); with SIMD the four slots that tell most are looked up by
// nibbles, sixteen places at a time, as in Teddy (Hyperscan, hwlm/teddy). Both look at the exact masks before they report.
//
// Block: four i32, the slots for SIMD as offsets from the trigger (-1 … 6; the last is -2 when three tell enough); for each of them 16 bytes by low nibble and 16 by
// high nibble, a bit for each bucket; for each bucket u32 count, u32 address of its triggers (u16); then for each byte eight
// masks, slot 0 (the byte before) lowest.

import { anyByte, type ByteSet, bytesOf, hasByte, likelihood, noWordBytes, sizeOf, unionOf } from './byte-set.ts';
import type { Place } from './place-program.ts';
import type { Trigger } from './trigger.ts';

const buckets = 8;
const slots = 8;
const vectorSlots = 4;
/** In place of the fourth slot. */
const noSlot = -2;
/** The share of places that three slots may let through. */
const fewPlaces = 1 / 500;
const listsAt = 16 + vectorSlots * 32;
const masksAt = listsAt + buckets * 8;

interface Bucket {
  readonly sets: readonly ByteSet[];
  readonly triggers: readonly number[];
}

/** What the slots of a trigger take. */
function slotsOf(trigger: Trigger): readonly ByteSet[] {
  const before = trigger.edge === 'after no word' ? noWordBytes : anyByte;
  return [before, ...Array.from({ length: slots - 1 }, (_, i) => trigger.sets[i] ?? anyByte)];
}

const weightOf = (sets: readonly ByteSet[]): number => sets.reduce((product, set) => product * likelihood(set), 1);

/** Puts together what is alike: each trigger into the bucket that becomes the least more likely by it. */
function fillBuckets(triggers: ReadonlyMap<number, Trigger>): readonly Bucket[] {
  const rows = [...triggers].map(([number, trigger]) => ({ number, sets: slotsOf(trigger) }));
  rows.sort((a, b) => weightOf(b.sets) - weightOf(a.sets) || a.number - b.number);
  const filled: Bucket[] = [];
  for (const { number, sets } of rows) {
    let best = { increase: filled.length < buckets ? weightOf(sets) : Infinity, at: filled.length, sets };
    filled.forEach((bucket, at) => {
      const joined = bucket.sets.map((set, i) => joinSets(set, sets[i] ?? anyByte));
      const increase = weightOf(joined) - weightOf(bucket.sets);
      // Equal sets join although there is room.
      if (increase < best.increase) best = { increase, at, sets: joined };
    });
    filled[best.at] = { sets: best.sets, triggers: [...(filled[best.at]?.triggers ?? []), number] };
  }
  return filled;
}

const joinSets = (a: ByteSet, b: ByteSet): ByteSet =>
  a === b || b === anyByte ? b : a === anyByte ? a : unionOf(a, b);

/** Puts the block for the triggers (by number) into static data. */
export function placeBuckets(triggers: ReadonlyMap<number, Trigger>, place: Place): number {
  const filled = fillBuckets(triggers);
  const bytes = new Uint8Array(masksAt + 256 * slots);
  const view = new DataView(bytes.buffer);
  const nibbles = nibblesOfSlots(filled);
  view.setInt32(12, noSlot, true);
  chooseSlots(filled, nibbles).slots.forEach((slot, i) => {
    view.setInt32(i * 4, slot - 1, true);
    bytes.set(nibbles[slot] ?? [], 16 + i * 32);
  });
  filled.forEach((bucket, i) => {
    const list = new Uint8Array(bucket.triggers.length * 2);
    bucket.triggers.forEach((number, at) => new DataView(list.buffer).setUint16(at * 2, number, true));
    view.setUint32(listsAt + i * 8, bucket.triggers.length, true);
    view.setUint32(listsAt + i * 8 + 4, place(list, 2), true);
    bucket.sets.forEach((set, slot) => {
      for (const byte of bytesOf(set)) {
        const at = masksAt + byte * slots + slot;
        bytes[at] = (bytes[at] ?? 0) | (1 << i);
      }
    });
  });
  return place(bytes, 16);
}

/** The share of places of ordinary text, about, that the triggers in buckets let through. */
export function placesThrough(triggers: ReadonlyMap<number, Trigger>): number {
  const filled = fillBuckets(triggers);
  return chooseSlots(filled, nibblesOfSlots(filled)).weight;
}

function nibblesOfSlots(filled: readonly Bucket[]): readonly Uint8Array[] {
  return Array.from({ length: slots }, (_, slot) => nibblesOf(filled.map((bucket) => bucket.sets[slot] ?? anyByte)));
}

/** 16 masks by low nibble, 16 by high nibble. */
function nibblesOf(sets: readonly ByteSet[]): Uint8Array {
  const table = new Uint8Array(32);
  sets.forEach((set, bucket) => {
    for (const byte of bytesOf(set)) {
      table[byte & 15] = (table[byte & 15] ?? 0) | (1 << bucket);
      table[16 + (byte >> 4)] = (table[16 + (byte >> 4)] ?? 0) | (1 << bucket);
    }
  });
  return table;
}

/** The three or four slots that let the fewest places of ordinary text through: three when the fourth tells little more. */
function chooseSlots(filled: readonly Bucket[], nibbles: readonly Uint8Array[]): Choice {
  const shares = nibbles.map((table) => filled.map((_, bucket) => nibbleShare(table, bucket)));
  const three = bestSlots(filled, shares, vectorSlots - 1);
  return three.weight < fewPlaces ? three : bestSlots(filled, shares, vectorSlots);
}

interface Choice {
  readonly slots: readonly number[];
  readonly weight: number;
}

/**
 * The best `count` slots. A digit follows a digit and a letter a letter more often than one stands anywhere, so slots apart tell
 * more than neighbours.
 */
function bestSlots(filled: readonly Bucket[], shares: readonly (readonly number[])[], count: number): Choice {
  let best: Choice = { slots: [], weight: Infinity };
  for (let mask = 0; mask < 1 << slots; mask++) {
    const chosen = Array.from({ length: slots }, (_, slot) => slot).filter((slot) => (mask >> slot) & 1);
    if (chosen.length !== count) continue;
    const weight = filled.reduce((sum, { sets }, bucket) => {
      let product = 1;
      chosen.forEach((slot, i) => {
        const before = chosen[i - 1];
        const follows = before !== undefined && isClass(sets[slot]) && isClass(sets[before]);
        product *= Math.max(shares[slot]?.[bucket] ?? 1, follows ? 0.5 / (slot - before) : 0);
      });
      return sum + product;
    }, 0);
    if (weight < best.weight) best = { slots: chosen, weight };
  }
  return best;
}

function isClass(set: ByteSet | undefined): boolean {
  return set !== undefined && sizeOf(set) > 2;
}

/** How likely a byte's nibbles are both in the table of a bucket. */
function nibbleShare(table: Uint8Array, bucket: number): number {
  const taken = new Uint32Array(8);
  for (let byte = 0; byte < 256; byte++)
    if (((table[byte & 15] ?? 0) & (table[16 + (byte >> 4)] ?? 0) & (1 << bucket)) !== 0 && !hasByte(taken, byte))
      taken[byte >> 5] = (taken[byte >> 5] ?? 0) | (1 << (byte & 31));
  return likelihood(taken);
}
