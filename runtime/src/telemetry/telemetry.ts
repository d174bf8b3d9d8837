// What doors tell of the exchanges that they carry, as a port: a span for the exchange, which continues the caller's trace, and one
// below it for the call of the service; durations and tokens under the names of OpenTelemetry's conventions for HTTP and
// generative AI; the same for Prometheus.
//
// INVARIANT: nothing of a body gets here. Telling never throws and never waits.

import type { CallFacts, SpanOfCall, Usage } from '../enforce/carry-out.ts';

/** What is known when an exchange begins. */
export interface ExchangeStart {
  readonly surface: string;
  /** Upper case. */
  readonly method: string;
  /** As they came from the client. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** What comes to be known meanwhile. */
export interface ExchangeFacts {
  readonly call: CallFacts;
  /** `chat`, `embeddings`, `text_completion`, `generate_content`, `execute_tool`; none where it is no call of a model or tool. */
  readonly operation?: string;
  readonly usage?: Usage;
  /** The model as the answer names it. */
  readonly responseModel?: string;
  readonly finishReasons?: readonly string[];
}

/** What is known when it is over. */
export interface ExchangeEnd {
  /** As it was answered to the client; 0 when it was not. */
  readonly status: number;
  /** What went wrong, as one of few words: `refused`, `upstream_timeout`, … */
  readonly error?: string;
}

/** One exchange under way. */
export interface ExchangeSpan extends SpanOfCall {
  /** What was known before stays where nothing newer is. */
  readonly know: (facts: Partial<ExchangeFacts>) => void;
  /** The service is called now; gives the header fields to send along. */
  readonly call: () => Readonly<Record<string, string>>;
  /** The first piece of a streamed answer came. */
  readonly firstChunk: () => void;
  /** The first time counts. */
  readonly end: (how: ExchangeEnd) => void;
}

export interface Telemetry {
  readonly begin: (start: ExchangeStart) => ExchangeSpan;
}
