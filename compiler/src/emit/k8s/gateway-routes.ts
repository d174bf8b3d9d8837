// A surface that speaks HTTP → Gateway API: the gateway at which its policies hang, unless the route names one, and the HTTPRoute that
// sends its host to a service. What the OpenAPI document describes are matches of their own; the rest goes the same way, because it is
// the policy that says what becomes of undocumented requests.

import type { CoreRoute } from '@rdp/language';
import type { RoutedSurface } from './deployment-input.ts';
import { objectName } from './network-rules.ts';
import { labelsOf, type KubernetesObject } from './object.ts';
import { quantityBytes } from './quantity.ts';

/** The gateway that carries a surface. */
export interface GatewayPlace {
  readonly name: string;
  readonly namespace: string;
  /** The class of a gateway that we make; none for one that is there. */
  readonly gatewayClass: string | undefined;
}

/** What proxies may hold of a body when nobody says; a prompt with pictures is larger than their own 32 KiB or 1 MiB. */
const defaultBuffer = '8Mi';

/** Rules of an HTTPRoute, matches of a rule, and matches of all rules together (Gateway API 1.6). */
const limits = { matchesOfRule: 64, matches: 128 } as const;

/** The gateway that a route names (`NAMESPACE/NAME` or `NAME`), or one of our own. */
function gatewayPlace({ surface, route }: RoutedSurface, home: string, standard: string): GatewayPlace {
  const named = route.settings.get('gateway');
  const gatewayClass = route.settings.get('gateway_class');
  if (typeof named === 'string' && named !== '') {
    const [first = '', second] = named.split('/');
    return { name: second ?? first, namespace: second === undefined ? home : first, gatewayClass: undefined };
  }
  return {
    name: `rdp-${objectName(surface.name)}`,
    namespace: home,
    gatewayClass: typeof gatewayClass === 'string' ? gatewayClass : standard,
  };
}

/** Surfaces that share a gateway: what hangs at it can be there only once. */
export interface GatewayGroup {
  readonly place: GatewayPlace;
  readonly surfaces: readonly RoutedSurface[];
}

/** The gateways of surfaces, in the order of the surfaces. */
export function gatewayGroups(
  surfaces: readonly RoutedSurface[],
  home: string,
  standard: string,
): readonly GatewayGroup[] {
  const groups = new Map<string, GatewayGroup>();
  for (const routed of surfaces) {
    const place = gatewayPlace(routed, home, standard);
    const key = `${place.namespace}/${place.name}`;
    const before = groups.get(key);
    groups.set(key, { place, surfaces: [...(before?.surfaces ?? []), routed] });
  }
  return [...groups.values()];
}

/** Metadata of what hangs at a gateway; it has to be in the gateway's namespace. */
export function atGateway({ name, namespace, gatewayClass }: GatewayPlace, what = ''): KubernetesObject['metadata'] {
  return { name: `${gatewayClass === undefined ? 'rdp-' : ''}${name}${what}`, namespace, labels: labelsOf('proxy') };
}

/** The gateway as the target of a policy. */
export function targetRefs({ name }: GatewayPlace): readonly object[] {
  return [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }];
}

/** The HTTPRoute of a surface, where it has one: its name and namespace. */
export function routePlace(
  { surface, route }: RoutedSurface,
  { namespace: home }: GatewayPlace,
): { readonly name: string; readonly namespace: string } | undefined {
  const service = route.settings.get('service');
  if (typeof service !== 'string') return undefined;
  // Beside its service, so that no grant is needed to reach it.
  return { name: `rdp-${objectName(surface.name)}`, namespace: serviceOf(service).namespace ?? home };
}

/** `NAME.NAMESPACE:PORT`. */
function serviceOf(text: string): {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly port: number;
} {
  const [, name = '', namespace, port = ''] = /^([a-z0-9-]+)(?:\.([a-z0-9-]+))?[^:]*:([0-9]+)$/u.exec(text) ?? [];
  return { name, namespace, port: Number(port) };
}

/** Bytes that proxies may hold of a body: the most that a route of the gateway asks for. */
export function bufferOf(surfaces: readonly RoutedSurface[]): string {
  const asked = surfaces.map(({ route }) => {
    const buffer = route.settings.get('buffer');
    return typeof buffer === 'string' ? buffer : defaultBuffer;
  });
  return asked.reduce((most, size) => (quantityBytes(size) > quantityBytes(most) ? size : most));
}

/** The gateway, if it is ours, and the route, if there is a service behind it. */
export function gatewayRouteObjects(routed: RoutedSurface, place: GatewayPlace): readonly KubernetesObject[] {
  const service = routed.route.settings.get('service');
  const metadata = routePlace(routed, place);
  return [
    ...(place.gatewayClass === undefined ? [] : [gateway(routed, place, place.gatewayClass)]),
    ...(typeof service === 'string' && metadata !== undefined ? [httpRoute(routed, { place, service, metadata })] : []),
  ];
}

function gateway({ surface }: RoutedSurface, place: GatewayPlace, gatewayClassName: string): KubernetesObject {
  const host = hostOf(surface.settings.get('host'));
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: place.name, namespace: place.namespace, labels: labelsOf('proxy') },
    spec: {
      gatewayClassName,
      listeners: [
        {
          name: 'https',
          protocol: 'HTTPS',
          port: 443,
          ...(host === undefined ? {} : { hostname: host }),
          tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: `${place.name}-tls` }] },
          allowedRoutes: { namespaces: { from: 'All' } },
        },
      ],
    },
  };
}

function httpRoute(
  { surface }: RoutedSurface,
  of: {
    readonly place: GatewayPlace;
    readonly service: string;
    readonly metadata: { readonly name: string; readonly namespace: string };
  },
): KubernetesObject {
  const host = hostOf(surface.settings.get('host'));
  const { name, port } = serviceOf(of.service);
  const backendRefs = [{ group: '', kind: 'Service', name, port }];
  const documented = documentedMatches(surface.routes);
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...of.metadata, labels: labelsOf('proxy') },
    spec: {
      parentRefs: [
        { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: of.place.name, namespace: of.place.namespace },
      ],
      ...(host === undefined ? {} : { hostnames: [host] }),
      rules: [
        ...documented.map((matches) => ({ matches, backendRefs })),
        { matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs },
      ],
    },
  };
}

/** Matches of the documented routes, by rules; none where they are more than an HTTPRoute takes. */
function documentedMatches(routes: readonly CoreRoute[]): readonly (readonly object[])[] {
  const matches = routes.map(({ method, template }) => ({ path: pathMatch(template), method: method.toUpperCase() }));
  // The last match is that of the rest.
  if (matches.length >= limits.matches) return [];
  return Array.from({ length: Math.ceil(matches.length / limits.matchesOfRule) }, (_, index) =>
    matches.slice(index * limits.matchesOfRule, (index + 1) * limits.matchesOfRule),
  );
}

/** A parameter of a path is one segment. */
function pathMatch(template: string): object {
  if (!template.includes('{')) return { type: 'Exact', value: template };
  const parts = template.split(/\{[^}]*\}/u).map((part) => part.replaceAll(/[\\^$.|?*+()[\]]/gu, String.raw`\$&`));
  return { type: 'RegularExpression', value: parts.join('[^/]+') };
}

function hostOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
