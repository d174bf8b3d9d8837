// The admission rules of a cluster, as the plan gives them to the webhook and to native policy → what the webhook is asked about, and
// the native policies.

import type { CoreAction, CoreEntrypoint } from '@rdp/language';
import type { ClusterPlan } from '../../deploy/plan.ts';
import { emitAdmissionPolicies } from './admission-policies.ts';
import type { KubernetesObject } from './object.ts';
import type { RequestScope } from './policy-object.ts';

/** Requests that rules of the webhook concern. */
export interface WebhookScope {
  readonly validating: readonly RequestScope[];
  readonly mutating: readonly RequestScope[];
}

/** What the webhook of a cluster is asked about: everything that its rules may concern. */
export function webhookScope(entrypoints: readonly CoreEntrypoint[], { rules }: ClusterPlan): WebhookScope {
  const own = rules.filter(({ entrypoint, native }) => !native && entrypoints.includes(entrypoint));
  const changes = ({ action }: { readonly action: CoreAction | undefined }): boolean =>
    action !== undefined && changing.has(action.kind);
  return {
    validating: own.some(({ rule }) => !changes(rule)) ? everything(['CREATE', 'UPDATE', 'DELETE', 'CONNECT']) : [],
    // What is deleted or connected to cannot be changed.
    mutating: own.some(({ rule }) => changes(rule)) ? everything(['CREATE', 'UPDATE']) : [],
  };
}

/** Actions that change the object of a review. */
const changing: ReadonlySet<CoreAction['kind']> = new Set(['quarantine', 'redact', 'set', 'strip']);

function everything(operations: readonly string[]): readonly RequestScope[] {
  return [{ apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], operations, scope: '*' }];
}

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
