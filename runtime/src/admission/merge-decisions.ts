// Decisions of several packages on one document → one decision: the strongest action, with everything that each of them wants.

import { actionsByStrength } from '../contract/index.ts';
import type { Decision } from '../contract/index.ts';

const lists = [
  'findings',
  'edits',
  'limits',
  'approvals',
  'quarantine',
  'alerts',
  'patches',
  'records',
  'flows',
  'observed',
  'because',
] as const;

/** One decision for all; the first of the strongest gives status and message. */
export function mergeDecisions(decisions: readonly Decision[]): Decision {
  const strength = ({ action }: Decision): number => actionsByStrength.indexOf(action);
  const strongest = Math.max(...decisions.map(strength));
  const leading = decisions.find((decision) => strength(decision) === strongest);
  const merged: Record<string, unknown> = { version: 1, action: 'allow', ...leading };
  for (const list of lists) {
    const all = decisions.flatMap((decision): readonly unknown[] => decision[list] ?? []);
    if (all.length > 0) merged[list] = list === 'edits' ? byPlace(decisions) : all;
  }
  return merged as unknown as Decision; // the leading one, and lists of what is in such lists
}

/** In the order of the document, as who applies them wants them; two that overlap are refused there. */
function byPlace(decisions: readonly Decision[]): NonNullable<Decision['edits']> {
  return decisions.flatMap(({ edits = [] }) => edits).toSorted((a, b) => a.bytes[0] - b.bytes[0]);
}
