// A surface on Istio → the module at its gateway or its workloads, fail-closed; the buffer of its listeners; and, where rules limit,
// Envoy's rate limit filter with the service that counts. Clusters whose Istio refuses the module have none of it (`dataPath.istio`).

import type { RoutedSurface } from './deployment-input.ts';
import {
  atGateway,
  bufferOf,
  gatewayGroups,
  gatewayRouteObjects,
  targetRefs,
  type GatewayGroup,
  type GatewayPlace,
} from './gateway-routes.ts';
import type { KubernetesObject } from './object.ts';
import { configurationOf, filterName, type ProxyFilter } from './proxy-filter.ts';
import { proxyLimits, type ProxyLimit } from './proxy-limit.ts';
import { quantityBytes } from './quantity.ts';
import { rateLimitConfig, rateLimitDomain, rateLimitService } from './rate-limit.ts';

const standardClass = 'istio';

/** The objects of all surfaces that Istio carries. */
export function istioObjects(
  surfaces: readonly RoutedSurface[],
  { namespace, filter }: { readonly namespace: string; readonly filter: ProxyFilter },
): readonly KubernetesObject[] {
  const all = surfaces.flatMap(({ entrypoints }) => entrypoints.flatMap(proxyLimits));
  return [
    ...(all.length === 0 ? [] : [rateLimitConfig(all, namespace)]),
    ...gatewayGroups(surfaces, namespace, standardClass).flatMap((group) => {
      const limits = group.surfaces.flatMap(({ entrypoints }) => entrypoints.flatMap(proxyLimits));
      return [
        ...group.surfaces.flatMap((routed) => gatewayRouteObjects(routed, group.place)),
        ...group.surfaces.flatMap((routed) => wasmPlugin(routed, group.place, filter)),
        bufferFilter(group),
        ...(limits.length === 0 ? [] : [rateLimitFilter(group.place, limits, namespace)]),
      ];
    }),
  ];
}

/** Surfaces that share a gateway: Istio puts filters at gateways, not at routes. One line each. */
export function sharedIstioGateways(surfaces: readonly RoutedSurface[], namespace: string): readonly string[] {
  return gatewayGroups(surfaces, namespace, standardClass).flatMap(({ place, surfaces: own }) => {
    if (own.length < 2) return [];
    const names = own.map(({ surface }) => `\`${surface.name}\``).join(' and ');
    return [
      `${names} share the gateway \`${place.name}\`, and a filter of Istio is for a whole gateway: give each its own`,
    ];
  });
}

function wasmPlugin(routed: RoutedSurface, place: GatewayPlace, filter: ProxyFilter): readonly KubernetesObject[] {
  const pluginConfig = configurationOf(filter, routed);
  if (pluginConfig === undefined) return [];
  return [
    {
      apiVersion: 'extensions.istio.io/v1alpha1',
      kind: 'WasmPlugin',
      metadata: atGateway(place),
      spec: {
        targetRefs: targetRefs(place),
        url: `oci://${filter.reference}`,
        imagePullPolicy: 'IfNotPresent',
        phase: 'AUTHZ',
        pluginName: filterName,
        failStrategy: 'FAIL_CLOSE',
        type: 'HTTP',
        pluginConfig,
      },
    },
  ];
}

function bufferFilter({ place, surfaces }: GatewayGroup): KubernetesObject {
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: atGateway(place, '-buffer'),
    spec: {
      targetRefs: targetRefs(place),
      configPatches: [
        {
          applyTo: 'LISTENER',
          match: { context: 'GATEWAY' },
          patch: {
            operation: 'MERGE',
            value: { per_connection_buffer_limit_bytes: quantityBytes(bufferOf(surfaces)) },
          },
        },
      ],
    },
  };
}

/** `home`: the namespace of the service that counts. */
function rateLimitFilter(place: GatewayPlace, limits: readonly ProxyLimit[], home: string): KubernetesObject {
  const { host, port } = rateLimitService(home);
  const filter = {
    name: 'envoy.filters.http.ratelimit',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit',
      domain: rateLimitDomain,
      // A proxy that cannot count lets nothing pass.
      failure_mode_deny: true,
      timeout: '1s',
      rate_limit_service: {
        transport_api_version: 'V3',
        grpc_service: { envoy_grpc: { cluster_name: `outbound|${port}||${host}`, authority: host } },
      },
    },
  };
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: atGateway(place, '-limits'),
    spec: {
      targetRefs: targetRefs(place),
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: {
            context: 'GATEWAY',
            listener: {
              filterChain: {
                filter: {
                  name: 'envoy.filters.network.http_connection_manager',
                  subFilter: { name: 'envoy.filters.http.router' },
                },
              },
            },
          },
          patch: { operation: 'INSERT_BEFORE', value: filter },
        },
        {
          applyTo: 'VIRTUAL_HOST',
          match: { context: 'GATEWAY' },
          patch: { operation: 'MERGE', value: { rate_limits: limits.map(descriptorActions) } },
        },
      ],
    },
  };
}

/** A descriptor for the requests of an address that a limit concerns; others are not counted. */
function descriptorActions({ rule, methods }: ProxyLimit): object {
  return {
    actions: [
      methods.length === 0
        ? { generic_key: { descriptor_key: 'rule', descriptor_value: rule } }
        : {
            header_value_match: {
              descriptor_key: 'rule',
              descriptor_value: rule,
              headers: [
                {
                  name: ':method',
                  string_match: { safe_regex: { regex: `^(${methods.join('|')})$` } },
                },
              ],
            },
          },
      { remote_address: {} },
    ],
  };
}
