// An answer whose reader does not read: it is written as far as there is room, waited for, and then given up.

import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import test from 'ava';
import { writePiece } from '../../src/gateway/write-answer.ts';

test('who takes nothing of an answer for long loses it', async (t) => {
  const ended = new Promise<readonly string[]>((resolve) => {
    const server = createServer((_, response) => {
      void (async () => {
        const states: string[] = [];
        for (let count = 0; count < 1000 && states.at(-1) !== 'gone'; count++)
          states.push(await writePiece(response, Buffer.alloc(100_000), 200));
        resolve(states);
      })();
    });
    t.teardown(() => server.close());
    server.listen(0, '127.0.0.1', () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // it listens on a port
      socket.on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      t.teardown(() => socket.destroy());
    });
  });
  const states = await ended;
  t.is(states[0], 'written');
  t.is(states.at(-1), 'gone');
});
