// What tests reach → counts for each file.

import type { CoveredRuleAnswer } from '@rdp/lsp/previews';

/** How many there are, and how many were reached. */
export interface Count {
  readonly covered: number;
  readonly total: number;
}

export interface FileCounts {
  readonly uri: string;
  /** Rules that fired. */
  readonly rules: Count;
  /** Outcomes of conditions: each can hold and can fail. */
  readonly branches: Count;
}

/** Counts by file; files by name. */
export function countsByFile(coverage: readonly CoveredRuleAnswer[]): readonly FileCounts[] {
  const uris = [...new Set(coverage.map(({ location }) => location.uri))].toSorted();
  return uris.map((uri) => {
    const own = coverage.filter(({ location }) => location.uri === uri);
    const outcomes = own.flatMap(({ branches }) => branches.flatMap(({ held, failed }) => [held, failed]));
    return {
      uri,
      rules: { covered: own.filter(({ fired }) => fired).length, total: own.length },
      branches: { covered: outcomes.filter(Boolean).length, total: outcomes.length },
    };
  });
}
