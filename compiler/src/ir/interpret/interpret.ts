// From a document to its decision, as JSON text, byte for byte what a compiled module must return. The oracle: every rule is
// evaluated (the index is not looked at), everything in the plainest way.

import type { CoreRule } from '@rdp/language';
import { eventOf } from '../event-expr.ts';
import type { Ir, IrEntrypoint } from '../ir.ts';
import { type Context, evaluate, type Watch } from './evaluate.ts';
import { findMatches } from './find-matches.ts';
import { isSettled } from './settled.ts';
import { MalformedDocument } from './json-scan.ts';
import { readDocument, readJson } from './read-document.ts';
import { truth } from './builtin-arguments.ts';
import type { FoundMatch, RuleOutcome } from './rule-outcome.ts';
import { type ErrorWord, EvaluationError, type Value } from './value.ts';
import { valueOfData } from './data-value.ts';
import { errorDecision, malformedDecision, writeDecision } from './write-decision.ts';

/** What was seen of one rule; undefined: it was not evaluated. */
export interface RuleTrace {
  readonly rule: number;
  readonly condition: boolean | undefined;
  readonly found: boolean | undefined;
  readonly scores: readonly (boolean | undefined)[];
  readonly exemptions: readonly (boolean | undefined)[];
  /** What its finds found, whether or not it fired. */
  readonly matches: readonly FoundMatch[];
  /** The points of the scores that hold. */
  readonly score: number;
  /** Whether all that held, or had an error, of an update that the rule leaves alone. */
  readonly settled: boolean;
  readonly fired: boolean;
}

/** Sees how a decision is made, to the last expression; has no part in it. */
export interface Recorder {
  /** The event's record, once it is known. */
  readonly event: (input: Value) => void;
  /** The rule at this index is evaluated next. */
  readonly rule: (index: number) => void;
  /** It has no value: one of its conditions, or what it would write. */
  readonly failed: (index: number, word: ErrorWord) => void;
  readonly watch: Watch;
}

/** One decision to make. */
export interface Question {
  readonly ir: Ir;
  /** `shop/checkout/Chat/request` */
  readonly entrypoint: string;
  /** The document as it is. */
  readonly input: Uint8Array;
  /** The bundle's data document: JSON text, or what `JSON.parse` makes of it. */
  readonly data: unknown;
  /** Told of every rule that was evaluated to its end. */
  readonly trace?: (trace: RuleTrace) => void;
  readonly recorder?: Recorder;
}

/** The decision's JSON text. An entrypoint that does not exist is a fault of the caller and throws. */
export function interpret(question: Question): string {
  const entrypoint = question.ir.entrypoints.find((known) => namesOf(known).includes(question.entrypoint));
  if (!entrypoint) throw new Error(`no entrypoint \`${question.entrypoint}\``);
  let input: Value;
  try {
    input = readDocument(entrypoint, question.input);
  } catch (error) {
    if (error instanceof MalformedDocument) {
      return malformedDecision(entrypoint, {
        reason: error.reason,
        path: error.path ?? '',
        byte: error.byte,
        field: error.field,
      });
    }
    throw error;
  }
  return decide(entrypoint, input, dataOf(question.data), question);
}

function namesOf({ name, aliases }: IrEntrypoint): readonly string[] {
  return [name, ...aliases];
}

function dataOf(data: unknown): Value | undefined {
  if (data === undefined) return undefined;
  return data instanceof Uint8Array ? readJson(data) : valueOfData(data);
}

