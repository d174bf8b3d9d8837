// A graph → SVG: layers from left to right, who uses on the left of what is used. Looks are classes, with a style that follows the
// reader's light or dark; names are text, so that they can be read aloud and searched.

import { Graph, layout } from '@dagrejs/dagre';
import { countOf } from '../inventory/sketch.ts';
import type { Status } from './declared.ts';
import { driftOf } from './filter.ts';
import type { Blueprint, BlueprintEdge, BlueprintNode } from './blueprint.ts';

const nodeWidth = 228;
const nodeHeight = 52;
const labelLength = 26;

export interface SvgOptions {
  /** From when on drift is marked; milliseconds since the epoch. */
  readonly since: number | undefined;
}

/** The picture: a whole document that needs nothing else. */
export function renderSvg({ nodes, edges }: Blueprint, { since }: SvgOptions): string {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 110, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: nodeWidth, height: nodeHeight });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number };
  const [right, bottom] = [Math.ceil(Math.max(width, nodeWidth + 32)), Math.ceil(Math.max(height, nodeHeight + 32))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}" role="img" aria-label="blueprint">`,
    `<style>${style}</style>`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    '<path d="M0 0 8 4 0 8z" class="head"/></marker></defs>',
    ...edges.map((edge) => edgeShape(edge, graph.edge(edge.from, edge.to) as Routed, since)),
    ...nodes.map((node) => nodeShape(node, graph.node(node.id) as Placed, since)),
    '</svg>',
  ].join('\n');
}

interface Placed {
  readonly x: number;
  readonly y: number;
}
interface Routed {
  readonly points?: readonly Placed[];
}

function edgeShape(edge: BlueprintEdge, { points = [] }: Routed, since: number | undefined): string {
  const words = [
    `${edge.seen.count} ${edge.seen.count === 1 ? 'call' : 'calls'}`,
    ...(edge.seen.data.length === 0 ? [] : [`with ${edge.seen.data.join(', ')}`]),
  ];
  const classes = ['edge', ...(edge.seen.data.length > 0 ? ['data'] : []), driftOf(edge.seen, since)];
  return `<path class="${classes.join(' ')}" d="${curveThrough(points)}" marker-end="url(#arrow)"><title>${escapeText(words.join(' '))}</title></path>`;
}

/** Leaves and enters level. */
function curveThrough(points: readonly Placed[]): string {
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${round(x)} ${round(y)}`;
      const middle = round((before.x + x) / 2);
      return `C${middle} ${round(before.y)} ${middle} ${round(y)} ${round(x)} ${round(y)}`;
    })
    .join('');
}

function nodeShape(node: BlueprintNode, { x, y }: Placed, since: number | undefined): string {
  const [left, top] = [round(x - nodeWidth / 2), round(y - nodeHeight / 2)];
  const below = [node.kind, ...(node.status === 'observed' ? [] : [node.status]), ...partWords(node)].join(' · ');
  const unknown = isUnknown(node.status) || node.parts.some(({ status }) => isUnknown(status));
  const classes = [
    'node',
    node.kind,
    node.status,
    ...(unknown ? ['unknown'] : []),
    driftOf(node.seen, since),
    riskClass(node.risk.points),
  ];
  const title = [
    node.label,
    node.seen === undefined ? 'never seen' : `${node.seen.count} calls by ${countOf(node.seen.callers)} callers`,
    ...node.risk.reasons,
  ].join('\n');
  return [
    `<g class="${classes.join(' ')}" data-id="${escapeText(node.id)}" tabindex="0" role="button" aria-label="${escapeText(title)}">`,
    `<title>${escapeText(title)}</title>`,
    `<rect x="${left}" y="${top}" width="${nodeWidth}" height="${nodeHeight}" rx="8"/>`,
    `<rect class="mark" x="${left}" y="${top}" width="5" height="${nodeHeight}" rx="2"/>`,
    `<text x="${left + 16}" y="${top + 22}">${escapeText(shortened(node.label))}</text>`,
    `<text class="below" x="${left + 16}" y="${top + 40}">${escapeText(below)}</text>`,
    ...(node.risk.points === 0
      ? []
      : [`<text class="points" x="${left + nodeWidth - 12}" y="${top + 22}">${node.risk.points}</text>`]),
    '</g>',
  ].join('');
}

function isUnknown(status: Status): boolean {
  return status === 'ghost' || status === 'shadow';
}

/** `3 endpoints, 1 unknown` */
function partWords({ kind, parts }: BlueprintNode): readonly string[] {
  if (parts.length === 0) return [];
  const unknown = parts.filter(({ status }) => isUnknown(status)).length;
  const word = `${kind === 'api' ? 'endpoint' : 'tool'}${parts.length === 1 ? '' : 's'}`;
  return [`${parts.length} ${word}${unknown === 0 ? '' : `, ${unknown} unknown`}`];
}

/** Names end in what tells them apart. */
function shortened(label: string): string {
  return label.length <= labelLength ? label : `…${label.slice(1 - labelLength)}`;
}

function riskClass(points: number): string {
  if (points >= 50) return 'high';
  return points >= 20 ? 'medium' : 'low';
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text for content and attributes of XML; characters that XML has not are left out. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const style = `
svg { font: 13px system-ui, sans-serif; --ink: #1b1f24; --faint: #5b6470; --line: #a9b3bf; --paper: #fff; --edge: #d5dbe1; }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e8ecf1; --faint: #9aa6b2; --line: #55616e; --paper: #171c22; --edge: #333d48; }
}
.node rect { fill: var(--paper); stroke: var(--edge); }
.node text { fill: var(--ink); }
.node .below { fill: var(--faint); font-size: 11px; }
.node .points { fill: var(--faint); font-size: 11px; text-anchor: end; }
.node .mark { stroke: none; fill: #8795a3; }
.workload .mark { fill: #3b7ddd; } .api .mark { fill: #1f9d76; } .tools .mark { fill: #8e5bd6; }
.model .mark { fill: #d6743b; } .provider .mark { fill: #c2437e; } .store .mark { fill: #5c7f1f; }
.node.declared rect { stroke-dasharray: 4 3; }
.node.unknown rect:first-of-type { stroke: #d64545; stroke-width: 2; }
.node.new rect:first-of-type { stroke: #2f9e44; stroke-width: 2; }
.node.gone { opacity: .45; }
.node.high .points { fill: #d64545; font-weight: 600; } .node.medium .points { fill: #c07a10; font-weight: 600; }
.node:focus { outline: none; } .node:focus rect:first-of-type, .node.chosen rect:first-of-type { stroke: #3b7ddd; stroke-width: 2.5; }
.node[role=button] { cursor: pointer; }
.edge { fill: none; stroke: var(--line); stroke-width: 1.4; } .head { fill: var(--line); }
.edge.data { stroke: #c07a10; stroke-width: 2; } .edge.new { stroke: #2f9e44; } .edge.gone { stroke-dasharray: 4 4; }
`;
