// Exchanges → spans for an exporter, and histograms in the registry of metrics, under the names of OpenTelemetry's semantic conventions
// (1.4x: HTTP stable; generative AI in development, whose names may still change).
//
// INVARIANT: as the port's. Attributes are what doors know of a call and never texts of it; how many series there are is bounded by
// the registry.

import type { CallFacts } from '../enforce/carry-out.ts';
import type { Metrics } from './metrics.ts';
import type { Attributes, SpanData } from './otlp-json.ts';
import type { ExchangeEnd, ExchangeFacts, ExchangeSpan, ExchangeStart, Telemetry } from './telemetry.ts';
import { newSpanId, placeSpan, traceHeaders } from './trace-context.ts';

export interface TelemetryOptions {
  readonly metrics: Metrics;
  /** Where spans go; without it there are none, and contexts are handed on all the same. */
  readonly spans?: (span: SpanData) => void;
  /** Part of the traces that begin here that are kept, 0 to 1; a caller's word on its own goes first. */
  readonly traceRatio: number;
}

/** The conventions' advice for boundaries. */
const httpSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const modelSeconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const tokens = [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864];

/** Providers whose name in the conventions is not ours. */
const providerNames: ReadonlyMap<string, string> = new Map([
  ['azure', 'azure.ai.openai'],
  ['bedrock', 'aws.bedrock'],
  ['gemini', 'gcp.gemini'],
  ['vertex', 'gcp.vertex_ai'],
  ['mistral', 'mistral_ai'],
  ['xai', 'x_ai'],
]);

/** Registers the families. */
export function createTelemetry({ metrics, spans, traceRatio }: TelemetryOptions): Telemetry {
  const model = ['gen_ai.operation.name', 'gen_ai.provider.name', 'gen_ai.request.model', 'gen_ai.response.model'];
  const http = metrics.histogram(
    'http.server.request.duration',
    'Duration of exchanges.',
    ['http.request.method', 'http.response.status_code', 'http.route', 'error.type', 'rdp.surface'],
    httpSeconds,
    's',
  );
  const operations = metrics.histogram(
    'gen_ai.client.operation.duration',
    'Duration of calls of models and tools.',
    [...model, 'server.address', 'error.type'],
    modelSeconds,
    's',
  );
  const firstChunks = metrics.histogram(
    'gen_ai.client.operation.time_to_first_chunk',
    'Time to the first piece of streamed answers.',
    [...model, 'server.address'],
    modelSeconds,
    's',
  );
  const usages = metrics.histogram(
    'gen_ai.client.token.usage',
    'Tokens that went to models and came back.',
    [...model, 'server.address', 'gen_ai.token.type'],
    tokens,
    '{token}',
  );

  const measure = (start: ExchangeStart, how: Ended, times: Times): void => {
    const { call, operation, usage } = how;
    http.observe(
      [start.method, String(how.status), call.route ?? '', how.error ?? '', start.surface],
      (times.ended - times.began) / 1000,
    );
    if (operation === undefined || times.called === undefined) return;
    const labels = [operation, providerOf(call) ?? '', call.model ?? '', how.responseModel ?? ''];
    const address = call.host ?? '';
    operations.observe([...labels, address, how.error ?? ''], (times.ended - times.called) / 1000);
    if (times.firstChunk !== undefined)
      firstChunks.observe([...labels, address], (times.firstChunk - times.called) / 1000);
    if (usage === undefined) return;
    if (usage.input !== undefined) usages.observe([...labels, address, 'input'], usage.input);
    usages.observe([...labels, address, 'output'], usage.output);
  };

  return {
    begin: (start) => {
      const place = placeSpan(start, () => (Math.random() < traceRatio ? 'yes' : 'no'));
      const isKept = spans !== undefined && place.sampled !== 'no';
      const callId = newSpanId();
      const events: SpanData['events'][number][] = [];
      const times: Times = { began: clock(), called: undefined, firstChunk: undefined, ended: 0 };
      let known: ExchangeFacts = { call: {} };
      const exchange: ExchangeSpan = {
        trace: { traceId: place.traceId, spanId: place.spanId },
        know: (facts) => {
          known = { ...known, ...facts, call: { ...known.call, ...facts.call } };
        },
        decided: ({ event, action, verdict, reason, rule }) => {
          const attributes = {
            'rdp.event': event,
            'rdp.action': action,
            'rdp.verdict': verdict,
            'rdp.reason': reason,
            'rdp.rule': rule,
          };
          if (isKept && events.length < 64) events.push({ time: clock(), name: 'rdp.decision', attributes });
        },
        call: () => {
          times.called ??= clock();
          return traceHeaders(place, callId);
        },
        firstChunk: () => {
          times.firstChunk ??= clock();
        },
        end: (end) => {
          if (times.ended > 0) return;
          const how: Ended = { ...known, ...end };
          times.ended = clock();
          measure(start, how, times);
          if (spans === undefined || !isKept) return;
          const { traceId, state } = place;
          if (times.called !== undefined)
            spans({
              ...callSpan(start, how),
              traceId,
              spanId: callId,
              parentId: place.spanId,
              state,
              kind: 'client',
              start: times.called,
              end: times.ended,
              events: [],
            });
          spans({
            ...exchangeSpan(start, how),
            traceId,
            spanId: place.spanId,
            parentId: place.parentId,
            state,
            kind: 'server',
            start: times.began,
            end: times.ended,
            events,
          });
        },
      };
      return exchange;
    },
  };
}

