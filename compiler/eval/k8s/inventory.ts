// Other objects of a cluster to the data documents of `examples/gatekeeper`: what the packs ask that one object cannot tell.

import type { Manifest } from './manifests.ts';

type Json = Readonly<Record<string, unknown>>;

/** The data documents, by the path that the packs name. */
export function inventoryData(objects: readonly Manifest[]): Readonly<Record<string, unknown>> {
  const of = (kind: string): readonly Manifest[] => objects.filter((object) => object.kind === kind);
  const spec = (object: Manifest): Json => jsonOf((object as unknown as Json)['spec']);
  const hosts: Record<string, string[]> = {};
  for (const ingress of of('Ingress')) {
    const { rules } = spec(ingress);
    for (const rule of Array.isArray(rules) ? rules : []) {
      const host = String(jsonOf(rule)['host'] ?? '');
      hosts[host] = [...(hosts[host] ?? []), nameOf(ingress)];
    }
  }
  return {
    'data/storage-classes.json': of('StorageClass').map(({ metadata }) => metadata?.name ?? ''),
    'data/ingress-hosts.json': hosts,
    'data/service-selectors.json': Object.fromEntries(
      of('Service').map((service) => [nameOf(service), jsonOf(spec(service)['selector'])]),
    ),
    'data/scale-targets.json': objects.map((object) => `${object.apiVersion}/${object.kind}/${nameOf(object)}`),
    'data/disruption-budgets.json': Object.fromEntries(
      of('PodDisruptionBudget').map((budget) => [nameOf(budget), budgetOf(budget, spec(budget))]),
    ),
  };
}

function budgetOf({ metadata }: Manifest, { selector, minAvailable, maxUnavailable }: Json): Json {
  return {
    namespace: metadata?.namespace ?? 'default',
    selector: jsonOf(jsonOf(selector)['matchLabels']),
    min_available: String(minAvailable ?? ''),
    max_unavailable: String(maxUnavailable ?? ''),
  };
}

function nameOf({ metadata }: Manifest): string {
  return `${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`;
}

function jsonOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
