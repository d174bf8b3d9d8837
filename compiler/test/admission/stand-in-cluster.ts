// Objects → a server that lists, gets and watches them as an API server does, page after page and event after event, over TLS. The
// tests under interop ask a real one.

import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { ClusterAccess, ClusterObject } from '@rdp/runtime/cluster';
import { createAuthority } from './make-certificate.ts';

export interface StandInCluster {
  readonly access: ClusterAccess;
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  /** Tells every watch; objects are listed from then on. */
  readonly change: (type: 'ADDED' | 'MODIFIED' | 'DELETED', path: string, object: ClusterObject) => void;
  /** Listed without being told of. */
  readonly hide: (path: string, object: ClusterObject) => void;
  /** Ends every watch, saying that its version is gone. */
  readonly expire: () => void;
  /** Answers nothing any more, and ends what is there. */
  readonly end: () => void;
  readonly asked: readonly string[];
}

export const token = 'the token of a test';

/** Lists by their paths; pages have two items. */
export async function startCluster(
  t: ExecutionContext,
  lists: Readonly<Record<string, readonly ClusterObject[]>>,
): Promise<StandInCluster> {
  const kept = new Map(Object.entries(lists).map(([path, objects]) => [path, [...objects]]));
  const watches = new Set<readonly [string, ServerResponse]>();
  const asked: string[] = [];
  const nameOf = (object: ClusterObject): unknown => (object['metadata'] as { readonly name?: unknown }).name; // objects have one
  const authority = createAuthority('cluster');
  const { certificate, key } = authority.issue({ name: 'apiserver' });
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://localhost');
    asked.push(request.url ?? '');
    const say = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (request.headers.authorization !== `Bearer ${token}`) {
      say(401, { kind: 'Status', message: 'Unauthorized' });
      return;
    }
    const objects = kept.get(pathname);
    if (objects === undefined) {
      const [, list = '', name = ''] = /^(.*)\/([^/]+)$/.exec(pathname) ?? [];
      const found = kept.get(list)?.find((object) => nameOf(object) === name);
      say(found === undefined ? 404 : 200, found ?? { kind: 'Status', message: 'not found' });
      return;
    }
    if (searchParams.get('watch') !== null) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const watch = [pathname, response] as const;
      watches.add(watch);
      response.on('close', () => watches.delete(watch));
      return;
    }
    const from = Number(searchParams.get('continue') ?? 0);
    const isLast = from + 2 >= objects.length;
    say(200, {
      kind: `${String(objects[0]?.['kind'] ?? 'Thing')}List`,
      apiVersion: objects[0]?.['apiVersion'] ?? 'v1',
      metadata: { resourceVersion: '7', ...(isLast ? {} : { continue: String(from + 2) }) },
      items: objects
        .slice(from, from + 2)
        .map(({ metadata, spec, status, data }) => ({ metadata, spec, status, data })),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const tell = (path: string, event: object): void => {
    for (const [watched, response] of watches) if (watched === path) response.write(`${JSON.stringify(event)}\n`);
  };
  const replace = (path: string, object: ClusterObject, isGone: 'gone' | 'there'): void => {
    const others = (kept.get(path) ?? []).filter((other) => nameOf(other) !== nameOf(object));
    kept.set(path, isGone === 'gone' ? others : [...others, object]);
  };
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  return {
    server: address,
    authority: authority.certificate,
    access: {
      server: address,
      tls: { ca: authority.certificate },
      headers: () => Promise.resolve({ authorization: `Bearer ${token}` }),
    },
    asked,
    end: () => {
      server.close();
      server.closeAllConnections();
    },
    hide: (path, object) => replace(path, object, 'there'),
    change: (type, path, object) => {
      replace(path, object, type === 'DELETED' ? 'gone' : 'there');
      tell(path, { type, object });
    },
    expire: () => {
      for (const [path, response] of watches) {
        tell(path, { type: 'ERROR', object: { kind: 'Status', code: 410 } });
        response.end();
      }
    },
  };
}
