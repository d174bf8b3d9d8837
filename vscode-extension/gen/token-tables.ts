// The lexer's tables of words and marks → plain lists, sorted so that longer words come first. What the editors' grammars are made from.

import {
  actionWords as actions,
  BinaryOperator,
  declarationKeywords,
  durationUnits as durations,
  fixedWords,
  In,
  Name,
  outcomeNames,
  ruleKeywords,
  ruleVerbs,
  testKeywords,
  unitWords as units,
  vocabulary,
} from '../../language/src/syntax/tokens.ts';
import { simpleTypeNames } from '../../language/src/semantic/bind/resolve-type.ts';
import type { TokenType } from 'chevrotain';

/** Longer words first, so that none hides one that starts with it. */
function longestFirst(words: Iterable<string>): readonly string[] {
  return [...words].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
}

function isOfKind(type: TokenType, category: TokenType): boolean {
  return type.CATEGORIES?.includes(category) === true;
}

/** Words that start declarations. */
export const declarationWords: readonly string[] = longestFirst(declarationKeywords.keys());

/** `discover`, `detect`, `defend`. */
export const verbs: readonly string[] = longestFirst(ruleVerbs.keys());

/** Words that start clauses of rules. */
export const ruleWords: readonly string[] = longestFirst(ruleKeywords.keys());

/** Those of them that do something; the others say something. */
export const actionWords: readonly string[] = actions;

/** Words that start parts of tests. */
export const testWords: readonly string[] = longestFirst(testKeywords.keys());

/** What a test expects of a decision: `allowed`, `blocked`, … */
export const outcomeWords: readonly string[] = outcomeNames;

/** Types that need no declaration. */
export const typeWords: readonly string[] = simpleTypeNames;

/** Units of durations, which stand at their number. */
export const durationUnits: readonly string[] = durations;

/** Words that are never names, but for `in`: `true`, `false`, `null`, `none`. */
export const reservedWords: readonly string[] = longestFirst(
  [...fixedWords].filter(([, type]) => !isOfKind(type, Name) && type !== In).map(([word]) => word),
);

/** Words such as `by`, which join parts and are names elsewhere. */
export const joiningWords: readonly string[] = longestFirst(
  [...fixedWords].filter(([, type]) => isOfKind(type, Name)).map(([word]) => word),
);

/** Units that stand apart from their number. */
export const unitWords: readonly string[] = longestFirst(units);

/** Operators with two sides that are no words. */
export const binaryOperators: readonly string[] = longestFirst(spellings((type) => isOfKind(type, BinaryOperator)));

/** Marks that are no operators with two sides, brackets among them. */
export const marks: readonly string[] = longestFirst(spellings((type) => type.CATEGORIES?.length === 0));

/** Spellings of the token kinds that are made of marks; their labels are the spellings in back-ticks. */
function spellings(wanted: (type: TokenType) => boolean): readonly string[] {
  return vocabulary
    .filter(wanted)
    .flatMap(({ LABEL }) => (LABEL !== undefined && /^`[^\w`]+`$/.test(LABEL) ? [LABEL.slice(1, -1)] : []));
}
