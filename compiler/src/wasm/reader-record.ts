// One record layout → the function that reads it. What was seen and what is there are bits in locals; the record is written
// field by field as the document has them.
// INVARIANT: a record's memory is its presence bits, then a slot for each field of the layout in its order; a slot whose
// field is absent and has no default is not defined.

import type { Field } from '@rdp/language';
import type { RecordLayout } from '../ir/ir.ts';
import { defaultSlot, placeSlots } from './codegen/constants.ts';
import { callKernel, fieldPlace, helper, recordSize } from './codegen/context.ts';
import type { EntrypointContext } from './codegen/context.ts';
import type { FunctionBuilder, FunctionReference, Local } from './encode-function.ts';
import { emitFault, emitMembers, emitMissing, nullWord, readerType } from './reader-keys.ts';
import type { ReadValue } from './reader-keys.ts';

/** Bits of all fields of a layout that are `presence`, in words of 64. */
export function presenceMask(layout: RecordLayout, presence: Field['presence']): readonly bigint[] {
  const words = Array.from({ length: Math.ceil(layout.fields.length / 64) }, () => 0n);
  layout.fields.forEach((field, index) => {
    if (field.presence === presence) words[index >> 6] = (words[index >> 6] ?? 0n) | (1n << BigInt(index & 63));
  });
  return words;
}

/** The function that reads records of a layout. */
export function recordReader(entry: EntrypointContext, layout: RecordLayout, read: ReadValue): FunctionReference {
  return helper(entry, `read-${layout.record.name}#${layout.id}`, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const start = b.local('i32');
    const record = b.local('i32');
    const bits = recordBits(b, layout);
    emitMembers(b, {
      p,
      start,
      depth,
      keys: layout.fields.map((field) => field.wire),
      begin: () => {
        b.get(slot);
        callKernel(b.i32(recordSize(layout)), 'alloc')
          .tee(record)
          .memory('i32.store');
      },
      member: (index) => emitField(entry, b, { layout, index, p, start, depth, record, bits, read }),
    });
    emitFinish(entry, b, { layout, start, record, bits });
    b.get(p);
  });
}

/** Locals with one bit a field: whether its key was seen, and whether it has a value. */
export interface RecordBits {
  readonly seen: readonly Local[];
  readonly there: readonly Local[];
}

/** New bits, all zero. */
export function recordBits(b: FunctionBuilder, layout: RecordLayout): RecordBits {
  const words = presenceMask(layout, 'required');
  return { seen: words.map(() => b.local('i64')), there: words.map(() => b.local('i64')) };
}

export interface FieldOptions {
  readonly layout: RecordLayout;
  readonly index: number;
  readonly p: Local;
  readonly start: Local;
  readonly depth: Local;
  readonly record: Local;
  readonly bits: RecordBits;
  readonly read: ReadValue;
}

/** Reads the value at `p` into the field at `index`. */
export function emitField(entry: EntrypointContext, b: FunctionBuilder, options: FieldOptions): void {
  const { layout, index, p, start, record } = options;
  const { field, slot } = fieldPlace(layout, index);
  const seen = options.bits.seen[index >> 6] ?? 0;
  const there = options.bits.there[index >> 6] ?? 0;
  const bit = 1n << BigInt(index & 63);
  b.get(seen).i64(bit).op('i64.and', 'i64.eqz', 'i32.eqz');
  b.if(undefined, () => emitFault(b, 'duplicate_key', start));
  b.get(seen).i64(bit).op('i64.or').set(seen);
  const read = (): void => {
    b.get(there).i64(bit).op('i64.or').set(there);
    const address = (): void => {
      b.get(record).i32(slot).op('i32.add');
    };
    options.read(b, field.type, { p, slot: address, depth: options.depth });
  };
  if (field.presence === 'required') {
    read();
    return;
  }
  b.get(p).memory('i32.load').i32(nullWord).op('i32.eq');
  b.if(undefined, () => b.get(p).i32(4).op('i32.add').set(p), read);
}

/** After the last member: what is missing, defaults, and the presence bits. */
export function emitFinish(
  entry: EntrypointContext,
  b: FunctionBuilder,
  options: Pick<FieldOptions, 'layout' | 'start' | 'record' | 'bits'>,
): void {
  const { layout, record, start } = options;
  presenceMask(layout, 'required').forEach((mask, word) => {
    if (mask === 0n) return;
    const there = options.bits.there[word] ?? 0;
    b.get(there).i64(mask).op('i64.and').i64(mask).op('i64.ne');
    b.if(undefined, () => {
      // The names of the word's fields, by their bits; the first that is missing is told.
      const names = layout.fields.slice(word * 64, word * 64 + 64).map(({ wire }) => entry.module.data.text(wire));
      emitMissing(b, start, () =>
        b
          .get(there)
          .i64(-1n)
          .op('i64.xor')
          .i64(mask)
          .op('i64.and', 'i64.ctz', 'i32.wrap_i64')
          .i32(3)
          .op('i32.shl')
          .memory('i64.load', placeSlots(entry, names)),
      );
    });
  });
  presenceMask(layout, 'default').forEach((mask, word) => {
    if (mask === 0n) return;
    const there = options.bits.there[word] ?? 0;
    b.get(there).i64(mask).op('i64.and').i64(mask).op('i64.ne');
    b.if(undefined, () => {
      layout.fields.forEach((field, index) => {
        if (field.presence !== 'default' || index >> 6 !== word) return;
        b.get(there)
          .i64(1n << BigInt(index & 63))
          .op('i64.and', 'i64.eqz');
        b.if(undefined, () =>
          b.get(record).i64(defaultSlot(entry, field)).memory('i64.store', fieldPlace(layout, index).slot),
        );
      });
      b.get(there).i64(mask).op('i64.or').set(there);
    });
  });
  options.bits.there.forEach((local, word) =>
    b
      .get(record)
      .get(local)
      .memory('i64.store', word * 8),
  );
}
