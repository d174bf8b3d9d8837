// A plan → the manifests of a deployment: base and an overlay a cluster, the images that have to be pushed, and what cannot be. What
// this version has no program for is left out; the plan has it as a gap already.
// INVARIANT: pure; same plan and bundles, same files.

import type { SurfaceModel } from '@rdp/language';
import { enforcerOf } from '../../deploy/enforcers.ts';
import type { ClusterPlan, DeployPlan } from '../../deploy/plan.ts';
import { surfaceRequests } from '../../deploy/surface-requests.ts';
import { nativeObjects, webhookScope, type WebhookScope } from './admission-rules.ts';
import { deliverBundle, type Delivery } from './bundle-delivery.ts';
import { quarantineMethodOf, registryOf, type RoutedSurface } from './deployment-input.ts';
import {
  admissionName,
  admissionObjects,
  failurePolicyOf,
  gatewayName,
  gatewayObjects,
  type EnforcerInput,
} from './enforcer-objects.ts';
import { layoutName, notesOf } from './install-notes.ts';
import { denyAll } from './isolation.ts';
import { namespaceObject } from './namespace.ts';
import { networkPolicyObjects } from './network-rules.ts';
import { identityOf, type KubernetesObject } from './object.ts';
import { ociImage, type OciImage } from './oci-layout.ts';
import { crowdedSurfaces, envoyGatewayObjects, sharedGateways } from './envoy-gateway.ts';
import { istioObjects, sharedIstioGateways } from './istio.ts';
import type { ProxyFilter } from './proxy-filter.ts';
import type { ClusterTarget } from '../../deploy/targets.ts';
import { quarantinePolicy, quarantineRole } from './quarantine.ts';
import { webhookConfigurations } from './webhook-configuration.ts';
import type { ClusterObjects, Installation } from './kustomize.ts';

/** A compiled policy for one enforcer on one cluster. */
export interface EnforcerBundle {
  readonly bytes: Uint8Array;
  /** Rules ask for the namespace of an object. */
  readonly readsNamespaces: boolean;
}

/** What manifests are made of. */
export interface ManifestInput {
  readonly plan: DeployPlan;
  /** Of the whole policy. */
  readonly surfaces: readonly SurfaceModel[];
  readonly bundleOf: (enforcer: 'admission' | 'gateway', cluster: ClusterPlan) => EnforcerBundle;
  /** The filter that proxies load, and what it is told for each surface; none where no proxy carries one. */
  readonly proxy: { readonly wasm: Uint8Array; readonly configurations: ReadonlyMap<string, object> } | undefined;
  /** Base64 of the PEM of the authority, where certificates are self-managed. */
  readonly authority: string | undefined;
  /** Whether there is a program of this name; those of this version unless said. */
  readonly has?: (via: string) => boolean;
}

/** The manifests of one deployment. */
export interface Manifests {
  readonly installation: Installation;
  /** Images of bundles and of the filter by their names in the layout. */
  readonly images: ReadonlyMap<string, OciImage>;
  /** What has to be done or known beside `kubectl apply -k`, one sentence each. */
  readonly notes: readonly string[];
  /** What keeps the deployment from being installed; one line each, lower-case, no final stop. */
  readonly problems: readonly string[];
}

/** Makes the objects of a deployment. */
export function emitKubernetes(input: ManifestInput): Manifests {
  const { plan } = input;
  const has = input.has ?? ((via) => enforcerOf(via)?.inThisVersion === true);
  const surfaces = routedSurfaces(input);
  const admission = has('admission') ? surfaces.filter(({ route }) => route.via === 'admission') : [];
  const gateway = has('gateway') ? surfaces.filter(({ route }) => route.via === 'gateway') : [];
  const made = plan.clusters.map((cluster) => clusterObjects({ input, cluster, surfaces, admission, gateway, has }));
  const [first] = made;
  const base = first === undefined ? [] : baseObjects({ input, made, admission, gateway });
  const deliveries = made.flatMap(({ deliveries: own }) => Object.values(own));
  const published = publishedFilter(input);
  return {
    installation: {
      home: plan.deploy.namespace,
      base,
      clusters: made.map(({ cluster, objects }): ClusterObjects => ({ folder: cluster.target.folder, objects })),
    },
    images: new Map([
      ...deliveries.flatMap((delivery) =>
        delivery.kind === 'image' ? [[layoutName(delivery.reference), delivery.image] as const] : [],
      ),
      ...(published === undefined ? [] : [[layoutName(published.filter.reference), published.image] as const]),
    ]),
    notes: notesOf({
      plan,
      references: [
        ...deliveries.flatMap((delivery) => (delivery.kind === 'image' ? [delivery.reference] : [])),
        ...(published === undefined ? [] : [published.filter.reference]),
      ],
      isLarge: deliveries.some((delivery) => delivery.kind === 'config-map' && delivery.serverSide),
      clusters: made.map(({ cluster, objects }) => ({ target: cluster.target, objects })),
    }),
    problems: [
      ...sharedGateways(
        surfaces.filter(({ route }) => route.via === 'envoy_gateway'),
        plan.deploy.namespace,
      ),
      ...crowdedSurfaces(surfaces.filter(({ route }) => route.via === 'envoy_gateway')),
      ...sharedIstioGateways(
        surfaces.filter(({ route }) => route.via === 'istio'),
        plan.deploy.namespace,
      ),
      ...new Set(deliveries.flatMap((delivery) => (delivery.kind === 'impossible' ? [delivery.reason] : []))),
    ],
  };
}

