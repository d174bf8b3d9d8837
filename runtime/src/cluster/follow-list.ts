// A list of an API server → what is in it as it is now: the list once, then a watch, again and again; and from the start when a watch is too
// old or anything fails.
//
// INVARIANT: whoever is told is told everything in order: a list takes the place of what was known, and no event is left out between a list
// and its watches. When the server was last heard is known, so that nobody takes an old answer for a new one.

import { isObject } from '../load/read-json.ts';
import type { Outcome } from '../load/problem.ts';
import type { ApiServer, ClusterEvent, ClusterObject, ClusterWatch } from './api-server.ts';

/** Who is told. */
export interface ListListener {
  /** Everything there is; what was known before is over. */
  readonly listed: (objects: readonly ClusterObject[]) => void;
  /** It is new, or another than before. */
  readonly changed: (object: ClusterObject) => void;
  readonly gone: (object: ClusterObject) => void;
  /** Why nothing is heard, and how often that was in a row. */
  readonly failed: (message: string, failures: number) => void;
}

export interface FollowOptions {
  /** `/api/v1/pods?fieldSelector=…` */
  readonly path: string;
  /** What is kept of an object of a list, as soon as its page is there; all of it unless said. */
  readonly keep?: (object: ClusterObject) => ClusterObject;
  /** Seconds after which a watch ends and proves that nothing was missed; as long as servers let them unless said. */
  readonly watchSeconds?: number;
}

export interface ListFollower {
  /** `waiting` until the first list. */
  readonly state: () => 'ready' | 'waiting';
  /** Milliseconds since the server last said something. */
  readonly silence: () => number;
  readonly stop: () => void;
}

const shortestWait = 500;
const longestWait = 30_000;

/** Begins at once; never rejects. */
export function followList(
  api: ApiServer,
  { path, keep, watchSeconds }: FollowOptions,
  listener: ListListener,
): ListFollower {
  let state: 'ready' | 'waiting' = 'waiting';
  let heard = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let watch: ClusterWatch | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;

  const report = (outcome: Outcome<unknown>): void => {
    failures = outcome.kind === 'ok' ? 0 : failures + 1;
    if (outcome.kind === 'ok') heard = performance.now();
    else if (!isStopped) listener.failed(outcome.problem.message, failures);
  };
  /** From one list to the end of what can be watched from it. */
  const follow = async (): Promise<void> => {
    const list = await api.list(path, keep);
    report(list);
    if (list.kind === 'problem' || isStopped) return;
    listener.listed(list.value.items);
    state = 'ready';
    let since = list.value.resourceVersion;
    let isCurrent = true;
    const take = ({ type, object }: ClusterEvent): void => {
      if (type === 'ERROR') {
        isCurrent = false; // too old, most often
        return;
      }
      heard = performance.now();
      since = versionOf(object) ?? since;
      if (type === 'DELETED') listener.gone(object);
      else if (type !== 'BOOKMARK') listener.changed(object);
    };
    while (isCurrent && !isStopped) {
      watch = api.watch(path, since, take, watchSeconds);
      const outcome = await watch.ended;
      report(outcome);
      if (outcome.kind === 'problem') return;
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await follow();
      if (isStopped) return;
      const wait = Math.min(longestWait, shortestWait * 2 ** Math.min(failures, 10));
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, wait * (0.5 + Math.random() / 2));
        timer.unref();
      });
    }
  };
  void run();

  return {
    state: () => state,
    silence: () => performance.now() - heard,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      watch?.stop();
      wake?.();
      api.close();
    },
  };
}

function versionOf({ metadata }: ClusterObject): string | undefined {
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
