// Bytes → an open file, however few the system takes at a time and however often it says "again".

import { write } from 'node:fs';

/** Writes all bytes; `done` is told whether some were lost. */
export function writeAll(descriptor: number, bytes: Buffer, done: (lost: boolean) => void): void {
  write(descriptor, bytes, 0, bytes.length, null, (error, written) => {
    if (error?.code === 'EAGAIN') setTimeout(() => writeAll(descriptor, bytes, done), 10);
    else if (error !== null) done(true);
    else if (written < bytes.length) writeAll(descriptor, bytes.subarray(written), done);
    else done(false);
  });
}
