// Decisions to verdicts, and verdicts to figures. An object that the module cannot read is neither admitted nor denied: it is
// counted by itself, for a denial without a rule would pass for agreement.

import type { Decision } from '@rdp/runtime/contract';
import type { Figure } from '../quality/section.ts';

export type Verdict =
  | { readonly kind: 'admitted' }
  /** By these rules. */
  | { readonly kind: 'denied'; readonly rules: readonly string[] }
  /** Malformed, or an error in a rule. */
  | { readonly kind: 'unread'; readonly why: string };

/** What a decision says of the object. */
export function verdictOf(decision: Decision): Verdict {
  if (decision.reason !== undefined) {
    return { kind: 'unread', why: `${decision.reason}: ${decision.message ?? ''} ${decision.path ?? ''}`.trim() };
  }
  if (decision.action !== 'block') return { kind: 'admitted' };
  return { kind: 'denied', rules: (decision.because ?? []).map(({ rule }) => rule) };
}

/** A case: its name, what its set says of it, and what was decided. */
export interface Judged {
  readonly name: string;
  readonly denied: boolean;
  readonly verdict: Verdict;
}

/** Whether the verdict is the one that the set has. */
export function agrees({ denied, verdict }: Judged): boolean {
  return verdict.kind === (denied ? 'denied' : 'admitted');
}

/** How many of the cases agree. */
export function agreement(what: string, cases: readonly Judged[], wanted?: Figure['wanted']): Figure {
  const value = { kind: 'share', hits: cases.filter(agrees).length, total: cases.length } as const;
  return wanted === undefined ? { what, value } : { what, value, wanted };
}

/** A table of the cases that do not agree; none where all do. */
export function disagreements(
  cases: readonly Judged[],
): readonly { readonly title: string; readonly head: readonly string[]; readonly rows: readonly string[][] }[] {
  const rows = cases
    .filter((judged) => !agrees(judged))
    .map((judged) => [judged.name, wantedOf(judged), foundOf(judged)]);
  return rows.length === 0 ? [] : [{ title: 'Where verdicts differ', head: ['case', 'expected', 'decided'], rows }];
}

function wantedOf({ denied }: Judged): string {
  return denied ? 'denied' : 'admitted';
}

function foundOf({ verdict }: Judged): string {
  switch (verdict.kind) {
    case 'admitted':
      return 'admitted';
    case 'denied':
      return `denied: ${verdict.rules.join(', ')}`;
    case 'unread':
      return verdict.why;
  }
}
