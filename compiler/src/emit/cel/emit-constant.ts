// A constant → CEL that has its value. What CEL cannot write is refused.

import type { Const, Type } from '@rdp/language';
import { durationText, timestampText } from '../../ir/interpret/time.ts';
import { call, celBool, celName, celNull, celString, listOf, type Cel } from './cel.ts';
import type { Emission } from './emission.ts';

/** The constant `value` of `type`. */
export function emitConst(em: Emission, value: Const, type: Type): Cel {
  switch (value.kind) {
    case 'bool':
      return celBool(value.value);
    case 'int':
    case 'uint':
      return { op: 'literal', value: { kind: value.kind, value: value.value } };
    case 'float':
      return Number.isFinite(value.value)
        ? { op: 'literal', value: { kind: 'double', value: value.value } }
        : em.refuse('CEL cannot write this number');
    case 'string':
      return type.kind === 'type' ? celName(value.value) : celString(value.value);
    case 'null':
      return celNull;
    case 'duration':
      return call('duration', celString(durationText(value.nanos)));
    case 'timestamp':
      return call('timestamp', celString(timestampText(value.nanos)));
    case 'quantity':
      return { op: 'literal', value: { kind: 'int', value: value.amount } };
    case 'list': {
      const of: Type = type.kind === 'list' || type.kind === 'set' ? type.of : { kind: 'dyn' };
      return listOf(value.items.map((item) => emitConst(em, item, of)));
    }
    case 'map': {
      const [key, item]: readonly [Type, Type] =
        type.kind === 'map' ? [type.key, type.value] : [{ kind: 'dyn' }, { kind: 'dyn' }];
      return {
        op: 'map',
        entries: value.entries.map(([k, v]): readonly [Cel, Cel] => [emitConst(em, k, key), emitConst(em, v, item)]),
      };
    }
    case 'record':
      return em.refuse('a record that the rule makes itself');
    case 'bytes':
    case 'none':
      return em.refuse(`CEL has no plain form for a constant of type \`${value.kind}\``);
  }
}
