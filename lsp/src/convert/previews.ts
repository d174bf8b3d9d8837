// Tests, coverage, decisions and reports → what this server's own requests answer (`server/features/previews.ts`). Plain data in the
// protocol's ranges, for the extension and the playground; the names of requests stand here because both sides need them.

import type { Span } from '@rdp/language';
import type { Location, Range } from 'vscode-languageserver';
import { decisionHead, type DecisionHead } from '../ide/preview/decision-head.ts';
import type { DecidedDocument, DecisionAnswer, EventChoice } from '../ide/preview/decide.ts';
import type { Problem } from '../ide/preview/policy.ts';
import type { TestReport } from '../ide/preview/run-tests.ts';
import type { Converter } from './converter.ts';

export type { EventArgument, ReferencesArgument, TestArgument } from '../ide/commands.ts';

/** Requests beyond the protocol, and the notification after each change when `initializationOptions.changes` is true. */
export const previewMethods = {
  tests: 'rdp/tests',
  runTests: 'rdp/runTests',
  events: 'rdp/events',
  decide: 'rdp/decide',
  report: 'rdp/report',
  changed: 'rdp/changed',
} as const;

/** One `test`, or a pattern's examples. */
export interface TestItem {
  /** The same as long as file and name are. */
  readonly id: string;
  readonly name: string;
  /** `Chat.request`; `examples` of a pattern. */
  readonly event: string;
  readonly uri: string;
  readonly range: Range;
}

export interface TestRunParams {
  /** Ids of tests; all unless given. */
  readonly ids?: readonly string[];
}

export interface TestResult {
  readonly id: string;
  readonly passed: boolean;
  readonly failures: readonly { readonly message: string; readonly location: Location }[];
}

/** One outcome of something that decides about a rule. */
export interface CoveredBranch {
  /** `when`, `find`, `score 1`, `exempt 1` */
  readonly what: string;
  readonly location: Location;
  readonly held: boolean;
  readonly failed: boolean;
}

export interface CoveredRuleAnswer {
  readonly rule: string;
  readonly location: Location;
  readonly fired: boolean;
  readonly branches: readonly CoveredBranch[];
}

export interface TestRunAnswer {
  readonly results: readonly TestResult[];
  readonly coverage: readonly CoveredRuleAnswer[];
  /** Why tests of a folder could not run. */
  readonly problems: readonly string[];
}

export interface DecideParams {
  readonly textDocument: { readonly uri: string };
  readonly entrypoint: string;
  /** Of the input; its ending says whether it is YAML. */
  readonly path: string;
  readonly text: string;
}

/** A stretch of the input, in lines and UTF-16 units. */
export interface PlaceAnswer {
  readonly kind: 'match' | 'edit';
  /** UTF-16 units of the input's text, half-open. */
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  readonly text: string;
}

export interface DecidedAnswer {
  readonly action: string;
  readonly head: DecisionHead;
  readonly decision: unknown;
  readonly why: string;
  readonly places: readonly PlaceAnswer[];
  /** Rules that fired, with where they are written. */
  readonly fired: readonly {
    readonly rule: string;
    readonly location: Location;
    readonly effects: readonly string[];
  }[];
}

export type DecideAnswer = { readonly kind: 'decided'; readonly documents: readonly DecidedAnswer[] } | Problem;

export type EventsAnswer = { readonly kind: 'events'; readonly events: readonly EventChoice[] } | Problem;

/** The id of a test. */
export function testId(uri: string, name: string): string {
  return `${uri}#${name}`;
}

/** A run in the protocol's words. */
export function toTestRun(
  convert: Converter,
  { outcomes, coverage }: TestReport,
): Pick<TestRunAnswer, 'results' | 'coverage'> {
  const at = (span: Span): Location => convert.location(span);
  return {
    results: outcomes.map(({ name, span, failures }) => ({
      id: testId(convert.uri(span.file), name),
      passed: failures.length === 0,
      failures: failures.map(({ span: place, message }) => ({ message, location: at(place) })),
    })),
    coverage: coverage.map(({ rule, fired, branches, spans }) => ({
      rule,
      fired,
      location: at(spans.name),
      branches: branches.map(({ what, held, failed }) => ({
        what,
        held,
        failed,
        location: at(spans.branches.get(what) ?? spans.name),
      })),
    })),
  };
}

/** Decisions in the protocol's words. */
export function toDecided(convert: Converter, answer: DecisionAnswer): DecideAnswer {
  if (answer.kind === 'problem') return answer;
  return { kind: 'decided', documents: answer.documents.map((document) => toDocument(convert, document)) };
}

function toDocument(convert: Converter, { trace, why, places }: DecidedDocument): DecidedAnswer {
  return {
    action: trace.decision.action,
    head: decisionHead(trace.decision),
    decision: trace.decision,
    why,
    places,
    fired: trace.rules
      .filter(({ outcome }) => outcome.kind === 'fired')
      .map(({ name, span, effects }) => ({ rule: name, location: convert.location(span), effects })),
  };
}