/** All that is known of an exchange that is over. */
type Ended = ExchangeFacts & ExchangeEnd;

interface Times {
  readonly began: number;
  called: number | undefined;
  firstChunk: number | undefined;
  ended: number;
}

/** Milliseconds since the epoch that never go back. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

type SpanContent = Pick<SpanData, 'name' | 'attributes' | 'error'>;

function exchangeSpan({ surface, method }: ExchangeStart, { status, call, error }: Ended): SpanContent {
  return {
    name: call.route === undefined ? method : `${method} ${call.route}`,
    attributes: {
      'rdp.surface': surface,
      'http.request.method': method,
      'http.route': call.route,
      'http.response.status_code': status === 0 ? undefined : status,
      'error.type': error ?? (status >= 500 ? String(status) : undefined),
    },
    // Of a server span only its own faults are errors; what was refused was meant to be.
    error: status >= 500 || (status === 0 && error !== undefined) ? (error ?? String(status)) : undefined,
  };
}

function callSpan({ method }: ExchangeStart, how: Ended): SpanContent {
  const { call, operation, usage, error, status } = how;
  const shared: Attributes = {
    'server.address': call.host,
    'http.request.method': method,
    'http.response.status_code': status === 0 ? undefined : status,
    'error.type': error,
  };
  if (operation === undefined) return { name: method, attributes: shared, error };
  const subject = operation === 'execute_tool' ? call.tool : call.model;
  return {
    name: subject === undefined ? operation : `${operation} ${subject}`,
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': providerOf(call),
      'gen_ai.request.model': call.model,
      'gen_ai.response.model': how.responseModel,
      'gen_ai.response.finish_reasons': how.finishReasons,
      'gen_ai.usage.input_tokens': usage?.input,
      'gen_ai.usage.output_tokens': usage?.output,
      'gen_ai.conversation.id': call.session,
      'gen_ai.tool.name': call.tool,
      ...shared,
    },
    error,
  };
}

function providerOf({ provider }: CallFacts): string | undefined {
  return provider === undefined ? undefined : (providerNames.get(provider) ?? provider);
}

/** For who wants no telemetry: contexts are handed on, nothing is kept. */
export function noTelemetry(): Telemetry {
  return {
    begin: (start) => {
      const place = placeSpan(start, () => 'no');
      return {
        trace: { traceId: place.traceId, spanId: place.spanId },
        know: () => undefined,
        decided: () => undefined,
        call: () => traceHeaders(place, place.parentId ?? place.spanId),
        firstChunk: () => undefined,
        end: () => undefined,
      };
    },
  };
}
