// A surface on Istio → the module at its gateway or its workloads, fail-closed; the buffer of its listeners; and, where rules limit,
// Envoy's rate limit filter with the service that counts. Clusters whose Istio refuses the module have none of it (`dataPath.istio`).

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
import { quantityBytes } from './quantity.ts';
import { rateLimitConfig, rateLimitDomain, rateLimitService } from './rate-limit.ts';

const standardClass = 'istio';

/** The objects of all surfaces that Istio carries. */
export function istioObjects(
  surfaces: readonly RoutedSurface[],
  { namespace, module }: { readonly namespace: string; readonly module: ProxyModule },
): readonly KubernetesObject[] {
  const all = surfaces.flatMap(({ entrypoints }) => entrypoints.flatMap(proxyLimits));
  const groups = gatewayGroups(surfaces, namespace, standardClass);
  return [
    ...(all.length === 0 ? [] : [rateLimitConfig(all, namespace)]),
    ...groups.flatMap((group) => {
      const limits = group.surfaces.flatMap(({ entrypoints }) => entrypoints.flatMap(proxyLimits));
      return [
        ...group.surfaces.flatMap((routed) => gatewayRouteObjects(routed, group.place)),
        wasmPlugin(group, module),
        bufferFilter(group),
        ...(limits.length === 0 ? [] : [rateLimitFilter(group.place, limits, namespace)]),
      ];
    }),
  ];
}

function wasmPlugin({ place, surfaces }: GatewayGroup, module: ProxyModule): KubernetesObject {
  return {
    apiVersion: 'extensions.istio.io/v1alpha1',
    kind: 'WasmPlugin',
    metadata: atGateway(place),
    spec: {
      targetRefs: targetRefs(place),
      url: `oci://${module.reference}`,
      imagePullPolicy: 'IfNotPresent',
      phase: 'AUTHZ',
      pluginName: moduleName,
      failStrategy: 'FAIL_CLOSE',
      type: 'HTTP',
      pluginConfig: moduleConfig(surfaces),
    },
  };
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

/** A descriptor for requests that have the header; those that have not are not counted. */
function descriptorActions({ header, cost }: ProxyLimit): object {
  return {
    actions: [{ request_headers: { header_name: header, descriptor_key: header } }],
    ...(cost === undefined ? {} : { hits_addend: { format: `%DYNAMIC_METADATA(${cost.namespace}:${cost.key})%` } }),
  };
}
