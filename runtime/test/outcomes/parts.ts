// Outcomes over parts that run in this process, and what tests hand them: contexts, and a log that can be read.

import type { ApprovalDesk } from '../../src/approval/approval-desk.ts';
import { memoryDesk } from '../../src/approval/memory-desk.ts';
import type { DecisionEntry, DecisionLog } from '../../src/audit/decision-log.ts';
import type { CallContext, Outcomes } from '../../src/enforce/carry-out.ts';
import type { LimitStore } from '../../src/limits/limit-store.ts';
import { memoryLimits } from '../../src/limits/memory-limits.ts';
import { createOutcomes } from '../../src/outcomes/create-outcomes.ts';
import { outcomeMetrics } from '../../src/outcomes/outcome-metrics.ts';
import { memoryQuarantine } from '../../src/quarantine/file-quarantine.ts';
import type { Quarantine } from '../../src/quarantine/quarantine.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';

export interface Parts {
  readonly limits?: LimitStore;
  readonly approvals?: ApprovalDesk;
  readonly quarantine?: Quarantine;
  readonly log?: DecisionLog;
  readonly audit?: 'block' | 'drop';
  readonly logged?: 'all' | 'notable';
  readonly approvalWait?: number;
}

export interface Running {
  readonly outcomes: Outcomes;
  readonly desk: ApprovalDesk;
  readonly entries: readonly DecisionEntry[];
  readonly metrics: Metrics;
}

/** In memory, but for what a test gives. */
export function runOutcomes(parts: Parts = {}): Running {
  const entries: DecisionEntry[] = [];
  const metrics = createMetrics();
  const desk = parts.approvals ?? memoryDesk();
  const outcomes = createOutcomes({
    limits: parts.limits ?? memoryLimits(),
    approvals: desk,
    quarantine: parts.quarantine ?? memoryQuarantine(),
    log: parts.log ?? {
      write: (entry) => {
        entries.push(entry);
        return Promise.resolve('kept');
      },
      lost: () => 0,
      close: () => Promise.resolve(),
    },
    audit: parts.audit ?? 'block',
    logged: parts.logged ?? 'all',
    approvalWait: parts.approvalWait ?? 1000,
    metrics: outcomeMetrics(metrics, () => undefined),
    revision: () => 'r1',
  });
  return { outcomes, desk, entries, metrics };
}

/** A chat request of a workload. */
export function contextOf(parts: Partial<CallContext> = {}): CallContext {
  return {
    entrypoint: 'shop/checkout/Chat/request/http',
    surface: 'Chat',
    event: 'request',
    client: { workload: 'shop/support', id: '', ip: '10.0.0.1', subject: '' },
    call: { host: 'api.openai.com', provider: 'openai', model: 'gpt-5.2' },
    document: () =>
      Buffer.from('{"method":"POST","host":"api.openai.com","path":"/v1/chat/completions","body":{"a":"b"}}'),
    size: 9,
    now: Date.UTC(2026, 10, 23),
    decideSeconds: 0.000004,
    signal: new AbortController().signal,
    ...parts,
  };
}
