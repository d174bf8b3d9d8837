// `documented_route(method, target)`: which route of the surface's OpenAPI document a request takes. The routes are known
// when compiled, so the answer is an index into tables of constants.

import type { CoreExpr, CoreRoute } from '../core.ts';
import type { Binding } from '../scope.ts';
import type { Const, RecordType, Type } from '../types.ts';
import type { Binder } from './binder.ts';

const textType: Type = { kind: 'string', sensitive: false };
const intType: Type = { kind: 'int' };

/** The function, for a surface with these routes; `record` is `Route` of `std.api`. */
export function routeIntrinsic(binder: Binder, routes: readonly CoreRoute[], record: RecordType): Binding {
  const recordType: Type = { kind: 'record', record };
  const result: Type = { kind: 'optional', of: recordType };
  const none: CoreExpr = { op: 'const', value: { kind: 'none' }, type: result };
  return {
    kind: 'intrinsic',
    name: 'documented_route',
    params: [
      { name: 'method', type: textType },
      { name: 'target', type: textType },
    ],
    result,
    make: ([method, target]) => {
      if (routes.length === 0 || !method || !target) return none;
      const id = binder.nextLocal++;
      const index: CoreExpr = { op: 'local', id, type: intType };
      const column = (read: (route: CoreRoute) => string): CoreExpr => {
        const values = routes.map((route): Const => ({ kind: 'string', value: read(route) }));
        return { op: 'table', values, index, type: textType };
      };
      const columns: Readonly<Record<string, CoreExpr>> = {
        operation: column((route) => route.operation),
        method: column((route) => route.method),
        template: column((route) => route.template),
      };
      const fields = new Map<string, CoreExpr>();
      for (const name of record.fields().keys()) {
        const value = columns[name];
        if (value) fields.set(name, value);
      }
      const minusOne: CoreExpr = { op: 'const', value: { kind: 'int', value: -1n }, type: intType };
      return {
        op: 'let',
        id,
        value: { op: 'route', routes, method, target, type: intType },
        body: {
          op: 'if',
          condition: { op: 'equal', left: index, right: minusOne, type: { kind: 'bool' } },
          then: none,
          else: { op: 'some', of: { op: 'record', record, fields, type: recordType }, type: result },
          type: result,
        },
        type: result,
      };
    },
  };
}
