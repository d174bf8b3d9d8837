// A service on this machine that answers as it is told and remembers what it was asked: what stands behind the gateway in tests.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service was asked. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What it answers: JSON, or whatever is written by hand. */
export type Reply =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly json: unknown }
  | {
      readonly status?: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly chunks: readonly (string | Uint8Array)[];
    }
  | { readonly write: (response: ServerResponse, request: IncomingMessage) => void };

export interface ReplayService {
  readonly url: string;
  readonly port: number;
  readonly seen: readonly SeenRequest[];
  /** Connections that are open. */
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Starts one; `reply` says what becomes of a request. */
export async function startService(reply: (request: SeenRequest) => Reply): Promise<ReplayService> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked: SeenRequest = {
        method: request.method ?? '',
        target: request.url ?? '',
        rawHeaders: request.rawHeaders,
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(asked);
      void send(request, response, reply(asked));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(request: IncomingMessage, response: ServerResponse, reply: Reply): Promise<void> {
  if ('write' in reply) {
    reply.write(response, request);
    return;
  }
  if ('json' in reply) {
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.json));
    return;
  }
  response.writeHead(reply.status ?? 200, reply.headers);
  for (const chunk of reply.chunks) {
    response.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** Server-sent events of JSON payloads, an event a chunk; `named` gives them names. */
export function events(payloads: readonly unknown[], named: 'named' | 'unnamed' = 'unnamed'): readonly string[] {
  return payloads.map((payload) => {
    const name = named === 'named' && typeof payload === 'object' && payload !== null && 'type' in payload;
    const data = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return `${name ? `event: ${String((payload as { readonly type: unknown }).type)}\n` : ''}data: ${data}\n\n`; // it has a type
  });
}
