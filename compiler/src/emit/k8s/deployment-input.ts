// What a deployment says, gathered from its settings and routes, for the emitters: one reading of settings for all of them.

import type { CoreEntrypoint, DeployModel, SettingValue, SurfaceModel } from '@rdp/language';
import type { QuarantineMethod } from './quarantine.ts';

/** How the certificates of the webhook come. */
export type Certificates =
  | { readonly kind: 'cert-manager' }
  /** The secret is somebody else's; `path` is the file of its authority, PEM, in the project. */
  | { readonly kind: 'self-managed'; readonly path: string | undefined };

/** A surface of the deployment and the route that carries it. */
export interface RoutedSurface {
  readonly surface: SurfaceModel;
  readonly route: DeployModel['routes'][number];
  /** Its events with rules. */
  readonly entrypoints: readonly CoreEntrypoint[];
}

/** How the certificates come; from cert-manager unless said. */
export function certificatesOf({ settings }: DeployModel): Certificates {
  const [word, path] = listOf(settings.get('certificates'));
  return word === 'self_managed' ? { kind: 'self-managed', path: textOf(path) } : { kind: 'cert-manager' };
}

/** `registry.example/policies`, where images of bundles and modules are. */
export function registryOf({ settings }: DeployModel): string | undefined {
  return textOf(settings.get('registry'));
}

/** Who reads the metrics of enforcers: nobody, whoever is in a namespace, or whoever is in the cluster. */
export type Monitoring =
  { readonly kind: 'none' | 'anywhere' } | { readonly kind: 'namespace'; readonly namespace: string };

/** What the deployment's `monitoring` says. */
export function monitoringOf({ settings }: DeployModel): Monitoring {
  const [by, namespace] = listOf(settings.get('monitoring'));
  if (by !== 'prometheus') return { kind: 'none' };
  return typeof namespace === 'string' ? { kind: 'namespace', namespace } : { kind: 'anywhere' };
}

/** The first value that a route among `routes` gives a setting. */
export function routeText(routes: readonly RoutedSurface[], name: string): string | undefined {
  return routes.flatMap(({ route }) => textOf(route.settings.get(name)) ?? [])[0];
}

/** The greatest number that a route among `routes` gives a setting. */
export function routeNumber(routes: readonly RoutedSurface[], name: string): number | undefined {
  const numbers = routes.flatMap(({ route }) => {
    const value = route.settings.get(name);
    return typeof value === 'bigint' ? [Number(value)] : [];
  });
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** `HOST:PORT` of the store that counts, where a route names one. */
export function limitsOf(routes: readonly RoutedSurface[]): string | undefined {
  return routes.flatMap(({ route }) => {
    const [word, place] = listOf(route.settings.get('limits'));
    return word === 'redis' || word === 'valkey' ? (textOf(place) ?? []) : [];
  })[0];
}

/** What is done to workloads in quarantine. */
export function quarantineMethodOf({ route }: RoutedSurface): QuarantineMethod {
  const word = route.settings.get('quarantine');
  return word === 'scale' || word === 'cordon' ? word : 'label';
}

function listOf(value: SettingValue | undefined): readonly SettingValue[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function textOf(value: SettingValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
