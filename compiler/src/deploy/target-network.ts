// Kind of cluster and settings → what its network can do: whether NetworkPolicy does anything, what lets a workload reach hosts by
// name, and which WebAssembly the data path takes. Sources: the CRDs and documentation of each cloud's network plugin.

import type { Settings } from '@rdp/language';
import type { ClusterKind, Lacking } from './cluster-kind.ts';

/** What the network of a cluster can do. */
export interface ClusterNetwork {
  /** Whether somebody enforces NetworkPolicy. The object is accepted everywhere, and without a plugin it does nothing. */
  readonly isolation: { readonly kind: 'network_policy'; readonly by: string } | Lacking;
  readonly egress: NameEgress;
  readonly dataPath: DataPath;
}

/** What lets workloads reach hosts by name. All of them only allow: none denies a name. */
export type NameEgress =
  | {
      /** EKS Auto Mode. Egress to names; DNS has to be allowed beside it. */
      readonly kind: 'application_network_policy';
      readonly apiVersion: 'networking.k8s.aws/v1alpha1';
      readonly wildcard: 'leading-label';
      /** Whether the cluster-scoped sibling can deny addresses ahead of it. */
      readonly clusterDeny: 'aws_cluster_network_policy';
    }
  | {
      /** GKE Dataplane V2. */
      readonly kind: 'fqdn_network_policy';
      readonly apiVersion: 'networking.gke.io/v1alpha1';
      readonly wildcard: 'within-label';
      readonly clusterDeny: 'none';
    }
  | {
      /** Cilium. Names are learnt from DNS answers, so a rule without its DNS rule matches nothing. */
      readonly kind: 'cilium_network_policy';
      readonly apiVersion: 'cilium.io/v2';
      readonly wildcard: 'pattern';
      readonly clusterDeny: 'cilium_clusterwide_network_policy';
    }
  | Lacking;

/** Which WebAssembly the proxies of a cluster load. */
export interface DataPath {
  /** Istio's `WasmPlugin`. */
  readonly istio: { readonly kind: 'wasm_plugin' } | Lacking;
  /** Envoy Gateway, which its users install themselves on every kind of cluster. */
  readonly envoyGateway: { readonly kind: 'envoy_extension_policy' };
}

/** Whether NetworkPolicy is enforced. */
export function isolationOf(kind: ClusterKind, settings: Settings): ClusterNetwork['isolation'] {
  const by = isolatorOf(kind, settings);
  if (by !== undefined) return { kind: 'network_policy', by };
  const how = kind === 'gke' ? '`dataplane_v2 true`' : kind === 'eks' ? '`auto_mode true`' : '`cilium true`';
  return {
    kind: 'none',
    reason: `nothing says that a network plugin of the cluster enforces NetworkPolicy (${how} or \`network_policy true\`)`,
  };
}

function isolatorOf(kind: ClusterKind, settings: Settings): string | undefined {
  const has = (name: string): boolean => settings.get(name) === true;
  if (has('cilium')) return 'Cilium';
  if (kind === 'eks' && has('auto_mode')) return 'EKS Auto Mode';
  if (kind === 'gke' && (has('dataplane_v2') || has('autopilot'))) return 'GKE Dataplane V2';
  if (kind === 'aks' && has('acns')) return 'Azure CNI powered by Cilium';
  return has('network_policy') ? 'the network plugin' : undefined;
}

/** What carries egress by name. */
export function egressOf(kind: ClusterKind, settings: Settings): NameEgress {
  const has = (name: string): boolean => settings.get(name) === true;
  switch (kind) {
    case 'eks':
      if (has('auto_mode')) {
        return {
          kind: 'application_network_policy',
          apiVersion: 'networking.k8s.aws/v1alpha1',
          wildcard: 'leading-label',
          clusterDeny: 'aws_cluster_network_policy',
        };
      }
      return has('cilium') ? cilium : none('EKS has egress by name in Auto Mode alone, or with Cilium');
    case 'gke':
      if (has('dataplane_v2') || has('autopilot')) {
        return {
          kind: 'fqdn_network_policy',
          apiVersion: 'networking.gke.io/v1alpha1',
          wildcard: 'within-label',
          clusterDeny: 'none',
        };
      }
      return none('GKE has egress by name with Dataplane V2 alone');
    case 'aks':
      // Without Advanced Container Networking Services the API server of AKS refuses policies with names, Cilium or not.
      return has('acns') ? cilium : none('AKS has egress by name with Advanced Container Networking Services alone');
    case 'plain':
      return has('cilium') ? cilium : none('a cluster without Cilium has no egress by name');
  }
}

const cilium: NameEgress = {
  kind: 'cilium_network_policy',
  apiVersion: 'cilium.io/v2',
  wildcard: 'pattern',
  clusterDeny: 'cilium_clusterwide_network_policy',
};

function none(reason: string): Lacking {
  return { kind: 'none', reason };
}

/** What the proxies of a cluster load. */
export function dataPathOf(kind: ClusterKind): DataPath {
  return {
    istio: kind === 'aks' ? none("AKS's Istio add-on blocks WasmPlugin") : { kind: 'wasm_plugin' },
    envoyGateway: { kind: 'envoy_extension_policy' },
  };
}

/** What has to be turned on in the cluster. */
export function requirementsOf(kind: ClusterKind, settings: Settings): readonly string[] {
  const has = (name: string): boolean => settings.get(name) === true;
  switch (kind) {
    case 'eks':
      if (has('auto_mode')) {
        return [
          'ConfigMap `kube-system/amazon-vpc-cni` has `enable-network-policy-controller: "true"`, and the NodeClass sets `networkPolicy`',
          'the security group of the nodes admits the control plane to the port of the webhook',
        ];
      }
      return [
        ...(has('network_policy') ? ['the add-on `vpc-cni` has `enableNetworkPolicy` turned on'] : []),
        'the security group of the nodes admits the control plane to the port of the webhook',
      ];
    case 'gke':
      return has('dataplane_v2') || has('autopilot')
        ? ['FQDN network policy is enabled, DNS is kube-dns or Cloud DNS, and Cloud Service Mesh is not installed']
        : [];
    case 'aks':
      return has('acns')
        ? ['Azure CNI powered by Cilium, with `--enable-acns` and `advancedNetworkPolicies` FQDN or L7']
        : [];
    case 'plain':
      return [];
  }
}
