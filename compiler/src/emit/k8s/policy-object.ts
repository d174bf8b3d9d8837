// What native policies of both kinds have in common: names, labels, what they are asked about, and the binding that puts them to work.
// INVARIANT: a rule concerns the same namespaces whoever enforces it; those of the cluster itself are left out as the webhook leaves
// them out.

import type { CoreRule } from '@rdp/language';
import { placeOfRule } from '../../ir/rule-words.ts';
import type { Cel } from '../cel/cel.ts';
import type { CelRule } from '../cel/emit-rule.ts';
import type { CelVariable } from '../cel/emission.ts';
import { printCel } from '../cel/print-cel.ts';
import { compilerVersion } from '../bundle.ts';
import { byOthers } from './controllers.ts';
import type { PolicyCost } from './policy-budget.ts';

/** An object of Kubernetes as plain data. */
export interface NativeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Requests that a policy is asked about, as `resourceRules` have them. */
export interface RequestScope {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly operations: readonly string[];
  readonly scope: '*' | 'Cluster' | 'Namespaced';
}

/** Where a policy goes. */
export interface PolicyPlace {
  readonly name: string;
  readonly scope: readonly RequestScope[];
  /** Namespaces whose requests it is not asked about. */
  readonly excluded: readonly string[];
}

/** Metadata of a policy; its rule stands in the annotations. */
export function policyMetadata({ name }: PolicyPlace, rule: CoreRule): NativeObject['metadata'] {
  return {
    name,
    labels: policyLabels,
    annotations: { 'rdp.dev/rule': rule.name, 'rdp.dev/source': placeOfRule(rule) },
  };
}

const policyLabels: Readonly<Record<string, string>> = {
  'app.kubernetes.io/component': 'admission-policy',
  'app.kubernetes.io/managed-by': 'rdpc',
  'app.kubernetes.io/part-of': 'rdp',
  'app.kubernetes.io/version': compilerVersion,
};

/** `spec.matchConstraints`. */
export function matchConstraints({ scope, excluded }: PolicyPlace): object {
  return {
    matchPolicy: 'Equivalent',
    ...(excluded.length === 0
      ? {}
      : {
          namespaceSelector: {
            matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: excluded.toSorted() }],
          },
        }),
    resourceRules: scope.map(({ apiGroups, apiVersions, resources, operations, scope: reach }) => ({
      apiGroups,
      apiVersions,
      operations,
      resources,
      scope: reach,
    })),
  };
}

/** The objects, or why the API server would not take or not enforce them; one line, without a stop. */
export type PolicyObjects =
  | { readonly kind: 'objects'; readonly objects: readonly NativeObject[]; readonly cost: PolicyCost }
  | { readonly kind: 'refused'; readonly reason: string };

/** `spec.matchConditions` and `spec.variables`, where there are any. */
export function variablesOf(
  conditions: CelRule['matchConditions'],
  variables: readonly CelVariable[],
): Readonly<Record<string, unknown>> {
  const printed = (named: readonly { readonly name: string; readonly expression: Cel }[]): readonly object[] =>
    named.map(({ name, expression }) => ({ name, expression: printCel(expression) }));
  return {
    ...(conditions.length === 0 ? {} : { matchConditions: printed(conditions) }),
    ...(variables.length === 0 ? {} : { variables: printed(variables) }),
  };
}

/** The rule's conditions, behind the one that leaves updates of controllers alone. */
export function conditionsOf({ scope }: PolicyPlace, cel: CelRule): CelRule['matchConditions'] {
  const updates = scope.some(({ operations }) => operations.includes('UPDATE') || operations.includes('*'));
  return [...(updates ? [byOthers] : []), ...cel.matchConditions];
}

/** The binding; a policy without one does nothing. */
export function bindingOf(
  { name }: PolicyPlace,
  kind: 'ValidatingAdmissionPolicyBinding' | 'MutatingAdmissionPolicyBinding',
  actions: readonly string[],
): NativeObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: { name, labels: policyLabels },
    spec: { policyName: name, ...(actions.length === 0 ? {} : { validationActions: actions }) },
  };
}
