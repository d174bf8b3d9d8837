// One union layout → the function that reads it: an object that says itself what it is. Fields of all kinds are read at
// once; those of the object's own kind too once every discriminator was seen, otherwise they wait for the object's end.
// INVARIANT: memory of a union is {i32 variant or -1, i32 base record, i32 variant's record, i32 record of the kind that is held
// or 0}. The record of a variant has room behind its slots for the bits of keys seen.

import type { UnionLayout } from '../ir/ir.ts';
import { callKernel, fieldPlace, findField, helper, layoutOf, recordSize } from './codegen/context.ts';
import type { EntrypointContext } from './codegen/context.ts';
import type { FunctionBuilder, FunctionReference, FunctionType, Local } from './encode-function.ts';
import { emitChoose } from './reader-choice.ts';
import { emitFault, emitMembers, readerType } from './reader-keys.ts';
import type { ReadValue } from './reader-keys.ts';
import { emitField, emitFinish, recordBits } from './reader-record.ts';

/** (variant, key, place, record, depth, start of the object, waiting members or 0) → place behind, 0, or -1: no such key. */
const memberType: FunctionType = { params: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] };
/** (variant, record, start of the object) → whether nothing is missing. */
const finishType: FunctionType = { params: ['i32', 'i32', 'i32'], results: ['i32'] };

/** The function that reads objects of a union. */
export function unionReader(entry: EntrypointContext, layout: UnionLayout, read: ReadValue): FunctionReference {
  const key = `read-union-${layout.union.name}#${layout.id}`;
  return helper(entry, key, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const start = b.local('i32');
    const base = b.local('i32');
    const record = b.local('i32');
    const variant = b.local('i32');
    const tags = b.local('i32');
    // Members that wait for the object's end, in document order.
    const first = b.local('i32');
    const last = b.local('i32');
    const after = b.local('i32');
    const keys = unionKeys(layout);
    const member = memberFunction(entry, layout, { keys, read });
    const bits = recordBits(b, layout.base);
    const allTags = (1 << layout.union.discriminators.length) - 1;

    emitMembers(b, {
      p,
      start,
      depth,
      keys,
      begin: () => {
        callKernel(b.i32(recordSize(layout.base)), 'alloc').set(base);
        b.i32(-1).set(variant);
        for (const name of layout.union.discriminators) {
          const place = layout.base.fields.findIndex((field) => field.wire === name);
          b.get(base).i64(entry.module.data.text('')).memory('i64.store', fieldPlace(layout.base, place).slot);
        }
      },
      member: (id) => {
        const name = keys[id] ?? '';
        const index = layout.base.fields.findIndex((field) => field.wire === name);
        const tag = layout.union.discriminators.indexOf(name);
        b.get(p).set(after);
        if (index >= 0)
          emitField(entry, b, { layout: layout.base, index, p: after, start, depth, record: base, bits, read });
        if (index >= 0) {
          b.get(after).op('i32.eqz');
          b.if(undefined, () => b.i32(0).op('return'));
        }
        if (tag >= 0) {
          b.get(tags)
            .i32(1 << tag)
            .op('i32.or')
            .tee(tags)
            .i32(allTags)
            .op('i32.eq');
          b.if(undefined, () => emitChoose(b, { entry, layout, base, variant, record }));
        }
        const defer = (): void => {
          callKernel(b.get(last).i32(id).get(p), 'defer_member').set(last);
          b.get(first).op('i32.eqz');
          b.if(undefined, () => b.get(last).set(first));
        };
        const skip = (): void => {
          b.get(p).get(depth).i32(1).op('i32.add');
          callKernel(b, 'skip_value').set(after);
        };
        if (layout.variants.some((item) => item.layout.fields.some((field) => field.wire === name))) {
          b.block(undefined, (handled) => {
            b.get(variant).i32(0).op('i32.ge_s');
            b.if(
              undefined,
              () => {
                if (tag >= 0) defer();
                else {
                  const result = after;
                  if (index < 0) {
                    b.get(variant).i32(id).get(p).get(record).get(depth).get(start).get(first).call(member).tee(result);
                    b.i32(-1).op('i32.ne').brIf(handled);
                  } else {
                    // Already read for the base: a key that the variant has not stays where the base left it.
                    const again = b.local('i32');
                    b.get(variant).i32(id).get(p).get(record).get(depth).get(start).get(first).call(member).tee(again);
                    b.i32(-1).op('i32.ne');
                    b.if(undefined, () => b.get(again).set(result));
                  }
                }
              },
              () => {
                b.get(tags).i32(allTags).op('i32.ne');
                b.if(undefined, defer);
              },
            );
            if (index < 0) skip();
          });
        } else if (index < 0) skip();
        b.get(after).set(p);
      },
    });
    emitFinish(entry, b, { layout: layout.base, start, record: base, bits });
    b.get(variant).i32(0).op('i32.ge_s');
    b.if(undefined, () => {
      b.block(undefined, (done) => {
        b.loop(undefined, (next) => {
          b.get(first).op('i32.eqz').brIf(done);
          b.get(variant)
            .get(first)
            .memory('i32.load', 4)
            .get(first)
            .memory('i32.load', 8)
            .get(record)
            .get(depth)
            .get(start)
            .i32(0);
          b.call(member).op('i32.eqz');
          b.if(undefined, () => b.i32(0).op('return'));
          b.get(first).memory('i32.load').set(first).br(next);
        });
      });
      b.get(variant).get(record).get(start).call(finishFunction(entry, layout)).op('i32.eqz');
      b.if(undefined, () => b.i32(0).op('return'));
    });
    b.get(slot);
    callKernel(b.i32(16), 'alloc').tee(after).memory('i32.store');
    b.get(after).get(variant).memory('i32.store');
    b.get(after).get(base).memory('i32.store', 4);
    b.get(after).get(record).memory('i32.store', 8);
    b.get(after);
    pushHeld(entry, b, layout, { variant, record });
    b.memory('i32.store', 12);
    b.get(p);
  });
}

