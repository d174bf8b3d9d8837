// The layouts of an entrypoint → functions that read its document in one pass: fields in use go straight to their slots,
// everything else is skipped but checked. Faults and their places are those of the interpreter's reader
// (compiler/src/ir/interpret/read-document.ts), in the same order.
//
// INVARIANT: every reader takes (place of the value, slot for the result, depth) and returns the place behind the value, or 0
// with a fault noted in the kernel's `malformed` and `malformed_at`.

import type { Type } from '@rdp/language';
import { callKernel, helper, typeKey } from './codegen/context.ts';
import type { EntrypointContext } from './codegen/context.ts';
import { elementOf } from './codegen/representation.ts';
import type { FunctionBuilder, FunctionReference, Local } from './encode-function.ts';
import {
  emitFault,
  emitIsByte,
  emitMembers,
  emitMissing,
  emitOpen,
  emitSkipSpace,
  nullWord,
  readerType,
} from './reader-keys.ts';
import type { ReadPlaces, ReadValue } from './reader-keys.ts';
import { recordReader } from './reader-record.ts';
import { unionReader } from './reader-union.ts';

/**
 * The function (address of the document, length) → address of the event (record or union), or 0. The document lies in the kernel's
 * globals `document` and `document_end` afterwards; after a fault, reason and place in `malformed` and `malformed_at`
 * (an address; `json_path` makes a JSON Pointer of it).
 */
export function generateReader(entry: EntrypointContext): FunctionReference {
  const { entrypoint } = entry;
  const { input, inputKinds } = entrypoint;
  let read = inputKinds
    ? unionReader(entry, inputKinds, readValue(entry))
    : recordReader(entry, input, readValue(entry));
  for (const key of entrypoint.at.toReversed()) read = keyReader(entry, key, read);
  return helper(entry, 'read', { params: ['i32', 'i32'], results: ['i32'] }, (b) => {
    const p = b.local('i32');
    const slot = b.local('i32');
    callKernel(b.get(0).get(1), 'open_document').tee(p);
    b.if(undefined, () => {
      callKernel(b.i32(8), 'alloc').set(slot);
      b.get(p).get(slot).i32(0).call(read).set(p);
    });
    callKernel(b.get(p), 'close_document');
    b.if(
      'i32',
      () => b.get(slot).memory('i32.load'),
      () => b.i32(0),
    );
  });
}

/** Reads the value of one key of an object, which must be there once. */
function keyReader(entry: EntrypointContext, key: string, inner: FunctionReference): FunctionReference {
  return helper(entry, `read-key:${key}>${inner.name}`, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const start = b.local('i32');
    const seen = b.local('i32');
    emitMembers(b, {
      p,
      start,
      depth,
      keys: [key],
      begin: () => undefined,
      member: () => {
        b.get(seen);
        b.if(undefined, () => emitFault(b, 'duplicate_key', start));
        b.i32(1).set(seen);
        b.get(p).get(slot).get(depth).i32(1).op('i32.add').call(inner).set(p);
      },
    });
    b.get(seen).op('i32.eqz');
    b.if(undefined, () => emitMissing(b, start, () => b.i64(entry.module.data.text(key))));
    b.get(p);
  });
}

const readValue =
  (entry: EntrypointContext): ReadValue =>
  (b, type, places) =>
    emitRead(entry, b, type, places);

/** Reads a value of `type`. */
function emitRead(entry: EntrypointContext, b: FunctionBuilder, type: Type, places: ReadPlaces): void {
  b.get(places.p);
  places.slot();
  const scalar = scalarReader(type);
  if (scalar !== undefined) callKernel(b, scalar);
  else {
    b.get(places.depth).i32(1).op('i32.add');
    if (type.kind === 'dyn') callKernel(b, 'read_dyn');
    else b.call(compoundReader(entry, type));
  }
  b.set(places.p);
}

function scalarReader(type: Type): string | undefined {
  switch (type.kind) {
    case 'bool':
    case 'uint':
    case 'float':
    case 'string':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'null':
      return `read_${type.kind}`;
    case 'int':
    case 'quantity':
      return 'read_int';
    case 'type':
    case 'never':
    case 'unknown':
      return 'mismatch_any';
    default:
      return undefined;
  }
}

function compoundReader(entry: EntrypointContext, type: Type): FunctionReference {
  switch (type.kind) {
    case 'record': {
      const layout = entry.records.get(type.record);
      if (layout === undefined) throw new Error(`no layout of ${type.record.name}`);
      return recordReader(entry, layout, readValue(entry));
    }
    case 'union': {
      const layout = entry.unions.get(type.union);
      if (layout === undefined) throw new Error(`no layout of ${type.union.name}`);
      return unionReader(entry, layout, readValue(entry));
    }
    case 'map':
      return mapReader(entry, type);
    case 'optional':
      return optionalReader(entry, type);
    default:
      return listReader(entry, type);
  }
}

