// Limits → the configuration of envoyproxy/ratelimit, the service that counts for all proxies in Redis or Valkey: a ConfigMap that it
// reads. Envoy Gateway programs its own; this is for Istio and Envoy alone.

import { labelsOf, type KubernetesObject } from './object.ts';
import type { ProxyLimit } from './proxy-limit.ts';

/** The domain under which proxies ask. */
export const rateLimitDomain = 'rdp';

/** Where proxies ask: the service `rdp-ratelimit` of the deployment's namespace, by gRPC. */
export function rateLimitService(namespace: string): { readonly host: string; readonly port: number } {
  return { host: `rdp-ratelimit.${namespace}.svc.cluster.local`, port: 8081 };
}

/** The ConfigMap, one descriptor a limit: every address has the amount for itself. */
export function rateLimitConfig(limits: readonly ProxyLimit[], namespace: string): KubernetesObject {
  const lines = [
    `domain: ${rateLimitDomain}`,
    'descriptors:',
    ...limits.flatMap(({ rule, amount, unit }) => [
      '  - key: rule',
      `    value: ${rule}`,
      '    descriptors:',
      '      - key: remote_address',
      '        rate_limit:',
      `          unit: ${unit.toLowerCase()}`,
      `          requests_per_unit: ${amount}`,
    ]),
    '',
  ];
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'rdp-ratelimit', namespace, labels: labelsOf('limits') },
    data: { 'rdp.yaml': lines.join('\n') },
  };
}
