// Reads core back as a constant: literals, and lists, maps and records of them. Computes nothing; what is not written as a
// constant is none.

import type { CoreExpr } from '../core.ts';
import type { Const } from '../types.ts';

/** The constant that `core` is, if it is written as one. */
export function constOf(core: CoreExpr): Const | undefined {
  switch (core.op) {
    case 'const':
      return core.value;
    case 'some':
    case 'to-dyn':
      return constOf(core.of);
    case 'list': {
      if (core.optionals.length > 0) return undefined;
      const items = allConst(core.items);
      return items && { kind: 'list', items };
    }
    case 'map': {
      const entries: (readonly [Const, Const])[] = [];
      for (const entry of core.entries) {
        const key = constOf(entry.key);
        const value = constOf(entry.value);
        if (key === undefined || value === undefined || entry.optional) return undefined;
        entries.push([key, value]);
      }
      return { kind: 'map', entries };
    }
    case 'record': {
      const fields = new Map<string, Const>();
      for (const [name, field] of core.fields) {
        const value = constOf(field);
        if (value === undefined) return undefined;
        fields.set(name, value);
      }
      return { kind: 'record', record: core.record, fields };
    }
    default:
      return undefined;
  }
}

function allConst(cores: readonly CoreExpr[]): readonly Const[] | undefined {
  const values: Const[] = [];
  for (const core of cores) {
    const value = constOf(core);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}
