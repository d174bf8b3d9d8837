// Spans and a registry of metrics → an OTLP/HTTP collector, as JSON: spans as they end, metrics every now and then.
//
// INVARIANT: what the collector does not take in time is lost and counted; nobody waits for it.

import type { Metrics } from './metrics.ts';
import { metricsJson, tracesJson, type Resource, type SpanData } from './otlp-json.ts';
import { sendBatches } from './send-batches.ts';

export interface OtlpOptions {
  /** Base address, as in `OTEL_EXPORTER_OTLP_ENDPOINT`: `/v1/traces` and `/v1/metrics` are put behind it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `service.name` and what else says who sends. */
  readonly resource: Resource;
  readonly metrics: Metrics;
  /** Milliseconds between two exports of metrics; 60,000 unless said, and what spans wait for others: 5,000. */
  readonly metricInterval?: number;
  readonly spanDelay?: number;
  readonly report: (why: string) => void;
}

export interface OtlpExport {
  readonly span: (span: SpanData) => void;
  /** Spans and reports of metrics that were lost. */
  readonly lost: () => number;
  /** Sends what there is, for at most `milliseconds`. */
  readonly close: (milliseconds: number) => Promise<void>;
}

/** Begins to export. */
export function otlpExport(options: OtlpOptions): OtlpExport {
  const { headers, resource, metrics, report } = options;
  const base = options.endpoint.replace(/\/+$/, '');
  const began = Date.now();
  const common = { headers, timeout: 10_000, report };
  const spans = sendBatches<SpanData>({
    ...common,
    url: `${base}/v1/traces`,
    write: (items) => JSON.stringify(tracesJson(resource, items)),
    batchLimit: 512,
    waitingLimit: 8192,
    delay: options.spanDelay ?? 5000,
  });
  // Of metrics only the newest report matters: they are sums since the beginning.
  const reports = sendBatches<string>({
    ...common,
    url: `${base}/v1/metrics`,
    write: (items) => items.at(-1) ?? '{}',
    batchLimit: 16,
    waitingLimit: 16,
    delay: 0,
  });
  const measure = (): void => {
    const families = metrics.read();
    if (families.some(({ series }) => series.length > 0))
      reports.add(JSON.stringify(metricsJson(resource, families, { began, now: Date.now() })));
  };
  const timer = setInterval(measure, options.metricInterval ?? 60_000);
  timer.unref();
  return {
    span: (span) => void spans.add(span),
    lost: () => spans.lost() + reports.lost(),
    close: async (milliseconds) => {
      clearInterval(timer);
      measure();
      await Promise.all([spans.close(milliseconds), reports.close(milliseconds)]);
    },
  };
}
