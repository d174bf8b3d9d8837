// The parameters that rules ask for, once each: a document in which one of them does not fit is malformed before any rule is
// evaluated.

import type { CoreExpr, CoreRule } from '@rdp/language';
import { structuralKey } from '../expression-key.ts';
import { decidingExprs, outputExprs, walkExpr } from '../walk-core.ts';

type Parameter = CoreExpr & { readonly op: 'parameter' };

/** The parameters in `rules`, in the order in which they stand there. */
export function collectParameters(rules: readonly CoreRule[]): readonly Parameter[] {
  const found = new Map<string, Parameter>();
  for (const rule of rules)
    for (const expr of [...decidingExprs(rule), ...outputExprs(rule)])
      walkExpr(expr, (inner) => {
        if (inner.op !== 'parameter') return;
        const key = structuralKey(inner);
        if (!found.has(key)) found.set(key, inner);
      });
  return [...found.values()];
}
