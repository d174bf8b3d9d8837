// Runs a command again whenever a file below a directory changes. Changes that come together count once.
//
// INVARIANT: a change that a run did not see starts another run. So files are looked at before each run and compared with that
// look afterwards, instead of listening to events: those follow the inode of a file and lose one that is renamed over.

import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandFault, exitCodes, type ExitCode } from './faults.ts';
import { stderr } from './output-stream.ts';
import { projectRoot } from './read-project.ts';
import { paletteFor } from './terminal.ts';

const pollMs = 200;
const settleMs = 60; // editors write a file in several steps
const leastIdle = 10; // a look at many files is followed by at least ten times its time of rest

/** Runs `run` now and after each change of the project at `path`, until the process is interrupted. */
export async function watchProject(path: string, output: string, run: () => Promise<ExitCode>): Promise<ExitCode> {
  const root = projectRoot(path);
  const own = resolve(output);
  const paint = paletteFor(stderr);
  let stopped = false;
  const interrupted = new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  }).then(() => {
    stopped = true;
  });
  const rest = (ms: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const rested = new Promise<void>((wake) => {
      timer = setTimeout(wake, ms);
    });
    return Promise.race([rested, interrupted]).finally(() => clearTimeout(timer));
  };

  while (!stopped) {
    const before = stateOf(root, own);
    await attempt(run);
    stderr.write(paint.faint('watching for changes\n'));
    for (let same = true; same && !stopped;) {
      const started = performance.now();
      same = stateOf(root, own) === before;
      if (same) await rest(Math.max(pollMs, leastIdle * (performance.now() - started)));
    }
    await rest(settleMs);
  }
  return exitCodes.fine;
}

/** Path, identity, size and time of every file below `directory` that a compile might read. */
function stateOf(directory: string, output: string): string {
  return list(directory)
    .map(({ path, isFolder }) => (isFolder ? (path === output ? '' : stateOf(path, output)) : stateOfFile(path)))
    .join('');
}

/** Entries whose name starts with a dot are editors' and tools' own, and packages are no part of a policy. */
function list(directory: string): readonly { readonly path: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .map((entry) => ({ path: join(directory, entry.name), isFolder: entry.isDirectory() }));
  } catch {
    return []; // gone since its parent was listed, or not ours to read
  }
}

function stateOfFile(path: string): string {
  try {
    const { ino, size, mtimeNs } = statSync(path, { bigint: true });
    return `${path} ${ino} ${size} ${mtimeNs}\n`;
  } catch {
    return `${path}\n`; // a link to nothing, or gone: what is listed counts
  }
}

async function attempt(run: () => Promise<ExitCode>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    stderr.write(`${paletteFor(stderr).error('error')}: ${error.detail.message}\n`);
  }
}
