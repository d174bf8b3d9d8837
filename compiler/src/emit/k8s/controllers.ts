// The controllers of Kubernetes itself, whose updates admission leaves alone. They change what was admitted before: they scale, take
// finalizers away, count. Were they asked again, an object from before a policy could neither shrink nor go, and a patch of theirs would
// set them against their own controllers. What they create is asked about like everybody's.

import { binary, celName, celString, either, method, negated, optionalSelect, select, type Cel } from '../cel/cel.ts';
import { printCel } from '../cel/print-cel.ts';

/** A match condition of a webhook or a native policy. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/**
 * Service accounts of the controllers in `kube-system`; those of other people's that live there are none of them.
 * Source: k8s.io/kubernetes 1.37, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go
 */
const controllers: readonly string[] = [
  'attachdetach-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'service-account-controller',
  'service-controller',
  'statefulset-controller',
  'ttl-after-finished-controller',
];

/** Where controllers have no service accounts of their own, they are all of the user `system:kube-controller-manager`. */
const users = `^system:(?:kube-controller-manager|serviceaccount:kube-system:(?:${controllers.join('|')}))$`;

/** Empty where the API server has not said who asks. */
const username = method(
  optionalSelect(optionalSelect(celName('request'), 'userInfo'), 'username'),
  'orValue',
  celString(''),
);

/** Holds of every request but updates by the controllers. */
export const byOthers: { readonly name: string; readonly expression: Cel } = {
  name: 'by-others-than-controllers',
  expression: either(
    binary('!=', select(celName('request'), 'operation'), celString('UPDATE')),
    negated(method(username, 'matches', celString(users))),
  ),
};

/** The same for a webhook. */
export const byOthersCondition: MatchCondition = { name: byOthers.name, expression: printCel(byOthers.expression) };
