// A checked program, an entrypoint and a document → the trace of the decision. The interpreter decides and is listened to; the
// decision itself is that of the program as it ships.

import type { CoreEntrypoint, CoreProgram, CoreRule, Origins, Span } from '@rdp/language';
import type { Decision } from '@rdp/runtime/contract';
import { interpret, type RuleTrace } from '../ir/interpret/interpret.ts';
import type { Value } from '../ir/interpret/value.ts';
import type { Ir } from '../ir/ir.ts';
import { lowerAsWritten, lowerProgram } from '../ir/lower.ts';
import { decidesAction, effectsOf } from './effects.ts';
import { createRecording, type Recording } from './record.ts';
import { clausesOf } from './show-clauses.ts';
import { showMember, type Visibility } from './show-value.ts';
import {
  defaultTraceLimits,
  type ShownMember,
  type Trace,
  type TraceLimits,
  type TraceMatch,
  type TraceOutcome,
  type TraceRule,
} from './trace.ts';

/** A decision to explain. */
export interface TraceQuestion {
  readonly programs: readonly CoreProgram[];
  /** Those that the check of `programs` was given (`Project.origins`). */
  readonly origins: Origins;
  /** `shop/checkout/Chat/request`, or one of its other names. */
  readonly entrypoint: string;
  /** The document as it is. */
  readonly input: Uint8Array;
  /** The bundle's data document: JSON text as bytes, or what `JSON.parse` makes of it. */
  readonly data: unknown;
  /** What becomes of text that messages could not carry; `mask` unless said. */
  readonly sensitive?: 'mask' | 'show';
  readonly limits?: TraceLimits;
}

/** Decides, and says why. An entrypoint that does not exist is a fault of the caller and throws. */
export function traceDecision(question: TraceQuestion): Trace {
  const { program, entrypoint } = findEntrypoint(question);
  const asked = { entrypoint: question.entrypoint, input: question.input, data: question.data };
  // The others would be lowered to be left alone.
  const decisionText = interpret({ ir: lowerProgram({ ...program, entrypoints: [entrypoint] }), ...asked });
  const decision = JSON.parse(decisionText) as Decision; // the interpreter wrote it
  const seen = listen(lowerAsWritten(program, entrypoint), question, entrypoint);
  const limits = question.limits ?? defaultTraceLimits;
  const visibility = visibilityOf(question, limits, seen.traces);
  const event = seen.event && showEvent(seen.event, entrypoint, visibility);
  return {
    entrypoint: entrypoint.name,
    decision,
    decisionText,
    rules: entrypoint.rules.map((rule, index) => traceRule(rule, index, { seen, decision, visibility, question })),
    order: seen.order,
    event,
    omitted: seen.recording.omitted(),
  };
}

function findEntrypoint({ programs, entrypoint: name }: TraceQuestion): {
  readonly program: CoreProgram;
  readonly entrypoint: CoreEntrypoint;
} {
  for (const program of programs)
    for (const entrypoint of program.entrypoints)
      if (entrypoint.name === name || entrypoint.aliases?.includes(name)) return { program, entrypoint };
  throw new Error(`no entrypoint \`${name}\``);
}

/** What was seen while the decision was made. */
interface Seen {
  readonly recording: Recording;
  readonly traces: ReadonlyMap<number, RuleTrace>;
  readonly failures: ReadonlyMap<number, string>;
  readonly order: readonly number[];
  readonly event: Value | undefined;
}

function listen(ir: Ir, question: TraceQuestion, { rules }: CoreEntrypoint): Seen {
  let file: Span['file'] | undefined;
  const recording = createRecording(question.origins, {
    limits: question.limits ?? defaultTraceLimits,
    isInside: (span) => span.file === file || !span.file.path.startsWith('std/'),
  });
  const traces = new Map<number, RuleTrace>();
  const failures = new Map<number, string>();
  const order: number[] = [];
  let event: Value | undefined;
  interpret({
    ir,
    entrypoint: question.entrypoint,
    input: question.input,
    data: question.data,
    trace: (trace) => traces.set(trace.rule, trace),
    recorder: {
      event: (input) => {
        event = input;
      },
      rule: (index) => {
        file = rules[index]?.span.file;
        order.push(index);
        recording.begin(index, new Set(rules[index]?.finds.map(({ texts }) => texts)));
      },
      failed: (index, word) => failures.set(index, word),
      watch: recording.watch,
    },
  });
  return { recording, traces, failures, order, event };
}

/** Hides the texts of the document in which something was found: what was found there is sensitive. */
function visibilityOf(
  { sensitive = 'mask' }: TraceQuestion,
  limits: TraceLimits,
  traces: ReadonlyMap<number, RuleTrace>,
): Visibility {
  const found = new Set([...traces.values()].flatMap(({ matches }) => matches.map(({ path }) => path)));
  return { limit: limits.text, hides: (path) => found.has(path), sensitive };
}

function showEvent(value: Value, { input, kinds, event }: CoreEntrypoint, visibility: Visibility): ShownMember {
  const type = kinds ? ({ kind: 'union', union: kinds } as const) : ({ kind: 'record', record: input } as const);
  return showMember({ name: event, value, type }, visibility, { depth: 6, width: 40 });
}

function traceRule(
  rule: CoreRule,
  index: number,
  known: {
    readonly seen: Seen;
    readonly decision: Decision;
    readonly visibility: Visibility;
    readonly question: TraceQuestion;
  },
): TraceRule {
  const { seen, decision, visibility, question } = known;
  const trace = seen.traces.get(index);
  const outcome = outcomeOf(rule, trace, seen.failures.get(index));
  const fired = outcome.kind === 'fired' && decision.reason !== 'evaluation_error';
  return {
    name: rule.name,
    verb: rule.verb,
    mode: rule.mode,
    span: rule.span,
    outcome,
    clauses: clausesOf(rule, {
      trace,
      recorded: seen.recording.rules.get(index) ?? new Map(),
      origins: question.origins,
      visibility,
    }),
    matches: (trace?.matches ?? []).map(({ kind, path, start, end, from, to, text }): TraceMatch => ({
      kind,
      path,
      start,
      end,
      bytes: [from, to],
      ...(visibility.sensitive === 'show' ? { text } : {}),
    })),
    effects: fired ? effectsOf(rule, decision) : [],
    decides: fired && decidesAction(rule, decision),
    facts: (fired ? decision.because?.find((because) => because.rule === rule.name)?.facts : undefined) ?? {},
  };
}

function outcomeOf(rule: CoreRule, trace: RuleTrace | undefined, failure: string | undefined): TraceOutcome {
  if (failure !== undefined) return { kind: 'failed', word: failure };
  if (trace === undefined) return { kind: 'not-evaluated' };
  if (trace.fired) return { kind: 'fired' };
  if (trace.settled) return { kind: 'settled' };
  if (trace.condition === false) return { kind: 'condition-false' };
  if (trace.found === false) return { kind: 'nothing-found' };
  const exempt = trace.exemptions.indexOf(true);
  if (exempt >= 0) return { kind: 'exempt', index: exempt };
  return { kind: 'score-too-low', score: trace.score, threshold: rule.threshold };
}
