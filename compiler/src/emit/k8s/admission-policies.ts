// The rules of an admission event → native policies of a cluster: what the API server itself enforces, and for every other rule why it
// does not. Who is asked (`admission_policy`, or `admission` with the webhook for the rest) is the plan's to say.
// INVARIANT: each rule is either in `native` or in `refused`; nothing is said weaker than the rule.

import type { CoreEntrypoint, CoreRule } from '@rdp/language';
import { scopeOfRules } from '../../deploy/admission-scope.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { emitRule, type NativeAction } from '../cel/emit-rule.ts';
import type { NativeObject } from './policy-object.ts';
import type { PolicyCost } from './policy-budget.ts';
import { policyNames } from './policy-name.ts';
import { validatingAdmissionPolicy } from './validating-admission-policy.ts';

/** One rule that the API server enforces or reports. */
export interface NativePolicy {
  readonly rule: CoreRule;
  /** Its place among the entrypoint's rules. */
  readonly index: number;
  /** What comes of it when it fires. */
  readonly action: NativeAction | 'Mutate';
  /** The policy and its binding. */
  readonly objects: readonly NativeObject[];
  /** What its expressions may cost an API server, for objects within the bounds of `cel-cost.ts`. */
  readonly cost: PolicyCost;
}

/** One rule that it cannot enforce. */
export interface NativeRefusal {
  readonly rule: CoreRule;
  readonly index: number;
  /** One line, without a stop. */
  readonly reason: string;
}

/** What becomes of the rules of an event. */
export interface NativePolicies {
  readonly native: readonly NativePolicy[];
  readonly refused: readonly NativeRefusal[];
}

/** What it depends on. */
export interface NativeQuestion {
  readonly entrypoint: CoreEntrypoint;
  readonly target: ClusterTarget;
  /** The deployment's own namespace, which is left out as those of the cluster are. */
  readonly namespace: string;
}

/** The native policies of one admission event on one cluster. */
export function emitAdmissionPolicies(question: NativeQuestion): NativePolicies {
  const { entrypoint } = question;
  const names = policyNames(entrypoint);
  const fates = entrypoint.rules.map((rule, index) => fateOf(question, { rule, index, name: names[index] ?? '' }));
  return {
    native: fates.flatMap((fate) => ('objects' in fate ? [fate] : [])),
    refused: fates.flatMap((fate) => ('reason' in fate ? [fate] : [])),
  };
}

interface NamedRule {
  readonly rule: CoreRule;
  readonly index: number;
  readonly name: string;
}

function fateOf({ entrypoint, target, namespace }: NativeQuestion, named: NamedRule): NativePolicy | NativeRefusal {
  const { rule, index, name } = named;
  const refused = (reason: string): NativeRefusal => ({ rule, index, reason });
  if (entrypoint.surfaceKind !== 'k8s' || entrypoint.event !== 'admission') return refused('this is no admission');
  const wanted = actionOf(rule);
  if ('reason' in wanted) return refused(wanted.reason);
  const scope = scopeOfRules(entrypoint, [rule]);
  if (scope.length === 0) return refused('the rule never fires');
  const emitted = emitRule({
    entrypoint,
    index,
    minor: target.minor,
    objectMayBeNull: scope.some(({ operations }) => operations.some((operation) => !withObject.has(operation))),
    onlyReports: wanted.action !== 'Deny',
  });
  if (emitted.kind === 'refused') return refused(emitted.reason);
  const { names, prefixes } = target.systemNamespaces;
  const place = { name, scope, excluded: { names: [...new Set([...names, namespace])], prefixes } };
  const made = validatingAdmissionPolicy({ rule, cel: emitted.rule, action: wanted.action, place });
  if (made.kind === 'refused') return refused(made.reason);
  return { rule, index, action: wanted.action, objects: made.objects, cost: made.cost };
}

/** Operations whose requests have an object. */
const withObject: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'CONNECT']);

/** What a policy does about the rule; or why no policy does that. */
function actionOf(rule: CoreRule): { readonly action: NativeAction } | { readonly reason: string } {
  const { verb, mode, action } = rule;
  if (verb === 'discover') return { reason: 'an inventory is no affair of a policy' };
  if (verb === 'detect' || action?.kind === 'alert') return { action: 'Audit' };
  if (action === undefined) return { reason: 'a rule without an action' };
  switch (action.kind) {
    case 'block':
      return { action: mode === 'enforce' ? 'Deny' : mode === 'warn' ? 'Warn' : 'Audit' };
    case 'permit':
      return { reason: 'a policy can refuse, it cannot permit' };
    default:
      return { reason: `a policy cannot \`${action.kind}\`` };
  }
}
