// Rules that contradict each other under one condition: one permits what another blocks, or two replace the same text
// differently. Order never decides, so nobody could say which one is meant.

import type { CoreRule } from '../core.ts';
import type { BoundEvent } from '../bind/bind-entrypoint.ts';
import type { Binder } from '../bind/binder.ts';
import { report } from '../bind/binder.ts';
import { placeOf } from '../bind/placed-rule.ts';
import { clash } from '../bind/set-conflicts.ts';
import type { Demands } from './core-key.ts';
import { coreKey, implies } from './core-key.ts';
import type { RuleSummary } from './rule-summary.ts';

/** Reports the later rule of each pair that contradicts itself. */
export function checkConflicts(binder: Binder, event: BoundEvent, summaries: readonly RuleSummary[]): void {
  // Only rules about the same thing can contradict each other: one condition, or one detection.
  const groups = new Map<string, Placed[]>();
  for (const [index, rule] of event.entrypoint.rules.entries()) {
    const declared = event.rules[index];
    const own = summaries[index]?.demands;
    if (declared === undefined || own === undefined) continue;
    const topic = topicOf(rule, own);
    if (topic === undefined) continue;
    const others = groups.get(topic) ?? [];
    groups.set(topic, others);
    for (const other of others) {
      const reason = whyConflict(other, { rule, demands: own });
      if (reason === undefined) continue;
      const labels = [{ span: other.rule.span, text: 'here' }];
      const holes = { name: rule.name, other: other.rule.name, reason };
      report(binder, 'conflicting-rules', placeOf(declared), holes, { labels });
      break;
    }
    others.push({ rule, demands: own });
  }
}

interface Placed {
  readonly rule: CoreRule;
  readonly demands: Demands;
}

function topicOf(rule: CoreRule, demands: Demands): string | undefined {
  if (rule.mode !== 'enforce' || rule.exemptions.length > 0) return undefined;
  switch (rule.action?.kind) {
    case 'permit':
    case 'block':
      return topicText(demands);
    case 'redact':
    case 'strip':
      return `matches of ${rule.action.rule}`;
    case 'set':
      return 'changes of the object';
    default:
      return undefined;
  }
}

const knownTopics = new WeakMap<Demands, string>();

function topicText(demands: Demands): string {
  const known = knownTopics.get(demands);
  if (known !== undefined) return known;
  const text = [...demands].toSorted().join('\n');
  knownTopics.set(demands, text);
  return text;
}

/** Both have the same topic. */
function whyConflict(first: Placed, second: Placed): string | undefined {
  const [one, two] = [first.rule.action, second.rule.action];
  if (one?.kind === 'permit' || two?.kind === 'permit') {
    return one?.kind === two?.kind ? undefined : 'one permits what the other blocks';
  }
  if (one?.kind === 'block' || two?.kind === 'block') return undefined;
  const overlap = implies(first.demands, second.demands) || implies(second.demands, first.demands);
  if (one?.kind === 'set' && two?.kind === 'set')
    return overlap && clash(one, two) ? 'both set the same place, each to something else' : undefined;
  return overlap && coreKey(one) !== coreKey(two) ? 'both replace the same text, each with something else' : undefined;
}
