// Surfaces on Envoy Gateway → the module in front of their routes, fail-closed, a buffer that holds a prompt, and the limits that Envoy's
// rate limit service counts for all proxies together.

import type { RoutedSurface } from './deployment-input.ts';
import {
  atGateway,
  bufferOf,
  gatewayGroups,
  gatewayRouteObjects,
  moduleConfig,
  targetRefs,
  type GatewayGroup,
  type GatewayPlace,
} from './gateway-routes.ts';
import type { KubernetesObject } from './object.ts';
import { moduleName, proxyLimits, type ProxyLimit, type ProxyModule } from './proxy-module.ts';

/** The class that Envoy Gateway's own documents use. */
const standardClass = 'eg';

/** Rules of one BackendTrafficPolicy for all proxies (Envoy Gateway 1.9). */
const mostLimits = 256;

/** The objects of all surfaces that Envoy Gateway carries. */
export function envoyGatewayObjects(
  surfaces: readonly RoutedSurface[],
  { namespace, module }: { readonly namespace: string; readonly module: ProxyModule },
): readonly KubernetesObject[] {
  return gatewayGroups(surfaces, namespace, standardClass).flatMap((group) => {
    const limits = group.surfaces.flatMap(({ entrypoints }) => entrypoints.flatMap(proxyLimits));
    return [
      ...group.surfaces.flatMap((routed) => gatewayRouteObjects(routed, group.place)),
      extensionPolicy(group, module),
      clientPolicy(group),
      ...(limits.length === 0 ? [] : [backendPolicy(group.place, limits)]),
    ];
  });
}

function extensionPolicy({ place, surfaces }: GatewayGroup, module: ProxyModule): KubernetesObject {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'EnvoyExtensionPolicy',
    metadata: atGateway(place),
    spec: {
      targetRefs: targetRefs(place),
      wasm: [
        {
          name: moduleName,
          rootID: moduleName,
          failOpen: false,
          code: { type: 'Image', pullPolicy: 'IfNotPresent', image: { url: module.reference } },
          config: moduleConfig(surfaces),
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

function backendPolicy(place: GatewayPlace, limits: readonly ProxyLimit[]): KubernetesObject {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: atGateway(place),
    spec: {
      targetRefs: targetRefs(place),
      rateLimit: {
        global: {
          rules: limits.slice(0, mostLimits).map(({ header, amount, unit, cost }) => ({
            clientSelectors: [{ headers: [{ name: header, type: 'Distinct' }] }],
            limit: { requests: Number(amount), unit },
            ...(cost === undefined ? {} : { cost: { request: { from: 'Metadata', metadata: cost } } }),
          })),
        },
      },
    },
  };
}
