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
      traceId: randomBytes(16).toString('hex'),
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
  return randomBytes(8).toString('hex');
}

/** Header fields for the next one, whose parent is the span `spanId`. */
export function traceHeaders(place: SpanPlace, spanId: string): Readonly<Record<string, string>> {
  return {
    traceparent: `00-${place.traceId}-${spanId}-${place.sampled === 'yes' ? '01' : '00'}`,
    ...(place.state === undefined || place.state === '' ? {} : { tracestate: place.state }),
  };
}
