// How programs that listen begin and end: a port that cannot be had is a problem and no crash, and what is pending gets its time.

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import type { Listener } from './listen.ts';

/** A port that is taken is the operator's business. */
export async function tryListening<T>(start: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return ok(await start());
  } catch (error) {
    return problem('unreadable', listenFault(error));
  }
}

/** Why a port cannot be had, and what to do about the common reason. */
export function listenFault(error: unknown): string {
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown }; // as Node's faults of sockets have them
  return code === 'EADDRINUSE'
    ? `cannot listen: another program has ${String(address)}:${String(port)} already; choose another port`
    : `cannot listen: ${reasonOf(error)}`;
}

/** Milliseconds. */
export interface DrainTimes {
  /** Until no new connections are taken: as long as others may still send some. */
  readonly delay: number;
  /** For what is pending then. */
  readonly patience: number;
}

/** Lets what is pending come to its end, or cuts it off. */
export async function drainListener(
  listener: Listener,
  { delay, patience }: DrainTimes,
): Promise<'complete' | 'cut_off'> {
  await sleep(delay);
  const outcome = await Promise.race([
    listener.close().then(() => 'complete' as const),
    sleep(patience).then(() => 'cut_off' as const),
  ]);
  listener.force();
  return outcome;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
