// The bytes of a text that are still needed: new ones come at its end, old ones go, and places are those of the whole text.
// INVARIANT: what a queue gives is its own memory: it holds until something is added.

/** The last bytes of a text. */
export interface ByteQueue {
  /** The length of the whole text so far. */
  readonly end: () => number;
  readonly add: (bytes: Uint8Array) => void;
  /** Bytes before this place are no longer asked for. */
  readonly forget: (before: number) => void;
  readonly at: (place: number) => number;
  /** The bytes from `start` up to `end`, or all there are. */
  readonly view: (start: number, end?: number) => Uint8Array;
}

/** Bytes that are kept in vain before it is worth while to move the others to their place. */
const keptInVain = 4096;

/** An empty queue. */
export function createByteQueue(): ByteQueue {
  let buffer = new Uint8Array(2 * keptInVain);
  /** Bytes in `buffer`; the first of them is byte `base` of the text. */
  let length = 0;
  let base = 0;
  return {
    end: () => base + length,
    add: (bytes) => {
      if (length + bytes.length > buffer.length) {
        const larger = new Uint8Array(2 * (length + bytes.length));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(bytes, length);
      length += bytes.length;
    },
    forget: (before) => {
      const needless = before - base;
      if (needless < keptInVain) return;
      buffer.copyWithin(0, needless, length);
      base += needless;
      length -= needless;
    },
    at: (place) => buffer[place - base] ?? 0,
    view: (start, end = base + length) => buffer.subarray(start - base, end - base),
  };
}
