// What others can be asked to compare: the policies of the corpus, what they may cost, and what the module decides about a request.

import type { PolicyCost } from '../../../src/emit/k8s/policy-budget.ts';
import type { NativeObject } from '../../../src/emit/k8s/policy-object.ts';
import { native, nativeRules } from './corpus.ts';
import { decidedPolicy, decisionsOf, ruleOf, type RuleDecision } from './decided.ts';
import type { Request } from './reviews.ts';

/** One policy. */
export interface ReplayCase {
  /** The source of its rule. */
  readonly name: string;
  /** The policy and its binding. */
  readonly objects: readonly NativeObject[];
  /** `Deny` refuses what fires, `Warn` warns, `Audit` says nothing to who asks. An error refuses whatever the action is. */
  readonly action: string;
  readonly cost: PolicyCost;
  /** What the module decides about the `request` of an AdmissionReview. */
  readonly decide: (request: Request) => RuleDecision | undefined;
}

/** The policies of the corpus for a server of that minor version; their names are those of one rule, so they come one at a time. */
export function replayCases(minor: number): readonly ReplayCase[] {
  return [...native.map(ruleOf), ...nativeRules].flatMap((source) => {
    const { entrypoint, ir, policies } = decidedPolicy(source, { minor });
    const index = entrypoint.rules.length - 1;
    const made = policies.native.find((policy) => policy.index === index);
    if (made === undefined) return [];
    const decide = (request: Request): RuleDecision | undefined => decisionsOf(ir, entrypoint, request)[index];
    return [{ name: source, objects: made.objects, action: made.action, cost: made.cost, decide }];
  });
}
