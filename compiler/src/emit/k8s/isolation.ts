// Who may reach the enforcers, and whom they may reach, in plain NetworkPolicy: nothing, but for what is listed. Hosts outside of the
// cluster are reached by name (`egress-names.ts`), which this kind cannot say.

import type { ClusterTarget } from '../../deploy/targets.ts';
import type { Monitoring } from './deployment-input.ts';
import { metricsPort } from './enforcer-image.ts';
import { labelsOf, selectorOf, type KubernetesObject } from './object.ts';
import type { Enforcer } from './workload.ts';

/** A store that is reached by name or address: of counters, of what is discovered. */
export interface Store {
  /** What it is to the gateway: `store`, `inventory`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Nothing reaches the pods of the namespace and they reach nothing, unless another policy says so. */
export function denyAll(namespace: string): KubernetesObject {
  return policy('rdp-deny-all', { namespace, component: 'namespace' }, { podSelector: {}, policyTypes: both });
}

/**
 * The webhook answers the API server, whose address no selector tells: that port is open, and who may connect is for `--client-ca` to say.
 * It calls nobody but the API server at most.
 */
export function admissionIsolation(
  name: string,
  namespace: string,
  { port, api, monitoring }: { readonly port: number; readonly api: Enforcer['api']; readonly monitoring: Monitoring },
): KubernetesObject {
  return policy(
    name,
    { namespace, component: 'admission' },
    {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: both,
      ingress: [{ ports: [tcp(port)] }, ...scraped(monitoring)],
      egress: apiServer(api),
    },
  );
}

/** The gateway answers the pods of the cluster, and reaches names and its store of counters. */
export function gatewayIsolation(
  name: string,
  namespace: string,
  options: {
    readonly port: number;
    readonly stores: readonly Store[];
    /** Whose pods reach the port of people, and which it is. */
    readonly admin: { readonly namespace: string; readonly port: number } | undefined;
    /** Names of services that requests go to. */
    readonly services: readonly string[];
    readonly target: ClusterTarget | undefined;
    readonly api: Enforcer['api'];
    readonly monitoring: Monitoring;
  },
): KubernetesObject {
  const { port, stores, admin, services, target, api, monitoring } = options;
  return policy(
    name,
    { namespace, component: 'gateway' },
    {
      podSelector: { matchLabels: selectorOf(name) },
      policyTypes: both,
      ingress: [
        { from: [{ namespaceSelector: {} }], ports: [tcp(port)] },
        ...(admin === undefined ? [] : [{ from: [podsOf(admin.namespace)], ports: [tcp(admin.port)] }]),
        ...scraped(monitoring),
      ],
      egress: [
        nameServers(target),
        ...stores.flatMap((store) => storeEgress(store, namespace)),
        ...servicesEgress(services, namespace),
        ...apiServer(api),
      ],
    },
  );
}

/** The way to the API server, whose address no selector tells: its ports, wherever they are. */
function apiServer(api: Enforcer['api']): readonly object[] {
  return api === 'none' ? [] : [{ ports: [tcp(443), tcp(6443)] }];
}

/** How pods ask for names, as an egress rule. */
export function nameServers(target: ClusterTarget | undefined): object {
  const ports = [
    { protocol: 'UDP', port: 53 },
    { protocol: 'TCP', port: 53 },
  ];
  // The resolver of EKS Auto Mode runs on the node, outside of the pod network, and no selector finds it.
  if (target?.egress.kind === 'application_network_policy') return { ports };
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
        podSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns', 'node-local-dns'] }] },
      },
      // The address at which NodeLocal DNSCache listens on every node.
      { ipBlock: { cidr: '169.254.20.10/32' } },
    ],
    ports,
  };
}

/** The way to a store inside the cluster or at an address; one outside with a name is reached by name. */
function storeEgress({ host, port }: Store, namespace: string): readonly object[] {
  const ports = [tcp(port)];
  if (/^[0-9.]+$/u.test(host)) return [{ to: [{ ipBlock: { cidr: `${host}/32` } }], ports }];
  const home = serviceNamespace(host, namespace);
  if (home === undefined) return [];
  return [{ to: [podsOf(home)], ports }];
}

/** All pods of a namespace, as one end of a connection. */
function podsOf(namespace: string): object {
  return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
}

/** The way to services inside the cluster. A policy is about ports of pods, which a service's port does not tell: all of them. */
function servicesEgress(hosts: readonly string[], namespace: string): readonly object[] {
  const homes = hosts.flatMap((host) => serviceNamespace(host, namespace) ?? []);
  return [...new Set(homes)].toSorted().map((home) => ({
    to: [podsOf(home)],
  }));
}

/** The namespace of a service by its name in the cluster's DNS; undefined for a host outside. */
export function serviceNamespace(host: string, own: string): string | undefined {
  const [, namespace, svc, ...rest] = host.split('.');
  if (namespace === undefined) return own;
  if (svc === undefined) return namespace;
  return svc === 'svc' && (rest.length === 0 || rest.join('.') === 'cluster.local') ? namespace : undefined;
}

const both = ['Ingress', 'Egress'];

/** Who reads metrics. The probes of the node come from the node, which no policy keeps out. */
function scraped(monitoring: Monitoring): readonly object[] {
  if (monitoring.kind === 'none') return [];
  const from = monitoring.kind === 'namespace' ? podsOf(monitoring.namespace) : { namespaceSelector: {} };
  return [{ from: [from], ports: [tcp(metricsPort)] }];
}

function tcp(port: number): object {
  return { protocol: 'TCP', port };
}

function policy(
  name: string,
  { namespace, component }: { readonly namespace: string; readonly component: string },
  spec: object,
): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: labelsOf(component) },
    spec,
  };
}
