// Between typed values and dynamic ones. A dynamic value is free JSON with CEL's other kinds beside it: records become maps
// by wire name, optionals their payload or null. Back, the kind must be the right one: numbers do not convert.

import type { RecordType, Type } from '@rdp/language';
import { lookupKey } from './compare-values.ts';
import { defaultOf } from './read-document.ts';
import { fail, list, type MapValue, none, type RecordValue, some, string, type Value } from './value.ts';

/** `value` as a dynamic value. */
export function toDyn(value: Value): Value {
  switch (value.kind) {
    case 'none':
      return { kind: 'null' };
    case 'some':
      return toDyn(value.of);
    case 'list':
      return list(value.items.map(toDyn));
    case 'map':
      return { kind: 'map', entries: value.entries.map(([key, item]) => [key, toDyn(item)]) };
    case 'record':
      return { kind: 'map', entries: membersOf(value) };
    case 'union': {
      const entries = membersOf(value.base);
      const own = value.variant ? membersOf(value.variant.value) : [];
      const more = own.filter(([key]) => !lookupKey({ kind: 'map', entries }, key));
      return { kind: 'map', entries: [...entries, ...more] };
    }
    default:
      return value;
  }
}

/** `value` as a map, when it has keys. */
export function keyed(value: Value): MapValue | undefined {
  return value.kind === 'map' ? value : undefined;
}

function membersOf(value: RecordValue): readonly (readonly [Value, Value])[] {
  const fields = [...value.record.fields().values()].sort((a, b) => (a.wire < b.wire ? -1 : 1));
  return fields.flatMap((field): readonly (readonly [Value, Value])[] => {
    const item = value.fields.get(field.name);
    return item ? [[string(field.wire), toDyn(item)]] : [];
  });
}

/** `value` as a `type`; `no_such_overload` when it has another kind, `no_such_key` when a required field is missing. */
export function fromDyn(value: Value, type: Type): Value {
  switch (type.kind) {
    case 'dyn':
      return value;
    case 'optional':
      return value.kind === 'null' ? none : some(fromDyn(value, type.of));
    case 'list':
    case 'set':
      return value.kind === 'list' ? list(value.items.map((item) => fromDyn(item, type.of))) : fail('no_such_overload');
    case 'map':
      if (value.kind !== 'map') return fail('no_such_overload');
      return {
        kind: 'map',
        entries: value.entries.map(([key, item]) => [fromDyn(key, type.key), fromDyn(item, type.value)]),
      };
    case 'record':
      return value.kind === 'map' ? recordFrom(value, type.record) : fail('no_such_overload');
    case 'quantity':
      return value.kind === 'int'
        ? { kind: 'quantity', unit: type.unit, amount: value.value }
        : fail('no_such_overload');
    default:
      return value.kind === type.kind ? value : fail('no_such_overload');
  }
}

function recordFrom(map: MapValue, record: RecordType): Value {
  const fields = new Map<string, Value>();
  const ordered = [...record.fields().values()].sort((a, b) => (a.wire < b.wire ? -1 : 1));
  for (const field of ordered) {
    const item = lookupKey(map, string(field.wire));
    const missing =
      item === undefined || (item.kind === 'null' && field.type.kind !== 'null' && field.type.kind !== 'dyn');
    if (!missing) fields.set(field.name, fromDyn(item, field.type));
    else if (field.presence === 'required') fail('no_such_key');
    else if (field.presence === 'default') fields.set(field.name, defaultOf(field));
  }
  return { kind: 'record', record, fields };
}
