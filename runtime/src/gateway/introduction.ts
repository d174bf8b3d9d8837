// What a gateway serves → lines for the person who started it: which addresses to give to an application's SDK.

import type { SurfaceRoutes } from './surface-routes.ts';
import { shortName } from './surface-routes.ts';

/** Lines without line ends; `base` is `http://127.0.0.1:8080`. */
export function introduction(routes: SurfaceRoutes, base: string): readonly string[] {
  const lines = routes.surfaces.flatMap((surface) => {
    const events = surface.events.map(({ event }) => event);
    const rules = events.length === 0 ? 'no rules' : `rules on ${events.join(' and ')}`;
    return [`${surface.surface} (${surface.kind}, ${rules})`, ...addresses(routes, surface, base)];
  });
  if (lines.length === 0) return ['no surface of this bundle is one that a gateway serves'];
  return lines;
}

/** The first of many hosts are enough to show how it goes. */
const shown = 3;

function addresses(routes: SurfaceRoutes, surface: SurfaceRoutes['surfaces'][number], base: string): readonly string[] {
  if (surface.kind === 'mcp')
    return surface.servers.map((server) => `  ${base}/${server} with --upstream ${server}=URL`);
  const hosts = routes.hostsOf(surface).filter((host) => !host.startsWith('*.'));
  const firsts = surface.providers.flatMap(({ hosts: [host] }) => (host === undefined ? [] : [host]));
  const named = [...new Set([...surface.hosts, ...firsts])].filter((host) => !host.startsWith('*.'));
  const lines = named.slice(0, shown).map((host) => `  ${base}/${host}/…`);
  const more = hosts.length - Math.min(named.length, shown);
  if (hosts.length === 0) return [`  ${base}/${shortName(surface)}/… with --upstream ${shortName(surface)}=URL`];
  return more > 0 ? [...lines, `  and ${more} hosts more`] : lines;
}
