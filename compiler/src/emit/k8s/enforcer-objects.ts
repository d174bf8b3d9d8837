// Our own enforcers on a cluster → their objects: `rdp-admission` with its webhook, `rdp-gateway` with its way out. What is the same
// on every cluster comes of a call without a target, and becomes the base.

import { asksCluster, dependsOnCaller } from '../../deploy/caller-facts.ts';
import { peopleFor } from '../../deploy/gateway-keeping.ts';
import { actsOn, withAsked } from '../../deploy/plan.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { compilerVersion } from '../bundle.ts';
import type { Delivery } from './bundle-delivery.ts';
import { certificateObjects, tlsSecretName } from './certificates.ts';
import {
  certificatesOf,
  limitsOf,
  monitoringOf,
  routeNumber,
  routeText,
  type RoutedSurface,
  registryOf,
} from './deployment-input.ts';
import { egressObjects } from './egress-policy.ts';
import { hostNames } from './egress-rule.ts';
import {
  adminFile,
  adminFolder,
  adminPort,
  admissionArguments,
  gatewayArguments,
  gatewayPort,
  inventoryFolder,
  tlsFolder,
  type GatewayCall,
} from './enforcer-image.ts';
import { adminSecret, adminService, approverRole, inventorySecret } from './people.ts';
import { admissionIsolation, gatewayIsolation, serviceNamespace, type Store } from './isolation.ts';
import { monitoringObjects } from './monitoring.ts';
import { selectorOf, type KubernetesObject } from './object.ts';
import {
  clusterReader,
  criticalClass,
  criticalPods,
  workloadObjects,
  type Enforcer,
  type Mount,
  type Scale,
} from './workload.ts';
import type { DeployModel } from '@rdp/language';

/** One of our enforcers and what it carries. */
export interface EnforcerInput {
  readonly deploy: DeployModel;
  readonly routes: readonly RoutedSurface[];
  readonly delivery: Exclude<Delivery, { readonly kind: 'impossible' }>;
  /** None for what all clusters have. */
  readonly target: ClusterTarget | undefined;
}

/** The names of our enforcers' objects. */
export const admissionName = 'rdp-admission';
export const gatewayName = 'rdp-gateway';

const webhookPort = 8443;

/** What happens when no pod answers; `Fail` unless every route says otherwise. */
export function failurePolicyOf(routes: readonly RoutedSurface[]): 'Fail' | 'Ignore' {
  return routes.every(({ route }) => route.settings.get('failure_policy') === 'ignore') ? 'Ignore' : 'Fail';
}

/** What a route names, or the image of this version in the deployment's own registry. */
function imageOf({ deploy, routes }: EnforcerInput, name: string): string {
  const registry = registryOf(deploy);
  const image = `${name}:${compilerVersion}`;
  return routeText(routes, 'image') ?? (registry === undefined ? image : `${registry}/${image}`);
}

/** Everything of `rdp-admission` but for the webhook's configuration. `readsNamespaces`: rules ask for the object's namespace. */
export function admissionObjects(
  input: EnforcerInput & { readonly readsNamespaces: boolean },
): readonly KubernetesObject[] {
  const { deploy, routes, delivery, target, readsNamespaces } = input;
  const { namespace } = deploy;
  const port = target?.webhook.port ?? webhookPort;
  const exempt = [...new Set([...(target?.systemNamespaces ?? []), namespace])].toSorted();
  const enforcer: Enforcer = {
    name: admissionName,
    component: 'admission',
    namespace,
    image: imageOf(input, admissionName),
    arguments: admissionArguments({ port, failurePolicy: failurePolicyOf(routes), exempt }),
    port: { name: 'https', container: port, service: 443 },
    scale: { kind: 'by-load', least: Math.max(routeNumber(routes, 'replicas') ?? 2, 1) },
    mounts: [
      delivery.mount,
      { name: 'tls', path: tlsFolder, source: { secret: { secretName: tlsSecretName(admissionName) } } },
    ],
    identity: target?.identity ?? { kind: 'none' },
    memory: { request: '192Mi', limit: '768Mi' },
    api: readsNamespaces ? 'namespaces' : 'none',
    // Where requests fail without it, nothing else is to be scheduled before it.
    priorityClass: criticalClass,
  };
  return [
    ...workloadObjects(enforcer),
    ...(readsNamespaces ? clusterReader(enforcer) : []),
    admissionIsolation(admissionName, namespace, { port, api: enforcer.api, monitoring: monitoringOf(deploy) }),
    criticalPods(admissionName, namespace),
    ...(certificatesOf(deploy).kind === 'cert-manager' ? certificateObjects(admissionName, namespace) : []),
    ...(monitoringOf(deploy).kind !== 'none' ? monitoringObjects(admissionName, 'admission', namespace) : []),
  ];
}

