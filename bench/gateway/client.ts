// A port of a gateway → calls to a model over connections that stay, as an SDK keeps them.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connected, exchange } from '../webhook/client.ts';

export interface GatewayClient {
  /** Sends the body `many` times to a path over all connections; resolves when all is answered. */
  readonly burst: (path: string, body: Uint8Array, many: number) => Promise<void>;
  readonly ask: (path: string, body: Uint8Array) => Promise<string>;
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

/** A gateway with a bundle, which is a file, in a process of its own, with the service at `service`. */
export async function startGateway(bundle: string, service: string): Promise<GatewayClient> {
  const { port, spent } = await startProcess(['gateway', bundle, service]);
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected('http', port)));
  return {
    spent,
    ask: async (path, body) => {
      // Of its own: a refusal may end it.
      const socket = await connected('http', port);
      const answer = await exchange(socket, requestOf(path, body));
      socket.destroy();
      return answer;
    },
    burst: async (path, body, many) => {
      const bytes = requestOf(path, body);
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

function requestOf(path: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nAccept: application/json\r\n` +
        `Authorization: Bearer bench\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}
