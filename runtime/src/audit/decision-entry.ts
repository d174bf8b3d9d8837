// A decision, what became of it and what is known of the call → the entry of the log.
//
// INVARIANT: never the matched text: matches and edits are places and kinds. What else is here (facts, records, keys, messages) is
// what the language lets out, which sensitive text is not. Keys of the document in places are the sender's words: what does not
// look like a name is covered.

import type { Decision } from '../contract/index.ts';
import type { CallContext, Verdict } from '../enforce/carry-out.ts';
import type { LimitState } from '../limits/limit-store.ts';
import type { DecisionEntry } from './decision-log.ts';

/** What carrying out brought to light. */
export interface CarriedOut {
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly context: CallContext;
  /** Of the limits that were asked. */
  readonly states: readonly LimitState[];
  /** Rules whose limit nobody could count and that let the call pass. */
  readonly uncounted: readonly string[];
  readonly approval: { readonly id: string; readonly outcome: string; readonly by?: readonly string[] } | undefined;
  /** Seconds from the decision to the verdict. */
  readonly carrySeconds: number;
  readonly decisionId: string;
  readonly revision: string | undefined;
}

/** The entry; members without content are left out. */
export function decisionEntry(carried: CarriedOut): DecisionEntry {
  const { decision, verdict, context, states } = carried;
  return {
    time: new Date(context.now).toISOString(),
    decision_id: carried.decisionId,
    trace_id: context.span?.trace.traceId,
    span_id: context.span?.trace.spanId,
    revision: carried.revision,
    entrypoint: context.entrypoint,
    surface: context.surface,
    event: context.event,
    client: filled(context.client),
    call: filled(context.call),
    action: decision.action,
    verdict: verdict.kind,
    reason: verdict.kind === 'refuse' ? verdict.reason : decision.reason,
    rule: verdict.kind === 'refuse' ? verdict.rule : undefined,
    status: verdict.kind === 'refuse' ? verdict.status : undefined,
    message: decision.message,
    path: decision.path === undefined ? undefined : coveredPath(decision.path),
    findings: decision.findings?.map(({ rule, severity, covers, score, matches }) => ({
      rule,
      severity,
      covers,
      score,
      matches: matches?.map(({ kind, path, start, end }) => ({ kind, path: coveredPath(path), start, end })),
    })),
    edits: decision.edits?.map(({ rule, path, start, end }) => ({ rule, path: coveredPath(path), start, end })),
    limits: decision.limits?.map(({ rule, key, unit, amount, window }) => {
      const state = states.find(({ charge }) => charge.rule === rule);
      return { rule, key, unit, amount, window, cost: state?.charge.cost, remaining: state?.remaining };
    }),
    uncounted: carried.uncounted.length === 0 ? undefined : carried.uncounted,
    approvals: decision.approvals,
    approval: carried.approval,
    quarantine: decision.quarantine,
    alerts: decision.alerts,
    records: decision.records,
    flows: decision.flows,
    observed: decision.observed,
    because: decision.because,
    decide_seconds: rounded(context.decideSeconds),
    carry_seconds: rounded(carried.carrySeconds),
  };
}

/** Members that say something; undefined when none does. */
function filled(facts: object): Readonly<Record<string, string>> | undefined {
  const members = Object.entries(facts).filter(
    (member): member is [string, string] => typeof member[1] === 'string' && member[1] !== '',
  );
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/**
 * A JSON Pointer with `*` for what a program would not call a member: long, or with more digits than names have. Fields of formats stay
 * readable, keys that a sender chose do not.
 */
function coveredPath(path: string): string {
  return path
    .split('/')
    .map((part) => (isName(part) ? part : '*'))
    .join('/');
}

function isName(part: string): boolean {
  if (/^\d{0,6}$/.test(part)) return true;
  return /^[A-Za-z_$][\w$.-]{0,31}$/.test(part) && part.replaceAll(/\D/g, '').length <= 3;
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(6));
}
