// The loop over the members of an object, and the decision which member a key is: by length, then by eight bytes a comparison.
// INVARIANT: a key is compared as decoded text; escapes take a detour through the kernel and then the same comparison. Eight
// bytes behind a key may be read: more of the document, or the NULs behind it.

import type { Type } from '@rdp/language';
import type { FunctionBuilder, FunctionType, Label, Local } from './encode-function.ts';
import { callKernel } from './codegen/context.ts';
import { kernelGlobal } from './kernel.ts';

/** Codes of the kernel's `malformed`, mirrored from compiler/kernel/scan.ts, and the words of decisions. */
export const malformedCodes = {
  invalid_utf8: 1,
  invalid_json: 2,
  wrong_type: 3,
  missing_field: 4,
  duplicate_key: 5,
  too_deep: 6,
  out_of_range: 7,
} as const;

/** Every reader: (place of the value, slot for the result, depth) → place behind the value, or 0 with a fault noted. */
export const readerType: FunctionType = { params: ['i32', 'i32', 'i32'], results: ['i32'] };

/** Where a value is and where it goes. */
export interface ReadPlaces {
  /** Moves behind the value; 0 after a fault. */
  readonly p: Local;
  /** Pushes the address of the slot. */
  readonly slot: () => void;
  /** Depth of what the value is in. */
  readonly depth: Local;
}

/** Emits the reading of a value of any type. */
export type ReadValue = (b: FunctionBuilder, type: Type, places: ReadPlaces) => void;

/** `null` as four bytes of memory. */
export const nullWord = 0x6c6c756e;

/** Nested arrays and objects that a document may have. */
export const deepest = 512;

/** Notes a fault at `place` and leaves the function with 0. */
export function emitFault(b: FunctionBuilder, reason: keyof typeof malformedCodes, place: Local): void {
  b.i32(malformedCodes[reason]).get(place);
  callKernel(b, 'fault').op('return');
}

/** Notes that the object at `place` lacks the field whose name `field` pushes, and leaves the function with 0. */
export function emitMissing(b: FunctionBuilder, place: Local, field: () => void): void {
  b.get(place);
  field();
  callKernel(b, 'missing_field').op('return');
}

/** `p` moves past white space; `offset` bytes of it are known to be none. */
export function emitSkipSpace(b: FunctionBuilder, p: Local, offset = 0): void {
  if (offset > 0) b.get(p).i32(offset).op('i32.add').set(p);
  b.get(p).memory('i32.load8_u').i32(0x20).op('i32.le_u');
  b.if(undefined, () => callKernel(b.get(p), 'skip_spaces').set(p));
}

/** Pushes whether the byte at `p` is `char`. */
export function emitIsByte(b: FunctionBuilder, p: Local, char: string): FunctionBuilder {
  return b.get(p).memory('i32.load8_u').i32(char.charCodeAt(0)).op('i32.eq');
}

/** Leaves with a fault unless an array or map that `open` begins starts at `p`, and may start at this depth. */
export function emitOpen(
  b: FunctionBuilder,
  options: { readonly p: Local; readonly depth: Local; readonly open: '{' | '[' },
): void {
  emitIsByte(b, options.p, options.open).op('i32.eqz');
  b.if(undefined, () => callKernel(b.get(options.p), 'mismatch').op('return'));
  b.get(options.depth).i32(deepest).op('i32.eq');
  b.if(undefined, () => emitFault(b, 'too_deep', options.p));
}

export interface MembersOptions {
  /** Place in the document; moves behind the object. */
  readonly p: Local;
  /** Gets the place where the object starts: faults between members stand there. */
  readonly start: Local;
  /** Depth of the object. */
  readonly depth: Local;
  /** Keys that are read; all others are skipped. */
  readonly keys: readonly string[];
  /** What happens once it is certain that an object starts here. */
  readonly begin: () => void;
  /** Reads the value of the key at this position: `p` stands before it, and behind it afterwards (0: a fault is noted). */
  readonly member: (key: number) => void;
}