interface Made {
  readonly cluster: ClusterPlan;
  readonly objects: readonly KubernetesObject[];
  readonly deliveries: Readonly<Partial<Record<'admission' | 'gateway', Delivery>>>;
  readonly readsNamespaces: boolean;
}

interface Sorted {
  readonly input: ManifestInput;
  readonly admission: readonly RoutedSurface[];
  readonly gateway: readonly RoutedSurface[];
}

function clusterObjects(
  all: Sorted & {
    readonly cluster: ClusterPlan;
    readonly surfaces: readonly RoutedSurface[];
    readonly has: (via: string) => boolean;
  },
): Made {
  const { input, cluster, surfaces, admission, gateway, has } = all;
  const { deploy } = input.plan;
  const { target } = cluster;
  // Where native policies enforce all rules, there is no webhook.
  const scope = webhookScope(
    admission.flatMap(({ entrypoints }) => entrypoints),
    cluster,
  );
  const asked = scope.validating.length + scope.mutating.length > 0;
  const bundle = asked ? input.bundleOf('admission', cluster) : undefined;
  const deliver = (enforcer: string, bytes: Uint8Array): Delivery =>
    deliverBundle({ enforcer, namespace: deploy.namespace, bundle: bytes, registry: registryOf(deploy), target });
  const deliveries = {
    ...(bundle === undefined ? {} : { admission: deliver(admissionName, bundle.bytes) }),
    ...(gateway.length === 0 ? {} : { gateway: deliver(gatewayName, input.bundleOf('gateway', cluster).bytes) }),
  };
  const readsNamespaces = bundle?.readsNamespaces === true;
  const shared = { deploy, target };
  const objects = [
    ...(Object.keys(deliveries).length === 0 ? [] : frame(input, target.minor)),
    ...enforcerPart(deliveries.admission, (delivery) => [
      ...admissionObjects({ ...shared, routes: admission, delivery, readsNamespaces }),
      ...webhookObjects(input, { cluster, admission, scope }),
    ]),
    ...enforcerPart(deliveries.gateway, (delivery) => gatewayObjects({ ...shared, routes: gateway, delivery })),
    ...surfaces.flatMap((surface) => surfaceObjects(input, cluster, surface)),
    ...proxyObjects({ input, target, surfaces, has }),
  ];
  return { cluster, objects: sorted(objects), deliveries, readsNamespaces };
}

/** Objects of a delivery and of who it is delivered to. */
function enforcerPart(
  delivery: Delivery | undefined,
  objects: (delivery: EnforcerInput['delivery']) => readonly KubernetesObject[],
): readonly KubernetesObject[] {
  if (delivery === undefined || delivery.kind === 'impossible') return [];
  return [...(delivery.kind === 'config-map' ? [delivery.object] : []), ...objects(delivery)];
}

/** What every installation has. */
function frame({ plan: { deploy } }: ManifestInput, minor: number): readonly KubernetesObject[] {
  return [namespaceObject(deploy.namespace, minor), denyAll(deploy.namespace)];
}

function webhookObjects(
  input: ManifestInput,
  {
    cluster,
    admission,
    scope,
  }: { readonly cluster: ClusterPlan; readonly admission: readonly RoutedSurface[]; readonly scope: WebhookScope },
): readonly KubernetesObject[] {
  return webhookConfigurations({
    service: admissionName,
    namespace: input.plan.deploy.namespace,
    failurePolicy: failurePolicyOf(admission),
    ...scope,
    surfaces: admission.map(({ surface }) => surfaceRequests(surface)),
    authority: input.authority,
    target: cluster.target,
  });
}

