// The kinds of clusters there are, and how a cluster's lack of something is said.

/** Whose cluster it is; `plain` is any conformant Kubernetes. */
export type ClusterKind = 'eks' | 'gke' | 'aks' | 'plain';

/** What a cluster has not. */
export interface Lacking {
  readonly kind: 'none';
  /** Why, in one line, lower-case but for names, no final stop: `Kubernetes 1.35 has no MutatingAdmissionPolicy v1`. */
  readonly reason: string;
}
