// Surfaces on Envoy Gateway → the filter in front of their routes, fail-closed, a buffer that holds a prompt, and the limits that Envoy's
// rate limit service counts for all proxies together. A surface with a route of its own has its filter there; one without has it at
// the gateway, which it then has for itself.

import type { RoutedSurface } from './deployment-input.ts';
import {
  atGateway,
  bufferOf,
  gatewayGroups,
  gatewayRouteObjects,
  routePlace,
  targetRefs,
  type GatewayGroup,
  type GatewayPlace,
} from './gateway-routes.ts';
import { labelsOf, type KubernetesObject } from './object.ts';
import { configurationOf, filterName, type ProxyFilter } from './proxy-filter.ts';
import { proxyLimits, type ProxyLimit } from './proxy-limit.ts';

/** The class that Envoy Gateway's own documents use. */
const standardClass = 'eg';

/** Rules of one BackendTrafficPolicy for all proxies (Envoy Gateway 1.9). */
const mostLimits = 256;

/** The objects of all surfaces that Envoy Gateway carries. */
export function envoyGatewayObjects(
  surfaces: readonly RoutedSurface[],
  { namespace, filter }: { readonly namespace: string; readonly filter: ProxyFilter },
): readonly KubernetesObject[] {
  return gatewayGroups(surfaces, namespace, standardClass).flatMap((group) => [
    ...group.surfaces.flatMap((routed) => gatewayRouteObjects(routed, group.place)),
    clientPolicy(group),
    ...group.surfaces.flatMap((routed) => surfacePolicies(routed, group.place, filter)),
  ]);
}

/** Surfaces with more limits than a policy holds; one line each. */
export function crowdedSurfaces(surfaces: readonly RoutedSurface[]): readonly string[] {
  return surfaces.flatMap(({ surface, entrypoints }) => {
    const count = entrypoints.flatMap(proxyLimits).length;
    return count > mostLimits
      ? [`\`${surface.name}\` has ${count} limits, and a policy of Envoy Gateway holds ${mostLimits}`]
      : [];
  });
}

/** Surfaces that share a gateway although one of them has no route of its own; one line each. */
export function sharedGateways(surfaces: readonly RoutedSurface[], namespace: string): readonly string[] {
  return gatewayGroups(surfaces, namespace, standardClass).flatMap(({ place, surfaces: own }) => {
    const bare = own.filter((routed) => routePlace(routed, place) === undefined);
    if (own.length < 2 || bare.length === 0) return [];
    const names = bare.map(({ surface }) => `\`${surface.name}\``).join(', ');
    return [
      `${names} shares the gateway \`${place.name}\`: name the \`service\` behind it, so that it has a route of its own`,
    ];
  });
}

function surfacePolicies(routed: RoutedSurface, place: GatewayPlace, filter: ProxyFilter): readonly KubernetesObject[] {
  const configuration = configurationOf(filter, routed);
  const limits = routed.entrypoints.flatMap(proxyLimits);
  const route = routePlace(routed, place);
  const metadata = route === undefined ? atGateway(place) : { ...route, labels: labelsOf('proxy') };
  const targets =
    route === undefined
      ? targetRefs(place)
      : [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: route.name }];
  return [
    ...(configuration === undefined ? [] : [extensionPolicy(metadata, targets, { filter, configuration })]),
    ...(limits.length === 0 ? [] : [backendPolicy(metadata, targets, limits)]),
  ];
}

function extensionPolicy(
  metadata: KubernetesObject['metadata'],
  targets: readonly object[],
  { filter, configuration }: { readonly filter: ProxyFilter; readonly configuration: object },
): KubernetesObject {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyExtensionPolicy',
    metadata,
    spec: {
      targetRefs: targets,
      wasm: [
        {
          name: filterName,
          rootID: filterName,
          failOpen: false,
          code: { type: 'Image', pullPolicy: 'IfNotPresent', image: { url: filter.reference } },
          config: configuration,
        },
      ],
    },
  };
}

function clientPolicy({ place, surfaces }: GatewayGroup): KubernetesObject {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'ClientTrafficPolicy',
    metadata: atGateway(place),
    spec: { targetRefs: targetRefs(place), connection: { bufferLimit: bufferOf(surfaces) } },
  };
}

function backendPolicy(
  metadata: KubernetesObject['metadata'],
  targets: readonly object[],
  limits: readonly ProxyLimit[],
): KubernetesObject {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata,
    spec: {
      targetRefs: targets,
      rateLimit: {
        global: {
          rules: limits.map(({ amount, unit, methods }) => ({
            clientSelectors: [
              {
                // Every address counts for itself.
                sourceCIDR: { type: 'Distinct', value: '0.0.0.0/0' },
                ...(methods.length === 0 ? {} : { methods: methods.map((value) => ({ value })) }),
              },
            ],
            limit: { requests: amount, unit },
          })),
        },
      },
    },
  };
}
