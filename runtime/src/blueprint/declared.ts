// What policies declare of the world, from the plans in their bundles: documented routes, providers, servers. Against it, what was seen
// is ordinary, a ghost or in the shadow.

import type { SurfacePlan } from '../contract/index.ts';
import type { Asset } from '../inventory/state.ts';

/**
 * `declared`: in the policy, and never seen. `observed`: seen, and either in the policy or of a kind that no policy lists. `ghost`: an
 * endpoint of an API that its document does not have. `shadow`: a model, provider, server or tool that no surface lists.
 */
export type Status = 'declared' | 'observed' | 'ghost' | 'shadow';

export interface Declared {
  /** Documented routes, with the names at which their API answers; none for every name. */
  readonly routes: readonly { readonly hosts: readonly string[]; readonly method: string; readonly template: string }[];
  /** Providers of models that surfaces list. Their hosts may begin with `*.`. */
  readonly providers: readonly { readonly name: string; readonly hosts: readonly string[] }[];
  /** Servers of tools that surfaces list. */
  readonly servers: readonly string[];
  /** Whether there is a surface of the kind at all; without one nothing of it can be undeclared. */
  readonly kinds: readonly string[];
}

/** What the surfaces declare. */
export function declaredBy(surfaces: readonly SurfacePlan[]): Declared {
  return {
    routes: surfaces.flatMap(({ hosts, routes }) => routes.map((route) => ({ hosts, ...route }))),
    providers: surfaces.flatMap(({ providers }) => providers.map(({ name, hosts }) => ({ name, hosts }))),
    servers: [...new Set(surfaces.flatMap(({ servers }) => servers))],
    kinds: [...new Set(surfaces.map(({ kind }) => kind))],
  };
}

/** What a thing that was seen is. */
export function statusOf({ kind, fields }: Pick<Asset, 'kind' | 'fields'>, declared: Declared): Status {
  const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  switch (kind) {
    case 'api.endpoint':
      return declared.routes.length === 0 || isDocumented(text('method'), text('path'), text('host'), declared)
        ? 'observed'
        : 'ghost';
    case 'ai.model':
      return !declared.kinds.includes('llm') || declared.providers.some(({ name }) => name === text('provider'))
        ? 'observed'
        : 'shadow';
    case 'ai.endpoint':
      return !declared.kinds.includes('llm') || providerAt(text('host'), declared) !== undefined
        ? 'observed'
        : 'shadow';
    case 'mcp.server':
      return !declared.kinds.includes('mcp') || declared.servers.includes(text('name')) ? 'observed' : 'shadow';
    case 'mcp.tool':
      return !declared.kinds.includes('mcp') || declared.servers.includes(text('server')) ? 'observed' : 'shadow';
    default:
      return 'observed';
  }
}

/** The provider that answers at a host. */
export function providerAt(host: string, { providers }: Declared): string | undefined {
  const name = host.toLowerCase();
  return providers.find(({ hosts }) =>
    hosts.some((known) => (known.startsWith('*.') ? name.endsWith(known.slice(1)) : name === known)),
  )?.name;
}

function isDocumented(method: string, path: string, host: string, { routes }: Declared): boolean {
  return routes.some(
    (route) =>
      route.method === method &&
      route.template === path &&
      (route.hosts.length === 0 || host === '' || route.hosts.includes(host.toLowerCase())),
  );
}