/** The slot is 0, or the address of a slot that holds the value. */
function optionalReader(entry: EntrypointContext, type: Type & { readonly kind: 'optional' }): FunctionReference {
  return helper(entry, `read-${typeKey(entry, type)}`, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const inner = b.local('i32');
    b.get(p).memory('i32.load').i32(nullWord).op('i32.eq');
    b.if(undefined, () => {
      b.get(slot).i32(0).memory('i32.store');
      b.get(p).i32(4).op('i32.add', 'return');
    });
    // The value stands where the optional does, so it has the same depth.
    b.get(depth).i32(1).op('i32.sub').set(depth);
    b.get(slot);
    callKernel(b.i32(8), 'alloc').tee(inner).memory('i32.store');
    emitRead(entry, b, type.of, { p, slot: () => b.get(inner), depth });
    b.get(p);
  });
}

function listReader(entry: EntrypointContext, type: Type): FunctionReference {
  return helper(entry, `read-${typeKey(entry, type)}`, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const start = b.local('i32');
    const count = b.local('i32');
    const slots = b.local('i32');
    emitOpen(b, { p, depth, open: '[' });
    b.get(p).set(start);
    emitSkipSpace(b, p, 1);
    b.block(undefined, (done) => {
      emitIsByte(b, p, ']').brIf(done);
      b.loop(undefined, (next) => {
        callKernel(b.get(slots).get(count).i32(8), 'grow_entries').set(slots);
        emitRead(entry, b, elementOf(type), {
          p,
          slot: () => b.get(slots).get(count).i32(3).op('i32.shl', 'i32.add'),
          depth,
        });
        b.get(p).op('i32.eqz');
        b.if(undefined, () => b.i32(0).op('return'));
        b.get(count).i32(1).op('i32.add').set(count);
        emitSkipSpace(b, p);
        emitIsByte(b, p, ',');
        b.if(undefined, () => {
          emitSkipSpace(b, p, 1);
          b.br(next);
        });
        emitIsByte(b, p, ']').op('i32.eqz');
        b.if(undefined, () => emitFault(b, 'invalid_json', start));
      });
    });
    emitHeader(b, { slot, size: 8, count, items: slots });
    b.get(p).i32(1).op('i32.add');
  });
}

/** Allocates {u32 count, u32 items, …0} and puts its address into the slot. */
function emitHeader(
  b: FunctionBuilder,
  options: { readonly slot: Local; readonly size: 8 | 16; readonly count: Local; readonly items: Local },
): void {
  const header = b.local('i32');
  b.get(options.slot);
  callKernel(b.i32(options.size), 'alloc').tee(header).memory('i32.store');
  b.get(header).get(options.count).memory('i32.store');
  b.get(header).get(options.items).memory('i32.store', 4);
  if (options.size === 16) b.get(header).i64(0n).memory('i64.store', 8);
}

/** A fault anywhere inside stands at the map; a repeated key is seen at its end. */
function mapReader(entry: EntrypointContext, type: Type & { readonly kind: 'map' }): FunctionReference {
  return helper(entry, `read-${typeKey(entry, type)}`, readerType, (b) => {
    const [p, slot, depth] = [0, 1, 2];
    const start = b.local('i32');
    const count = b.local('i32');
    const entries = b.local('i32');
    const entryAddress = (): FunctionBuilder => b.get(entries).get(count).i32(4).op('i32.shl', 'i32.add');
    const invalid = (): void => {
      callKernel(b.i32(2).get(start), 'fault').op('drop');
    };
    emitOpen(b, { p, depth, open: '{' });
    b.get(p).set(start);
    emitSkipSpace(b, p, 1);
    b.block(undefined, (done) => {
      emitIsByte(b, p, '}').brIf(done);
      b.block(undefined, (failed) => {
        b.loop(undefined, (next) => {
          emitIsByte(b, p, '"').op('i32.eqz');
          b.if(undefined, () => {
            invalid();
            b.br(failed);
          });
          callKernel(b.get(entries).get(count).i32(16), 'grow_entries').set(entries);
          b.get(p);
          callKernel(entryAddress(), 'read_string').tee(p).op('i32.eqz').brIf(failed);
          emitSkipSpace(b, p);
          emitIsByte(b, p, ':').op('i32.eqz');
          b.if(undefined, () => {
            invalid();
            b.br(failed);
          });
          emitSkipSpace(b, p, 1);
          emitRead(entry, b, type.value, { p, slot: () => entryAddress().i32(8).op('i32.add'), depth });
          b.get(count).i32(1).op('i32.add').set(count);
          b.get(p).op('i32.eqz').brIf(failed);
          emitSkipSpace(b, p);
          emitIsByte(b, p, ',');
          b.if(undefined, () => {
            emitSkipSpace(b, p, 1);
            b.br(next);
          });
          emitIsByte(b, p, '}').brIf(done);
          invalid();
        });
      });
      callKernel(b.get(start), 'fault_at').op('return');
    });
    callKernel(b.get(entries).get(count).i32(16), 'has_equal_keys');
    b.if(undefined, () => emitFault(b, 'duplicate_key', start));
    if (type.key.kind === 'int' || type.key.kind === 'uint') {
      callKernel(b.get(entries).get(count), 'convert_keys').op('i32.eqz');
      b.if(undefined, () => emitFault(b, 'wrong_type', start));
    }
    emitHeader(b, { slot, size: 16, count, items: entries });
    b.get(p).i32(1).op('i32.add');
  });
}
