// From the matches that fired rules redact or strip to edits that do not overlap. Matches that overlap become one edit that
// covers them all, with the text of the most severe.

import type { CoreRedaction, CoreRule } from '@rdp/language';
import type { FoundMatch } from './rule-outcome.ts';

/** One replacement; `text` is plain, the host escapes it where it goes. */
export interface MadeEdit {
  readonly rule: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A match with the rule that edits it (`order`: its index) and the severity of the rule that found it. */
export interface Candidate {
  readonly match: FoundMatch;
  readonly rule: CoreRule;
  readonly order: number;
  readonly severity: CoreRule['severity'];
  /** undefined: the match is deleted */
  readonly with: CoreRedaction | undefined;
}

const severities: readonly CoreRule['severity'][] = ['low', 'medium', 'high', 'critical'];

/** The edits, by place. `hash` gives the token of a text, and is asked only where a redaction has one. */
export function makeEdits(candidates: readonly Candidate[], hash: (text: string) => string): readonly MadeEdit[] {
  const sorted = [...candidates].sort((a, b) => a.match.from - b.match.from);
  const groups: Candidate[][] = [];
  let reach = -1;
  for (const candidate of sorted) {
    const { from, to } = candidate.match;
    if (from < reach) groups.at(-1)?.push(candidate);
    else groups.push([candidate]);
    reach = Math.max(reach, to);
  }
  return groups.flatMap((group) => {
    const winner = [...group].sort(byWeight)[0];
    return winner ? [cover(winner, group, hash)] : [];
  });
}

/** The most severe first; then the longer, the earlier, the one of the earlier rule, the one whose kind comes first. */
function byWeight(a: Candidate, b: Candidate): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    b.match.to - b.match.from - (a.match.to - a.match.from) ||
    a.match.from - b.match.from ||
    a.order - b.order ||
    (a.match.kind < b.match.kind ? -1 : a.match.kind > b.match.kind ? 1 : 0)
  );
}

function cover(winner: Candidate, group: readonly Candidate[], hash: (text: string) => string): MadeEdit {
  const all = group.map(({ match }) => match);
  return {
    rule: winner.rule.name,
    path: winner.match.path,
    start: Math.min(...all.map((match) => match.start)),
    end: Math.max(...all.map((match) => match.end)),
    from: Math.min(...all.map((match) => match.from)),
    to: Math.max(...all.map((match) => match.to)),
    text: replacement(winner, hash),
  };
}

function replacement({ with: redaction, match }: Candidate, hash: (text: string) => string): string {
  if (!redaction) return '';
  if (redaction.kind === 'template')
    return redaction.parts
      .map((part) => (typeof part === 'string' ? part : part.hole === 'kind' ? match.kind : hash(match.text)))
      .join('');
  const chars = [...match.text];
  // What is no longer than what stays would be shown whole.
  const hidden = chars.length > redaction.keep ? chars.length - redaction.keep : chars.length;
  return redaction.with.repeat(hidden) + chars.slice(hidden).join('');
}
