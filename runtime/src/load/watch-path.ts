// A path, and how to tell its states apart → calls when what is there changes.
//
// INVARIANT: every change of state is followed by a call, at the latest about a second after it. The system's events only make
// it sooner: they can be lost, and they end when a folder is replaced, so the state is also looked at from time to time. What
// the state is made of, and whether the content is any good, is left to the caller.

import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Changed } from './source.ts';

export interface WatchOptions {
  /** Absolute. */
  readonly path: string;
  /** Two states with the same text are the same; never rejects. */
  readonly stateOf: () => Promise<string>;
  /** Milliseconds without events before `changed` is called. */
  readonly quiet: number;
  readonly changed: Changed;
}

const pollInterval = 1000;
/** How many times `quiet` a call is put off in a place that is never quiet. */
const patience = 10;

/** Calls `changed` until the returned function is called. Does not keep the process alive. */
export function watchPath(options: WatchOptions): () => void {
  const { path, stateOf, quiet, changed } = options;
  let known: string | undefined; // not known at first: the caller may have read before the first look
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let latest = 0;

  const fire = async (): Promise<void> => {
    timer = undefined;
    known = await stateOf(); // ahead of the reading, so that a change during it is another one
    if (!closed) await changed();
  };
  const wake = (): void => {
    if (closed) return;
    const now = Date.now();
    if (timer === undefined) latest = now + patience * quiet;
    clearTimeout(timer);
    timer = setTimeout(() => void fire(), Math.max(0, Math.min(quiet, latest - now)));
    timer.unref();
  };
  let looking = false; // a slow file system must not pile up looks
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    if (timer === undefined && (await stateOf()) !== known) wake();
    looking = false;
  };

  const poll = setInterval(() => void look(), pollInterval);
  poll.unref();
  const watchers = [
    listen(dirname(path), (name) => name === null || join(dirname(path), name) === path, wake),
    listen(join(path, '.'), () => true, wake), // a folder's own entries; nothing when the path is a file
  ];
  return () => {
    closed = true;
    clearTimeout(timer);
    clearInterval(poll);
    for (const watcher of watchers) watcher?.close();
  };
}

/** Never recursive: on Linux that follows each file's inode and loses a file that is renamed over. */
function listen(folder: string, matters: (name: string | null) => boolean, wake: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => {
      if (matters(name)) wake();
    });
    return watcher.on('error', wake);
  } catch {
    return undefined; // not there, no folder, or no watches left: looking finds the change
  }
}
