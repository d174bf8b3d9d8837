// One request over a real connection → its answer, or that there was none. Each has a trace of its own, by which its decision is found in a log.

import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Leaves after so many bytes of the answer. */
  readonly leaveAfter?: number;
}

export interface Answer {
  /** 0 where the connection ended before there was one. */
  readonly status: number;
  readonly text: string;
  /** Whether the answer came to its end. */
  readonly isWhole: boolean;
  readonly trace: string;
  /** Milliseconds since the epoch. */
  readonly sent: number;
  readonly answered: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

/** Ends idle connections. */
export function closeConnections(): void {
  agent.destroy();
}

/** Asks. Never rejects. */
export function ask(port: number, { path, host, headers = {}, body, leaveAfter }: Asked): Promise<Answer> {
  const trace = randomBytes(16).toString('hex');
  const sent = Date.now();
  return new Promise((resolve) => {
    let status = 0;
    let text = '';
    const end = (how: 'whole' | 'cut'): void =>
      resolve({ status, text, isWhole: how === 'whole', trace, sent, answered: Date.now() });
    const asked = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: body === undefined ? 'GET' : 'POST',
        path,
        headers: {
          host: host ?? `127.0.0.1:${port}`,
          traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        status = response.statusCode ?? 0;
        response.setEncoding('utf8');
        response.on('data', (data: string) => {
          text += data;
          if (leaveAfter !== undefined && text.length > leaveAfter) asked.destroy();
        });
        response.on('end', () => end(response.complete ? 'whole' : 'cut'));
        response.on('close', () => end('cut'));
        response.on('error', () => end('cut'));
      },
    );
    asked.setTimeout(60_000, () => asked.destroy());
    asked.on('error', () => end('cut'));
    asked.end(body);
  });
}

/** Sends bytes on a connection of their own; what came back until it ended, or `patience` milliseconds were over, and then it leaves. */
export function sendBytes(port: number, bytes: string | Uint8Array, patience: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), patience);
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}
