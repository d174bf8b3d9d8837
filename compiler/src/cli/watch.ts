// Runs a command again whenever something below a directory changes. Changes that come together count once.

import { watch } from 'node:fs';
import { relative, resolve } from 'node:path';
import { CommandFault, exitCodes, type ExitCode } from './faults.ts';
import { stderr } from './output-stream.ts';
import { projectRoot } from './read-project.ts';
import { paletteFor } from './terminal.ts';

const settleMs = 60; // editors write a file in several steps

/** Runs `run` now and after each change of the project at `path`, until the process is interrupted. */
export async function watchProject(path: string, output: string, run: () => Promise<ExitCode>): Promise<ExitCode> {
  const root = projectRoot(path);
  const own = relative(root, resolve(output));
  const paint = paletteFor(stderr);
  let running: Promise<unknown> = Promise.resolve();
  const again = (): void => {
    running = running.then(() => attempt(run)).then(() => stderr.write(paint.faint('watching for changes\n')));
  };
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(root, { recursive: true }, (_, changed) => {
    if (changed === null || isOwn(changed, own)) return;
    clearTimeout(timer);
    timer = setTimeout(again, settleMs);
  });
  again();
  await new Promise<void>((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  clearTimeout(timer);
  watcher.close();
  await running;
  return exitCodes.fine;
}

function isOwn(changed: string, output: string): boolean {
  return (
    changed === output ||
    changed.startsWith(`${output}/`) ||
    changed.startsWith('.') ||
    changed.includes('node_modules')
  );
}

async function attempt(run: () => Promise<ExitCode>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    stderr.write(`${paletteFor(stderr).error('error')}: ${error.detail.message}\n`);
  }
}
