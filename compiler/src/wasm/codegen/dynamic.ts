// Between typed values and dynamic ones: boxing, and reading a box as a type. One function a type that is not a scalar.

import type { Field, Type } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';
import { placeSlots, pushText } from './constants.ts';
import {
  callKernel,
  checkError,
  fieldPlace,
  frameOffsets,
  helper,
  layoutOf,
  typeKey,
  unionLayoutOf,
} from './context.ts';
import type { EntrypointContext, FunctionContext } from './context.ts';
import { loadSlot, machineOf, scalarTag, tags } from './representation.ts';

/** The value of the bundle's data document at `path`. */
export function compileData(f: FunctionContext, path: readonly string[]): void {
  const { b, entry } = f;
  const keys = placeSlots(
    entry,
    path.map((part) => entry.module.data.text(part)),
  );
  b.get(f.frame).memory('i32.load', frameOffsets.data).i32(keys).i32(path.length);
  callKernel(b, 'data_find');
  checkError(f);
}

/** The value of `type` on the stack as a dynamic one. */
export function compileToDyn(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  if (type.kind === 'dyn') return;
  b.call(
    helper(entry, `to-dyn:${typeKey(entry, type)}`, { params: [machineOf(type)], results: ['i32'] }, (inner) =>
      buildToDyn(entry, inner, type),
    ),
  );
}

/** Boxes (tag, slot as i64). */
function pushBox(b: FunctionBuilder, tag: number, slot: () => void): void {
  b.i32(tag);
  slot();
  callKernel(b, 'box');
}

function buildToDyn(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  const tag = scalarTag(type);
  const machine = machineOf(type);
  if (tag !== undefined)
    return pushBox(b, tag, () => {
      b.get(0);
      if (machine === 'i32') b.op('i64.extend_i32_u');
      else if (machine === 'f64') b.op('i64.reinterpret_f64');
    });
  switch (type.kind) {
    case 'optional':
      b.get(0).if(
        'i32',
        () => {
          b.get(0);
          loadSlot(b, type.of);
          compileToDyn(entry, b, type.of);
        },
        () => pushBox(b, tags.null, () => b.i64(0n)),
      );
      return;
    case 'list':
    case 'set': {
      const list = b.local('i32');
      b.get(0).memory('i32.load');
      callKernel(b, 'list_new').set(list);
      copySlots(b, list, 8, (from, to) => {
        b.get(to).get(from);
        loadSlot(b, type.of);
        compileToDyn(entry, b, type.of);
        b.memory('i32.store');
      });
      return pushBox(b, tags.list, () => b.get(list).op('i64.extend_i32_u'));
    }
    case 'map': {
      const map = b.local('i32');
      const text = type.key.kind === 'string';
      b.get(0).memory('i32.load');
      callKernel(b, 'map_new').set(map);
      copySlots(b, map, 16, (from, to) => {
        b.get(to).get(from);
        loadSlot(b, type.key);
        if (text) b.memory('i64.store');
        else {
          compileToDyn(entry, b, type.key);
          b.memory('i32.store');
        }
        b.get(to).get(from);
        loadSlot(b, type.value, 8);
        compileToDyn(entry, b, type.value);
        b.memory('i32.store', 8);
      });
      return pushBox(b, text ? tags.map : tags.anyMap, () => b.get(map).op('i64.extend_i32_u'));
    }
    case 'record':
    case 'union':
      return buildMembers(entry, b, type);
    default:
      return pushBox(b, tags.null, () => b.i64(0n));
  }
}

/** Runs `copy` for each element of container 0 and the place of the new element in the container `into`. */
export function copySlots(
  b: FunctionBuilder,
  into: number,
  stride: 8 | 16,
  copy: (from: number, to: number) => void,
): void {
  const from = b.local('i32');
  const to = b.local('i32');
  const end = b.local('i32');
  b.get(into).memory('i32.load', 4).set(to);
  b.get(0)
    .memory('i32.load', 4)
    .tee(from)
    .get(0)
    .memory('i32.load')
    .i32(stride === 8 ? 3 : 4)
    .op('i32.shl', 'i32.add')
    .set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(from).get(end).op('i32.ge_u').brIf(exit);
      copy(from, to);
      b.get(from).i32(stride).op('i32.add').set(from).get(to).i32(stride).op('i32.add').set(to).br(again);
    });
  });
}

/** One record of a value that becomes a map: how its address is found, and fields that another record has already. */
interface Part {
  readonly push: () => void;
  readonly type: Type & { readonly kind: 'record' };
  readonly known: (field: Field) => boolean;
}

/** Records and unions become maps by wire name; what is missing is left out. */
function buildMembers(entry: EntrypointContext, b: FunctionBuilder, type: Type): void {
  const map = b.local('i32');
  const to = b.local('i32');
  const record = b.local('i32');
  const finish = (): void => {
    b.get(map).get(to).get(map).memory('i32.load', 4).op('i32.sub').i32(4).op('i32.shr_u').memory('i32.store');
    pushBox(b, tags.map, () => b.get(map).op('i64.extend_i32_u'));
  };
  const addPart = (part: Part): void => {
    const layout = layoutOf(entry, part.type.record);
    part.push();
    b.set(record);
    layout.fields.forEach((field, index) => {
      if (part.known(field)) return;
      const place = fieldPlace(layout, index);
      const add = (): void => {
        b.get(to);
        pushText(entry, b, field.wire);
        b.memory('i64.store').get(to).get(record);
        loadSlot(b, field.type, place.slot);
        compileToDyn(entry, b, field.type);
        b.memory('i32.store', 8).get(to).i32(16).op('i32.add').set(to);
      };
      if (field.presence !== 'optional') return add();
      b.get(record).memory('i32.load8_u', place.byte).i32(place.mask).op('i32.and').if(undefined, add);
    });
  };
  const start = (capacity: number): void => {
    b.i32(capacity);
    callKernel(b, 'map_new').tee(map).memory('i32.load', 4).set(to);
  };
  if (type.kind === 'record') {
    start(layoutOf(entry, type.record).fields.length);
    addPart({ push: () => b.get(0), type, known: () => false });
    return finish();
  }
  if (type.kind !== 'union') return;
  const layout = unionLayoutOf(entry, type.union);
  const base = new Set(layout.base.fields.map((field) => field.wire));
  start(layout.base.fields.length + Math.max(0, ...layout.variants.map((variant) => variant.layout.fields.length)));
  addPart({
    push: () => b.get(0).memory('i32.load', 4),
    type: { kind: 'record', record: type.union.base },
    known: () => false,
  });
  layout.variants.forEach(({ variant }, index) => {
    b.get(0)
      .memory('i32.load')
      .i32(index)
      .op('i32.eq')
      .if(undefined, () =>
        addPart({
          push: () => b.get(0).memory('i32.load', 8),
          type: { kind: 'record', record: variant.record },
          known: (field) => base.has(field.wire),
        }),
      );
  });
  finish();
}
