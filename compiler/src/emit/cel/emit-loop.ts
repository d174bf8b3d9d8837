// Macros over lists and maps → CEL's macros of one variable. Their meaning is the same: `exists` and `all` absorb an error that cannot
// matter, the others hand it on.
// INVARIANT: nothing depends on the order of a map's keys, which an API server does not keep.

import type { CoreExpr, Type } from '@rdp/language';
import { celName, indexed, isPath, type Cel } from './cel.ts';
import { present, type Emission } from './emission.ts';

type Loop = CoreExpr & { readonly op: 'loop' };

/** One macro. */
export function emitLoop(em: Emission, expr: Loop): Cel {
  const { macro, range } = expr;
  const isMap = range.type.kind === 'map';
  if (range.type.kind === 'dyn') return em.refuse('a macro over something that may be anything');
  if (range.type.kind === 'optional') return em.refuse('a macro over something that may be missing');
  if (elementOf(range.type)?.kind === 'optional') return em.refuse('a list of what may be missing');
  if (macro === 'transform-map') return em.refuse('a record or map that the rule makes itself');
  const isOrderless = macro === 'all' || macro === 'exists' || macro === 'exists_one' || em.orderless.has(expr);
  if (isOrderless) em.orderless.add(range);
  else if (isMap) return em.refuse('CEL does not keep the order of keys in a map');
  const of = em.recursion.value(em, range);
  const variable = em.freshName(itemName(range));
  em.locals.set(expr.item, present(celName(variable)));
  if (expr.value !== undefined) {
    // The element under a key can be said of a map; the index of an element cannot, without macros of two variables.
    if (!isMap) return em.refuse('a macro with the index of an element');
    if (!isPath(of)) return em.refuse('a macro over the entries of a map that the rule makes itself');
    em.locals.set(expr.value, present(indexed(of, celName(variable))));
  }
  const filtered: Cel =
    expr.filter === undefined
      ? of
      : { op: 'macro', macro: 'filter', of, variables: [variable], body: em.recursion.value(em, expr.filter) };
  if (expr.type.kind === 'list' && elementOf(expr.type)?.kind === 'optional') {
    return em.refuse('a list of what may be missing');
  }
  const body = em.recursion.value(em, expr.body);
  return { op: 'macro', macro, of: filtered, variables: [variable], body, ...(isMap ? { overKeys: true } : {}) };
}

function elementOf(type: Type): Type | undefined {
  if (type.kind === 'map') return type.value;
  return type.kind === 'list' || type.kind === 'set' ? type.of : undefined;
}

/** `container` of `containers`: the name of the list, without its plural. */
function itemName(range: CoreExpr): string {
  const name = range.op === 'field' ? range.field.name : '';
  if (range.type.kind === 'map') return 'key';
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(name)) return name.slice(0, -2);
  return name.endsWith('s') && name.length > 1 ? name.slice(0, -1) : 'item';
}
