// `quarantine` → what the label `rdp.dev/quarantine` does to a pod: nothing reaches it and it reaches nothing, whatever other policies
// allow. A plain NetworkPolicy cannot say that, because it takes nothing away; clusters without a kind that does have a gap. And the
// role of whoever is to set the label, or to scale or cordon instead, with no right beyond that.

import type { ClusterTarget } from '../../deploy/targets.ts';
import { labelsOf, type KubernetesObject } from './object.ts';

/** The label of a workload in quarantine; `rdp-admission` sets it. */
export const quarantineLabel = 'rdp.dev/quarantine';

/** What is done to a workload in quarantine. */
export type QuarantineMethod = 'label' | 'scale' | 'cordon';

export type QuarantineObjects =
  | { readonly kind: 'objects'; readonly point: string; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** The policy that isolates labelled pods. */
export function quarantinePolicy(target: ClusterTarget): QuarantineObjects {
  const metadata = { name: 'rdp-quarantine', labels: labelsOf('quarantine') };
  const { egress } = target;
  const deny = egress.kind === 'none' ? 'none' : egress.clusterDeny;
  switch (deny) {
    case 'aws_cluster_network_policy':
      return {
        kind: 'refused',
        reason: 'ClusterNetworkPolicy of AWS denies no connections that come from outside of the cluster',
      };
    case 'cilium_clusterwide_network_policy':
      return {
        kind: 'objects',
        point: 'CiliumClusterwideNetworkPolicy',
        objects: [
          {
            apiVersion: 'cilium.io/v2',
            kind: 'CiliumClusterwideNetworkPolicy',
            metadata,
            spec: {
              endpointSelector: { matchLabels: { [`k8s:${quarantineLabel}`]: 'true' } },
              ingressDeny: [{ fromEntities: ['all'] }],
              egressDeny: [{ toEntities: ['all'] }],
            },
          },
        ],
      };
    case 'none':
      return {
        kind: 'refused',
        reason: 'NetworkPolicy takes nothing away, so a label cannot isolate a pod that another policy lets through',
      };
  }
}

/** What someone who puts workloads into quarantine may do; bound to nobody. */
export function quarantineRole(method: QuarantineMethod): KubernetesObject {
  const rules = {
    label: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'patch'] }],
    scale: [{ apiGroups: ['apps'], resources: ['deployments/scale', 'statefulsets/scale'], verbs: ['get', 'patch'] }],
    cordon: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'patch'] }],
  }[method];
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'rdp-quarantine', labels: labelsOf('quarantine') },
    rules,
  };
}
