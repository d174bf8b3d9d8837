// What doors tell of the exchanges that they carry, as a port: one span an exchange, continuing the caller's trace; durations and
// tokens under the names of OpenTelemetry's conventions for HTTP and generative AI; the same for Prometheus.
//
// INVARIANT: nothing of a body gets here. Telling never throws and never waits.

import type { CallFacts, TraceContext, Usage } from '../enforce/carry-out.ts';

/** What is known when an exchange begins. */
export interface ExchangeStart {
  readonly surface: string;
  /** Upper case. */
  readonly method: string;
  /** As they came from the client. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** What is known when it is over. */
export interface ExchangeEnd {
  /** As it was answered to the client. */
  readonly status: number;
  readonly call: CallFacts;
  /** `chat`, `embeddings`, `text_completion`, `execute_tool`; none where it is no call of a model or tool. */
  readonly operation?: string;
  readonly usage?: Usage;
  /** The model as the answer names it. */
  readonly responseModel?: string;
  readonly finishReasons?: readonly string[];
  /** What went wrong, as one of few words: `refused`, `upstream_timeout`, … */
  readonly error?: string;
}

/** One exchange under way. */
export interface Exchange {
  readonly trace: TraceContext;
  /** To be sent on to the upstream. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first piece of a streamed answer came. */
  readonly firstChunk: () => void;
  readonly end: (how: ExchangeEnd) => void;
}

export interface Telemetry {
  readonly begin: (start: ExchangeStart) => Exchange;
}
