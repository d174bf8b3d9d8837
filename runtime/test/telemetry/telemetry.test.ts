// Exchanges as a collector hears of them over HTTP, as Prometheus does, and as the next one in the trace.

import test from 'ava';

import { createTelemetry, noTelemetry } from '../../src/telemetry/create-telemetry.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { otlpExport } from '../../src/telemetry/otlp-export.ts';
import type { ExchangeFacts, ExchangeStart } from '../../src/telemetry/telemetry.ts';
import { openCollector } from './collector.ts';
import { metricsShape, shapeFaults, tracesShape } from './otlp-shape.ts';

const start: ExchangeStart = {
  surface: 'Chat',
  method: 'POST',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'a=b',
};
const end = { status: 200 };
const facts: ExchangeFacts = {
  call: { host: 'api.mistral.ai', provider: 'mistral', model: 'small', session: 's1' },
  operation: 'chat',
  usage: { input: 12, output: 3, from: 'provider' },
  responseModel: 'small-2',
  finishReasons: ['stop'],
};

interface SpanJson {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly events: readonly { readonly name: string }[];
}

test('a call of a model is two spans of the caller’s trace, and the service continues it', async (t) => {
  const collector = await openCollector();
  const metrics = createMetrics();
  const exporter = otlpExport({
    endpoint: `${collector.url}/`,
    headers: { 'x-key': 'k' },
    resource: { 'service.name': 'rdp-gateway' },
    metrics,
    spanDelay: 10,
    report: (why) => t.log(why),
  });
  const telemetry = createTelemetry({ metrics, spans: exporter.span, traceRatio: 0 });
  const exchange = telemetry.begin(start);
  exchange.decided({ event: 'request', action: 'redact', verdict: 'pass' });
  const sent = exchange.call();
  exchange.firstChunk();
  exchange.know({ call: { host: 'other', model: 'small' } });
  exchange.know(facts);
  exchange.end(end);
  exchange.end(end);
  await collector.count(1);
  await exporter.close(2000);
  const [traces, measured] = [
    collector.received.find(({ path }) => path === '/v1/traces'),
    collector.received.find(({ path }) => path === '/v1/metrics'),
  ];
  t.is(traces?.headers['x-key'], 'k');
  t.is(traces?.headers['content-type'], 'application/json');
  t.deepEqual(shapeFaults(traces?.body, tracesShape), []);
  t.deepEqual(shapeFaults(measured?.body, metricsShape), []);
  const body = traces?.body as { resourceSpans: { scopeSpans: { spans: SpanJson[] }[] }[] };
  const [call, server] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  t.like(server, {
    name: 'POST',
    kind: 2,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
  });
  t.like(call, {
    name: 'chat small',
    kind: 3,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: server?.spanId,
  });
  t.is(sent['traceparent'], `00-0af7651916cd43dd8448eb211c80319c-${call?.spanId}-01`);
  t.is(sent['tracestate'], 'a=b');
  t.is(exchange.trace.spanId, server?.spanId ?? '');
  const said = Object.fromEntries((call?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
  t.like(said, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'mistral_ai',
    'gen_ai.request.model': 'small',
    'gen_ai.response.model': 'small-2',
    'gen_ai.usage.input_tokens': '12',
    'gen_ai.usage.output_tokens': '3',
    'gen_ai.conversation.id': 's1',
    'server.address': 'api.mistral.ai',
  });
  t.is(server?.events[0]?.name, 'rdp.decision');
  const text = metrics.render();
  t.regex(text, /gen_ai_client_token_usage_sum\{[^}]*gen_ai_token_type="output"[^}]*\} 3/);
  t.regex(text, /gen_ai_client_operation_duration_seconds_count\{[^}]*gen_ai_provider_name="mistral_ai"/);
  t.regex(text, /http_server_request_duration_seconds_count\{[^}]*rdp_surface="Chat"[^}]*\} 1/);
  collector.close();
});

test('a caller that does not sample is not sampled, and a new trace is as the ratio says', (t) => {
  const kept: unknown[] = [];
  const spans = (span: unknown): void => void kept.push(span);
  const all = createTelemetry({ metrics: createMetrics(), spans, traceRatio: 1 });
  const unsampled = all.begin({ ...start, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' });
  t.regex(unsampled.call()['traceparent'] ?? '', /-00$/);
  unsampled.end(end);
  t.is(kept.length, 0);
  const broken = [
    undefined,
    '',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
    `${start.traceparent}\n`,
  ];
  for (const traceparent of broken) {
    const exchange = all.begin({ ...start, traceparent });
    t.not(exchange.trace.traceId, '0af7651916cd43dd8448eb211c80319c');
    t.is(exchange.call()['tracestate'], undefined);
    exchange.end({ ...end, status: 403, error: 'refused' });
  }
  t.is(kept.length, broken.length * 2);
  const later = all.begin({ ...start, traceparent: '01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more' });
  t.is(later.trace.traceId, '0af7651916cd43dd8448eb211c80319c');
  t.regex(
    noTelemetry().begin(start).call()['traceparent'] ?? '',
    /^00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01$/,
  );
});

test('a collector that is away, slow or full costs spans and nobody’s time', async (t) => {
  const collector = await openCollector();
  collector.answer(503, 200);
  const reports: string[] = [];
  const exporter = otlpExport({
    endpoint: collector.url,
    headers: {},
    resource: {},
    metrics: createMetrics(),
    spanDelay: 1,
    report: (why) => reports.push(why),
  });
  const telemetry = createTelemetry({ metrics: createMetrics(), spans: exporter.span, traceRatio: 1 });
  const refused = telemetry.begin({ ...start, traceparent: undefined });
  refused.end({ ...end, status: 403 });
  await collector.count(2);
  t.deepEqual(collector.received[0]?.body, collector.received[1]?.body);
  t.regex(reports.join(), /answers 503/);
  collector.close();
  const began = performance.now();
  for (let exchange = 0; exchange < 20_000; exchange += 1) telemetry.begin(start).end(end);
  t.true(performance.now() - began < 5000);
  await exporter.close(50);
  t.true(exporter.lost() >= 20_000 - 8192);
});
