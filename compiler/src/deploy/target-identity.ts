// Kind of cluster and settings → how the enforcer's pods prove to the cloud who they are, and which namespaces belong to the cloud.

import type { Settings } from '@rdp/language';
import type { ClusterKind } from './cluster-kind.ts';

/** How a pod proves to its cloud who it is. */
export type PodIdentity =
  | { readonly kind: 'none' }
  /** `eks.amazonaws.com/role-arn` on the service account. */
  | { readonly kind: 'eks-role'; readonly roleArn: string }
  /** Bound outside of the cluster; nothing on the service account. */
  | { readonly kind: 'eks-pod-identity' }
  /** `iam.gke.io/gcp-service-account` on the service account, where it acts as one of the cloud's; otherwise bound outside. */
  | { readonly kind: 'gke-workload-identity'; readonly serviceAccount: string | undefined }
  /** `azure.workload.identity/client-id` on the service account, and `azure.workload.identity/use` on the pod. */
  | { readonly kind: 'aks-workload-identity'; readonly clientId: string };

/** The identity of the enforcer's pods. */
export function identityOf(kind: ClusterKind, settings: Settings): PodIdentity {
  const text = (name: string): string | undefined => {
    const value = settings.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  switch (kind) {
    case 'eks': {
      const roleArn = text('role_arn');
      return roleArn === undefined ? { kind: 'eks-pod-identity' } : { kind: 'eks-role', roleArn };
    }
    case 'gke':
      return { kind: 'gke-workload-identity', serviceAccount: text('service_account') };
    case 'aks': {
      const clientId = text('client_id');
      return clientId === undefined ? { kind: 'none' } : { kind: 'aks-workload-identity', clientId };
    }
    case 'plain':
      return { kind: 'none' };
  }
}

/**
 * The namespaces of the cluster and its cloud, sorted. By their names, never by how they begin: whoever may make namespaces could
 * give one such a beginning.
 */
export function systemNamespacesOf(kind: ClusterKind): readonly string[] {
  return [...everywhere, ...cloudNamespaces[kind]].toSorted();
}

const everywhere: readonly string[] = ['kube-node-lease', 'kube-public', 'kube-system'];

/** Source: the clouds' own documentation of what their agents and add-ons create. */
const cloudNamespaces: Readonly<Record<ClusterKind, readonly string[]>> = {
  eks: ['amazon-cloudwatch', 'amazon-guardduty'],
  gke: [
    'gke-managed-cim',
    'gke-managed-filestorecsi',
    'gke-managed-parallelstorecsi',
    'gke-managed-system',
    'gke-managed-volumepopulator',
    'gmp-public',
    'gmp-system',
  ],
  aks: ['aks-istio-system', 'gatekeeper-system'],
  plain: [],
};
