// An entry of our log → an event of OPA's decision log, so that what collects those collects these.
//
// INVARIANT: as of the entry: no matched text. The document is not there, and `erased` says so; the input is what is known of who
// calls and what is called.

import type { DecisionEntry } from './decision-log.ts';

/** Labels of the sender; others may be added. */
export interface OpaLabels {
  readonly [name: string]: string;
  /** Of this process. */
  readonly id: string;
  readonly version: string;
}

/** Members of an entry that are said elsewhere in the event. */
const elsewhere: ReadonlySet<string> = new Set([
  'time',
  'decision_id',
  'trace_id',
  'span_id',
  'revision',
  'entrypoint',
  'client',
  'call',
  'decide_seconds',
  'carry_seconds',
]);

/** The event. */
export function opaEntry(entry: DecisionEntry, labels: OpaLabels): DecisionEntry {
  const client = (entry['client'] ?? {}) as Readonly<Record<string, string>>; // as `decisionEntry` writes it
  const result = Object.fromEntries(Object.entries(entry).filter(([name]) => !elsewhere.has(name)));
  return {
    labels,
    decision_id: entry['decision_id'],
    trace_id: entry['trace_id'],
    span_id: entry['span_id'],
    bundles: { rdp: { revision: entry['revision'] ?? '' } },
    path: entry['entrypoint'],
    input: { client, call: entry['call'] ?? {} },
    result,
    erased: ['/input/document'],
    requested_by: client['ip'] ?? '',
    timestamp: entry['time'],
    metrics: {
      timer_rego_query_eval_ns: nanos(entry['decide_seconds']),
      timer_server_handler_ns: nanos(entry['decide_seconds']) + nanos(entry['carry_seconds']),
    },
  };
}

function nanos(seconds: unknown): number {
  return typeof seconds === 'number' ? Math.round(seconds * 1e9) : 0;
}
