// A client's lines and a server's lines → each other's, through a guard: MCP over standard input and output, a message a line.
//
// INVARIANT: lines keep their order in each direction. What is no message does not pass; to a client it is answered. A request that may
// not pass is answered to whoever sent it.

import type { Readable, Writable } from 'node:stream';
import { createLineFramer } from '../stream/line-frames.ts';
import type { Guard, Guarded } from './guard.ts';

export interface RelayEnds {
  readonly fromClient: Readable;
  readonly toClient: Writable;
  readonly fromServer: Readable;
  readonly toServer: Writable;
}

export interface RelayOptions {
  /** Bytes of one message. */
  readonly limit: number;
  readonly problem: (from: 'client' | 'server', why: string) => void;
}

/** Resolves when the server ends; the client's end is passed on to it. */
export async function relay(guard: Guard, ends: RelayEnds, { limit, problem }: RelayOptions): Promise<void> {
  const fromClient = async (bytes: Uint8Array): Promise<void> => {
    const guarded = await guard.fromClient(bytes);
    if (guarded.kind === 'unreadable') problem('client', guarded.why);
    if (guarded.kind !== 'dropped')
      await writeLine(guarded.kind === 'forward' ? ends.toServer : ends.toClient, guarded);
  };
  const fromServer = async (bytes: Uint8Array): Promise<void> => {
    const guarded = await guard.fromServer(bytes);
    if (guarded.kind === 'unreadable') problem('server', guarded.why);
    else if (guarded.kind !== 'dropped')
      await writeLine(guarded.kind === 'forward' ? ends.toClient : ends.toServer, guarded);
  };
  const clientSide = eachLine(ends.fromClient, limit, fromClient).then((state) => {
    if (state === 'too_long') problem('client', `a message is longer than ${limit} bytes`);
    ends.toServer.end();
  });
  const state = await eachLine(ends.fromServer, limit, fromServer);
  if (state === 'too_long') problem('server', `a message is longer than ${limit} bytes`);
  ends.fromClient.destroy();
  await clientSide.catch(() => {}); // it was ended
}

async function eachLine(
  input: Readable,
  limit: number,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<'ended' | 'too_long'> {
  const framer = createLineFramer('ndjson', limit);
  const lines = (frames: ReturnType<typeof framer.end>): readonly Uint8Array[] =>
    frames.map(({ bytes, data: [range] }) => bytes.subarray(range?.start ?? 0, range?.end ?? 0));
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const frames = framer.push(chunk);
      if (frames === undefined) return 'too_long';
      for (const line of lines(frames)) if (!isBlank(line)) await take(line);
    }
  } catch {
    return 'ended'; // whoever wrote is gone
  }
  for (const line of lines(framer.end())) if (!isBlank(line)) await take(line);
  return 'ended';
}

function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Waits until there is room for more. A message has no line ends outside of strings, and none inside of them. */
function writeLine(output: Writable, { bytes }: Guarded): Promise<void> {
  const line = Buffer.concat([bytes.includes(0x0a) ? Buffer.from(oneLine(bytes)) : bytes, Buffer.from('\n')]);
  if (output.destroyed || output.write(line)) return Promise.resolve();
  return new Promise((resolve) => {
    output.once('drain', resolve);
    output.once('close', resolve);
  });
}

/** JSON has line ends only between its tokens. */
function oneLine(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replaceAll(/[\r\n]+/g, ' ');
}
