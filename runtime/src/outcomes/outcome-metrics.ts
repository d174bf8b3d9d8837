// What is counted of carrying decisions out, under the names that docs/outcomes.md lists.

import type { Decision } from '../contract/index.ts';
import type { CallContext, Verdict } from '../enforce/carry-out.ts';
import type { Metrics } from '../telemetry/metrics.ts';

export interface OutcomeMetrics {
  readonly carried: (carried: {
    readonly decision: Decision;
    readonly verdict: Verdict;
    readonly context: CallContext;
  }) => void;
  /** A call waited for approvers, for so many seconds. */
  readonly answered: (how: string, seconds: number) => void;
  /** A limit could not be counted. */
  readonly uncounted: (why: string) => void;
  /** A call was refused because its decision could not be logged. */
  readonly unlogged: () => void;
  /** Something went wrong that no caller hears of. */
  readonly failed: (why: string) => void;
}

/** Seconds. */
const waits = [1, 5, 15, 30, 60, 120, 300, 600];
const durations = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.01, 0.1, 1];

/** Milliseconds in which the same trouble is reported once. */
const quiet = 1000;

/** Hands a trouble on, unless it has just been said: under load there are thousands of one a second. */
function sparsely(report: (why: string) => void): (why: string) => void {
  const said = new Map<string, number>();
  return (why) => {
    const now = performance.now();
    if (now - (said.get(why) ?? Number.NEGATIVE_INFINITY) < quiet) return;
    if (said.size >= 100) said.clear();
    said.set(why, now);
    report(why);
  };
}

/** Registers the families; `report` hears what goes wrong. */
export function outcomeMetrics(metrics: Metrics, reported: (why: string) => void): OutcomeMetrics {
  const report = sparsely(reported);
  const verdicts = metrics.counter('rdp_decisions_total', 'Decisions that were carried out.', [
    'surface',
    'event',
    'action',
    'verdict',
    'reason',
  ]);
  const decided = metrics.histogram('rdp_decide_duration_seconds', 'What deciding took.', ['surface'], durations);
  const findings = metrics.counter('rdp_findings_total', 'What detections found.', ['rule', 'severity']);
  const refusals = metrics.counter('rdp_refusals_total', 'Calls that were refused, by rule.', ['rule', 'reason']);
  const observed = metrics.counter('rdp_observed_total', 'What rules that are not enforced would have done.', [
    'rule',
    'action',
  ]);
  const redactions = metrics.counter('rdp_redactions_total', 'Places that were replaced.', ['rule']);
  const answers = metrics.histogram(
    'rdp_approval_wait_seconds',
    'How long calls waited for approvers.',
    ['how'],
    waits,
  );
  const errors = metrics.counter('rdp_outcome_errors_total', 'What went wrong in carrying out.', ['kind']);
  return {
    carried: ({ decision, verdict, context }) => {
      const { surface, event } = context;
      const reason = verdict.kind === 'refuse' ? verdict.reason : '';
      verdicts.add([surface, event, decision.action, verdict.kind, reason]);
      decided.observe([surface], context.decideSeconds);
      if (verdict.kind === 'refuse') refusals.add([verdict.rule ?? '', reason]);
      for (const { rule, severity } of decision.findings ?? []) findings.add([rule, severity]);
      for (const { rule, action } of decision.observed ?? []) observed.add([rule, action]);
      if (verdict.kind === 'pass') for (const { rule } of decision.edits ?? []) redactions.add([rule]);
    },
    answered: (how, seconds) => answers.observe([how], seconds),
    uncounted: (why) => {
      errors.add(['limit_unavailable']);
      report(why);
    },
    unlogged: () => errors.add(['audit_unavailable']),
    failed: (why) => {
      errors.add(['failed']);
      report(why);
    },
  };
}
