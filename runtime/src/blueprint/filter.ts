// A graph and what somebody wants to see of it → the part of the graph. With a date, what is new since then, and what was not seen
// again, is marked: drift.

import type { Blueprint, BlueprintNode, NodeKind } from './blueprint.ts';
import type { Status } from './declared.ts';

export interface BlueprintFilter {
  /** Kinds that are shown; all when empty. */
  readonly kinds: readonly NodeKind[];
  readonly statuses: readonly Status[];
  /** Words of a label, in any case. Neighbours of what is found stay. */
  readonly search: string;
  /** Points of risk that a node has at least. */
  readonly risk: number;
  /** Milliseconds since the epoch; none for no drift. */
  readonly since: number | undefined;
}

export const everything: BlueprintFilter = { kinds: [], statuses: [], search: '', risk: 0, since: undefined };

/** How a thing moved since a date. */
export type Drift = 'new' | 'gone' | 'steady';

/** The nodes that are asked for, with the edges between them. */
export function filterBlueprint({ nodes, edges }: Blueprint, filter: BlueprintFilter): Blueprint {
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const passes = (node: BlueprintNode): boolean =>
    (filter.kinds.length === 0 || filter.kinds.includes(node.kind)) &&
    (filter.statuses.length === 0 ||
      filter.statuses.includes(node.status) ||
      node.parts.some(({ status }) => filter.statuses.includes(status))) &&
    node.risk.points >= filter.risk;
  const found = new Set(
    nodes
      .filter(({ label, parts }) =>
        words.every((word) =>
          [label, ...parts.map((part) => part.label)].some((text) => text.toLowerCase().includes(word)),
        ),
      )
      .map(({ id }) => id),
  );
  const near = new Set(
    words.length === 0 ? found : edges.flatMap(({ from, to }) => (found.has(from) || found.has(to) ? [from, to] : [])),
  );
  const kept = nodes.filter((node) => passes(node) && (found.has(node.id) || near.has(node.id)));
  const ids = new Set(kept.map(({ id }) => id));
  return { nodes: kept, edges: edges.filter(({ from, to }) => ids.has(from) && ids.has(to)) };
}

/** What a thing did since a date. What was never seen is steady: it was declared all along. */
export function driftOf(
  seen: { readonly first: number; readonly last: number } | undefined,
  since: number | undefined,
): Drift {
  if (seen === undefined || since === undefined) return 'steady';
  if (seen.first >= since) return 'new';
  return seen.last < since ? 'gone' : 'steady';
}
