// Bytes → an open file, however few the system takes at a time and however often it says "again"; and which file that is.

import { openSync, write } from 'node:fs';

/** What stands for standard error, which cannot be opened by a name where it is a pipe. */
export const standardError = '/dev/stderr';

/** Descriptor of a file to append to; `-` is standard output. Those below 3 are not to be closed. */
export function openToAppend(path: string, mode?: number): number {
  if (path === '-') return 1;
  return path === standardError ? 2 : openSync(path, 'a', mode);
}

/** Writes all bytes; `done` is told whether some were lost. */
export function writeAll(descriptor: number, bytes: Buffer, done: (lost: boolean) => void): void {
  write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(() => writeAll(descriptor, bytes, done), 10);
    else if (error !== null) done(true);
    else if (written < bytes.length) writeAll(descriptor, bytes.subarray(written), done);
    else done(false);
  });
}
