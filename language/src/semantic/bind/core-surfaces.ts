// The surfaces of a package, as who stands in their way has to know them: where they answer, and which providers may. Settings that are
// at fault have been reported; what is left of them is read.

import type { CoreSurface } from '../core.ts';
import { malformedAction } from './bind-entrypoint.ts';
import type { Surface } from './bind-surface.ts';
import type { Binder } from './binder.ts';
import { providerPlans } from './provider-plan.ts';
import { textsOf } from './provider-settings.ts';

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
    tools: surface.tools.flatMap(({ server, tools }) =>
      tools.map(({ name, doc, schema }) => ({ server, name, description: doc, schema })),
    ),
    routes: surface.routes,
    defaultDeny: settings.get('default') === 'deny',
    onMalformed: malformedAction(settings.get('on_malformed')),
    providers: () => providerPlans(binder, surface),
  };
}
