// Entries → a service that takes OPA's decision logs: gzip arrays of events, posted to `/logs` unless the address says where.
//
// INVARIANT: an entry that was `kept` waits in memory until the service took it, and goes with the process when that is killed: who
// cannot have that keeps a file. What does not fit is `lost`.

import { sendBatches } from '../telemetry/send-batches.ts';
import type { DecisionEntry, DecisionLog } from './decision-log.ts';

export interface HttpLogOptions {
  /** `/logs` is put behind an address without a path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly write: (entry: DecisionEntry) => DecisionEntry;
  /** Milliseconds that entries wait for others; 1,000 unless said. */
  readonly delay?: number;
  /** Entries that may wait; 50,000 unless said. */
  readonly waitingLimit?: number;
  readonly report: (why: string) => void;
}

/** Sends until it is closed. */
export function httpLog({
  url,
  headers,
  write,
  delay = 1000,
  waitingLimit = 50_000,
  report,
}: HttpLogOptions): DecisionLog {
  const target = new URL(url);
  if (target.pathname === '/') target.pathname = '/logs';
  const batches = sendBatches<string>({
    url: target.href,
    headers,
    write: (items) => `[${items.join(',')}]`,
    batchLimit: 500,
    waitingLimit,
    delay,
    timeout: 10_000,
    report,
  });
  return {
    write: (entry) => Promise.resolve(batches.add(JSON.stringify(write(entry))) === 'taken' ? 'kept' : 'lost'),
    lost: batches.lost,
    close: batches.close,
  };
}
