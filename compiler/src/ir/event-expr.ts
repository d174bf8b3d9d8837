// The event as an expression, where its kinds are told apart.

import type { CoreExpr, UnionType } from '@rdp/language';

/** The event, a union of these kinds. */
export function eventOf(union: UnionType): CoreExpr {
  return { op: 'input', type: { kind: 'union', union } };
}