/** Leaves the function with 0 when the place on the stack, which goes to `p`, is 0. */
function emitPlace(b: FunctionBuilder, p: Local): void {
  b.tee(p).op('i32.eqz');
  b.if(undefined, () => b.i32(0).op('return'));
}

/** The object at `p` with its members; leaves the function with 0 at a fault. */
export function emitMembers(b: FunctionBuilder, options: MembersOptions): void {
  const { p, start, depth, keys } = options;
  const key = b.local('i32');
  const length = b.local('i32');
  b.get(p).set(start);
  callKernel(b.get(p).get(depth), 'first_member');
  emitPlace(b, p);
  options.begin();
  b.block(undefined, (done) => {
    b.loop(undefined, (next) => {
      emitIsByte(b, p, '}').brIf(done);
      callKernel(b.get(p).get(start), 'member_key');
      emitPlace(b, p);
      b.globalGet(kernelGlobal('key_at')).set(key);
      b.globalGet(kernelGlobal('key_length')).set(length);
      // Innermost stands what other keys do, around it each key's own code.
      const cases = (left: number, labels: readonly Label[]): void => {
        if (left > 0) b.block(undefined, (label) => cases(left - 1, [label, ...labels]));
        else {
          emitFindKey(b, { key, length, keys, found: labels });
          callKernel(b.get(p).get(start).get(depth), 'skip_member');
          emitPlace(b, p);
          b.br(next);
        }
        if (left === 0) return;
        options.member(left - 1);
        // What all keys do afterwards stands behind the last one only.
        if (left < keys.length) b.br(afterwards);
      };
      let afterwards: Label = next;
      b.block(undefined, (label) => {
        afterwards = label;
        cases(keys.length, []);
      });
      b.get(p).op('i32.eqz');
      b.if(undefined, () => b.i32(0).op('return'));
      callKernel(b.get(p).get(start), 'next_member');
      emitPlace(b, p);
      b.br(next);
    });
  });
  b.get(p).i32(1).op('i32.add').set(p);
}

interface FindOptions {
  readonly key: Local;
  readonly length: Local;
  readonly keys: readonly string[];
  /** Where to go for each key. */
  readonly found: readonly Label[];
}

const utf8 = new TextEncoder();

/** Goes to the label of the key at `key`, or on when it is none of the keys. */
function emitFindKey(b: FunctionBuilder, options: FindOptions): void {
  const groups = new Map<number, { readonly bytes: Uint8Array; readonly label: Label }[]>();
  options.keys.forEach((name, position) => {
    const bytes = utf8.encode(name);
    const label = options.found[position];
    if (label === undefined) return;
    const group = groups.get(bytes.length);
    if (group === undefined) groups.set(bytes.length, [{ bytes, label }]);
    else group.push({ bytes, label });
  });
  for (const [length, group] of [...groups].toSorted(([a], [c]) => a - c)) {
    b.get(options.length).i32(length).op('i32.eq');
    b.if(undefined, () => {
      for (const { bytes, label } of group) {
        emitIsKey(b, options.key, bytes);
        b.brIf(label);
      }
    });
  }
}

/** Pushes whether the bytes at `key`, as many as `bytes`, are those. */
function emitIsKey(b: FunctionBuilder, key: Local, bytes: Uint8Array): void {
  const length = bytes.length;
  if (length === 0) {
    b.i32(1);
    return;
  }
  const padded = new Uint8Array(length + 8);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  // Whole words from the front; the last one ends with the key and may overlap the one before.
  const offsets =
    length <= 8 ? [0] : [...Array.from({ length: (length - 1) >> 3 }, (_, index) => index * 8), length - 8];
  offsets.forEach((offset, index) => {
    b.get(key).memory('i64.load', offset);
    if (length < 8) b.i64((1n << BigInt(length * 8)) - 1n).op('i64.and');
    b.i64(view.getBigUint64(offset, true)).op('i64.eq');
    if (index > 0) b.op('i32.and');
  });
}
