// A JSON array that arrives in chunks → a frame for each of its items, with whatever stands before it (`[`, `,`, white space). A
// single object in place of the array is one item.
//
// INVARIANT: the frames' bytes, one after another, are the stream's bytes. Only strings and braces are told apart here; whether an
// item is JSON is found out by whoever reads it.

import { createByteQueue } from './byte-queue.ts';
import type { Frame, Framer } from './frame.ts';

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\,{}[]'].map((character) =>
  character.charCodeAt(0),
);

/** Items, none longer than `limit` bytes. */
export function createItemFramer(limit: number): Framer {
  const queue = createByteQueue();
  /** Bytes that stand in frames already, and those that have been looked at. */
  let taken = 0;
  let seen = 0;
  let itemStart: number | undefined;
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isForeign = false;
  /** All up to a byte is a frame; an item stands in it, or nothing that anybody knows. */
  const take = (end: number): Frame => {
    const bytes = queue.view(taken, end).slice();
    const data = itemStart === undefined || isForeign ? [] : [{ start: itemStart - taken, end: bytes.length }];
    taken = end;
    itemStart = undefined;
    return { bytes, data, isForeign };
  };
  const step = (frames: Frame[], byte: number): void => {
    seen++;
    if (itemStart === undefined) {
      if (byte === openBrace) {
        itemStart = seen - 1;
        depth = 1;
      } else isForeign ||= !isBetween(byte);
      return;
    }
    if (isString) {
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) isString = false;
    } else if (byte === quote) isString = true;
    else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) frames.push(take(seen));
    }
  };
  return {
    push: (chunk) => {
      queue.add(chunk);
      const frames: Frame[] = [];
      for (const byte of chunk) step(frames, byte);
      if (isForeign) frames.push(take(queue.end()));
      queue.forget(taken);
      return queue.end() - taken > limit ? undefined : frames;
    },
    end: () => (queue.end() === taken ? [] : [take(queue.end())]),
    held: () => queue.end() - taken,
  };
}

function isBetween(byte: number): boolean {
  return (
    byte === openBracket ||
    byte === closeBracket ||
    byte === comma ||
    byte === 0x20 ||
    byte === 10 ||
    byte === 13 ||
    byte === 9
  );
}
