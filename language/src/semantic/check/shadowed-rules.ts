// Rules that change nothing: the same as another, or about events that another rule blocks anyway. Only enforced blocks
// without exemptions hide anything, and only rules whose conditions ask for all that the block asks for.

import type { CoreRule } from '../core.ts';
import type { BoundEvent } from '../bind/bind-package.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { conjuncts, coreKey, implies } from './core-key.ts';

/** Warns of the rules of an event that change nothing. */
export function checkShadowedRules(binder: Binder, event: BoundEvent): void {
  const { rules } = event.entrypoint;
  const keys = rules.map(ruleKey);
  for (const [index, rule] of rules.entries()) {
    const declared = event.rules[index];
    if (declared === undefined) continue;
    const at = { unit: declared.unit, node: declared.decl.name };
    const same = keys.indexOf(keys[index] ?? '');
    const twin = same < index ? rules[same] : undefined;
    if (twin) {
      const labels = [{ span: twin.span, text: 'the same' }];
      report(binder, 'duplicate-rule', at, { name: rule.name, other: twin.name }, { labels });
      continue;
    }
    const cover = rules.find((other, place) => place !== index && hides(other, rule, place < index));
    if (cover === undefined) continue;
    const labels = [{ span: cover.span, text: 'blocks' }];
    report(binder, 'shadowed-rule', at, { name: rule.name, other: cover.name }, { labels });
  }
}

/** What a rule does, but for its name. */
function ruleKey(rule: CoreRule): string {
  const { verb, mode, finds, scores, threshold, exemptions, covers, records, flows, action, severity, message } = rule;
  const condition = conjuncts(rule.condition).map(coreKey).sort();
  return coreKey({
    verb,
    mode,
    condition,
    finds,
    scores,
    threshold,
    exemptions,
    covers,
    records,
    flows,
    action,
    severity,
    message,
  });
}

function hides(block: CoreRule, rule: CoreRule, blockIsFirst: boolean): boolean {
  if (block.verb !== 'defend' || block.action?.kind !== 'block' || block.mode !== 'enforce') return false;
  if (block.exemptions.length > 0 || rule.verb !== 'defend' || rule.mode !== 'enforce') return false;
  if (!implies(rule.condition, block.condition)) return false;
  switch (rule.action?.kind) {
    case 'block':
      // The first block gives status and message, so a later one that implies it is never seen.
      return blockIsFirst;
    case 'redact':
    case 'strip':
    case 'approve':
    case 'quarantine':
      return true;
    case 'permit':
      // Under the very same condition the two contradict each other.
      return !implies(block.condition, rule.condition);
    default:
      return false;
  }
}
