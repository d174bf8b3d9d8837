// A port of a gateway → calls to a model over connections that stay, as an SDK keeps them.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Socket } from 'node:net';
import { connected, exchange } from '../webhook/client.ts';

export interface GatewayClient {
  /** Sends the body `many` times over all connections; resolves when all is answered. */
  readonly burst: (body: Uint8Array, many: number) => Promise<void>;
  readonly ask: (body: Uint8Array) => Promise<string>;
  /** Microseconds of processor time that the gateway has spent. */
  readonly spent: () => Promise<number>;
}

const connections = 8;

/** Starts a process of the bench and tells its port. */
export async function startProcess(
  words: readonly string[],
): Promise<{ readonly port: number; readonly spent: () => Promise<number> }> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = fork(program, [...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // an open output would keep who reads this process waiting
  });
  const [port] = (await once(child, 'message')) as [number]; // what it sends first
  return {
    port,
    spent: async () => {
      child.send('spent');
      const [microseconds] = (await once(child, 'message')) as [number]; // what it answers with
      return microseconds;
    },
  };
}

/** A gateway of a side in a process of its own, with the service at `service`. */
export async function startGateway(side: 'with' | 'without', service: string): Promise<GatewayClient> {
  const { port, spent } = await startProcess([side, service]);
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected('http', port)));
  return {
    spent,
    ask: (body) => exchange(sockets[0] as Socket, requestOf(body)), // there are eight
    burst: async (body, many) => {
      const bytes = requestOf(body);
      let left = many;
      await Promise.all(
        sockets.map(async (socket) => {
          while (left > 0) {
            left -= 1;
            await exchange(socket, bytes);
          }
        }),
      );
    },
  };
}

function requestOf(body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(
      'POST /api.openai.com/v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: application/json\r\n' +
        `Authorization: Bearer bench\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}
