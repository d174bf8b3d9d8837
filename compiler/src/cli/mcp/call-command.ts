// A call of `rdpc` for somebody else: the same program in a process of its own, so that the answers are the command's own, a slow
// call can be ended, and nothing that goes wrong in it ends the server. It reads below the folders of the server alone.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readBelow } from '../confine-files.ts';

/** What came of a call. */
export interface Called {
  /** As `exitCodes` has it; undefined when it was ended. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the command with these words; `input` is its standard input. */
export type CallCommand = (words: readonly string[], input?: string) => Promise<Called>;

/** Milliseconds that a call may take, and bytes that it may say. */
const limits = { timeout: 60_000, maxBuffer: 32 * 1024 * 1024 } as const;

/** Calls in the first folder; other folders are named by absolute paths. */
export function createCaller(folders: readonly string[]): CallCommand {
  const program = fileURLToPath(new URL('launch.js', import.meta.url));
  const env = { ...process.env, [readBelow]: JSON.stringify(folders), NO_COLOR: '1' };
  return (words, input) =>
    new Promise((resolve) => {
      const options = { ...limits, cwd: folders[0] ?? '.', env };
      const child = execFile(process.execPath, [program, ...words], options, (error, stdout, stderr) => {
        const ended = error !== null && (error.killed === true || typeof error.code !== 'number');
        const code = error === null ? 0 : ended ? undefined : Number(error.code);
        resolve({ code, stdout, stderr: ended ? `${stderr}${error.message}` : stderr });
      });
      // It may end before it has read all of its input.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input ?? '');
    });
}
