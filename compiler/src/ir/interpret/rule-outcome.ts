// What a rule came to, between evaluating the rules and writing the decision.

/** A match of a rule. `start`, `end`: code points of the text; `from`, `to`: bytes of the document. */
export interface FoundMatch {
  readonly kind: string;
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What one rule came to. */
export interface RuleOutcome {
  readonly fired: boolean;
  readonly matches: readonly FoundMatch[];
  readonly count: number;
  readonly score: number;
}
