// Messages of `application/vnd.amazon.eventstream` ↔ frames: lengths and headers, then a payload of JSON, guarded by two checksums.
// The payload of a `chunk` holds the model's own JSON in base64; then that is the frame's payload.
// Source of the format: AWS, "Event stream encoding" (Amazon Transcribe, Lex and Bedrock developer guides).
//
// INVARIANT: a message whose lengths or checksums are wrong is foreign, so that nothing of it passes; one that nothing was taken out
// of goes out as it came.

import { crc32 } from 'node:zlib';
import { createByteQueue } from './byte-queue.ts';
import { findTexts } from './find-texts.ts';
import type { Frame, Framer } from './frame.ts';

/** Total length, length of the headers, and the checksum of both. */
const preludeLength = 12;
const checksumLength = 4;

/** Messages, none longer than `limit` bytes. */
export function createMessageFramer(limit: number): Framer {
  const queue = createByteQueue();
  /** Bytes that stand in frames already. */
  let taken = 0;
  return {
    push: (chunk) => {
      queue.add(chunk);
      const rest = queue.view(taken);
      const frames: Frame[] = [];
      let start = 0;
      while (rest.length - start >= preludeLength) {
        const view = new DataView(rest.buffer, rest.byteOffset + start);
        const total = view.getUint32(0);
        if (crc32(rest.subarray(start, start + 8)) !== view.getUint32(8) || !fits(total, view.getUint32(4))) {
          frames.push({ bytes: rest.slice(start), data: [], isForeign: true });
          start = rest.length;
          break;
        }
        if (total > limit) return undefined;
        if (rest.length - start < total) break;
        frames.push(messageOf(rest.slice(start, start + total)));
        start += total;
      }
      taken += start;
      queue.forget(taken);
      return frames;
    },
    end: () => {
      const last = queue.view(taken).slice();
      taken = queue.end();
      return last.length === 0 ? [] : [{ bytes: last, data: [], isForeign: true }];
    },
    held: () => queue.end() - taken,
  };
}

function fits(total: number, headers: number): boolean {
  return total >= preludeLength + headers + checksumLength;
}

function messageOf(wire: Uint8Array): Frame {
  const view = new DataView(wire.buffer, wire.byteOffset, wire.length);
  const end = wire.length - checksumLength;
  if (crc32(wire.subarray(0, end)) !== view.getUint32(end)) return { bytes: wire, data: [], isForeign: true };
  const start = preludeLength + view.getUint32(4);
  const payload = wire.subarray(start, end);
  const head = wire.subarray(preludeLength, start);
  const inner = chunkOf(payload);
  const bytes = inner?.bytes ?? payload;
  const wrap = (edited: Uint8Array): Uint8Array => encodeMessage(head, inner ? inner.wrap(edited) : edited);
  return {
    bytes,
    data: bytes.length === 0 ? [] : [{ start: 0, end: bytes.length }],
    isForeign: false,
    wrapped: { wire, wrap },
  };
}

/** A message with these headers, as they are on the wire, and this payload. */
export function encodeMessage(headers: Uint8Array, payload: Uint8Array): Uint8Array {
  const total = preludeLength + headers.length + payload.length + checksumLength;
  const wire = new Uint8Array(total);
  const view = new DataView(wire.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(wire.subarray(0, 8)));
  wire.set(headers, preludeLength);
  wire.set(payload, preludeLength + headers.length);
  view.setUint32(total - checksumLength, crc32(wire.subarray(0, total - checksumLength)));
  return wire;
}

const chunkText = [{ path: '/bytes', join: 'frame', by: [] }] as const;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** What stands in base64 at `bytes` of a payload. */
function chunkOf(
  payload: Uint8Array,
): { readonly bytes: Uint8Array; readonly wrap: (bytes: Uint8Array) => Uint8Array } | undefined {
  const [place] = findTexts(payload, chunkText)?.places ?? [];
  if (place === undefined) return undefined;
  const { start, end } = place.raw;
  const text = Buffer.from(payload.subarray(start, end)).toString('latin1');
  if (!base64.test(text)) return undefined;
  return {
    bytes: Buffer.from(text, 'base64'),
    wrap: (bytes) =>
      Buffer.concat([
        payload.subarray(0, start),
        Buffer.from(Buffer.from(bytes).toString('base64')),
        payload.subarray(end),
      ]),
  };
}
