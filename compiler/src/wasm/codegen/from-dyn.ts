// Dynamic values as values of a type: one function a type; on a mismatch the kernel's error is set and some value is left.

import type { Type } from '@rdp/language';
import type { FunctionBuilder, FunctionReference } from '../encode-function.ts';
import { defaultSlot, pushText } from './constants.ts';
import { callKernel, errorGlobal, fieldPlace, helper, layoutOf, presenceSize, recordSize, typeKey } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { copySlots } from './dynamic.ts';
import { errorCodes, loadSlot, machineOf, pushZero, scalarTag, storeSlot, tags } from './representation.ts';

/** The dynamic value on the stack as a `type`; on a mismatch the kernel's error is set and some value is left. */
export function compileFromDyn(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  if (type.kind !== 'dyn') b.call(fromDyn(entry, type));
}

function fromDyn(entry: EntrypointContext, type: Type): FunctionReference {
  return helper(entry, `from-dyn:${typeKey(entry, type)}`, { params: ['i32'], results: [machineOf(type)] }, (b) => {
    const tag = scalarTag(type);
    if (tag !== undefined) return buildUnbox(b, type, tag);
    switch (type.kind) {
      case 'optional':
        return buildFromOptional(entry, b, type.of);
      case 'list':
      case 'set':
        return buildFromList(entry, b, type.of);
      case 'map':
        return buildFromMap(entry, b, type);
      case 'record':
        return buildFromRecord(entry, b, type);
      case 'null':
        return buildUnbox(b, type, tags.null);
      default:
        b.i32(errorCodes.no_such_overload).globalSet(errorGlobal());
        pushZero(b, type);
    }
  });
}

/** Returns a zero when the value has not `tag`; the error is set then. */
function demandTag(b: FunctionBuilder, tag: number, type: Type): void {
  b.get(0).i32(tag);
  callKernel(b, 'dyn_expect')
    .op('i32.eqz')
    .if(undefined, () => {
      pushZero(b, type);
      b.op('return');
    });
}

/** Returns when an error is set. */
function leaveOnError(b: FunctionBuilder): void {
  b.globalGet(errorGlobal()).if(undefined, () => b.i32(0).op('return'));
}

function buildUnbox(b: FunctionBuilder, type: Type, tag: number): void {
  demandTag(b, tag, type);
  b.get(0);
  loadSlot(b, type, 8);
}

function buildFromOptional(entry: EntrypointContext, b: FunctionBuilder, of: Type): void {
  const value = b.local(machineOf(of));
  const slot = b.local('i32');
  b.get(0)
    .memory('i32.load8_u')
    .i32(tags.null)
    .op('i32.eq')
    .if(undefined, () => b.i32(0).op('return'));
  b.get(0);
  compileFromDyn(entry, b, of);
  b.set(value).i32(8);
  callKernel(b, 'alloc').tee(slot).get(value);
  storeSlot(b, of);
  b.get(slot);
}

function buildFromList(entry: EntrypointContext, b: FunctionBuilder, of: Type): void {
  const list = b.local('i32');
  demandTag(b, tags.list, { kind: 'dyn' });
  b.get(0).memory('i32.load', 8).set(0).get(0).memory('i32.load');
  callKernel(b, 'list_new').set(list);
  copySlots(b, list, 8, (from, to) => {
    b.get(to).get(from).memory('i32.load');
    compileFromDyn(entry, b, of);
    storeSlot(b, of);
    leaveOnError(b);
  });
  b.get(list);
}

function buildFromMap(entry: EntrypointContext, b: FunctionBuilder, type: Type & { readonly kind: 'map' }): void {
  const map = b.local('i32');
  b.get(0);
  callKernel(b, 'dyn_entries')
    .tee(0)
    .op('i32.eqz')
    .if(undefined, () => b.i32(0).op('return'));
  b.get(0).memory('i32.load');
  callKernel(b, 'map_new').set(map);
  copySlots(b, map, 16, (from, to) => {
    b.get(to).get(from).memory('i32.load');
    compileFromDyn(entry, b, type.key);
    storeSlot(b, type.key);
    leaveOnError(b);
    b.get(to).get(from).memory('i32.load', 8);
    compileFromDyn(entry, b, type.value);
    storeSlot(b, type.value, 8);
    leaveOnError(b);
  });
  b.get(map);
}

function buildFromRecord(entry: EntrypointContext, b: FunctionBuilder, type: Type & { readonly kind: 'record' }): void {
  const layout = layoutOf(entry, type.record);
  const record = b.local('i32');
  const item = b.local('i32');
  b.get(0);
  callKernel(b, 'dyn_keyed')
    .op('i32.eqz')
    .if(undefined, () => b.i32(0).op('return'));
  b.i32(recordSize(layout));
  callKernel(b, 'alloc').tee(record).i32(0).i32(presenceSize(layout)).op('memory.fill');
  layout.fields.forEach((field, index) => {
    const place = fieldPlace(layout, index);
    const keepsNull = field.type.kind === 'null' || field.type.kind === 'dyn';
    b.get(0);
    pushText(entry, b, field.wire);
    // The member's value, or 0 when it is missing (null counts as missing, unless the field may be null).
    b.i32(keepsNull ? 1 : 0);
    callKernel(b, 'dyn_member')
      .tee(item)
      .if(
        undefined,
        () => {
          b.get(record).get(item);
          compileFromDyn(entry, b, field.type);
          storeSlot(b, field.type, place.slot);
          leaveOnError(b);
          b.get(record)
            .get(record)
            .memory('i32.load8_u', place.byte)
            .i32(place.mask)
            .op('i32.or')
            .memory('i32.store8', place.byte);
        },
        () => {
          if (field.presence === 'required') b.i32(errorCodes.no_such_key).globalSet(errorGlobal()).i32(0).op('return');
          else if (field.presence === 'default')
            b.get(record).i64(defaultSlot(entry, field)).memory('i64.store', place.slot);
        },
      );
  });
  b.get(record);
}
