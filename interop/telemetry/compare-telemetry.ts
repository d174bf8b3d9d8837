// What a gateway exports, taken from real HTTP and read by those who receive such things: the OpenTelemetry collector's reader of OTLP and
// OPA's type of an event of its decision log.

import { openCollector } from '../../runtime/test/telemetry/collector.ts';
import { contextOf, runOutcomes } from '../../runtime/test/outcomes/parts.ts';
import { httpLog } from '../../runtime/src/audit/http-log.ts';
import { opaEntry } from '../../runtime/src/audit/opa-entry.ts';
import { createTelemetry } from '../../runtime/src/telemetry/create-telemetry.ts';
import { createMetrics } from '../../runtime/src/telemetry/metrics.ts';
import { otlpExport } from '../../runtime/src/telemetry/otlp-export.ts';
import type { Report } from '../check.ts';
import { buildReaders } from '../peer.ts';

/** Runs all of it. */
export async function compareTelemetry(report: Report): Promise<void> {
  const readers = buildReaders();
  report.check('the readers build', typeof readers !== 'string', typeof readers === 'string' ? readers : '');
  if (typeof readers === 'string') return;
  const collector = await openCollector();
  const metrics = createMetrics();
  const exporter = otlpExport({
    endpoint: collector.url,
    headers: {},
    resource: { 'service.name': 'rdp-gateway' },
    metrics,
    spanDelay: 1,
    report: () => undefined,
  });
  const telemetry = createTelemetry({ metrics, spans: exporter.span, traceRatio: 0 });
  const log = httpLog({
    url: collector.url,
    headers: {},
    write: (entry) => opaEntry(entry, { id: 'gateway-1', version: '1' }),
    delay: 1,
    report: () => undefined,
  });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
  const span = telemetry.begin({ surface: 'Chat', method: 'POST', traceparent, tracestate: 'a=b' });
  span.know({
    call: contextOf().call,
    operation: 'chat',
    usage: { input: 12, output: 3, from: 'provider' },
    finishReasons: ['stop'],
  });
  const { outcomes } = runOutcomes({ log });
  await outcomes.carryOut(
    {
      version: 1,
      action: 'block',
      status: 403,
      message: 'stopped',
      findings: [{ rule: 'Pii', severity: 'high', covers: ['owasp.llm.v2026.LLM02'], score: 7 }],
      because: [{ rule: 'Stop', at: 'p.rdp:1:1', facts: { model: 'gpt-5.2', n: 1 } }],
    },
    contextOf({ span }),
  );
  span.call();
  span.firstChunk();
  span.end({ status: 502, error: 'failed' });
  await collector.count(2);
  await exporter.close(3000);
  await log.close(3000);
  const bodyOf = (path: string): unknown => collector.received.find((received) => received.path === path)?.body;
  const { answers, failure } = readers([], [
    { op: 'traces', body: bodyOf('/v1/traces') },
    { op: 'metrics', body: bodyOf('/v1/metrics') },
    { op: 'decisions', body: bodyOf('/logs') },
  ]);
  collector.close();
  report.check('the readers answer', failure === undefined, failure ?? '');
  const [traces, measured, decisions] = answers;
  report.same('the collector reads two spans', traces?.result, [
    `Client ${traceId} chat gpt-5.2`,
    `Server ${traceId} POST`,
  ]);
  const names = Array.isArray(measured?.result) ? measured.result.map((line) => String(line).split(' ')[1]) : [];
  const wanted = ['http.server.request.duration', 'gen_ai.client.operation.duration', 'gen_ai.client.token.usage'];
  report.check(
    'the collector reads the metrics',
    wanted.every((name) => names.includes(name)),
    JSON.stringify(measured),
  );
  const [event] = Array.isArray(decisions?.result) ? decisions.result : [];
  report.check(
    'OPA knows every member of an event',
    /^[0-9a-f-]{36} shop\/checkout\/Chat\/request\/http 2026-11-23$/.test(String(event)),
    JSON.stringify(decisions),
  );
}
