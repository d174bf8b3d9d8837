// Entries → lines of JSON in a file or on standard output. What comes while a write is under way is written with the next one, so
// that a thousand entries cost one call of the system and each still knows when it was out of this process.
//
// INVARIANT: an entry that was `kept` was handed to the system and outlives this process. A reader that stalls costs at most
// `waitingLimit` bytes; what does not fit is lost, counted, and told to who wrote it.

import { closeSync } from 'node:fs';

import { openToAppend, writeAll } from '../telemetry/write-all.ts';
import type { DecisionEntry, DecisionLog } from './decision-log.ts';

export interface LineLogOptions {
  /** File that is appended to; `-` is standard output. */
  readonly path: string;
  /** Another form of the entries, OPA's for instance. */
  readonly write?: (entry: DecisionEntry) => DecisionEntry;
  /** Bytes that may wait for a slow reader; 16 MiB unless said. */
  readonly waitingLimit?: number;
}

interface Batch {
  readonly lines: string[];
  readonly done: Promise<'kept' | 'lost'>;
  readonly finish: (how: 'kept' | 'lost') => void;
}

/** Opens the file; throws when it cannot be opened. Rotation is the platform's: it moves or copies, and the file stays open. */
export function lineLog({
  path,
  write = (entry) => entry,
  waitingLimit = 16 * 1024 * 1024,
}: LineLogOptions): DecisionLog {
  const descriptor = openToAppend(path, 0o640);
  let batch: Batch | undefined;
  let size = 0;
  let lost = 0;
  let isWriting = false;
  let isClosed = false;

  const next = (): void => {
    const current = batch;
    if (current === undefined) {
      isWriting = false;
      return;
    }
    batch = undefined;
    size = 0;
    isWriting = true;
    writeAll(descriptor, Buffer.from(current.lines.join('')), (failed) => {
      if (failed) lost += current.lines.length;
      current.finish(failed ? 'lost' : 'kept');
      next();
    });
  };

  return {
    write: (entry) => {
      const line = `${JSON.stringify(write(entry))}\n`;
      if (isClosed || size + line.length > waitingLimit) {
        lost += 1;
        return Promise.resolve('lost');
      }
      size += line.length;
      batch ??= emptyBatch();
      const { lines, done } = batch;
      lines.push(line);
      if (!isWriting) {
        isWriting = true;
        setImmediate(next);
      }
      return done;
    },
    lost: () => lost,
    close: async (milliseconds) => {
      isClosed = true;
      const end = Date.now() + milliseconds;
      while (isWriting && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 2));
      if (descriptor > 2 && !isWriting) closeSync(descriptor);
    },
  };
}

function emptyBatch(): Batch {
  const { promise, resolve } = withResolvers<'kept' | 'lost'>();
  return { lines: [], done: promise, finish: resolve };
}

/** As `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((take) => {
    resolve = take;
  });
  return { promise, resolve };
}

/** A log that keeps nothing, for who wants none. */
export const noLog: DecisionLog = {
  write: (_entry: DecisionEntry) => Promise.resolve('kept'),
  lost: () => 0,
  close: () => Promise.resolve(),
};
