// An API server → every namespace as it is now: one list, then a watch, again whenever either ends. A namespace that is asked for
// before the watch has told of it is read by itself.
//
// INVARIANT: what is known is what the API server said last; while it cannot be reached that stays, and readiness waits only for the
// first list. What is not known is not made up.

import type { ApiServer, ClusterEvent, ClusterObject, ClusterWatch } from '../cluster/api-server.ts';
import { isObject } from '../load/read-json.ts';
import type { Outcome } from '../load/problem.ts';
import type { LogLines } from '../telemetry/log-lines.ts';

/** Where reviews get the namespaces of their objects. */
export interface NamespaceSource {
  /** `waiting` until the first list, `absent` when there is no API server to ask. */
  readonly state: () => 'ready' | 'waiting' | 'absent';
  /** The object as JSON. */
  readonly find: (name: string) => Uint8Array | undefined;
  /** Asks for one that is not known; resolves when asked, whether there is one or not. */
  readonly fetch: (name: string) => Promise<void>;
  readonly count: () => number;
  readonly stop: () => void;
}

/** For servers that have no cluster to ask. */
export const noNamespaces: NamespaceSource = {
  state: () => 'absent',
  find: () => undefined,
  fetch: () => Promise.resolve(),
  count: () => 0,
  stop: () => undefined,
};

const path = '/api/v1/namespaces';
const shortestWait = 500;
const longestWait = 30_000;

/** Begins at once; never rejects. */
export function watchNamespaces(api: ApiServer, log: LogLines): NamespaceSource {
  const known = new Map<string, Uint8Array>();
  let state: 'ready' | 'waiting' = 'waiting';
  let isStopped = false;
  let watch: ClusterWatch | undefined;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;

  const keep = (object: ClusterObject): void => {
    const name = nameOf(object);
    if (name !== undefined)
      known.set(name, Buffer.from(JSON.stringify({ ...object, apiVersion: 'v1', kind: 'Namespace' })));
  };
  const report = (outcome: Outcome<unknown>): void => {
    failures = outcome.kind === 'ok' ? 0 : failures + 1;
    if (outcome.kind === 'problem' && !isStopped)
      log.write({ level: 'error', event: 'namespaces_unreadable', problem: outcome.problem.message, failures });
  };
  /** From one list to the end of what can be watched from it. */
  const follow = async (): Promise<void> => {
    const list = await api.list(path);
    report(list);
    if (list.kind === 'problem' || isStopped) return;
    known.clear();
    list.value.items.forEach(keep);
    state = 'ready';
    let since = list.value.resourceVersion;
    let isCurrent = true;
    const take = ({ type, object }: ClusterEvent): void => {
      if (type === 'ERROR') {
        isCurrent = false; // too old, most often
        return;
      }
      since = versionOf(object) ?? since;
      if (type === 'DELETED') known.delete(nameOf(object) ?? '');
      else if (type !== 'BOOKMARK') keep(object);
    };
    while (isCurrent && !isStopped) {
      watch = api.watch(path, since, take);
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
    find: (name) => known.get(name),
    fetch: async (name) => {
      const found = await api.get(`${path}/${encodeURIComponent(name)}`);
      if (found.kind === 'ok' && found.value !== 'absent' && !known.has(name)) keep(found.value);
    },
    count: () => known.size,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      watch?.stop();
      wake?.();
      api.close();
    },
  };
}

function nameOf({ metadata }: ClusterObject): string | undefined {
  const name = isObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}

function versionOf({ metadata }: ClusterObject): string | undefined {
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
