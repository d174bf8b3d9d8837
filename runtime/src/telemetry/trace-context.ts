// `traceparent` and `tracestate` → where a call stands in a trace, and back (W3C Trace Context, level 1; what a later version adds is left
// alone, as it asks for).
//
// INVARIANT: what is no trace context is none: a new trace begins, and the caller's state is not handed on.

import { randomBytes } from 'node:crypto';

export interface SpanPlace {
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Of the caller's span; none where the trace begins here. */
  readonly parentId: string | undefined;
  readonly sampled: 'yes' | 'no';
  readonly state: string | undefined;
}

export interface CallerTrace {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** Continues the caller's trace, or begins one; `begun` says whether one that begins here is kept. */
export function placeSpan({ traceparent, tracestate }: CallerTrace, begun: () => 'yes' | 'no'): SpanPlace {
  const spanId = newSpanId();
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceparent ?? '');
  const [, version = 'ff', traceId = '', parentId = '', flags = '00', rest] = parts ?? [];
  const isValid =
    version !== 'ff' && !/^0+$/.test(traceId) && !/^0+$/.test(parentId) && (version !== '00' || rest === undefined);
  if (!isValid)
    return {
      traceId: randomHex(16),
      spanId,
      parentId: undefined,
      sampled: begun(),
      state: undefined,
    };
  const sampled = (Number.parseInt(flags, 16) & 1) === 1 ? 'yes' : 'no';
  return { traceId, spanId, parentId, sampled, state: tracestate };
}

/** 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomHex(8);
}

/** Random bytes that no id has yet; asking the system for each id would cost more than the id. */
const drawn = { bytes: Buffer.alloc(0), next: 0 };

function randomHex(size: number): string {
  if (drawn.next + size > drawn.bytes.length) {
    drawn.bytes = randomBytes(4096);
    drawn.next = 0;
  }
  const start = drawn.next;
  drawn.next += size;
  return drawn.bytes.toString('hex', start, drawn.next);
}

/** Header fields for the next one, whose parent is the span `spanId`. */
export function traceHeaders(place: SpanPlace, spanId: string): Readonly<Record<string, string>> {
  return {
    traceparent: `00-${place.traceId}-${spanId}-${place.sampled === 'yes' ? '01' : '00'}`,
    ...(place.state === undefined || place.state === '' ? {} : { tracestate: place.state }),
  };
}
