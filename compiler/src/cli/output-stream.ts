// Standard output and standard error. Node makes streams for them when first asked, which takes longer than most calls take
// to say what they have to say; so text is written to the descriptors, and only a pipe that is full gets the stream.

import { fstatSync, writeSync } from 'node:fs';
import { exitCodes } from './faults.ts';

/** Where text is written. */
export interface OutputStream {
  readonly isTTY: boolean;
  readonly write: (text: string) => void;
}

/** Standard output. */
export const stdout: OutputStream = outputStream(1, () => process.stdout);

/** Standard error. */
export const stderr: OutputStream = outputStream(2, () => process.stderr);

function outputStream(descriptor: number, stream: () => NodeJS.WriteStream): OutputStream {
  let full: NodeJS.WriteStream | undefined;
  return {
    get isTTY() {
      return isCharacterDevice(descriptor) && stream().isTTY;
    },
    write: (text) => {
      let rest = Buffer.from(text);
      try {
        while (full === undefined && rest.length > 0) rest = rest.subarray(writeSync(descriptor, rest));
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        // The reader of a pipe may leave early (`rdpc … | head`): that is no fault of ours.
        if (code === 'EPIPE') process.exit(exitCodes.fine);
        if (code !== 'EAGAIN') throw error;
        full = stream().on('error', leaveWithReader);
      }
      if (full !== undefined) full.write(rest);
    },
  };
}

function leaveWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.fine);
  throw error;
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false; // closed
  }
}
