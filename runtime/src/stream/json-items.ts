// A JSON array that arrives in chunks → a frame for each of its items, with whatever stands before it (`[`, `,`, white space). A
// single object in place of the array is one item.
//
// INVARIANT: the frames' bytes, one after another, are the stream's bytes. Only strings and braces are told apart here; whether an
// item is JSON is found out by whoever reads it.

import { joined, type Frame, type Framer } from './frame.ts';

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\,{}[]'].map((character) =>
  character.charCodeAt(0),
);

/** Items, none longer than `limit` bytes. */
export function createItemFramer(limit: number): Framer {
  let rest = new Uint8Array(0);
  /** Bytes of `rest` that have been looked at. */
  let seen = 0;
  let itemStart: number | undefined;
  let depth = 0;
  let isString = false;
  let isEscaped = false;
  let isForeign = false;
  const take = (frames: Frame[], end: number, data: Frame['data']): void => {
    frames.push({ bytes: rest.subarray(0, end), data, isForeign });
    rest = rest.slice(end);
    seen = 0;
    itemStart = undefined;
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
      if (depth === 0) take(frames, seen, [{ start: itemStart, end: seen }]);
    }
  };
  return {
    push: (chunk) => {
      rest = joined(rest, chunk);
      const frames: Frame[] = [];
      while (seen < rest.length) step(frames, rest[seen] ?? 0);
      if (isForeign) take(frames, rest.length, []);
      return rest.length > limit ? undefined : frames;
    },
    end: () => {
      const frames: Frame[] = [];
      if (rest.length > 0)
        take(frames, rest.length, itemStart === undefined ? [] : [{ start: itemStart, end: rest.length }]);
      return frames;
    },
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