function decide(entrypoint: IrEntrypoint, document: Value, data: Value | undefined, question: Question): string {
  const input = prepared(entrypoint, document, data);
  if (input instanceof EvaluationError) return malformedDecision(entrypoint, { reason: input.word });
  const misfit = misfitOf(entrypoint, { input, locals: new Map(), rules: new Map(), data });
  if (misfit) return malformedDecision(entrypoint, misfit);
  const concerned = entrypoint.concerns;
  if (concerned && !truth(evaluate(concerned, { input, locals: new Map(), rules: new Map(), data })))
    return JSON.stringify({ version: 1, action: 'allow' });
  const { recorder } = question;
  recorder?.event(input);
  const outcomes = new Map<number, RuleOutcome>();
  const failures = new Map<number, EvaluationError>();
  const leaves = (index: number): boolean => {
    const settled = entrypoint.settled.rules[index];
    return settled !== undefined && isSettled(settled, { input: question.input, at: entrypoint.at, event: input });
  };
  for (const index of entrypoint.order) {
    const rule = entrypoint.rules[index];
    if (!rule) continue;
    const ctx: Context = { input, locals: new Map(), rules: outcomes, data, watch: recorder?.watch };
    recorder?.rule(index);
    try {
      const { outcome, trace } = evaluateRule(rule, question.input, ctx);
      const settled = outcome.fired && leaves(index);
      outcomes.set(index, settled ? notFired : outcome);
      question.trace?.({ rule: index, ...trace, settled, fired: outcome.fired && !settled });
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      if (!leaves(index)) {
        failures.set(index, error);
        recorder?.failed(index, error.word);
      } else {
        outcomes.set(index, notFired);
        const unknown = { condition: undefined, found: undefined, scores: [], exemptions: [], matches: [], score: 0 };
        question.trace?.({ rule: index, ...unknown, settled: true, fired: false });
      }
    }
  }
  const failed = firstFailure(entrypoint, failures);
  if (failed) return failed;
  const outputs = new Map<number, EvaluationError>();
  const text = writeDecision({
    entrypoint,
    input: question.input,
    outcomes,
    context: { input, locals: new Map(), rules: outcomes, data },
    fail: (index, error) => {
      outputs.set(index, error);
      recorder?.failed(index, error.word);
    },
  });
  return firstFailure(entrypoint, outputs) ?? text;
}

/** The event's record: what was read, or what is made of it. */
function prepared(entrypoint: IrEntrypoint, input: Value, data: Value | undefined): Value | EvaluationError {
  if (entrypoint.prepare === undefined) return input;
  try {
    return evaluate(entrypoint.prepare, { input, locals: new Map(), rules: new Map(), data });
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
}

/** The first parameter of the event's kind that has no value, and why. */
function misfitOf(
  { parameters }: IrEntrypoint,
  ctx: Context,
): { readonly reason: string; readonly path: string } | undefined {
  for (const { of, at, union, variant } of parameters) {
    const isOfKind = { op: 'variant-test', of: eventOf(union), union, variant, type: { kind: 'bool' } } as const;
    if (!truth(evaluate(isOfKind, ctx))) continue;
    try {
      evaluate(of, ctx);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return { reason: error.word, path: at };
    }
  }
  return undefined;
}

/** The decision for the failing rule that comes first, when one failed. */
function firstFailure(entrypoint: IrEntrypoint, failures: ReadonlyMap<number, EvaluationError>): string | undefined {
  const index = Math.min(...failures.keys());
  const [rule, error] = [entrypoint.rules[index], failures.get(index)];
  return rule && error ? errorDecision(rule, error.word) : undefined;
}

const notFired: RuleOutcome = { fired: false, matches: [], count: 0, score: 0 };

/** Condition, finds, scores, exemptions, in this order; the first that rules the rule out ends it. */
function evaluateRule(
  rule: CoreRule,
  bytes: Uint8Array,
  ctx: Context,
): { readonly outcome: RuleOutcome; readonly trace: Omit<RuleTrace, 'rule' | 'settled' | 'fired'> } {
  const holds = (expr: CoreRule['exemptions'][number]): boolean => truth(evaluate(expr, ctx));
  const condition = rule.condition ? holds(rule.condition) : undefined;
  const nothing = { condition, found: undefined, scores: [], exemptions: [], matches: [], score: 0 };
  if (condition === false) return { outcome: notFired, trace: nothing };
  const matches = findMatches(rule, bytes, ctx);
  const found = rule.finds.length > 0 ? matches.length > 0 : undefined;
  if (found === false) return { outcome: notFired, trace: { ...nothing, found } };
  const scores = rule.scores.map((score) => holds(score.condition));
  const score = rule.scores.reduce((sum, { points }, i) => sum + (scores[i] ? points : 0), 0);
  const exemptions: boolean[] = [];
  const trace = { condition, found, scores, exemptions, matches, score };
  if (scores.length > 0 && score < rule.threshold) return { outcome: notFired, trace };
  for (const exemption of rule.exemptions) {
    exemptions.push(holds(exemption));
    if (exemptions.at(-1)) return { outcome: notFired, trace };
  }
  return { outcome: { fired: true, matches, count: matches.length, score }, trace };
}
