// From instructions to the bytes that `kernel/pattern.ts` runs, in static data. All numbers little-endian; addresses of code are
// relative to the program, those of sets are absolute.
//
// Program: u32 number of instructions, then instructions. Each begins with u8 operation, u8 detail, u16 its number:
//   0 match · 1 never · 2 literal, detail bytes long: the bytes, padded to 4 · 3 the same in any case: the bytes in lower case,
//   padded, then for each byte 0, 0x20 (letter) or 0xa0 (letter `s` or `k` with its Unicode relative), padded
//   4 one of a set: u32 set · 5 loop, detail 1 when lazy: u32 set, u16 least, u16 most (0xffff: no bound), u32 first bytes of
//   what follows (0: any) · 6 branch: u32 ways, each u32 first bytes (0: any), u32 place · 7 jump: u32 place
//   8 assertion, detail 0 text-start, 1 text-end, 2 line-start, 3 line-end, 4 word-edge, 5 no-word-edge; marks:
//   6 match-start, 7 match-end
// Set: 16 bytes, where bit h of byte l is the ASCII character h << 4 | l; u32 pairs beyond ASCII (0xffffffff: all), then the
// pairs {u32 low, u32 high}. First bytes: as many 16 bytes for the bytes below 0x80 and for those above, then u32 1
// when the text may end there.

import type { Ranges } from '@rdp/language';
import { type ByteSet, bytesOf } from './byte-set.ts';
import type { First, Instruction } from './instructions.ts';

/** Puts bytes at an address that is a multiple of `align`; equal ones once. */
export type Place = (bytes: Uint8Array, align: number) => number;

/** Where a program stands. */
export interface PlacedProgram {
  readonly address: number;
  /** Address of an instruction. */
  readonly addressOf: (instruction: Instruction) => number;
  readonly states: number;
}

const operations = {
  match: 0,
  never: 1,
  exact: 2,
  folded: 3,
  set: 4,
  loop: 5,
  branch: 6,
  jump: 7,
  assert: 8,
} as const;
const assertions = [
  'text-start',
  'text-end',
  'line-start',
  'line-end',
  'word-edge',
  'no-word-edge',
  'match-start',
  'match-end',
] as const;

/** An instruction, or a jump to one that stands elsewhere. */
type Item = Instruction | { readonly op: 'jump'; readonly next: Instruction };

/** Puts the program that begins at `start` into static data. */
export function placeProgram(start: Instruction, place: Place): PlacedProgram {
  const items = order(start);
  const places = new Map<Instruction, number>();
  let size = 4;
  for (const item of items) {
    if (item.op !== 'jump') places.set(item, size);
    size += sizeOf(item);
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, items.length, true);
  let at = 4;
  items.forEach((item, number) => {
    view.setUint16(at + 2, number, true);
    write(item, { bytes, view, at, place, target: (next) => places.get(next) ?? 0 });
    at += sizeOf(item);
  });
  const address = place(bytes, 4);
  return {
    address,
    addressOf: (instruction) => address + (places.get(instruction) ?? 0),
    states: items.length,
  };
}

/** Each instruction once, followed by the one that is next or by a jump to it. */
function order(start: Instruction): readonly Item[] {
  const items: Item[] = [];
  const placed = new Set<Instruction>();
  const open = [start];
  for (let at = open.pop(); at; at = open.pop()) {
    let instruction: Instruction | undefined = at;
    if (placed.has(at)) continue;
    while (instruction) {
      if (placed.has(instruction)) {
        items.push({ op: 'jump', next: instruction });
        break;
      }
      placed.add(instruction);
      items.push(instruction);
      if (instruction.op === 'branch') open.push(...[...instruction.ways].reverse());
      instruction = 'next' in instruction ? instruction.next : undefined;
    }
  }
  return items;
}

const padded = (length: number): number => (length + 3) & ~3;

const isExact = (item: Instruction & { readonly op: 'literal' }): boolean =>
  item.chars.every((char) => char.fold === 'exact');

function sizeOf(item: Item): number {
  switch (item.op) {
    case 'match':
    case 'never':
    case 'assert':
      return 4;
    case 'set':
    case 'jump':
      return 8;
    case 'literal':
      return 4 + padded(item.chars.length) * (isExact(item) ? 1 : 2);
    case 'loop':
      return 16;
    case 'branch':
      return 8 + item.ways.length * 8;
  }
}

