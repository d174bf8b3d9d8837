// A text that somebody asks about at a stop → its value, as far as the decision worked it out: expressions as they are written,
// variables of the elements around, names of rules, fields of the event.

import type { ShownMember, ShownValue, Trace, TraceNode } from '@rdp/compiler';
import { outcomeText, type Stop } from './stops.ts';

/** A value, and what is in it. */
export interface Found {
  readonly value: ShownValue;
  readonly members: readonly ShownMember[];
}

/** The value of `text` at `stop`; undefined when this decision did not work it out. */
export function lookUp(trace: Trace, stop: Stop, text: string): Found | undefined {
  const wanted = spaced(text);
  const nodes = [
    // What is nearest counts: the expression itself and its parts, then what is around.
    ...stop.levels.toReversed().flatMap(({ node }) => (node ? [node] : [])),
    ...(stop.rule?.clauses ?? []).flatMap((clause) => clause.nodes),
  ];
  for (const node of nodes) {
    const found = findNode(node, wanted);
    if (found) return { value: found.value, members: [] };
  }
  const rule = trace.rules.find(({ name }) => name === wanted);
  if (rule) return { value: { kind: 'value', text: outcomeText(rule), masked: false }, members: [] };
  const member = memberAt(trace.event, wanted);
  return member && { value: member.value, members: member.members };
}

function spaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function findNode(node: TraceNode, wanted: string): TraceNode | undefined {
  if (spaced(node.label) === wanted && node.value.kind !== 'skipped') return node;
  for (const child of node.children) {
    // Another element's parts are not those of the one that is looked at.
    if (child.kind === 'round') continue;
    const found = findNode(child, wanted);
    if (found) return found;
  }
  return undefined;
}

/** `prompts[0].text`, `client?.workload`, below the event. */
function memberAt(event: ShownMember | undefined, path: string): ShownMember | undefined {
  if (!/^\w+(?:\??\.\w+|\[\w+\])*$/.test(path)) return undefined;
  const names = path.split(/\??\.|\[|\]/).filter((part) => part !== '');
  return names.reduce<ShownMember | undefined>((at, name) => at?.members.find((member) => member.name === name), event);
}
