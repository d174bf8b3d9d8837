// The admission rules of a cluster, as the plan gives them to the webhook and to native policy → what the webhook is asked about, and
// the native policies.

import type { CoreAction, CoreEntrypoint } from '@rdp/language';
import { admissionScope, scopeOfRules } from '../../deploy/admission-scope.ts';
import { isOurs, type ClusterPlan } from '../../deploy/plan.ts';
import { emitAdmissionPolicies } from './admission-policies.ts';
import { changeable } from './changeable.ts';
import type { KubernetesObject } from './object.ts';
import type { RequestScope } from './policy-object.ts';

/** Requests that rules of the webhook concern. */
export interface WebhookScope {
  readonly validating: readonly RequestScope[];
  readonly mutating: readonly RequestScope[];
}

/** What the webhook of a cluster is asked about: what its rules may concern. */
export function webhookScope(entrypoints: readonly CoreEntrypoint[], { rules }: ClusterPlan): WebhookScope {
  const scopes = entrypoints.map((entrypoint) => {
    const own = rules.flatMap((planned) =>
      planned.entrypoint === entrypoint && isOurs(planned) ? [planned.rule] : [],
    );
    const changing = own.filter(({ action }) => action !== undefined && changes.has(action.kind));
    const judging = own.filter((rule) => !changing.includes(rule));
    return {
      // What is permitted by nobody is refused.
      validating: entrypoint.defaultDeny
        ? admissionScope(entrypoint)
        : judging.length === 0
          ? []
          : scopeOfRules(entrypoint, judging),
      mutating: changing.length === 0 ? [] : changeable(scopeOfRules(entrypoint, changing)),
    };
  });
  return {
    validating: scopes.flatMap(({ validating }) => validating),
    mutating: scopes.flatMap(({ mutating }) => mutating),
  };
}

/** Actions that change the object of a review. */
const changes: ReadonlySet<CoreAction['kind']> = new Set(['quarantine', 'redact', 'set', 'strip']);

/** The native policies of an event on a cluster: those that the plan counts on. */
export function nativeObjects(
  entrypoint: CoreEntrypoint,
  { target, rules }: ClusterPlan,
  namespace: string,
): readonly KubernetesObject[] {
  const counted = new Set(rules.flatMap(({ native, rule }) => (native ? [rule] : [])));
  return emitAdmissionPolicies({ entrypoint, target, namespace }).native.flatMap(({ rule, objects }) =>
    counted.has(rule) ? objects.map((object): KubernetesObject => ({ ...object })) : [],
  );
}