interface Target {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly place: Place;
  readonly target: (next: Instruction) => number;
}

function write(item: Item, { bytes, view, at, place, target }: Target): void {
  const head = (operation: keyof typeof operations, detail = 0): void =>
    void bytes.set([operations[operation], detail], at);
  switch (item.op) {
    case 'match':
    case 'never':
      return head(item.op);
    case 'assert':
      return head('assert', assertions.indexOf(item.what));
    case 'jump':
      head('jump');
      return view.setUint32(at + 4, target(item.next), true);
    case 'set':
      head('set');
      return view.setUint32(at + 4, placeRanges(item.ranges, place), true);
    case 'literal': {
      head(isExact(item) ? 'exact' : 'folded', item.chars.length);
      bytes.set(
        item.chars.map((char) => char.byte),
        at + 4,
      );
      if (isExact(item)) return;
      const masks = item.chars.map(({ fold }) => (fold === 'exact' ? 0 : fold === 'ascii' ? 0x20 : 0xa0));
      return bytes.set(masks, at + 4 + padded(item.chars.length));
    }
    case 'loop': {
      const { ranges, min, max, greedy } = item.loop;
      head('loop', greedy ? 0 : 1);
      view.setUint32(at + 4, placeRanges(ranges, place), true);
      view.setUint16(at + 8, min, true);
      view.setUint16(at + 10, max ?? 0xffff, true);
      return view.setUint32(at + 12, placeFirst(item.next.first, place), true);
    }
    case 'branch':
      head('branch');
      view.setUint32(at + 4, item.ways.length, true);
      item.ways.forEach((way, i) => {
        view.setUint32(at + 8 + i * 8, placeFirst(way.first, place), true);
        view.setUint32(at + 12 + i * 8, target(way), true);
      });
  }
}

const lastCodePoint = 0x10ffff;

const knownRanges = new WeakMap<Ranges, Uint8Array>();

/** Address of a set of code points. */
function placeRanges(ranges: Ranges, place: Place): number {
  const known = knownRanges.get(ranges) ?? bytesOfRanges(ranges);
  knownRanges.set(ranges, known);
  return place(known, 4);
}

function bytesOfRanges(ranges: Ranges): Uint8Array {
  const beyond = ranges.filter(([, high]) => high >= 0x80).map(([low, high]) => [Math.max(low, 0x80), high] as const);
  const all =
    beyond.length === 2 && beyond[0]?.[0] === 0x80 && beyond[0][1] === 0xd7ff && beyond[1]?.[1] === lastCodePoint;
  const bytes = new Uint8Array(20 + (all ? 0 : beyond.length * 8));
  for (const [low, high] of ranges)
    for (let code = low; code <= high && code < 0x80; code++)
      bytes[code & 15] = (bytes[code & 15] ?? 0) | (1 << (code >> 4));
  const view = new DataView(bytes.buffer);
  view.setUint32(16, all ? 0xffffffff : beyond.length, true);
  if (!all)
    beyond.forEach(([low, high], i) => {
      view.setUint32(20 + i * 8, low, true);
      view.setUint32(24 + i * 8, high, true);
    });
  return bytes;
}

const arranged = new WeakMap<ByteSet, Uint8Array>();

/** Address of what can come next; 0 for anything. */
export function placeFirst(first: First | undefined, place: Place): number {
  return first ? place(bytesOfFirst(first), 4) : 0;
}

/** Address of a set of bytes. */
export function placeBytes(bytes: ByteSet, place: Place): number {
  return place(bytesOfFirst({ bytes, orEnd: false }), 4);
}

function bytesOfFirst({ bytes, orEnd }: First): Uint8Array {
  const known = arranged.get(bytes);
  const block = known ?? new Uint8Array(36);
  if (!known) {
    for (const byte of bytesOf(bytes)) {
      const at = ((byte >> 7) << 4) | (byte & 15);
      block[at] = (block[at] ?? 0) | (1 << ((byte >> 4) & 7));
    }
    arranged.set(bytes, block);
  }
  if (!orEnd) return block;
  const withEnd = block.slice();
  withEnd[32] = 1;
  return withEnd;
}
