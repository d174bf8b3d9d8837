// The surfaces of a bundle and where their services are → for each request the surface that it is of, the service that it goes to, and the
// target it has there.
//
// INVARIANT: nothing goes to a host that no surface and no operator has named. A host that several surfaces have is of none: guessing
// would choose whose rules hold.

import type { ProviderPlan, SurfacePlan } from '../contract/index.ts';
import { tellProvider } from '../provider/index.ts';
import { isOnRoute } from './path-fault.ts';
import { readAuthority, type RequestTarget } from './request-target.ts';

/** Where a request goes, and whose it is. */
export interface Routed {
  readonly kind: 'routed';
  readonly surface: SurfacePlan;
  /** Of a surface of models: the provider that answers, as far as host and path tell it; undefined where nobody does. */
  readonly provider: ProviderPlan | undefined;
  /** The provider in whose words a refusal is given. */
  readonly speaker: ProviderPlan | undefined;
  /** The host of the exchange as rules read it. */
  readonly host: string;
  /** Path and query as rules read them. */
  readonly target: string;
  readonly service: Service;
  /** Of a surface of tools: the server that is called. */
  readonly server?: string;
}

/** Where a service is. */
export interface Service {
  /** `https://api.openai.com` */
  readonly origin: string;
  /** Put ahead of targets; without a final slash. */
  readonly basePath: string;
  /** The value of `Host` there. */
  readonly authority: string;
}

/** A request that goes nowhere. */
export interface Unrouted {
  readonly kind: 'unrouted';
  readonly status: 400 | 404 | 421 | 502;
  readonly message: string;
}

/** What an operator says beside the bundle. */
export interface RouteSettings {
  /** A surface's name, full or short, or a host → the URL that it is served at. */
  readonly upstreams: ReadonlyMap<string, URL>;
  /** Names of the only surfaces to serve; all when empty. */
  readonly surfaces: readonly string[];
  /** Names of the APIs that WebSockets are let through to. */
  readonly webSockets: readonly string[];
}

export interface SurfaceRoutes {
  /** The surfaces that are served. */
  readonly surfaces: readonly SurfacePlan[];
  readonly route: (request: RequestTarget) => Routed | Unrouted;
  /** Whether a surface of HTTP answers at the host. */
  readonly knows: (host: string) => boolean;
  /** Whether WebSockets are let through to a surface. */
  readonly takesWebSockets: (surface: SurfacePlan) => boolean;
  /** The hosts of a surface that can be named in a path, for people. */
  readonly hostsOf: (surface: SurfacePlan) => readonly string[];
  /** What the operator named that the bundle has not. */
  readonly strangers: readonly string[];
}

/** The kinds whose exchanges are HTTP. */
const kindsOfHttp: ReadonlySet<string> = new Set(['api', 'llm', 'mcp']);

/** The routes of a bundle. */
export function surfaceRoutes(plans: readonly SurfacePlan[], settings: RouteSettings): SurfaceRoutes {
  const wanted = (plan: SurfacePlan): boolean =>
    settings.surfaces.length === 0 || settings.surfaces.some((name) => isCalled(plan, name));
  const surfaces = plans.filter((plan) => kindsOfHttp.has(plan.kind) && wanted(plan));
  const upstreamOf = new Map<SurfacePlan, URL>();
  for (const [name, url] of settings.upstreams) {
    const called = surfaces.filter((plan) => isCalled(plan, name));
    if (called.length === 1 && called[0]) upstreamOf.set(called[0], url);
  }
  /** Takes what no host and no segment tells: the one surface with a service of its own. */
  const only = upstreamOf.size === 1 ? [...upstreamOf.keys()][0] : undefined;
  const surfacesAt = (host: string): readonly SurfacePlan[] =>
    surfaces.filter((plan) => plan.hosts.includes(host) || ownerOf(plan, host) !== undefined);

  const routed = (surface: SurfacePlan, host: string, target: string): Routed | Unrouted => {
    if (surface.kind === 'api' && hidesSlash(surface, target))
      return unrouted(400, 'the path of the request has an encoded slash, which is part of no documented route');
    const service = serviceOf({ surface, host, own: upstreamOf.get(surface), upstreams: settings.upstreams });
    if (service === undefined)
      return unrouted(502, `nobody said where \`${surface.surface}\` is: --upstream ${shortName(surface)}=URL`);
    const provider = tellProvider(surface.providers, { host, path: target, keys: undefined });
    const speaker = provider ?? ownerOf(surface, host) ?? surface.providers[0];
    return { kind: 'routed', surface, provider, speaker, host, target, service };
  };
  const byHost = (host: string, target: string): Routed | Unrouted | undefined => {
    const [first, second] = surfacesAt(host);
    if (first === undefined) return undefined;
    if (second === undefined) return routed(first, host, target);
    const paths = [first, second].map((plan) => `/${shortName(plan)}/${host}`).join(', ');
    return unrouted(421, `\`${host}\` is of several surfaces: say which one in the path, as in ${paths}`);
  };
  /** Behind a surface's name in a path may stand the host. */
  const bySurface = (surface: SurfacePlan, target: string): Routed | Unrouted => {
    const { segment, rest } = firstSegment(target);
    if (surface.kind === 'mcp') {
      const [only, second] = surface.servers;
      if (surface.servers.includes(segment)) return byServer(surface, segment, rest);
      if (only !== undefined && second === undefined) return byServer(surface, only, target);
      return unrouted(
        404,
        `\`${surface.surface}\` has no server \`${segment}\`: it lists ${surface.servers.join(', ') || 'none'}`,
      );
    }
    const host = hostIn(segment);
    if (host !== undefined && surfacesAt(host).includes(surface)) return routed(surface, host, rest);
    return routed(surface, ownHost(surface, upstreamOf.get(surface)), target);
  };
  /** A server of tools is where the operator says; nobody else knows. */
  const byServer = (surface: SurfacePlan, server: string, target: string): Routed | Unrouted => {
    const url = settings.upstreams.get(server) ?? (surface.servers.length === 1 ? upstreamOf.get(surface) : undefined);
    if (url === undefined)
      return unrouted(502, `nobody said where the server \`${server}\` is: --upstream ${server}=URL`);
    const service = serviceAt(url, url.host);
    return {
      kind: 'routed',
      surface,
      provider: undefined,
      speaker: undefined,
      host: url.hostname,
      target,
      service,
      server,
    };
  };
  const byPath = (host: string, target: string): Routed | Unrouted => {
    const { segment, rest } = firstSegment(target);
    const tooling = surfaces.filter(({ kind, servers }) => kind === 'mcp' && servers.includes(segment));
    if (tooling.length > 1) {
      const paths = tooling.map((plan) => `/${shortName(plan)}/${segment}`).join(', ');
      return unrouted(421, `\`${segment}\` is of several surfaces: say which one in the path, as in ${paths}`);
    }
    if (tooling[0] !== undefined) return byServer(tooling[0], segment, rest);
    const named = hostIn(segment);
    const known = named === undefined ? undefined : byHost(named, rest);
    if (known !== undefined) return known;
    const called = surfaces.filter((plan) => isCalled(plan, segment));
    if (called.length === 1 && called[0]) return bySurface(called[0], rest);
    if (only !== undefined) return routed(only, ownHost(only, upstreamOf.get(only)), target);
    return unrouted(404, `neither \`${host}\` nor \`/${segment}\` is a host or a surface of this policy`);
  };

  return {
    surfaces,
    route: ({ form, host, port, target }) => {
      const direct = byHost(host, target);
      if (form === 'origin') return direct ?? byPath(host, target);
      const usual = port === undefined || port === 80 || port === 443;
      if (direct === undefined || !usual) return unrouted(404, `no surface of this policy is at \`${host}\``);
      return direct;
    },
    knows: (host) => surfacesAt(host).length > 0,
    takesWebSockets: (plan) => settings.webSockets.some((name) => isCalled(plan, name)),
    hostsOf: (plan) => [...plan.hosts, ...plan.providers.flatMap(({ hosts }) => hosts)],
    strangers: [...settings.surfaces, ...settings.webSockets, ...settings.upstreams.keys()].filter(
      (name) =>
        !plans.some((plan) => isCalled(plan, name) || plan.servers.includes(name)) &&
        surfacesAt(name.toLowerCase()).length === 0,
    ),
  };
}

