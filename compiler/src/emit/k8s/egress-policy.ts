// Names that some pods may reach → the objects of a cluster's own kind that say so: ApplicationNetworkPolicy and AWS's
// ClusterNetworkPolicy on EKS, FQDNNetworkPolicy on GKE, CiliumNetworkPolicy with the rule for DNS that it needs to learn names.
// INVARIANT: never wider than asked. Where `*` stops at a dot, patterns for one to four labels stand side by side; a name with more
// labels is not reached.

import type { ClusterTarget } from '../../deploy/targets.ts';
import type { HostNames } from './egress-rule.ts';
import { nameServers } from './isolation.ts';
import { labelsOf, type KubernetesObject } from './object.ts';

/** Which pods, and where they may go. */
export interface EgressOptions {
  readonly name: string;
  readonly component: string;
  /** One namespace, or all but some. */
  readonly where:
    | { readonly kind: 'namespace'; readonly name: string }
    | { readonly kind: 'cluster'; readonly except: readonly string[] };
  /** Labels of the pods; all when empty. */
  readonly pods: Readonly<Record<string, string>>;
  readonly names: readonly HostNames[];
  /** Pods of the cluster may be reached too. */
  readonly cluster: boolean;
  /** TCP ports; empty means all ports. */
  readonly ports: readonly number[];
}

export type EgressObjects =
  | { readonly kind: 'objects'; readonly point: string; readonly objects: readonly KubernetesObject[] }
  /** `absent`: this version lacks it, and the policy is not at fault. */
  | { readonly kind: 'refused'; readonly reason: string; readonly absent?: true };

/** Of GKE a policy resolves to at most 50 addresses, and a host of a large provider has several. */
const namesOfFqdnPolicy = 5;
/** Of AWS a peer has at most 25 names. */
const namesOfPeer = 25;
/** Of Cilium and GKE `*` stands for characters of one label. */
const deepest = 4;

/** The objects, or why there can be none. */
export function egressObjects(target: ClusterTarget, options: EgressOptions): EgressObjects {
  const { egress } = target;
  switch (egress.kind) {
    case 'none':
      return { kind: 'refused', reason: egress.reason };
    case 'application_network_policy':
      return options.where.kind === 'namespace'
        ? { kind: 'objects', point: 'ApplicationNetworkPolicy', objects: [applicationPolicy(options, target)] }
        : { kind: 'objects', point: 'ClusterNetworkPolicy of AWS', objects: [awsClusterPolicy(options)] };
    case 'fqdn_network_policy':
      return options.where.kind === 'namespace'
        ? { kind: 'objects', point: 'FQDNNetworkPolicy', objects: fqdnPolicies(options, options.where.name, target) }
        : {
            kind: 'refused',
            reason: 'FQDNNetworkPolicy belongs to one namespace, and the rule names none (`source.namespace in […]`)',
          };
    case 'cilium_network_policy': {
      const object = ciliumPolicy(options);
      return { kind: 'objects', point: object.kind, objects: [object] };
    }
  }
}

/** Policies that deny networks to all pods, for clusters that have a kind which takes away. */
export function denyNetworks(
  target: ClusterTarget,
  options: {
    readonly name: string;
    readonly networks: readonly string[];
    readonly namespaces: readonly string[];
  },
): EgressObjects {
  const { name, networks, namespaces } = options;
  const { egress } = target;
  const cluster = egress.kind === 'none' ? 'none' : egress.clusterDeny;
  const metadata = { name, labels: labelsOf('egress') };
  switch (cluster) {
    case 'none':
      return {
        kind: 'refused',
        reason: 'NetworkPolicy only allows: it cannot take away what another policy allows',
      };
    case 'aws_cluster_network_policy': {
      const subject =
        namespaces.length === 0
          ? {}
          : { matchExpressions: [namespaceIs('kubernetes.io/metadata.name', 'In', namespaces)] };
      const to = chunks(networks, namesOfPeer).map((some) => ({ networks: some }));
      return {
        kind: 'objects',
        point: 'ClusterNetworkPolicy of AWS',
        objects: [
          {
            apiVersion: 'networking.k8s.aws/v1alpha1',
            kind: 'ClusterNetworkPolicy',
            metadata,
            spec: {
              tier: 'Admin',
              priority: denyPriority,
              subject: { namespaces: subject },
              egress: [{ name: 'denied', action: 'Deny', to }],
            },
          },
        ],
      };
    }
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
              endpointSelector:
                namespaces.length === 0 ? {} : { matchExpressions: [namespaceIs(ciliumNamespace, 'In', namespaces)] },
              // The policy takes away and gives nothing, so it must not make pods deny by default.
              enableDefaultDeny: { egress: false, ingress: false },
              egressDeny: [{ toCIDR: networks }],
            },
          },
        ],
      };
  }
}

/** Priorities of AWS's policies: what is denied comes first, and no two policies of ours have the same. */
const denyPriority = 100;
const allowPriority = 500;

function applicationPolicy(options: EgressOptions, target: ClusterTarget): KubernetesObject {
  const { ports } = options;
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ApplicationNetworkPolicy',
    metadata: metadataOf(options),
    spec: {
      podSelector: selector(options.pods),
      policyTypes: ['Egress'],
      egress: [
        nameServers(target),
        ...(options.cluster ? [{ to: [{ namespaceSelector: {} }] }] : []),
        ...(options.names.length === 0
          ? []
          : [
              {
                to: [{ domainNames: options.names.map(starName) }],
                ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: 'TCP', port })) }),
              },
            ]),
      ],
    },
  };
}

