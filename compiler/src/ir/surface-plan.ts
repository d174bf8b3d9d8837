// Programs → what a gateway has to know of their surfaces. Words of the language become those of the contract; nothing is decided.

import type { CoreEntrypoint, CoreProgram, CoreSurface } from '@rdp/language';
import type { EventPlan, SurfacePlan } from '@rdp/runtime/contract';

/** The plans of all surfaces, in the order of the programs. */
export function planSurfaces(programs: readonly CoreProgram[]): readonly SurfacePlan[] {
  return programs.flatMap((program) => (program.surfaces ?? []).map((surface) => planSurface(program, surface)));
}

function planSurface(program: CoreProgram, surface: CoreSurface): SurfacePlan {
  const entrypoints = program.entrypoints.filter(
    (entrypoint) => entrypoint.surface === surface.name && entrypoint.internal !== true,
  );
  return {
    surface: `${program.package}.${surface.name}`,
    kind: surface.kind,
    hosts: surface.hosts,
    addresses: surface.addresses,
    servers: surface.servers,
    tools: surface.tools.map(({ server, ...tool }) => ({ ...(server === undefined ? {} : { server }), ...tool })),
    routes: surface.routes.map(({ method, template }) => ({ method, template })),
    default: surface.defaultDeny ? 'deny' : 'allow',
    onMalformed: surface.onMalformed,
    providers: surface.providers(),
    events: entrypoints.filter(isPlain).map((entrypoint) => planEvent(entrypoint, entrypoints)),
  };
}

/** Whether it takes the event itself. */
function isPlain({ name }: CoreEntrypoint): boolean {
  return !name.endsWith('/http');
}

function planEvent(plain: CoreEntrypoint, all: readonly CoreEntrypoint[]): EventPlan {
  const name = `${plain.name}/http`;
  const has = plain.aliases?.includes(name) === true || all.some((entrypoint) => entrypoint.name === name);
  return { event: plain.event, entrypoint: plain.name, ...(has ? { exchange: name } : {}) };
}