/** Everything of `rdp-gateway`: what it is, and which hosts it may reach. */
export function gatewayObjects(input: EnforcerInput): readonly KubernetesObject[] {
  const { deploy, routes, delivery, target } = input;
  const { namespace } = deploy;
  const limits = limitsOf(routes);
  const inventory = routeText(routes, 'inventory');
  const stores = [storeOf(limits), databaseOf(inventory)].filter((store) => store !== undefined);
  const rules = routes.flatMap(({ entrypoints }) => entrypoints.flatMap((entrypoint) => entrypoint.rules));
  const asks = peopleFor(deploy, rules) !== undefined;
  const proxies = asks ? routeText(routes, 'admin') : undefined;
  const workloads = workloadsOf(input);
  const api = workloads === undefined ? 'none' : 'pods';
  const port = routeNumber(routes, 'port') ?? gatewayPort;
  const replicas = routeNumber(routes, 'replicas');
  // Without a store every pod counts for itself, so one that is asked for alone stays alone.
  const scale: Scale =
    limits === undefined && replicas === 1 ? { kind: 'fixed', replicas: 1 } : { kind: 'by-load', least: replicas ?? 2 };
  const enforcer: Enforcer = {
    name: gatewayName,
    component: 'gateway',
    namespace,
    image: imageOf(input, gatewayName),
    arguments: gatewayArguments({
      port,
      limits,
      upstreams: upstreamsOf(routes),
      webSockets: webSocketsOf(routes),
      callers: callersOf(routes),
      workloads,
      admin: !asks ? undefined : proxies === undefined ? 'pod' : 'cluster',
      inventory,
    }),
    port: { name: 'http', container: port, service: 80 },
    ...(asks ? { apart: [{ name: 'admin', container: adminPort }] } : {}),
    scale,
    mounts: [
      delivery.mount,
      ...(asks ? [secretMount('admin', adminFolder, adminSecret, [adminFile])] : []),
      ...(inventory === undefined ? [] : [secretMount('inventory', inventoryFolder, inventorySecret)]),
    ],
    identity: target?.identity ?? { kind: 'none' },
    memory: { request: '256Mi', limit: '1Gi' },
    api,
  };
  return [
    ...workloadObjects(enforcer),
    ...(api === 'none' ? [] : clusterReader(enforcer)),
    gatewayIsolation(gatewayName, namespace, {
      port,
      stores,
      admin: proxies === undefined ? undefined : { namespace: proxies, port: adminPort },
      services: upstreamsOf(routes).map(({ url }) => new URL(url).hostname),
      target,
      api,
      monitoring: monitoringOf(deploy),
    }),
    ...(target === undefined ? [] : gatewayEgress(input, target, stores)),
    ...(asks ? [approverRole()] : []),
    ...(proxies === undefined ? [] : [adminService(enforcer)]),
    ...(monitoringOf(deploy).kind !== 'none' ? monitoringObjects(gatewayName, 'gateway', namespace) : []),
  ];
}

/** Which surfaces ask for no workload, where another does and the cluster has to say whose pods call. */
function workloadsOf({ deploy, routes }: EnforcerInput): { readonly strangers: readonly string[] } | undefined {
  if (!asksCluster(deploy)) return undefined;
  const asks = ({ entrypoints }: RoutedSurface): boolean =>
    entrypoints.some(({ rules }) =>
      rules.some((rule, index) => actsOn(rule) && dependsOnCaller(withAsked(rules, index), 'workload')),
    );
  if (!routes.some(asks)) return undefined;
  const others = routes.filter((routed) => !asks(routed));
  return { strangers: others.map(({ surface }) => `${surface.package}.${surface.name}`) };
}

