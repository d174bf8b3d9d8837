// One event of a stream, whatever is between events: its bytes as they came, and where the payload stands in them.

/** One event, line, item or message. */
export interface Frame {
  /** With whatever ends it; of a `wrapped` frame what is in it. */
  readonly bytes: Uint8Array;
  /** Where the payload stands in `bytes`: the values of `data` fields, or the line; joined by line feeds they are the payload. */
  readonly data: readonly ByteRange[];
  /** Whether it has a line that is no field of an event: some other format, such as a page of HTML. */
  readonly isForeign: boolean;
  /** Of a frame whose bytes on the wire are others: those, and how `bytes` go onto the wire after an edit. */
  readonly wrapped?: { readonly wire: Uint8Array; readonly wrap: (bytes: Uint8Array) => Uint8Array };
}

/** Half-open. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Takes a stream apart. */
export interface Framer {
  /** The frames that are whole now; `undefined` when one has grown beyond the limit. */
  readonly push: (chunk: Uint8Array) => readonly Frame[] | undefined;
  /** What is left when the stream ends: a frame without its end, or none. */
  readonly end: () => readonly Frame[];
  /** Bytes of a frame that is not whole. */
  readonly held: () => number;
}
