// An API server → every namespace as it is now. A namespace that is asked for before the watch has told of it is read by itself.
//
// INVARIANT: what is known is what the API server said last; while it cannot be reached that stays, and readiness waits only for the
// first list. What is not known is not made up.

import type { ApiServer, ClusterObject } from '../cluster/api-server.ts';
import { followList } from '../cluster/follow-list.ts';
import { isObject } from '../load/read-json.ts';
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

/** Begins at once; never rejects. */
export function watchNamespaces(api: ApiServer, log: LogLines): NamespaceSource {
  const known = new Map<string, Uint8Array>();
  const keep = (object: ClusterObject): void => {
    const name = nameOf(object);
    if (name !== undefined)
      known.set(name, Buffer.from(JSON.stringify({ ...object, apiVersion: 'v1', kind: 'Namespace' })));
  };
  const follower = followList(
    api,
    { path },
    {
      listed: (objects) => {
        known.clear();
        objects.forEach(keep);
      },
      changed: keep,
      gone: (object) => void known.delete(nameOf(object) ?? ''),
      failed: (problem, failures) =>
        void log.write({ level: 'error', event: 'namespaces_unreadable', problem, failures }),
    },
  );
  return {
    state: follower.state,
    find: (name) => known.get(name),
    fetch: async (name) => {
      const found = await api.get(`${path}/${encodeURIComponent(name)}`);
      if (found.kind === 'ok' && found.value !== 'absent' && !known.has(name)) keep(found.value);
    },
    count: () => known.size,
    stop: follower.stop,
  };
}

function nameOf({ metadata }: ClusterObject): string | undefined {
  const name = isObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' ? name : undefined;
}
