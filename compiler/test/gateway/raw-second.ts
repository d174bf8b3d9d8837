// Frames of HTTP/2 by hand, over TLS: for what no client of it would send. Source: RFC 9113, 4 and 6; RFC 7541, 6.2.2.

import { connect, type TLSSocket } from 'node:tls';

/** Types of frames. */
export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, continuation: 9 } as const;
export const endStream = 0x1;
export const endHeaders = 0x4;

export interface RawSecond {
  readonly socket: TLSSocket;
  /** Frames that came, but for those about settings. */
  readonly frames: readonly { readonly type: number; readonly stream: number; readonly payload: Buffer }[];
  /** Whether the connection is over, after at most so many milliseconds. */
  readonly ended: (milliseconds: number) => Promise<boolean>;
}

/** A frame. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A block of fields, each a literal that is not indexed. */
export function fields(pairs: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const length = [127];
  let rest = bytes.length - 127;
  while (rest >= 128) {
    length.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** Connects, and says hello. */
export async function converseSecond(port: number, authority: string): Promise<RawSecond> {
  const socket = connect({ port, host: 'localhost', ca: authority, ALPNProtocols: ['h2'] });
  const frames: { type: number; stream: number; payload: Buffer }[] = [];
  let rest = Buffer.alloc(0);
  let isOver = false;
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 9 && rest.length >= 9 + rest.readUIntBE(0, 3)) {
      const size = rest.readUIntBE(0, 3);
      const type = rest[3] ?? 0;
      if (type !== frameTypes.settings)
        frames.push({ type, stream: rest.readUInt32BE(5), payload: rest.subarray(9, 9 + size) });
      rest = rest.subarray(9 + size);
    }
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, () => (isOver = true));
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  socket.write(frame(frameTypes.settings, 0, 0, Buffer.alloc(0)));
  return {
    socket,
    frames,
    ended: async (milliseconds) => {
      for (let waited = 0; waited < milliseconds && !isOver; waited += 20)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return isOver;
    },
  };
}
