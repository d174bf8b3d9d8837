// Bytes on a bare connection → what comes back: for requests that no HTTP client would write.

import { connect, type Socket } from 'node:net';

export interface RawConversation {
  readonly socket: Socket;
  /** Everything so far. */
  readonly received: () => string;
  /** Resolves when the other side has ended or reset the connection, or after `milliseconds`. */
  readonly ended: (milliseconds: number) => Promise<'ended' | 'open'>;
}

/** Connects. */
export async function converse(port: number): Promise<RawConversation> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  let isOver = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    for (const event of ['end', 'close', 'error'])
      socket.on(event, () => {
        isOver = true;
        resolve();
      });
  });
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return {
    socket,
    received: () => text,
    ended: async (milliseconds) => {
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, milliseconds).unref())]);
      return isOver ? 'ended' : 'open';
    },
  };
}

/** Sends bytes and says what came back when the connection ended; `reset` when it did without a word. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  const { socket, received, ended } = await converse(port);
  socket.write(bytes);
  const how = await ended(8000);
  socket.destroy();
  return received() === '' && how === 'ended' ? 'reset' : received();
}
