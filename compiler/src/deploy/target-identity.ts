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

/** Namespaces whose own components must come up whatever policies say. */
export interface SystemNamespaces {
  /** Sorted. The deployment's own namespace is not among them. */
  readonly names: readonly string[];
  /** Beginnings of names that the cloud keeps for itself; selectors cannot say them, CEL can. */
  readonly prefixes: readonly string[];
}

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

/** The namespaces of the cluster and its cloud. */
export function systemNamespacesOf(kind: ClusterKind): SystemNamespaces {
  const everywhere = ['kube-node-lease', 'kube-public', 'kube-system'];
  switch (kind) {
    case 'eks':
      return { names: [...everywhere, 'amazon-cloudwatch', 'amazon-guardduty'].toSorted(), prefixes: ['amazon-'] };
    case 'gke':
      return { names: [...everywhere, 'gmp-public', 'gmp-system'].toSorted(), prefixes: ['gke-managed-', 'gmp-'] };
    case 'aks':
      return { names: [...everywhere, 'aks-istio-system', 'gatekeeper-system'].toSorted(), prefixes: [] };
    case 'plain':
      return { names: everywhere, prefixes: [] };
  }
}
