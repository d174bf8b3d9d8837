// Programs → what a gateway has to know of their surfaces. Words of the language become those of the contract; nothing is decided.

import type { CoreEntrypoint, CoreProgram, CoreRule, CoreSurface } from '@rdp/language';
import type { EventPlan, SurfacePlan } from '@rdp/runtime/contract';
import type { IrEntrypoint } from './ir.ts';

/** The plans of all surfaces, in the order of the programs; `lowered`: their entrypoints, as far as somebody will decide with them. */
export function planSurfaces(
  programs: readonly CoreProgram[],
  lowered: readonly IrEntrypoint[] = [],
): readonly SurfacePlan[] {
  const readers = new Map(lowered.flatMap((one) => [one.name, ...one.aliases].map((name) => [name, one] as const)));
  return programs.flatMap((program) =>
    (program.surfaces ?? []).map((surface) => planSurface(program, surface, readers)),
  );
}

/** What an entrypoint reads, by its names. */
type Readers = ReadonlyMap<string, IrEntrypoint>;

function planSurface(program: CoreProgram, surface: CoreSurface, readers: Readers): SurfacePlan {
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
    events: entrypoints.filter(isPlain).map((entrypoint) => planEvent(entrypoint, entrypoints, readers)),
  };
}

/** Whether it takes the event itself. */
function isPlain({ name }: CoreEntrypoint): boolean {
  return !name.endsWith('/http');
}

function planEvent(plain: CoreEntrypoint, all: readonly CoreEntrypoint[], readers: Readers): EventPlan {
  const name = `${plain.name}/http`;
  const has = plain.aliases?.includes(name) === true || all.some((entrypoint) => entrypoint.name === name);
  const reader = readers.get(has ? name : plain.name);
  const body = reader === undefined || plain.surfaceKind !== 'api' || readsBody(reader) ? 'read' : 'unread';
  return { event: plain.event, entrypoint: plain.name, ...(has ? { exchange: name } : {}), body };
}

/** Whether the body of an exchange has to be there to decide, or to carry the decision out. */
function readsBody({ input, inputKinds, prepare, rules }: IrEntrypoint): boolean {
  if (inputKinds !== undefined || prepare !== undefined) return true;
  return input.fields.some(({ wire }) => wire === 'body') || rules.some(needsBody);
}

/** An approver sees all that will be sent, and bytes are counted. */
function needsBody({ action }: CoreRule): boolean {
  return action?.kind === 'approve' || (action?.kind === 'limit' && action.unit === 'size');
}
