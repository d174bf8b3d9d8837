// A path and its query → what is answered: the page, the graph as JSON, SVG or a bill of materials, and the inventory itself. Whoever
// listens decides who may ask.

import { countOf } from '../inventory/sketch.ts';
import type { InventoryState, Sighting } from '../inventory/state.ts';
import type { Outcome } from '../load/problem.ts';
import { billOfMaterials } from './bill-of-materials.ts';
import type { Declared, Status } from './declared.ts';
import { driftOf, filterBlueprint, type BlueprintFilter } from './filter.ts';
import type { Blueprint, NodeKind } from './blueprint.ts';
import { blueprintOf } from './graph.ts';
import { blueprintPage } from './page.generated.ts';
import { renderSvg } from './render-svg.ts';

export interface BlueprintSource {
  readonly read: () => Promise<Outcome<InventoryState>>;
  readonly declared: () => Declared;
}

export interface BlueprintAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The page runs its own script and asks its own host, and nobody else's. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The answer, or undefined when the path is none of ours. `target` is path and query. */
export async function answerBlueprint(target: string, source: BlueprintSource): Promise<BlueprintAnswer | undefined> {
  const { pathname, searchParams } = new URL(target, 'http://blueprint.invalid');
  const render = renderers[pathname];
  if (pathname === '/blueprint') return answered('text/html; charset=utf-8', blueprintPage);
  if (render === undefined) return undefined;
  const filter = readFilter(searchParams);
  if (typeof filter === 'string') return { status: 400, headers: textHeaders, body: `${filter}\n` };
  const state = await source.read();
  if (state.kind === 'problem') return { status: 503, headers: textHeaders, body: `${state.problem.message}\n` };
  return render(state.value, source.declared(), filter);
}

const textHeaders = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

type Renderer = (state: InventoryState, declared: Declared, filter: BlueprintFilter) => BlueprintAnswer;

const renderers: Readonly<Record<string, Renderer | undefined>> = {
  '/blueprint.json': (state, declared, filter) =>
    answered('application/json', JSON.stringify(plainGraph(filtered(state, declared, filter), filter))),
  '/blueprint.svg': (state, declared, filter) =>
    answered('image/svg+xml', renderSvg(filtered(state, declared, filter), { since: filter.since })),
  '/blueprint.cdx.json': (state, declared, filter) =>
    answered(
      'application/vnd.cyclonedx+json',
      `${JSON.stringify(billOfMaterials(filtered(state, declared, filter)), null, 2)}\n`,
    ),
  '/inventory.json': (state) => answered('application/json', `${JSON.stringify(state)}\n`),
};

/** The paths that answer with what was discovered. */
export const inventoryPaths: readonly string[] = Object.keys(renderers);

function filtered(state: InventoryState, declared: Declared, filter: BlueprintFilter): Blueprint {
  return filterBlueprint(blueprintOf(state, declared), filter);
}

/** The graph for people and programs: callers as a number, and what drifted. */
export function plainGraph({ nodes, edges }: Blueprint, { since }: Pick<BlueprintFilter, 'since'>): object {
  const plain = (seen: Sighting | undefined): object =>
    seen === undefined ? {} : { seen: { ...seen, callers: countOf(seen.callers) } };
  return {
    nodes: nodes.map((node) => ({
      ...node,
      ...plain(node.seen),
      parts: node.parts.map((part) => ({ ...part, ...plain(part.seen) })),
      drift: driftOf(node.seen, since),
    })),
    edges: edges.map((edge) => ({ ...edge, ...plain(edge.seen), drift: driftOf(edge.seen, since) })),
  };
}

function answered(type: string, body: string): BlueprintAnswer {
  return {
    status: 200,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
    body,
  };
}

/** What the query asks for, or what is wrong with it. */
function readFilter(query: URLSearchParams): BlueprintFilter | string {
  const words = (name: string): readonly string[] => (query.get(name) ?? '').split(',').filter((word) => word !== '');
  const risk = Number(query.get('risk') ?? 0);
  const since = query.get('since') ?? '';
  const time = Date.parse(since);
  if (!Number.isFinite(risk)) return '`risk` is a number from 0 to 100';
  if (since !== '' && Number.isNaN(time)) return '`since` is a date such as 2027-03-31';
  return {
    kinds: words('kinds') as NodeKind[], // other words find nothing
    statuses: words('statuses') as Status[], // other words find nothing
    search: query.get('search') ?? '',
    risk,
    since: since === '' ? undefined : time,
  };
}
