// Bytes of a response that streams, in chunks of any size → frames, in whichever format it streams: events and lines, items of a JSON
// array, binary messages.

import type { StreamFormat } from '../contract/index.ts';
import { createMessageFramer } from './event-stream.ts';
import type { Framer } from './frame.ts';
import { createItemFramer } from './json-items.ts';
import { createLineFramer } from './line-frames.ts';

/** Frames of a format, none longer than `limit` bytes. */
export function createFramer(format: StreamFormat, limit: number): Framer {
  if (format === 'eventstream') return createMessageFramer(limit);
  if (format === 'json') return createItemFramer(limit);
  return createLineFramer(format, limit);
}
