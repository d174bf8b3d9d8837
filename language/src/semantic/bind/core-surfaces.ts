// The surfaces of a package, as who stands in their way has to know them: where they answer, and which providers may. Settings that are
// at fault have been reported; what is left of them is read.

import type { CoreProvider, CoreSurface } from '../core.ts';
import { malformedAction } from './bind-entrypoint.ts';
import { bindProviderSettings, textsOf, type FoundProvider } from './bind-provider.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { surfaceProviders } from './http-entrypoint.ts';

/** A surface in its core form. */
export function coreSurface(binder: Binder, surface: Surface): CoreSurface {
  const { settings, kind, decl } = surface;
  const host = settings.get('host');
  return {
    name: decl.name.text,
    kind,
    hosts: typeof host === 'string' ? [host.toLowerCase()] : [],
    addresses: surface.addresses,
    servers: textsOf(settings.get('servers')),
    routes: surface.routes,
    defaultDeny: settings.get('default') === 'deny',
    onMalformed: malformedAction(settings.get('on_malformed')),
    providers: () =>
      kind === 'llm' ? surfaceProviders(binder, surface).map((found) => coreProvider(binder, found)) : [],
  };
}

function coreProvider(binder: Binder, { decl, unit }: FoundProvider): CoreProvider {
  const settings = bindProviderSettings(binder, decl, unit);
  const keys = settings.get('keys');
  return {
    name: decl.name.text,
    hosts: textsOf(settings.get('hosts')).map((host) => host.toLowerCase()),
    paths: textsOf(settings.get('paths')),
    keys: (typeof keys === 'string' ? [keys] : textsOf(keys)).map((name) => name.toLowerCase()),
  };
}
