// Answers without measure: bombs that unfold, and streams without end. The process holds no more than it may, whatever they are decided by,
// and what nobody reads ends.

import type { Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import {
  between,
  chunk,
  chunked,
  event,
  holding,
  isQuiet,
  masking,
  open,
  pause,
  ssn,
  streamHead,
} from './raw-service.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void; // the flag gives it

/** Bytes in use, garbage apart. */
function used(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The most that was in use beyond `from` while `work` was done, looked at now and then: it takes a while. */
async function most(work: Promise<unknown>): Promise<number> {
  const from = used();
  let top = 0;
  const timer = setInterval(() => (top = Math.max(top, used() - from)), 1000);
  await work;
  clearInterval(timer);
  return Math.max(top, used() - from);
}

const compressors: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
};

for (const [coding, compress] of Object.entries(compressors))
  test.serial(`${coding}: a bomb that streams is cut, in one event or in many, and holds nothing`, async (t) => {
    const forms: Readonly<Record<string, Buffer>> = {
      one: compress(Buffer.from(`data: {"a":"${'0'.repeat(100_000_000)}"}\n\n`)),
      many: compress(Buffer.from(': 0\n\n'.repeat(4_000_000))),
    };
    for (const [form, bytes] of Object.entries(forms)) {
      const running = await between(t, masking, (socket) => {
        socket.write(streamHead(`content-encoding: ${coding}`, `content-length: ${bytes.length}`));
        socket.write(bytes);
      });
      let size = 0;
      const answer = await running.ask();
      const top = await most(
        (async () => {
          try {
            for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) size += piece.length;
          } catch {
            // cut off
          }
        })(),
      );
      t.true(size <= 100_000_000, `${form}: ${size} of ${bytes.length}`);
      if (form === 'one') t.is(answer.status, 502, form);
      t.true(top < 60_000_000, `${form}: ${top}`);
      t.true(await isQuiet(running));
    }
  });

test.serial(
  'a stream without end holds no more than it may, however it is decided on, and ends with its reader',
  async (t) => {
    const endless = (socket: Socket, piece: (count: number) => string): void => {
      socket.write(streamHead(chunked));
      let count = 0;
      const more = (): void => {
        while (!socket.destroyed && socket.write(chunk(piece(count++))));
        if (!socket.destroyed) socket.once('drain', () => setImmediate(more));
      };
      more();
    };
    const filler = 'y'.repeat(16_000);
    const call = (count: number): string =>
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: count, function: { name: 'f', arguments: filler } }] } }] })}\n\n`;
    const choice = (count: number): string =>
      `data: ${JSON.stringify({ choices: [{ index: count, delta: { content: 'x' } }] })}\n\n`;
    // Held, or of too many texts: cut by the gateway. Otherwise it goes on as long as somebody reads.
    for (const [name, policy, piece, cut] of [
      ['held', holding, () => event(filler), 'cut'],
      ['many texts', masking, choice, 'cut'],
      ['many calls', masking, call, 'open'],
      ['text', masking, () => event(`${filler} ${ssn} `), 'open'],
      ['one event', masking, () => `data: ${filler}`, 'cut'],
      ['undecided', open, () => event(filler), 'open'],
    ] as const) {
      const running = await between(t, policy, (socket) => endless(socket, piece));
      const leaving = new AbortController();
      let size = 0;
      let tail = '';
      const reading = async (): Promise<'cut' | 'open'> => {
        try {
          const answer = await running.ask(leaving.signal);
          for await (const bytes of answer.body as unknown as AsyncIterable<Uint8Array>) {
            size += bytes.length;
            tail = Buffer.from(bytes).toString('latin1').slice(-300);
            if (size > 60_000_000) return 'open';
          }
        } catch {
          // cut off
        }
        return 'cut';
      };
      const ended = reading();
      const top = await most(ended);
      leaving.abort();
      t.is(await ended, cut, `${name}: ${size} ${tail}`);
      t.true(top < 60_000_000, `${name}: ${top}`);
      t.true(await isQuiet(running), name);
      for (let count = 0; count < 40 && running.service.sockets.size > 0; count++) await pause(50);
      t.is(running.service.sockets.size, 0, name);
      const entries = (await running.log()).filter(({ surface }) => surface === 'shop.Chat');
      t.true(entries.length > 0, `${name}: logged`);
    }
  },
);