/** A secret that has to be there, or the pods do not start; `keys` alone, where they are said. */
function secretMount(name: string, path: string, secretName: string, keys?: readonly string[]): Mount {
  const items = keys === undefined ? {} : { items: keys.map((key) => ({ key, path: key })) };
  return { name, path, source: { secret: { secretName, optional: false, ...items } } };
}

/** Where the services and servers of tools are that routes name. */
function upstreamsOf(routes: readonly RoutedSurface[]): GatewayCall['upstreams'] {
  return routes.flatMap(({ surface, route }) => {
    const service = route.settings.get('service');
    const servers = route.settings.get('server');
    return [
      ...(typeof service === 'string'
        ? [{ name: `${surface.package}.${surface.name}`, url: `http://${service}` }]
        : []),
      ...(Array.isArray(servers) ? servers : []).map((pair: readonly string[]) => ({
        name: pair[0] ?? '',
        url: pair[1] ?? '',
      })),
    ];
  });
}

function webSocketsOf(routes: readonly RoutedSurface[]): GatewayCall['webSockets'] {
  return routes
    .filter(({ route }) => route.settings.get('websockets') === true)
    .map(({ surface }) => `${surface.package}.${surface.name}`);
}

function callersOf(routes: readonly RoutedSurface[]): GatewayCall['callers'] {
  const [idHeader, workloadHeader] = [routeText(routes, 'client_id'), routeText(routes, 'client_workload')];
  const jwtKeys = routeText(routes, 'jwt_keys');
  const [jwtIssuer, jwtAudience] = [routeText(routes, 'jwt_issuer'), routeText(routes, 'jwt_audience')];
  return {
    ...(idHeader === undefined ? {} : { idHeader }),
    ...(workloadHeader === undefined ? {} : { workloadHeader }),
    ...(jwtKeys === undefined ? {} : { jwtKeys }),
    ...(jwtKeys === undefined || jwtIssuer === undefined ? {} : { jwtIssuer }),
    ...(jwtKeys === undefined || jwtAudience === undefined ? {} : { jwtAudience }),
  };
}

/** The hosts of the providers, by name; where a cluster has no kind for that, nothing: the pods reach no host then. */
function gatewayEgress(
  { deploy, routes }: EnforcerInput,
  target: ClusterTarget,
  stores: readonly Store[],
): readonly KubernetesObject[] {
  const hosts = [...new Set(routes.flatMap(({ surface }) => surface.hosts()))].toSorted().map(hostNames);
  const { namespace } = deploy;
  const outside = upstreamsOf(routes)
    .map(({ url }) => new URL(url))
    .filter(({ hostname }) => serviceNamespace(hostname, namespace) === undefined);
  const shared = { component: 'gateway', where: { kind: 'namespace' as const, name: namespace }, cluster: false };
  const pods = selectorOf(gatewayName);
  const made = [
    { ...shared, pods, name: `${gatewayName}-providers`, names: hosts, ports: [443] },
    {
      ...shared,
      pods,
      name: `${gatewayName}-services`,
      names: [...new Set(outside.map(({ hostname }) => hostname))].toSorted().map(hostNames),
      ports: [...new Set(outside.map((url) => Number(url.port || (url.protocol === 'https:' ? 443 : 80))))].toSorted(),
    },
    ...stores
      .filter(({ host }) => serviceNamespace(host, namespace) === undefined && !/^[0-9.]+$/u.test(host))
      .map(({ name, host, port }) => ({
        ...shared,
        pods,
        name: `${gatewayName}-${name}`,
        names: [hostNames(host)],
        ports: [port],
      })),
  ].filter(({ names }) => names.length > 0);
  return made.flatMap((options) => {
    const objects = egressObjects(target, options);
    return objects.kind === 'objects' ? objects.objects : [];
  });
}

function storeOf(limits: string | undefined): Store | undefined {
  const [, host, port] = /^(.+):([0-9]+)$/u.exec(limits ?? '') ?? [];
  return host === undefined || port === undefined ? undefined : { name: 'store', host, port: Number(port) };
}

/** `postgres://ROLE@HOST:PORT/DATABASE` */
function databaseOf(inventory: string | undefined): Store | undefined {
  const [, host, port = '5432'] = /@([^:/]+)(?::([0-9]+))?\//u.exec(inventory ?? '') ?? [];
  return host === undefined ? undefined : { name: 'inventory', host, port: Number(port) };
}