/** Accepts in the tier that namespaces cannot undo, then denies the rest. */
function awsClusterPolicy(options: EgressOptions): KubernetesObject {
  const { where, names, ports } = options;
  const except = where.kind === 'cluster' ? where.except : [];
  const dns = ['UDP', 'TCP'].map((protocol) => ({ portNumber: { protocol, port: 53 } }));
  const everywhere = [{ networks: ['0.0.0.0/0', '::/0'] }, { namespaces: {} }];
  return {
    apiVersion: 'networking.k8s.aws/v1alpha1',
    kind: 'ClusterNetworkPolicy',
    metadata: metadataOf(options),
    spec: {
      tier: 'Admin',
      priority: allowPriority,
      subject: { namespaces: { matchExpressions: [namespaceIs('kubernetes.io/metadata.name', 'NotIn', except)] } },
      egress: [
        { name: 'dns', action: 'Accept', to: everywhere, ports: dns },
        ...(options.cluster ? [{ name: 'cluster', action: 'Accept', to: [{ namespaces: {} }] }] : []),
        ...(names.length === 0
          ? []
          : [
              {
                name: 'names',
                action: 'Accept',
                to: chunks(names.map(starName), namesOfPeer).map((domainNames) => ({ domainNames })),
                ...(ports.length === 0
                  ? {}
                  : { ports: ports.map((port) => ({ portNumber: { protocol: 'TCP', port } })) }),
              },
            ]),
        { name: 'rest', action: 'Deny', to: everywhere },
      ],
    },
  };
}

function fqdnPolicies(options: EgressOptions, namespace: string, target: ClusterTarget): readonly KubernetesObject[] {
  const { names, ports, name, component } = options;
  const matches = names.flatMap((host): readonly object[] =>
    host.kind === 'exact' ? [{ name: host.name }] : levels(host.name).map((pattern) => ({ pattern })),
  );
  const beside: KubernetesObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: labelsOf(component) },
    spec: {
      podSelector: selector(options.pods),
      policyTypes: ['Egress'],
      egress: [nameServers(target), ...(options.cluster ? [{ to: [{ namespaceSelector: {} }] }] : [])],
    },
  };
  const policies = chunks(matches, namesOfFqdnPolicy).map((some, index): KubernetesObject => ({
    apiVersion: 'networking.gke.io/v1alpha1',
    kind: 'FQDNNetworkPolicy',
    metadata: { name: `${name}-${index + 1}`, namespace, labels: labelsOf(component) },
    spec: {
      podSelector: selector(options.pods),
      egress: [
        {
          matches: some,
          ...(ports.length === 0 ? {} : { ports: ports.map((port) => ({ protocol: 'TCP', port })) }),
        },
      ],
    },
  }));
  return [beside, ...policies];
}

/** The label under which Cilium knows the namespace of a pod. */
const ciliumNamespace = 'k8s:io.kubernetes.pod.namespace';

function ciliumPolicy(options: EgressOptions): KubernetesObject {
  const { names, ports, where } = options;
  const toFQDNs = names.flatMap((host): readonly object[] =>
    host.kind === 'exact' ? [{ matchName: host.name }] : levels(host.name).map((matchPattern) => ({ matchPattern })),
  );
  const pods = Object.fromEntries(Object.entries(options.pods).map(([key, value]) => [`k8s:${key}`, value]));
  const outside = where.kind === 'cluster' ? [namespaceIs(ciliumNamespace, 'NotIn', where.except)] : [];
  return {
    apiVersion: 'cilium.io/v2',
    kind: where.kind === 'namespace' ? 'CiliumNetworkPolicy' : 'CiliumClusterwideNetworkPolicy',
    metadata: metadataOf(options),
    spec: {
      endpointSelector: { ...selector(pods), ...(outside.length === 0 ? {} : { matchExpressions: outside }) },
      egress: [
        {
          toEndpoints: [
            { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'kube-system', 'k8s:k8s-app': 'kube-dns' } },
          ],
          toPorts: [
            {
              ports: [{ port: '53', protocol: 'ANY' }],
              // Names are learnt from answers that pass here. All of them: a refused search domain stops musl's resolver.
              rules: { dns: [{ matchPattern: '*' }] },
            },
          ],
        },
        ...(options.cluster ? [{ toEntities: ['cluster'] }] : []),
        ...(toFQDNs.length === 0
          ? []
          : [
              {
                toFQDNs,
                ...(ports.length === 0
                  ? {}
                  : { toPorts: [{ ports: ports.map((port) => ({ port: String(port), protocol: 'TCP' })) }] }),
              },
            ]),
      ],
    },
  };
}

function metadataOf({ name, component, where }: EgressOptions): KubernetesObject['metadata'] {
  const labels = labelsOf(component);
  return where.kind === 'namespace' ? { name, namespace: where.name, labels } : { name, labels };
}

function selector(labels: Readonly<Record<string, string>>): object {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

function namespaceIs(key: string, operator: 'In' | 'NotIn', values: readonly string[]): object {
  return { key, operator, values };
}

/** Of AWS `*.` ahead of a name stands for one label or more. */
function starName({ kind, name }: HostNames): string {
  return kind === 'exact' ? name : `*.${name}`;
}

/** Patterns for one to four labels ahead of a name. */
function levels(name: string): readonly string[] {
  return Array.from({ length: deepest }, (_, depth) => `${'*.'.repeat(depth + 1)}${name}`);
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
