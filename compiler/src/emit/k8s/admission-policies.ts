// The rules of an admission event → native policies of a cluster: what the API server itself enforces, and for every other rule why it
// does not. Who is asked (`admission_policy`, or `admission` with the webhook for the rest) is the plan's to say.
// INVARIANT: each rule is either in `native` or in `refused`; nothing is said weaker than the rule.

import type { CoreAction, CoreEntrypoint, CoreRule } from '@rdp/language';
import { scopeOfRules } from '../../deploy/admission-scope.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { celEmptyList } from '../cel/cel.ts';
import { emitRule, type NativeAction } from '../cel/emit-rule.ts';
import { changeable } from './changeable.ts';
import { mutatingAdmissionPolicy } from './mutating-admission-policy.ts';
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
  /** The policy and its binding; none when there is no request on which the rule could fire. */
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
  const wanted = actionOf(entrypoint, rule, target);
  if ('reason' in wanted) return refused(wanted.reason);
  const { action } = wanted;
  const asked = scopeOfRules(entrypoint, [rule]);
  const scope = action === 'Mutate' ? changeable(asked) : asked;
  if (scope.length === 0)
    return { rule, index, action, objects: [], cost: { conditions: [], variables: [], expressions: [] } };
  const emitted = emitRule({
    entrypoint,
    index,
    minor: target.minor,
    objectMayBeNull: scope.some(({ operations }) => operations.some((operation) => !withObject.has(operation))),
    updates: scope.some(({ operations }) => operations.includes('UPDATE')) ? 'asked' : 'unasked',
    onlyReports: action === 'Warn' || action === 'Audit',
  });
  if (emitted.kind === 'refused') return refused(emitted.reason);
  const place = { name, scope, excluded: [...new Set([...target.systemNamespaces, namespace])] };
  const cel = emitted.rule;
  const made =
    action === 'Mutate'
      ? mutatingAdmissionPolicy({ rule, cel, change: cel.change ?? celEmptyList, place })
      : validatingAdmissionPolicy({ rule, cel, action, place });
  if (made.kind === 'refused') return refused(made.reason);
  return { rule, index, action, objects: made.objects, cost: made.cost };
}

/** Operations whose requests have an object. */
const withObject: ReadonlySet<string> = new Set(['CREATE', 'UPDATE', 'CONNECT']);

/** What a policy does about the rule; or why no policy does that. */
function actionOf(
  { rules }: CoreEntrypoint,
  rule: CoreRule,
  { mutatingPolicy }: ClusterTarget,
): { readonly action: NativePolicy['action'] } | { readonly reason: string } {
  const { verb, mode, action } = rule;
  if (verb === 'discover') return { reason: 'an inventory is no affair of a policy' };
  if (verb === 'detect' || action?.kind === 'alert') return { action: 'Audit' };
  if (action === undefined) return { reason: 'a rule without an action' };
  switch (action.kind) {
    case 'block':
      return { action: mode === 'enforce' ? 'Deny' : mode === 'warn' ? 'Warn' : 'Audit' };
    case 'set':
      if (mode !== 'enforce') return { reason: `a policy cannot \`set\` in \`mode ${mode}\`` };
      if (mutatingPolicy.kind === 'none') return { reason: mutatingPolicy.reason };
      // Whether they agree is found where all rules are.
      return rules.some((other) => other !== rule && overlaps(other, action))
        ? { reason: 'another rule sets something at the same place' }
        : { action: 'Mutate' };
    case 'permit':
      return { reason: 'a policy can refuse, it cannot permit' };
    default:
      return { reason: `a policy cannot \`${action.kind}\`` };
  }
}

type SetAction = CoreAction & { readonly kind: 'set' };

/** Whether a rule may set a part of what `action` sets, or the other way round. */
function overlaps({ action: other }: CoreRule, action: SetAction): boolean {
  if (other?.kind !== 'set') return false;
  const shared = Math.min(other.path.length, action.path.length);
  if (other.path.slice(0, shared).every((step, i) => step === action.path[i])) return true;
  // What is set of the object itself may hold what is set of what it holds.
  const own = other.held === undefined ? other : action.held === undefined ? action : undefined;
  return own !== undefined && own.path[0] === '.spec' && (other.held ?? action.held) !== undefined;
}
