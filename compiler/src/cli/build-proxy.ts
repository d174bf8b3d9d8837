// A policy and its deployments → `proxy.wasm` for the surfaces that proxies carry, and `proxy.json` with the configuration of each
// surface's plugin. None where no proxy carries a surface.

import type { CoreProgram, DeployModel, Model } from '@rdp/language';
import { emitProxyModule, type ProxyConfiguration } from '../emit/proxy-module.ts';

/** The enforcers that are proxies with a filter. */
const proxies: ReadonlySet<string> = new Set(['envoy_gateway', 'istio', 'proxy']);

/** The files of the output directory; `data` is the data document as text. */
export function buildProxy(
  { deploys }: Pick<Model, 'deploys'>,
  programs: readonly CoreProgram[],
  data: string,
): ReadonlyMap<string, Uint8Array | string> {
  const routeOf = new Map<string, DeployModel['routes'][number]>();
  for (const deploy of deploys)
    for (const route of deploy.routes)
      if (proxies.has(route.via)) routeOf.set(`${deploy.package}.${route.surface}`, route);
  const filter = emitProxyModule(programs, new Set(routeOf.keys()));
  if (filter === undefined) return new Map();
  const document: unknown = JSON.parse(data);
  const configurations = [...filter.plugins].map(([surface, plugin]): [string, ProxyConfiguration] => [
    surface,
    { ...plugin, ...clientOf(routeOf.get(surface)), data: document },
  ]);
  return new Map<string, Uint8Array | string>([
    ['proxy.wasm', filter.wasm],
    ['proxy.json', `${JSON.stringify(Object.fromEntries(configurations), null, 2)}\n`],
  ]);
}

/** The headers that tell who calls, where the deployment names them. */
function clientOf(route: DeployModel['routes'][number] | undefined): Pick<ProxyConfiguration, 'client'> {
  const id = route?.settings.get('client_id');
  const subject = route?.settings.get('client_subject');
  const client = {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof subject === 'string' ? { subject } : {}),
  };
  return Object.keys(client).length === 0 ? {} : { client };
}
