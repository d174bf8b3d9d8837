// Signals, and an npm that is gone, → one orderly end of a server.
//
// INVARIANT: the first one ends it in an orderly way, a second one at once. What comes right after the first is the same one: a
// terminal tells everybody, and an npm whose shell has made way for the program tells it again.
//
// A person at a terminal (SIGINT) waits for what is pending, and not for a load balancer that would look away meanwhile.

import type { DrainTimes } from './start-and-drain.ts';
import { whenNpmLeaves } from './when-npm-leaves.ts';

/** Milliseconds within which a second signal is the first one again. */
const again = 300;

/** Who asked: a platform, which may still send connections for a while, or a person at a terminal. */
export type Asker = 'platform' | 'person';

/** Calls `end` once; a second signal exits with 1. */
export function endWhenAsked(program: string, end: (asker: Asker) => void): void {
  let began: number | undefined;
  const begin = (asker: Asker): void => {
    if (began !== undefined) return;
    began = performance.now();
    end(asker);
  };
  const signalled = (asker: Asker): void => {
    if (began !== undefined && performance.now() - began > again) process.exit(1);
    begin(asker);
  };
  process.on('SIGTERM', () => signalled('platform'));
  process.on('SIGINT', () => signalled('person'));
  whenNpmLeaves(program, () => begin('platform'));
}

/** The times of a drain for who asked. */
export function drainFor(asker: Asker, times: DrainTimes): DrainTimes {
  return asker === 'person' ? { ...times, delay: 0 } : times;
}
