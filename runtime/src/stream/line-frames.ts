// Bytes of a response that streams, in chunks of any size → server-sent events, or the lines of NDJSON.
// Source of the event format: WHATWG HTML, "Server-sent events", parsing an event stream.
//
// INVARIANT: the frames' bytes, one after another, are the stream's bytes. A frame that grows beyond the limit ends the stream.

import { createByteQueue } from './byte-queue.ts';
import type { ByteRange, Frame, Framer } from './frame.ts';

const lineFeed = 10;
const carriageReturn = 13;

/** Server-sent events or lines, none longer than `limit` bytes. */
export function createLineFramer(format: 'sse' | 'ndjson', limit: number): Framer {
  const queue = createByteQueue();
  /** Bytes that stand in frames already. */
  let taken = 0;
  /** Bytes behind those that have been looked at in vain. */
  let seen = 0;
  const nextEnd = format === 'sse' ? endOfEvent : endOfLine;
  const frameOf = format === 'sse' ? eventOf : lineOf;
  return {
    push: (chunk) => {
      queue.add(chunk);
      const rest = queue.view(taken);
      const frames: Frame[] = [];
      let start = 0;
      for (;;) {
        const end = nextEnd(rest, start, Math.max(start, seen));
        if (end === undefined) break;
        frames.push(frameOf(rest.slice(start, end)));
        start = end;
      }
      taken += start;
      queue.forget(taken);
      seen = Math.max(0, rest.length - start - 3);
      return rest.length - start > limit ? undefined : frames;
    },
    end: () => {
      const last = queue.view(taken).slice();
      taken = queue.end();
      return last.length === 0 ? [] : [frameOf(last)];
    },
    held: () => queue.end() - taken,
  };
}

function endOfLine(bytes: Uint8Array, _start: number, from: number): number | undefined {
  const at = bytes.indexOf(lineFeed, from);
  return at < 0 ? undefined : at + 1;
}

/**
 * Behind the blank line that ends an event. A carriage return at the very end may be half of a line end, so it is decided
 * when the next byte is there.
 */
function endOfEvent(bytes: Uint8Array, start: number, from: number): number | undefined {
  for (let at = Math.max(start, from - 2); at < bytes.length; at++) {
    const first = lineEndAt(bytes, at);
    if (first === 0) continue;
    const second = lineEndAt(bytes, at + first);
    if (second > 0 && !isHalf(bytes, at + first)) return at + first + second;
    at += first - 1;
  }
  return undefined;
}

/** Length of the line end at a place; 0 when there is none. */
function lineEndAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] === lineFeed) return 1;
  if (bytes[at] !== carriageReturn) return 0;
  return bytes[at + 1] === lineFeed ? 2 : 1;
}

function isHalf(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === carriageReturn && at + 1 === bytes.length;
}

function lineOf(bytes: Uint8Array): Frame {
  let end = bytes.length;
  if (bytes[end - 1] === lineFeed) end--;
  if (bytes[end - 1] === carriageReturn) end--;
  return { bytes, data: end === 0 ? [] : [{ start: 0, end }], isForeign: false };
}

const field = new TextEncoder().encode('data');
const byteOrderMark = [0xef, 0xbb, 0xbf];

function eventOf(bytes: Uint8Array): Frame {
  const data: ByteRange[] = [];
  let isForeign = false;
  let start = byteOrderMark.every((byte, index) => bytes[index] === byte) ? byteOrderMark.length : 0;
  while (start < bytes.length) {
    let end = start;
    while (end < bytes.length && lineEndAt(bytes, end) === 0) end++;
    const value = valueStart(bytes, start, end);
    if (value !== undefined) data.push({ start: value, end });
    else isForeign ||= end > start && !isOtherField(bytes.subarray(start, end));
    start = end + Math.max(1, lineEndAt(bytes, end));
  }
  return { bytes, data, isForeign };
}

/** A comment, or one of the fields that the format has besides `data`. */
function isOtherField(line: Uint8Array): boolean {
  return /^(?:(?:event|id|retry)?:|(?:event|id|retry)$)/.test(new TextDecoder().decode(line));
}

/** Where the value of a `data` field begins; `undefined` for another line. One space after the colon is no part of it. */
function valueStart(bytes: Uint8Array, start: number, end: number): number | undefined {
  if (field.some((byte, index) => bytes[start + index] !== byte)) return undefined;
  const colon = start + field.length;
  if (colon === end) return end;
  if (bytes[colon] !== 0x3a) return undefined;
  return bytes[colon + 1] === 0x20 && colon + 1 < end ? colon + 2 : colon + 1;
}
