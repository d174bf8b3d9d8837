// Signals, and an npm that is gone, → one orderly end of a server.
//
// INVARIANT: the first one ends it in an orderly way, a second one at once. What comes right after the first is the same one: a
// terminal tells everybody, and an npm whose shell has made way for the program tells it again.

import { whenNpmLeaves } from './when-npm-leaves.ts';

/** Milliseconds within which a second signal is the first one again. */
const again = 300;

/** Calls `end` once; a second signal exits with 1. */
export function endWhenAsked(program: string, end: () => void): void {
  let began: number | undefined;
  const begin = (): void => {
    if (began !== undefined) return;
    began = performance.now();
    end();
  };
  const signalled = (): void => {
    if (began !== undefined && performance.now() - began > again) process.exit(1);
    begin();
  };
  process.on('SIGTERM', signalled);
  process.on('SIGINT', signalled);
  whenNpmLeaves(program, begin);
}
