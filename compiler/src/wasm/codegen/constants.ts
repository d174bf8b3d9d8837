// Constants → static data, laid out as values are at run time, so that using one costs an instruction.
// INVARIANT: what is placed is never written at run time; equal constants stand once.

import type { Const, Field, Type } from '@rdp/language';
import type { FunctionBuilder } from '../encode-function.ts';
import { fieldPlace, layoutOf, recordSize } from './context.ts';
import type { EntrypointContext } from './context.ts';
import { elementOf, machineOf, scalarTag, tags } from './representation.ts';

const second = 1_000_000_000n;

/** Pushes a constant of `type`. */
export function pushConst(entry: EntrypointContext, b: FunctionBuilder, value: Const, type: Type): void {
  const machine = machineOf(type);
  const slot = constSlot(entry, value, type);
  if (machine === 'i32') b.i32(Number(BigInt.asIntN(32, slot)));
  else if (machine === 'i64') b.i64(slot);
  else b.f64(value.kind === 'float' ? value.value : 0);
}

/** Pushes text. */
export function pushText(entry: EntrypointContext, b: FunctionBuilder, text: string): void {
  b.i64(entry.module.data.text(text));
}

/** Address of the path in the data document where an enforcer's key for hashes stands, as slots. */
export function placeHashKeyPath(entry: EntrypointContext): number {
  return placeSlots(entry, [entry.module.data.text('rdp'), entry.module.data.text('hash_key')]);
}

/** Address of static slots. */
export function placeSlots(entry: EntrypointContext, slots: readonly bigint[]): number {
  const view = new DataView(new ArrayBuffer(slots.length * 8));
  slots.forEach((slot, index) => view.setBigInt64(index * 8, BigInt.asIntN(64, slot), true));
  return entry.module.data.place(new Uint8Array(view.buffer), 8);
}

/** The 64 bits of a constant in a slot. */
export function constSlot(entry: EntrypointContext, value: Const, type: Type): bigint {
  if (type.kind === 'dyn') return BigInt(placeDyn(entry, value));
  if (type.kind === 'optional')
    return value.kind === 'none' ? 0n : BigInt(placeSlots(entry, [constSlot(entry, value, type.of)]));
  switch (value.kind) {
    case 'bool':
      return value.value ? 1n : 0n;
    case 'int':
    case 'uint':
      return value.value;
    case 'float': {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value.value);
      return view.getBigInt64(0);
    }
    case 'string':
      return entry.module.data.text(value.value);
    case 'bytes':
      return (BigInt(entry.module.data.place(value.value)) << 32n) | BigInt(value.value.length);
    case 'null':
    case 'none':
      return 0n;
    case 'duration':
    case 'timestamp': {
      const seconds = (value.nanos - (((value.nanos % second) + second) % second)) / second;
      return BigInt(placeSlots(entry, [seconds, value.nanos - seconds * second]));
    }
    case 'quantity':
      return value.amount;
    case 'list':
      return BigInt(
        placeList(
          entry,
          value.items.map((item) => constSlot(entry, item, elementOf(type))),
        ),
      );
    case 'map': {
      const [key, item]: readonly [Type, Type] =
        type.kind === 'map' ? [type.key, type.value] : [{ kind: 'dyn' }, { kind: 'dyn' }];
      const slots = value.entries.flatMap(([k, v]) => [constSlot(entry, k, key), constSlot(entry, v, item)]);
      return BigInt(placeMap(entry, slots));
    }
    case 'record': {
      const record = BigInt(placeRecord(entry, value));
      // An object of no kind: variant -1, the fields that all kinds have, no others.
      return type.kind === 'union' ? BigInt(placeSlots(entry, [(record << 32n) | 0xffffffffn, 0n])) : record;
    }
  }
}

function placeList(entry: EntrypointContext, slots: readonly bigint[]): number {
  const address = placeSlots(entry, slots);
  return placeSlots(entry, [(BigInt(address) << 32n) | BigInt(slots.length)]);
}

function placeMap(entry: EntrypointContext, slots: readonly bigint[]): number {
  const address = placeSlots(entry, slots);
  return placeSlots(entry, [(BigInt(address) << 32n) | BigInt(slots.length / 2), 0n]);
}

function placeRecord(entry: EntrypointContext, value: Const & { readonly kind: 'record' }): number {
  const layout = layoutOf(entry, value.record);
  const bytes = new Uint8Array(recordSize(layout));
  const view = new DataView(bytes.buffer);
  layout.fields.forEach((field, index) => {
    const place = fieldPlace(layout, index);
    const given = value.fields.get(field.name) ?? (field.presence === 'default' ? field.default : undefined);
    if (given === undefined || (field.presence === 'optional' && given.kind === 'none')) return;
    bytes[place.byte] = (bytes[place.byte] ?? 0) | place.mask;
    view.setBigInt64(place.slot, BigInt.asIntN(64, constSlot(entry, given, field.type)), true);
  });
  return entry.module.data.place(bytes, 8);
}

/** A constant as a dynamic value. */
function placeDyn(entry: EntrypointContext, value: Const): number {
  const boxed = (tag: number, slot: bigint): number => placeSlots(entry, [BigInt(tag), slot]);
  switch (value.kind) {
    case 'null':
    case 'none':
      return boxed(tags.null, 0n);
    case 'list':
      return boxed(tags.list, constSlot(entry, value, { kind: 'list', of: { kind: 'dyn' } }));
    case 'map': {
      const text = value.entries.every(([key]) => key.kind === 'string');
      const key: Type = text ? { kind: 'string', sensitive: false } : { kind: 'dyn' };
      return boxed(
        text ? tags.map : tags.anyMap,
        constSlot(entry, value, { kind: 'map', key, value: { kind: 'dyn' } }),
      );
    }
    case 'record': {
      const fields = [...value.record.fields().values()].toSorted((a, b) => (a.wire < b.wire ? -1 : 1));
      const entries = fields.flatMap((field): readonly (readonly [Const, Const])[] => {
        const given = value.fields.get(field.name);
        return given ? [[{ kind: 'string', value: field.wire }, given]] : [];
      });
      return placeDyn(entry, { kind: 'map', entries });
    }
    case 'string':
    case 'bool':
    case 'int':
    case 'uint':
    case 'float':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'quantity': {
      const type: Type =
        value.kind === 'string'
          ? { kind: 'string', sensitive: false }
          : value.kind === 'quantity'
            ? { kind: 'quantity', unit: value.unit }
            : { kind: value.kind };
      return boxed(scalarTag(type) ?? tags.null, constSlot(entry, value, type));
    }
  }
}

/** The default of a field as a slot: what a document reads as that leaves it out. */
export function defaultSlot(entry: EntrypointContext, field: Field): bigint {
  return field.default ? constSlot(entry, field.default, field.type) : 0n;
}
