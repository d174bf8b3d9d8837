// A cluster of a `deploy` to what that cluster can do: which native policies it has, what lets workloads reach hosts by name, what its
// data path runs, how a pod proves who it is. Emitters and the plan ask this alone, never the kind of cluster, so that what a cloud
// lacks is said once, with its reason.
// INVARIANT: what nobody said a cluster has, it has not; an unnamed version is the oldest one in support.
// Leaves to others which rules need what (`plan.ts`) and how it is written (`emit/k8s`).

import type { DeployModel, Settings, Span } from '@rdp/language';
import type { ClusterKind, Lacking } from './cluster-kind.ts';
import { dataPathOf, egressOf, isolationOf, requirementsOf, type ClusterNetwork } from './target-network.ts';
import { identityOf, systemNamespacesOf, type PodIdentity } from './target-identity.ts';

/** One cluster, by what it can do. */
export interface ClusterTarget extends ClusterNetwork {
  readonly kind: ClusterKind;
  /** As the policy names it: `shop-eu`. */
  readonly name: string;
  /** Folder of its overlay below `k8s/`: `eks-shop-eu`. */
  readonly folder: string;
  /** 36 of Kubernetes 1.36. */
  readonly minor: number;
  /** Whether the policy names the version; if not, `minor` is the oldest one in support. */
  readonly minorNamed: boolean;
  /** Where the cluster stands in the policy. */
  readonly span: Span;
  readonly settings: Settings;
  readonly validatingPolicy: { readonly kind: 'native'; readonly apiVersion: 'admissionregistration.k8s.io/v1' };
  /** GA from 1.36; before, it is beta and off unless someone turned it on, which a managed control plane rarely lets one do. */
  readonly mutatingPolicy:
    { readonly kind: 'native'; readonly apiVersion: 'admissionregistration.k8s.io/v1' } | Lacking;
  readonly webhook: WebhookRules;
  readonly identity: PodIdentity;
  readonly systemNamespaces: readonly string[];
  /** What whoever runs the cluster has to have turned on for all this to hold; one sentence each. */
  readonly requires: readonly string[];
}

/** How a control plane reaches a webhook. */
export interface WebhookRules {
  /** Port of the enforcer's pod. A private GKE cluster lets its control plane reach 443 and 10250 alone. */
  readonly port: number;
  /** Annotations of webhook configurations. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** The minor version that a cluster is taken to have when the policy names none: the oldest in support. */
export const oldestSupportedMinor = 34;

/** MutatingAdmissionPolicy is GA from this minor version on (kube-apiserver's table of feature gates). */
export const mutatingPolicyMinor = 36;

/** The clusters of a deployment, in source order. */
export function targetsOf(deploy: DeployModel): readonly ClusterTarget[] {
  return deploy.clusters.flatMap((cluster) => {
    const kind = clusterKinds.find((known) => known === cluster.kind);
    return kind === undefined ? [] : [targetOf(kind, cluster)];
  });
}

const clusterKinds = ['eks', 'gke', 'aks', 'plain'] as const satisfies readonly ClusterKind[];

function targetOf(kind: ClusterKind, cluster: DeployModel['clusters'][number]): ClusterTarget {
  const { name, settings, span } = cluster;
  const version = settings.get('kubernetes');
  const minor = typeof version === 'string' ? Number(version.slice('1.'.length)) : oldestSupportedMinor;
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return {
    kind,
    name,
    folder: `${kind}-${name}`,
    minor,
    minorNamed: typeof version === 'string',
    span,
    settings,
    validatingPolicy: { kind: 'native', apiVersion },
    mutatingPolicy:
      minor >= mutatingPolicyMinor
        ? { kind: 'native', apiVersion }
        : { kind: 'none', reason: `Kubernetes 1.${minor} has no MutatingAdmissionPolicy v1` },
    isolation: isolationOf(kind, settings),
    egress: egressOf(kind, settings),
    dataPath: dataPathOf(kind),
    webhook: {
      port: kind === 'gke' ? 10250 : 8443,
      // AKS adds namespace exclusions of its own to every webhook configuration unless told not to.
      annotations: kind === 'aks' ? { 'admissions.enforcer/disabled': 'true' } : {},
    },
    identity: identityOf(kind, settings),
    systemNamespaces: systemNamespacesOf(kind),
    requires: requirementsOf(kind, settings),
  };
}
