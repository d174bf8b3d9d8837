// How much there is to look at in a thing: points for what was seen of it, each with its reason. No measure of damage, and none is
// claimed: an order in which to look.

import type { BlueprintEdge, BlueprintNode, Risk } from './blueprint.ts';

/** Kinds of data that open doors; every other kind counts as personal. */
const secretKinds = /key|token|secret|password|credential|private/;

/** Points of a node. */
export function riskOf(
  node: Pick<BlueprintNode, 'kind' | 'status' | 'seen' | 'parts'> & { readonly id: string },
  edges: readonly BlueprintEdge[],
): Risk {
  const ghosts = node.parts.filter(({ status }) => status === 'ghost' || status === 'shadow').length;
  const data = [
    ...new Set(
      edges
        .filter(({ to }) => to === node.id)
        .flatMap(({ seen }) => seen.data)
        .concat(node.seen?.data ?? []),
    ),
  ];
  const secrets = data.filter((kind) => secretKinds.test(kind));
  const outside = node.kind === 'provider' || node.kind === 'model' || node.kind === 'host';
  const found: readonly (readonly [number, string | undefined])[] = [
    [40, node.status === 'shadow' ? 'no surface lists it' : undefined],
    [30, ghosts > 0 ? `${ghosts} ${ghosts === 1 ? 'part is' : 'parts are'} not documented` : undefined],
    [25, secrets.length > 0 ? `secrets crossed: ${secrets.join(', ')}` : undefined],
    [
      20,
      data.length > secrets.length
        ? `personal data crossed: ${data.filter((kind) => !secrets.includes(kind)).join(', ')}`
        : undefined,
    ],
    [15, node.seen?.worst === 'block' ? 'a call was blocked' : undefined],
    [10, outside && node.seen !== undefined && data.length > 0 ? 'it is outside' : undefined],
  ];
  const held = found.flatMap(([points, reason]) => (reason === undefined ? [] : [{ points, reason }]));
  return {
    points: Math.min(
      100,
      held.reduce((sum, { points }) => sum + points, 0),
    ),
    reasons: held.map(({ reason }) => reason),
  };
}
