// The rules of an event whose kinds nobody asks for read the plain record: then no document pays for telling kinds apart.

import type { CoreEntrypoint, CoreExpr, CoreRule } from '@rdp/language';
import { decidingExprs, mapChildren, mapRule, outputExprs, walkExpr } from '../walk-core.ts';

/** The rules; `input` is a record in them unless one asks for a kind of the event. */
export function withoutUnusedKinds({ rules, kinds, input }: CoreEntrypoint): readonly CoreRule[] {
  if (kinds === undefined || asksForKind(rules, kinds)) return rules;
  const plain = (expr: CoreExpr): CoreExpr =>
    expr.op === 'input' ? { op: 'input', type: { kind: 'record', record: input } } : mapChildren(expr, plain);
  return rules.map((rule) => mapRule(rule, plain));
}

function asksForKind(rules: readonly CoreRule[], kinds: NonNullable<CoreEntrypoint['kinds']>): boolean {
  let asks = false;
  for (const rule of rules)
    for (const expr of [...decidingExprs(rule), ...outputExprs(rule)])
      walkExpr(expr, (inner) => {
        if ((inner.op === 'variant-test' || inner.op === 'variant-cast') && inner.union === kinds) asks = true;
      });
  return asks;
}
