// Entries → lines of JSON in a file or on standard output, written beside the decisions and never ahead of them.
//
// INVARIANT: a reader that stalls costs entries, which are counted, and neither time nor unbounded memory.

import { openToAppend, writeAll } from './write-all.ts';

/** Values of an entry; members that are undefined are left out. */
export type LogEntry = Readonly<Record<string, unknown>>;

export interface LogLines {
  readonly write: (entry: LogEntry) => void;
  /** Entries that did not fit. */
  readonly dropped: () => number;
  /** Resolves when what was taken is written, or `milliseconds` have passed. */
  readonly flush: (milliseconds: number) => Promise<void>;
}

/** Bytes that may wait for a slow reader. */
const waitingLimit = 8 * 1024 * 1024;

/** Lines appended to the file at `path`, or with `-` standard output. */
export function openLog(path: string): LogLines {
  return logLines(openToAppend(path));
}

/** Lines for an open file. */
export function logLines(descriptor: number): LogLines {
  let waiting: string[] = [];
  let size = 0;
  let isWriting = false;
  let dropped = 0;
  let idle: (() => void)[] = [];

  const next = (): void => {
    if (waiting.length === 0) {
      isWriting = false;
      for (const resolve of idle) resolve();
      idle = [];
      return;
    }
    isWriting = true;
    const bytes = Buffer.from(waiting.join(''));
    waiting = [];
    size = 0;
    writeAll(descriptor, bytes, (lost) => {
      if (lost) dropped += 1;
      next();
    });
  };

  return {
    write: (entry) => {
      const line = `${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`;
      if (size + line.length > waitingLimit) {
        dropped += 1;
        return;
      }
      size += line.length;
      waiting.push(line);
      if (!isWriting) {
        isWriting = true;
        setImmediate(next);
      }
    },
    dropped: () => dropped,
    flush: (milliseconds) => {
      if (!isWriting) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        idle.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}
