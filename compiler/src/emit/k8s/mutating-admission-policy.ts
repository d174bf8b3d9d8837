// A rule that sets something, in CEL → a MutatingAdmissionPolicy and its binding. Where the rule does not fire there are no patches; what
// cannot be evaluated denies.
// INVARIANT: written for servers alone that have the version v1 of it, 1.36 and later.
// Source of the limits: k8s.io/api admissionregistration/v1, and its validation in k8s.io/kubernetes.

import type { CoreRule } from '@rdp/language';
import { celEmptyList, conditional, type Cel } from '../cel/cel.ts';
import { celVariable, type CelRule } from '../cel/emit-rule.ts';
import { printCel } from '../cel/print-cel.ts';
import { budgetFault, policyCost } from './policy-budget.ts';
import type { NativeObject, PolicyObjects, PolicyPlace } from './policy-object.ts';
import { bindingOf, conditionsOf, matchConstraints, policyMetadata, variablesOf } from './policy-object.ts';

/** The policy and the binding of one rule, which makes the patches `change`. */
export function mutatingAdmissionPolicy(options: {
  readonly rule: CoreRule;
  readonly cel: CelRule;
  readonly change: Cel;
  readonly place: PolicyPlace;
}): PolicyObjects {
  const { rule, cel, change, place } = options;
  const variables = [...cel.variables, { name: 'fires', expression: cel.fired }];
  const expression = conditional(celVariable('fires'), change, celEmptyList);
  const conditions = conditionsOf(place, cel);
  const ahead = conditions.map((condition) => condition.expression);
  const cost = policyCost({ conditions: ahead, variables, expressions: [expression] });
  const fault = budgetFault(cost);
  if (fault !== undefined) return { kind: 'refused', reason: fault };
  const policy: NativeObject = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    metadata: policyMetadata(place, rule),
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      matchConstraints: matchConstraints(place),
      ...variablesOf(conditions, variables),
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: printCel(expression) } }],
    },
  };
  return { kind: 'objects', objects: [policy, bindingOf(place, 'MutatingAdmissionPolicyBinding', [])], cost };
}
