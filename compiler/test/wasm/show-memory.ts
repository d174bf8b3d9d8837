// Values as they stand in a module's memory → JSON text, as the interpreter writes its own values.

import type { Type } from '@rdp/language';
import type { IrEntrypoint, RecordLayout, UnionLayout } from '../../src/ir/ir.ts';
import { writeValue } from '../../src/ir/interpret/write-json.ts';
import { fieldPlace } from '../../src/wasm/codegen/context.ts';
import { tags } from '../../src/wasm/codegen/representation.ts';

interface Memory {
  readonly view: DataView;
  readonly entrypoint: IrEntrypoint;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function bytesAt({ view }: Memory, slot: number): Uint8Array {
  return new Uint8Array(view.buffer, view.getUint32(slot + 4, true), view.getUint32(slot, true));
}

/** The record at `address`. */
export function showRecord(memory: Memory, layout: RecordLayout, address: number): string {
  return `{${members(memory, layout, address)
    .map(([key, value]) => `${JSON.stringify(key)}:${value}`)
    .join(',')}}`;
}

function members(memory: Memory, layout: RecordLayout, address: number): readonly (readonly [string, string])[] {
  return layout.fields.flatMap((field, index): readonly (readonly [string, string])[] => {
    const place = fieldPlace(layout, index);
    const there = (memory.view.getUint8(address + place.byte) & place.mask) !== 0;
    return there ? [[field.wire, showSlot(memory, field.type, address + place.slot)]] : [];
  });
}

function showUnion(memory: Memory, layout: UnionLayout, address: number): string {
  const at = (offset: number): number => memory.view.getInt32(address + offset, true);
  const base = members(memory, layout.base, at(4));
  const variant = layout.variants[at(0)];
  const own = variant ? members(memory, variant.layout, at(8)) : [];
  const shared = new Set(base.map(([key]) => key));
  const all = [...base, ...own.filter(([key]) => !shared.has(key))];
  return `{${all.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}

/** The value of `type` in the slot at `slot`. */
export function showSlot(memory: Memory, type: Type, slot: number): string {
  const { view } = memory;
  const address = view.getUint32(slot, true);
  switch (type.kind) {
    case 'bool':
      return String(address !== 0);
    case 'int':
    case 'quantity':
      return view.getBigInt64(slot, true).toString();
    case 'uint':
      return view.getBigUint64(slot, true).toString();
    case 'float':
      return writeValue({ kind: 'float', value: view.getFloat64(slot, true) });
    case 'string':
      return writeValue({ kind: 'string', value: utf8.decode(bytesAt(memory, slot)) });
    case 'bytes':
      return writeValue({ kind: 'bytes', value: bytesAt(memory, slot) });
    case 'timestamp':
    case 'duration': {
      const nanos = view.getBigInt64(address, true) * 1_000_000_000n + BigInt(view.getInt32(address + 8, true));
      return writeValue({ kind: type.kind, nanos });
    }
    case 'list':
    case 'set': {
      const items = view.getUint32(address + 4, true);
      const count = view.getUint32(address, true);
      return `[${Array.from({ length: count }, (_, index) => showSlot(memory, type.of, items + index * 8)).join(',')}]`;
    }
    case 'map': {
      const entries = view.getUint32(address + 4, true);
      const count = view.getUint32(address, true);
      const shown = Array.from({ length: count }, (_, index) => {
        const key = showSlot(memory, type.key, entries + index * 16);
        return `${key.startsWith('"') ? key : `"${key}"`}:${showSlot(memory, type.value, entries + index * 16 + 8)}`;
      });
      return `{${shown.join(',')}}`;
    }
    case 'optional':
      return address === 0 ? 'null' : showSlot(memory, type.of, address);
    case 'record': {
      const layout = memory.entrypoint.records.find((candidate) => candidate.record === type.record);
      return layout ? showRecord(memory, layout, address) : '?';
    }
    case 'union': {
      const layout = memory.entrypoint.unions.find((candidate) => candidate.union === type.union);
      return layout ? showUnion(memory, layout, address) : '?';
    }
    case 'dyn':
      return showDyn(memory, address);
    default:
      return 'null';
  }
}

function showDyn(memory: Memory, address: number): string {
  const of = (type: Type): string => showSlot(memory, type, address + 8);
  switch (memory.view.getUint8(address)) {
    case tags.bool:
      return of({ kind: 'bool' });
    case tags.int:
      return of({ kind: 'int' });
    case tags.float:
      return of({ kind: 'float' });
    case tags.string:
      return of({ kind: 'string', sensitive: false });
    case tags.list:
      return of({ kind: 'list', of: { kind: 'dyn' } });
    case tags.map:
      return of({ kind: 'map', key: { kind: 'string', sensitive: false }, value: { kind: 'dyn' } });
    default:
      return 'null';
  }
}
