// Patterns without a longest match that a rule takes out of a response: a stream could release nothing.

import type { BoundEvent } from '../bind/bind-entrypoint.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { placeOf } from '../bind/placed-rule.ts';
import type { CoreRule } from '../core.ts';
import { isUnbounded } from '../pattern-node.ts';

/** Reports the rules of a streaming event that change what has no longest match. `all`: the rules that rules know by index. */
export function checkUnboundedPatterns(
  binder: Binder,
  { entrypoint, rules }: BoundEvent,
  all: readonly CoreRule[],
): void {
  if (entrypoint.streams === undefined) return;
  for (const [index, rule] of entrypoint.rules.entries()) {
    const declared = rules[index];
    const pattern = unboundedIn(all, rule);
    if (declared === undefined || pattern === undefined) continue;
    report(binder, 'unbounded-pattern', placeOf(declared), { pattern, rule: rule.name });
  }
}

function unboundedIn(rules: readonly CoreRule[], { mode, action }: CoreRule): string | undefined {
  if (mode !== 'enforce' || (action?.kind !== 'redact' && action?.kind !== 'strip')) return undefined;
  const patterns = rules[action.rule]?.finds.flatMap((find) => find.patterns) ?? [];
  return patterns.find(({ body }) => isUnbounded(body))?.kind;
}
