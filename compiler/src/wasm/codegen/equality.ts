// Structural equality by type: scalars in one instruction or kernel call, the others by a function made for the type.

import type { RecordType, Type } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';
import { callKernel, fieldPlace, helper, layoutOf, typeKey, unionLayoutOf } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { loadSlot } from './representation.ts';

/** Takes two values of `type` from the stack, leaves whether they are equal. */
export function pushEqual(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  switch (type.kind) {
    case 'bool':
      b.op('i32.eq');
      return;
    case 'int':
    case 'uint':
    case 'quantity':
      b.op('i64.eq');
      return;
    case 'float':
      b.op('f64.eq');
      return;
    case 'string':
    case 'bytes':
    case 'type':
      callKernel(b, 'string_equal');
      return;
    case 'timestamp':
    case 'duration':
      callKernel(b, 'instant_compare').op('i32.eqz');
      return;
    case 'dyn':
      callKernel(b, 'dyn_equal');
      return;
    case 'null':
    case 'never':
    case 'unknown':
      b.op('drop', 'drop').i32(1);
      return;
    case 'list':
    case 'set':
    case 'map':
    case 'optional':
    case 'record':
    case 'union':
      b.call(
        helper(entry, `equal:${typeKey(entry, type)}`, { params: ['i32', 'i32'], results: ['i32'] }, (inner) =>
          buildEqual(entry, inner, type),
        ),
      );
  }
}

/** Returns false unless the bool on the stack is true. */
const demand = (b: FunctionBuilder): FunctionBuilder => b.op('i32.eqz').if(undefined, () => b.i32(0).op('return'));

function buildEqual(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  switch (type.kind) {
    case 'optional':
      b.get(0).op('i32.eqz').get(1).op('i32.eqz', 'i32.or');
      b.if(undefined, () => b.get(0).get(1).op('i32.eq', 'return'));
      b.get(0);
      loadSlot(b, type.of);
      b.get(1);
      loadSlot(b, type.of);
      return pushEqual(entry, b, type.of);
    case 'list':
    case 'set':
      return buildEqualLists(entry, b, type.of);
    case 'map':
      return buildEqualMaps(entry, b, type);
    case 'record':
      buildEqualRecords(entry, b, type.record);
      b.i32(1);
      return;
    case 'union': {
      const layout = unionLayoutOf(entry, type.union);
      b.get(0).memory('i32.load', 4).get(1).memory('i32.load', 4);
      pushEqual(entry, b, { kind: 'record', record: type.union.base });
      demand(b);
      b.get(0).memory('i32.load').get(1).memory('i32.load').op('i32.eq');
      demand(b);
      layout.variants.forEach(({ variant }, index) => {
        b.get(0)
          .memory('i32.load')
          .i32(index)
          .op('i32.eq')
          .if(undefined, () => {
            b.get(0).memory('i32.load', 8).get(1).memory('i32.load', 8);
            pushEqual(entry, b, { kind: 'record', record: variant.record });
            b.op('return');
          });
      });
      b.i32(1);
      return;
    }
    default:
      b.i32(1);
  }
}

function buildEqualLists(entry: EntrypointContext, b: FunctionBuilder, element: Type): void {
  const left = b.local('i32');
  const right = b.local('i32');
  const end = b.local('i32');
  b.get(0).memory('i32.load').get(1).memory('i32.load').op('i32.eq');
  demand(b);
  b.get(1).memory('i32.load', 4).set(right);
  b.get(0).memory('i32.load', 4).tee(left).get(0).memory('i32.load').i32(3).op('i32.shl', 'i32.add').set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(left).get(end).op('i32.ge_u').brIf(exit).get(left);
      loadSlot(b, element);
      b.get(right);
      loadSlot(b, element);
      pushEqual(entry, b, element);
      demand(b);
      b.get(left).i32(8).op('i32.add').set(left).get(right).i32(8).op('i32.add').set(right).br(again);
    });
  });
  b.i32(1);
}

/** Kernel function that finds a key of `type` in a map. */
export function keyFinder(type: Type): string {
  if (type.kind === 'string') return 'map_find_string';
  if (type.kind === 'bool') return 'map_find_bool';
  return type.kind === 'dyn' ? 'map_find_dyn' : 'map_find_long';
}

function buildEqualMaps(entry: EntrypointContext, b: FunctionBuilder, type: Type & { readonly kind: 'map' }): void {
  const at = b.local('i32');
  const end = b.local('i32');
  const found = b.local('i32');
  b.get(0).memory('i32.load').get(1).memory('i32.load').op('i32.eq');
  demand(b);
  b.get(0).memory('i32.load', 4).tee(at).get(0).memory('i32.load').i32(4).op('i32.shl', 'i32.add').set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(at).get(end).op('i32.ge_u').brIf(exit).get(1).get(at);
      loadSlot(b, type.key);
      callKernel(b, keyFinder(type.key)).tee(found);
      demand(b);
      b.get(found);
      loadSlot(b, type.value);
      b.get(at);
      loadSlot(b, type.value, 8);
      pushEqual(entry, b, type.value);
      demand(b);
      b.get(at).i32(16).op('i32.add').set(at).br(again);
    });
  });
  b.i32(1);
}

/** Field by field; an optional one must be there in both or in neither. */
function buildEqualRecords(entry: EntrypointContext, b: FunctionBuilder, record: RecordType): void {
  const layout = layoutOf(entry, record);
  layout.fields.forEach((field, index) => {
    const place = fieldPlace(layout, index);
    const compare = (): void => {
      b.get(0);
      loadSlot(b, field.type, place.slot);
      b.get(1);
      loadSlot(b, field.type, place.slot);
      pushEqual(entry, b, field.type);
      demand(b);
    };
    if (field.presence !== 'optional') return compare();
    const bit = (of: number): FunctionBuilder =>
      b.get(of).memory('i32.load8_u', place.byte).i32(place.mask).op('i32.and');
    bit(0);
    bit(1).op('i32.eq');
    demand(b);
    bit(0).if(undefined, compare);
  });
}
