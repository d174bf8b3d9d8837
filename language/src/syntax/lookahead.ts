// What chevrotain's analysis of the grammar finds out — which tokens start which alternative — as tables made by
// `npm run gen`. Analysing anew takes longer at each start than reading a policy does.
// INVARIANT: the tables are those of the grammar, which `npm run gen -- --check` tells, the first step of `npm test`.

import type { IOrAlt, IToken, TokenType } from 'chevrotain';
import { decisions, tokenSets } from './lookahead.generated.ts';

/** How a decision is taken: to go on or not, one of several alternatives, the same where some have a gate. */
export const decisionKinds = { option: 0, choice: 1, gatedChoice: 2 } as const;

/** The set of an alternative that starts with any token, because it may be empty. */
export const anyToken = -1;

/** What the tables need of chevrotain's parser; its types show `LA` alone. */
export interface Deciding {
  readonly fullRuleNameToShort: Readonly<Record<string, number>>;
  readonly setLaFuncCache: (rule: number, key: number, decide: Decide) => void;
  selfAnalysisDone: boolean;
  readonly LA: (howMuch: number) => IToken;
}

type Decide = (this: Deciding, alternatives: readonly IOrAlt<unknown>[]) => boolean | number | undefined;
type TokenSet = readonly (true | undefined)[];

/** Gives `parser` its decisions, in place of chevrotain's `performSelfAnalysis`. */
export function loadDecisions(parser: Deciding, vocabulary: readonly TokenType[]): void {
  parser.selfAnalysisDone = true;
  const sets = tokenSets.map((indexes) => {
    const set: (true | undefined)[] = [];
    for (const index of indexes) set[vocabulary[index]?.tokenTypeIdx ?? 0] = true;
    return set;
  });
  const setOf = (index: number): TokenSet | undefined => (index === anyToken ? undefined : sets[index]);
  for (const [rule, list] of Object.entries(decisions)) {
    const short = parser.fullRuleNameToShort[rule];
    if (short === undefined) continue;
    for (const [key = 0, kind, ...alternatives] of list) {
      parser.setLaFuncCache(short, key, decision(kind ?? decisionKinds.option, alternatives.map(setOf)));
    }
  }
}

function decision(kind: number, alternatives: readonly (TokenSet | undefined)[]): Decide {
  if (kind === decisionKinds.gatedChoice) {
    return function (this: Deciding, given) {
      const next = this.LA(1).tokenTypeIdx;
      const chosen = alternatives.findIndex(
        (set, index) => given[index]?.GATE?.call(this) !== false && (set === undefined || set[next] === true),
      );
      return chosen < 0 ? undefined : chosen;
    };
  }
  if (kind === decisionKinds.option) {
    const [set] = alternatives;
    return function (this: Deciding) {
      return set === undefined || set[this.LA(1).tokenTypeIdx] === true;
    };
  }
  const choices: number[] = [];
  for (const [index, set] of alternatives.entries()) {
    set?.forEach((_, type) => {
      choices[type] ??= index;
    });
  }
  const otherwise = alternatives.indexOf(undefined);
  return function (this: Deciding) {
    return choices[this.LA(1).tokenTypeIdx] ?? (otherwise < 0 ? undefined : otherwise);
  };
}
