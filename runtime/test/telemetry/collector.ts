// A service that collects over real HTTP: keeps what it was sent, and answers as it is told.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Collector {
  readonly url: string;
  readonly received: readonly Received[];
  /** Statuses of the next answers; then 200. */
  readonly answer: (...statuses: readonly number[]) => void;
  /** Resolves when so many requests came. */
  readonly count: (wanted: number) => Promise<void>;
  readonly close: () => void;
}

/** Listens on a port of its own. */
export async function openCollector(): Promise<Collector> {
  const received: Received[] = [];
  let statuses: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
      received.push({ path: request.url ?? '', headers: request.headers, body: JSON.parse(text) });
      response.writeHead(statuses.shift() ?? 200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...next) => {
      statuses = [...next];
    },
    count: async (wanted) => {
      while (received.length < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
