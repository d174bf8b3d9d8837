// What every program says of the bundle that it decides with: log entries and gauges.

import type { Enforcer, EnforcerEvent } from '../enforce/enforcer.ts';
import type { LogEntry } from '../telemetry/log-lines.ts';
import { escapeLabel, type Metrics } from '../telemetry/metrics.ts';

/** The entry for an event of an enforcer. */
export function enforcerEntry(event: EnforcerEvent): LogEntry {
  switch (event.kind) {
    case 'activated':
      return { level: 'info', event: 'bundle_activated', revision: event.revision, variant: event.variant };
    case 'refused':
      return {
        level: 'error',
        event: 'bundle_refused',
        problem: event.problem.code,
        message: event.problem.message,
        kept: event.kept,
      };
    case 'rebuilt':
      return { level: 'error', event: 'instance_rebuilt', reason: event.reason };
  }
}

/** Registers what is known of the bundle in force; `prefix` is `rdp_admission_`. */
export function enforcerGauges(
  { gauge }: Metrics,
  prefix: string,
  { enforcer, activatedAt }: { readonly enforcer: Enforcer; readonly activatedAt: () => number | undefined },
): void {
  gauge(`${prefix}bundle_info`, 'The bundle in force.', () => {
    const { revision, variant } = enforcer.stats();
    return revision === undefined
      ? []
      : [{ labels: `revision="${escapeLabel(revision)}",variant="${variant ?? ''}"`, value: 1 }];
  });
  gauge(`${prefix}bundle_age_seconds`, 'How long the bundle has been in force.', () => secondsSince(activatedAt()));
  gauge(`${prefix}bundle_problem`, 'Why the newest bundle was refused; the one before stays.', () => {
    const { problem } = enforcer.stats();
    return problem === undefined ? [] : [{ labels: `code="${problem.code}"`, value: 1 }];
  });
  gauge(`${prefix}bundles_activated`, 'Bundles put in force since the start.', () => enforcer.stats().activatedBundles);
  gauge(`${prefix}bundles_refused`, 'Bundles refused since the start.', () => enforcer.stats().refusedBundles);
  gauge(`${prefix}policy_memory_bytes`, "Memory of the policy's module.", () => enforcer.stats().memoryBytes);
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
  gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed);
  gauge(
    'nodejs_external_memory_bytes',
    'Memory outside of the heap that objects hold.',
    () => process.memoryUsage().external,
  );
}

function secondsSince(moment: number | undefined): number | undefined {
  return moment === undefined ? undefined : (Date.now() - moment) / 1000;
}
