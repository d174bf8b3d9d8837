// What the checks of an event ask about each of its rules, once a rule. An editor checks an event again when one of its rules
// is another: what is known of the others is found by their place in the list, which is faster than to look each one up.

import type { CoreRule } from '../core.ts';
import { demandsOf } from './core-key.ts';
import { patternsIn } from './event-budget.ts';
import type { RuleSummary } from './rule-summary.ts';
import { ruleKey } from './shadowed-rules.ts';
import { whyNever } from './unreachable-rules.ts';

interface Known {
  readonly rules: readonly CoreRule[];
  readonly summaries: readonly RuleSummary[];
}

const known = new WeakMap<CoreRule, RuleSummary>();
const knownLists = new WeakMap<object, Known>();

/** The summaries of the rules of an event, in order; `event` stands for it. */
export function summariesOf(event: object, rules: readonly CoreRule[]): readonly RuleSummary[] {
  const before = knownLists.get(event);
  if (before?.rules === rules) return before.summaries;
  const summaries: RuleSummary[] = [];
  let at = 0;
  for (const [index, rule] of rules.entries()) {
    // A rule that was left out, one that is new.
    if (before && before.rules[at] !== rule && before.rules[at + 1] === rule) at++;
    const same = before?.rules[at] === rule ? before.summaries[at] : undefined;
    summaries.push(same ?? summaryOf(rule));
    if (same || before?.rules[at] !== rules[index + 1]) at++;
  }
  knownLists.set(event, { rules, summaries });
  return summaries;
}

function summaryOf(rule: CoreRule): RuleSummary {
  const before = known.get(rule);
  if (before) return before;
  const demands = demandsOf(rule.condition);
  const summary: RuleSummary = {
    demands,
    never: whyNever(rule),
    key: rule.verb === 'defend' && rule.action === undefined ? undefined : ruleKey(rule, demands),
    patterns: patternsIn(rule),
  };
  known.set(rule, summary);
  return summary;
}
