// Why a decision came out as it did, as plain data: every rule of the event, whether it fired, and how each of its clauses came
// out, down to the expressions as they were written and the values that they had. For the command line's `--why`, the
// debugger, the editor's preview and the playground.
// INVARIANT: bounded in size, whatever policy and document; text that is sensitive, or that a rule found something in, is not in it
// unless asked for. Values are texts: nothing here leads back into the interpreter.

import type { CoreRule, Span } from '@rdp/language';
import type { Decision, Match } from '@rdp/runtime/contract';

/** A value as it is shown. */
export interface ShownValue {
  /** JSON, cut off where it is long. */
  readonly text: string;
  /** `error`: there is no value, and `text` is the word for why. `skipped`: it was not needed. */
  readonly kind: 'value' | 'error' | 'skipped';
  /** A part of it is hidden because it is sensitive. */
  readonly masked: boolean;
}

/** An expression that was evaluated, and what it was made of, in the order of evaluation. */
export interface TraceNode {
  /** `round`: one element of a list that a condition goes through; its `label` is the variable. */
  readonly kind: 'expression' | 'round';
  /** As written, on one line, cut off where it is long. */
  readonly label: string;
  readonly span: Span;
  readonly value: ShownValue;
  /** The rule whose result it is, by its place in `Trace.rules`. */
  readonly rule?: number;
  readonly children: readonly TraceNode[];
  /** How many more there were than are kept. */
  readonly omitted: number;
}

/** One condition of a rule. */
export interface TraceClause {
  /** `surface`: whether the rule's surface covers the event. */
  readonly kind: 'surface' | 'when' | 'find' | 'score' | 'exempt';
  readonly span: Span;
  /** As written, on one line. */
  readonly label: string;
  /** Undefined: not evaluated, or without a value. For `find`: something was found. */
  readonly held: boolean | undefined;
  /** Of a `score`. */
  readonly points?: number;
  readonly nodes: readonly TraceNode[];
}

/** A match, with the text it stands in unless that is hidden. */
export interface TraceMatch extends Match {
  readonly text?: string;
}

/** Why a rule came out as it did. */
export type TraceOutcome =
  | { readonly kind: 'fired' }
  | { readonly kind: 'condition-false' }
  | { readonly kind: 'nothing-found' }
  | { readonly kind: 'score-too-low'; readonly score: number; readonly threshold: number }
  /** `index` among the rule's exemptions. */
  | { readonly kind: 'exempt'; readonly index: number }
  /** An update that changes nothing of what the rule reads, or ends the object. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'failed'; readonly word: string }
  | { readonly kind: 'not-evaluated' };

export interface TraceRule {
  readonly name: string;
  readonly verb: CoreRule['verb'];
  readonly mode: CoreRule['mode'];
  /** The rule's name. */
  readonly span: Span;
  readonly outcome: TraceOutcome;
  readonly clauses: readonly TraceClause[];
  readonly matches: readonly TraceMatch[];
  /** What it added to the decision, in words. */
  readonly effects: readonly string[];
  /** Whether the decision's action is its own. */
  readonly decides: boolean;
  /** What its condition read of the event, as the decision shows it. */
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Trace {
  readonly entrypoint: string;
  readonly decision: Decision;
  /** The decision's JSON text, byte for byte as the module writes it. */
  readonly decisionText: string;
  /** In the order in which they stand in the policy. */
  readonly rules: readonly TraceRule[];
  /** The order in which they were evaluated: places in `rules`. */
  readonly order: readonly number[];
  /** The event as the rules see it; undefined where the document has not its shape. */
  readonly event: ShownMember | undefined;
  /** Expressions that were evaluated and are not kept, because there were too many. */
  readonly omitted: number;
}

/** A value with what is in it, by name; bounded too. */
export interface ShownMember {
  readonly name: string;
  readonly value: ShownValue;
  readonly members: readonly ShownMember[];
}

/** How much of a decision is kept. */
export interface TraceLimits {
  /** Expressions, in all. */
  readonly nodes: number;
  /** Elements of a list that one condition goes through: the first ones and the last. */
  readonly rounds: number;
  /** Characters of one value or label. */
  readonly text: number;
}

/** Enough for a person; some hundred kilobytes at most. */
export const defaultTraceLimits: TraceLimits = { nodes: 4000, rounds: 12, text: 160 };
