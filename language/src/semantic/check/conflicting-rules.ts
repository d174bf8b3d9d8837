// Rules that contradict each other under one condition: one permits what another blocks, or two replace the same text
// differently. Order never decides, so nobody could say which one is meant.

import type { CoreRule } from '../core.ts';
import type { BoundEvent } from '../bind/bind-package.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { coreKey, implies } from './core-key.ts';

/** Reports the later rule of each pair that contradicts itself. */
export function checkConflicts(binder: Binder, event: BoundEvent): void {
  const { rules } = event.entrypoint;
  for (const [index, rule] of rules.entries()) {
    const declared = event.rules[index];
    if (declared === undefined) continue;
    for (const other of rules.slice(0, index)) {
      const reason = whyConflict(other, rule);
      if (reason === undefined) continue;
      const labels = [{ span: other.span, text: 'here' }];
      const holes = { name: rule.name, other: other.name, reason };
      report(binder, 'conflicting-rules', { unit: declared.unit, node: declared.decl.name }, holes, { labels });
      break;
    }
  }
}

function whyConflict(first: CoreRule, second: CoreRule): string | undefined {
  if (first.mode !== 'enforce' || second.mode !== 'enforce' || !first.action || !second.action) return undefined;
  const [one, two] = [first.action, second.action];
  if (first.exemptions.length > 0 || second.exemptions.length > 0) return undefined;
  const same = implies(first.condition, second.condition) && implies(second.condition, first.condition);
  if ((one.kind === 'permit' && two.kind === 'block') || (one.kind === 'block' && two.kind === 'permit')) {
    return same ? 'one permits what the other blocks' : undefined;
  }
  const changes = (one.kind === 'redact' || one.kind === 'strip') && (two.kind === 'redact' || two.kind === 'strip');
  if (!changes || one.rule !== two.rule) return undefined;
  const overlap = implies(first.condition, second.condition) || implies(second.condition, first.condition);
  return overlap && coreKey(one) !== coreKey(two) ? 'both replace the same text, each with something else' : undefined;
}