/** What a surface has beside an enforcer of ours: native admission policies, network policies, quarantine. */
function surfaceObjects(
  input: ManifestInput,
  cluster: ClusterPlan,
  routed: RoutedSurface,
): readonly KubernetesObject[] {
  const { entrypoints, route } = routed;
  const { target } = cluster;
  const { namespace } = input.plan.deploy;
  const quarantines = entrypoints.some(({ rules }) => rules.some(({ action }) => action?.kind === 'quarantine'));
  const isolating = quarantines ? quarantinePolicy(target) : undefined;
  const quarantine =
    isolating?.kind === 'objects' ? [...isolating.objects, quarantineRole(quarantineMethodOf(routed))] : [];
  switch (route.via) {
    case 'admission':
    case 'admission_policy':
      return [...entrypoints.flatMap((entrypoint) => nativeObjects(entrypoint, cluster, namespace)), ...quarantine];
    case 'network_policy':
      return [
        ...entrypoints.flatMap((entrypoint) => networkPolicyObjects(target, entrypoint, namespace)),
        ...quarantine,
      ];
    default:
      return [];
  }
}

/** What proxies of a cluster load, where it lets them load anything. */
function proxyObjects(of: {
  readonly input: ManifestInput;
  readonly target: ClusterTarget;
  readonly surfaces: readonly RoutedSurface[];
  readonly has: (via: string) => boolean;
}): readonly KubernetesObject[] {
  const { input, target, surfaces, has } = of;
  const { deploy } = input.plan;
  const published = publishedFilter(input);
  if (published === undefined) return [];
  const carried = (via: string): readonly RoutedSurface[] =>
    has(via) ? surfaces.filter(({ route }) => route.via === via) : [];
  const place = { namespace: deploy.namespace, filter: published.filter };
  return [
    ...envoyGatewayObjects(carried('envoy_gateway'), place),
    ...(target.dataPath.istio.kind === 'wasm_plugin' ? istioObjects(carried('istio'), place) : []),
  ];
}

interface Published {
  readonly filter: ProxyFilter;
  readonly image: OciImage;
}

/** The filter as an image of the registry. */
function publishedFilter({ plan: { deploy }, proxy }: ManifestInput): Published | undefined {
  const registry = registryOf(deploy);
  const proxied = deploy.routes.some(({ via }) => via === 'envoy_gateway' || via === 'istio');
  if (proxy === undefined || registry === undefined || !proxied) return undefined;
  const image = ociImage([{ name: 'plugin.wasm', bytes: proxy.wasm }]);
  const reference = `${registry}/rdp-proxy@${image.digest}`;
  return { image, filter: { reference, configurations: proxy.configurations } };
}

/** What all clusters have, as far as nothing of a cloud is in it. */
function baseObjects({
  input,
  made,
  admission,
  gateway,
}: Sorted & { readonly made: readonly Made[] }): readonly KubernetesObject[] {
  const { deploy } = input.plan;
  const minor = Math.min(...made.map(({ cluster }) => cluster.target.minor));
  const part = (
    name: 'admission' | 'gateway',
    objects: (delivery: EnforcerInput['delivery']) => readonly KubernetesObject[],
  ): readonly KubernetesObject[] => enforcerPart(made.flatMap(({ deliveries }) => deliveries[name] ?? [])[0], objects);
  const readsNamespaces = made.every((one) => one.readsNamespaces);
  const shared = { deploy, target: undefined };
  const objects = [
    ...frame(input, minor),
    ...part('admission', (delivery) => admissionObjects({ ...shared, routes: admission, delivery, readsNamespaces })),
    ...part('gateway', (delivery) => gatewayObjects({ ...shared, routes: gateway, delivery })),
  ];
  const everywhere = new Set(objects.map(identityOf));
  for (const one of made) {
    const own = new Set(one.objects.map(identityOf));
    for (const identity of everywhere) if (!own.has(identity)) everywhere.delete(identity);
  }
  return sorted(objects.filter((object) => everywhere.has(identityOf(object))));
}

function routedSurfaces({ plan, surfaces }: ManifestInput): readonly RoutedSurface[] {
  const { deploy, clusters } = plan;
  const entrypoints = [...new Set((clusters[0]?.rules ?? []).map(({ entrypoint }) => entrypoint))];
  return deploy.routes.flatMap((route) => {
    const surface = surfaces.find(({ package: owner, name }) => owner === deploy.package && name === route.surface);
    if (surface === undefined) return [];
    return [{ surface, route, entrypoints: entrypoints.filter((entrypoint) => entrypoint.surface === surface.name) }];
  });
}

function sorted(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const byIdentity = new Map(objects.map((object) => [identityOf(object), object]));
  return [...byIdentity.keys()].toSorted().flatMap((identity) => byIdentity.get(identity) ?? []);
}
