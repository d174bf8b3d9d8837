// A port of a webhook → reviews over connections that stay, as an API server keeps them. Spends as little as it can by itself: the
// bytes of a request are made once, and of an answer only its end and its verdict are looked at.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';

export type Scheme = 'http' | 'https';

export interface WebhookClient {
  /** Sends the document `many` times over all connections; resolves when all is answered, with `waits` in nanoseconds. */
  readonly burst: (document: Uint8Array, many: number, waits?: number[]) => Promise<void>;
  /** Whether the review is allowed. */
  readonly allowed: (document: Uint8Array) => Promise<boolean>;
  /** Microseconds of processor time that the server has spent. */
  readonly spent: () => Promise<number>;
  readonly stop: () => void;
}

/** Files of a certificate that the client trusts without asking. */
export interface Keys {
  readonly certificate: string;
  readonly key: string;
}

const connections = 8;

/** Starts the server of a side in a process of its own and connects. */
export async function startWebhook(side: 'ours' | 'peer', scheme: Scheme, keys: Keys): Promise<WebhookClient> {
  const program = fileURLToPath(new URL('server.ts', import.meta.url));
  const child: ChildProcess = fork(program, [side, scheme, keys.certificate, keys.key], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // an open output would keep who reads this process waiting
  });
  const [port] = (await once(child, 'message')) as [number]; // what the server sends first
  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(scheme, port)));
  return {
    burst: async (document, many, waits) => {
      const bytes = requestOf(document);
      let left = many;
      await Promise.all(
        sockets.map(async (socket) => {
          while (left > 0) {
            left -= 1;
            const began = process.hrtime.bigint();
            await exchange(socket, bytes);
            waits?.push(Number(process.hrtime.bigint() - began));
          }
        }),
      );
    },
    allowed: async (document) => {
      const answer = await exchange(sockets[0] as Socket, requestOf(document)); // there are eight
      return answer.includes('"allowed":true');
    },
    spent: async () => {
      child.send('spent');
      const [microseconds] = (await once(child, 'message')) as [number]; // what the server answers with
      return microseconds;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      child.disconnect();
    },
  };
}

/** The way API servers write it. */
function requestOf(document: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(
      `POST /validate?timeout=10s HTTP/1.1\r\nHost: rdp-admission.rdp-system.svc:443\r\nUser-Agent: kube-apiserver-admission\r\n` +
        `Content-Length: ${document.length}\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n`,
    ),
    document,
  ]);
}

/** A connection that sends what it is given at once. */
export async function connected(scheme: Scheme, port: number): Promise<Socket> {
  const place = { host: '127.0.0.1', port };
  // A certificate of this machine's for this run alone.
  const socket = scheme === 'https' ? connectTls({ ...place, rejectUnauthorized: false }) : connectPlain(place);
  await once(socket, scheme === 'https' ? 'secureConnect' : 'connect');
  socket.setNoDelay(true);
  return socket;
}

/** Sends a request and waits for the whole answer. */
export function exchange(socket: Socket, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const [head = '', body] = text.split('\r\n\r\n', 2);
      if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1])) return;
      socket.off('data', take).off('error', reject);
      resolve(text);
    };
    socket.on('data', take).once('error', reject);
    socket.write(bytes);
  });
}
