// CEL's values as constants in core: of their own type where they have one, dynamic where they are mixed.

import type { Const, CoreExpr, Type } from '@rdp/language';
import type { CelValue } from './cases.ts';

const dyn: Type = { kind: 'dyn' };

/** `core` as a dynamic value. */
export function dynOf(core: CoreExpr): CoreExpr {
  return core.type.kind === 'dyn' ? core : { op: 'to-dyn', of: core, type: dyn };
}

/** A constant as a dynamic value, whatever is in it. */
export function dynConstant(value: CelValue): CoreExpr {
  switch (value.kind) {
    case 'list':
      return dynOf({
        op: 'list',
        items: value.items.map(dynConstant),
        optionals: [],
        type: { kind: 'list', of: dyn },
      });
    case 'map':
      return dynOf({
        op: 'map',
        entries: value.entries.map(([key, of]) => ({ key: dynConstant(key), value: dynConstant(of), optional: false })),
        type: { kind: 'map', key: dyn, value: dyn },
      });
    default:
      return dynOf({ op: 'const', value: constantOf(value), type: scalarType(value) });
  }
}

function scalarType(value: CelValue): Type {
  switch (value.kind) {
    case 'double':
      return { kind: 'float' };
    case 'string':
      return { kind: 'string', sensitive: false };
    case 'bool':
    case 'int':
    case 'uint':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'type':
      return { kind: value.kind };
    default:
      return { kind: 'null' };
  }
}

/** A value as a constant. Messages have none. */
export function constantOf(value: CelValue): Const {
  switch (value.kind) {
    case 'double':
      return { kind: 'float', value: value.value };
    case 'type':
      return { kind: 'string', value: value.value };
    case 'list':
      return { kind: 'list', items: value.items.map(constantOf) };
    case 'map':
      return { kind: 'map', entries: value.entries.map(([key, of]) => [constantOf(key), constantOf(of)]) };
    case 'message':
      return { kind: 'null' };
    default:
      return value;
  }
}