/** A service that decodes before it looks for a route would see another one. */
function hidesSlash({ routes }: SurfacePlan, target: string): boolean {
  const [path = ''] = target.split('?', 1);
  if (!/%(?:25)*2f/i.test(path)) return false;
  return !isOnRoute(
    routes.map(({ template }) => template),
    path,
  );
}

/** The provider that has a host. */
function ownerOf({ providers }: SurfacePlan, host: string): ProviderPlan | undefined {
  return (
    providers.find(({ hosts }) => hosts.includes(host)) ??
    providers.find(({ hosts }) => hosts.some((known) => known.startsWith('*.') && host.endsWith(known.slice(1))))
  );
}

/** `Chat` of `shop.checkout.Chat`. */
export function shortName({ surface }: SurfacePlan): string {
  return surface.slice(surface.lastIndexOf('.') + 1);
}

function isCalled(plan: SurfacePlan, name: string): boolean {
  return name === plan.surface || name === shortName(plan);
}

function unrouted(status: Unrouted['status'], message: string): Unrouted {
  return { kind: 'unrouted', status, message };
}

/** `/api.openai.com/v1/models?x` → `api.openai.com`, `/v1/models?x`. */
function firstSegment(target: string): { readonly segment: string; readonly rest: string } {
  const [, segment = '', rest = ''] = /^\/([^/?]*)(.*)$/.exec(target) ?? [];
  return { segment, rest: rest.startsWith('/') ? rest : `/${rest}` };
}

function hostIn(segment: string): string | undefined {
  const host = segment.toLowerCase();
  const read = readAuthority(host);
  return read?.host === host ? host : undefined;
}

/** The host of an exchange with a surface that was told by its name. */
function ownHost(surface: SurfacePlan, upstream: URL | undefined): string {
  return surface.hosts[0] ?? upstream?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
}

interface ServiceQuestion {
  readonly surface: SurfacePlan;
  readonly host: string;
  /** Where the operator says that the surface is. */
  readonly own: URL | undefined;
  readonly upstreams: ReadonlyMap<string, URL>;
}

/** What the operator says, or else what the policy does: providers answer at their hosts, an API where its document says. */
function serviceOf({ surface, host, own, upstreams }: ServiceQuestion): Service | undefined {
  const named = own ?? upstreams.get(host);
  if (named !== undefined) return serviceAt(named, surface.kind === 'api' || own === undefined ? host : named.host);
  if (ownerOf(surface, host) !== undefined) return serviceAt(new URL(`https://${host}`), host);
  const address = surface.addresses.map((text) => new URL(text)).find(({ hostname }) => hostname === host);
  // Templates of routes have the base path of the document's servers.
  if (address !== undefined) return { ...serviceAt(address, address.host), basePath: '' };
  return surface.hosts.includes(host) ? serviceAt(new URL(`https://${host}`), host) : undefined;
}

function serviceAt(url: URL, authority: string): Service {
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, ''), authority };
}