/** Leaves the address of the record of the kind that is held: the object's own, or the one that it holds; 0 when it has none. */
function pushHeld(
  entry: EntrypointContext,
  b: FunctionBuilder,
  { variants }: UnionLayout,
  { variant, record }: { readonly variant: Local; readonly record: Local },
): void {
  const own = variants.findIndex((item) => item.variant.held);
  const holders = variants[own]?.variant.held?.holders() ?? [];
  const held = b.local('i32');
  b.i32(0).set(held);
  b.block(undefined, (done) => {
    variants.forEach((item, position) => {
      const path = position === own ? [] : holders.find((each) => each.variant === item.variant)?.path;
      if (path === undefined) return;
      b.get(variant).i32(position).op('i32.eq');
      b.if(undefined, () => {
        const at = b.local('i32');
        let { layout } = item;
        b.get(record).set(at);
        for (const field of path) {
          const place = findField(layout, field.name);
          if (!place || field.type.kind !== 'record')
            throw new Error(`${item.variant.name} holds nothing at ${field.name}`);
          if (field.presence === 'optional')
            b.get(at).memory('i32.load8_u', place.byte).i32(place.mask).op('i32.and', 'i32.eqz').brIf(done);
          b.get(at).memory('i32.load', place.slot).set(at);
          layout = layoutOf(entry, field.type.record);
        }
        b.get(at).set(held).br(done);
      });
    });
  });
  b.get(held);
}

/** All keys that some kind of object of the union has, sorted. */
function unionKeys(layout: UnionLayout): readonly string[] {
  const names = [layout.base, ...layout.variants.map((item) => item.layout)].flatMap((item) =>
    item.fields.map((field) => field.wire),
  );
  return [...new Set(names)].toSorted();
}

/** Reads one member of an object's own kind; its bits are kept in memory between calls. */
function memberFunction(
  entry: EntrypointContext,
  layout: UnionLayout,
  options: { readonly keys: readonly string[]; readonly read: ReadValue },
): FunctionReference {
  return helper(entry, `read-member-${layout.union.name}#${layout.id}`, memberType, (b) => {
    const [variant, id, p, record, depth, start, waiting] = [0, 1, 2, 3, 4, 5, 6];
    const seen = b.local('i64');
    const there = b.local('i64');
    layout.variants.forEach((item, position) => {
      b.get(variant).i32(position).op('i32.eq');
      b.if(undefined, () => {
        item.layout.fields.forEach((field, index) => {
          const word = (index >> 6) * 8;
          const bits = { seen: item.layout.fields.map(() => seen), there: item.layout.fields.map(() => there) };
          b.get(id).i32(options.keys.indexOf(field.wire)).op('i32.eq');
          b.if(undefined, () => {
            callKernel(b.get(waiting).get(id), 'is_deferred');
            b.if(undefined, () => emitFault(b, 'duplicate_key', start));
            b.get(record)
              .memory('i64.load', recordSize(item.layout) + word)
              .set(seen);
            b.get(record).memory('i64.load', word).set(there);
            emitField(entry, b, { layout: item.layout, index, p, start, depth, record, bits, read: options.read });
            b.get(record)
              .get(seen)
              .memory('i64.store', recordSize(item.layout) + word);
            b.get(record).get(there).memory('i64.store', word);
            b.get(p).op('return');
          });
        });
      });
    });
    b.i32(-1);
  });
}

/** Whether the record of an object's own kind is complete; then its defaults are in place. */
function finishFunction(entry: EntrypointContext, layout: UnionLayout): FunctionReference {
  return helper(entry, `read-finish-${layout.union.name}#${layout.id}`, finishType, (b) => {
    const [variant, record, start] = [0, 1, 2];
    layout.variants.forEach((item, position) => {
      b.get(variant).i32(position).op('i32.eq');
      b.if(undefined, () => {
        const bits = recordBits(b, item.layout);
        bits.there.forEach((local, word) =>
          b
            .get(record)
            .memory('i64.load', word * 8)
            .set(local),
        );
        emitFinish(entry, b, { layout: item.layout, start, record, bits });
      });
    });
    b.i32(1);
  });
}
