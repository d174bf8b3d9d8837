// What a rule came to, between evaluating the rules and writing the decision.

import type { FoundMatch } from './find-matches.ts';

/** What one rule came to. */
export interface RuleOutcome {
  readonly fired: boolean;
  readonly matches: readonly FoundMatch[];
  readonly count: number;
  readonly score: number;
}
