// Spans and families of metrics → OTLP as JSON (opentelemetry-proto 1.x: ExportTraceServiceRequest, ExportMetricsServiceRequest in the
// mapping of the OTLP specification: names in camel case, 64-bit numbers as texts, ids in hexadecimal, enumerations as numbers).

import type { MetricFamily } from './metrics.ts';

export type AttributeValue = string | number | boolean | readonly string[];

/** An attribute that is undefined is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface SpanData {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  readonly name: string;
  readonly kind: 'server' | 'client';
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly events: readonly { readonly time: number; readonly name: string; readonly attributes: Attributes }[];
  /** What went wrong; undefined leaves the status unset. */
  readonly error: string | undefined;
}

/** Who sends: attributes of the resource. */
export type Resource = Attributes;

const scope = { name: 'rdp' } as const;

/** SpanKind. */
const kinds = { server: 2, client: 3 } as const;

/** The body of a request to `/v1/traces`. */
export function tracesJson(resource: Resource, spans: readonly SpanData[]): object {
  const written = spans.map((span) => ({
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId }),
    ...(span.state === undefined ? {} : { traceState: span.state }),
    name: span.name,
    kind: kinds[span.kind],
    startTimeUnixNano: nanos(span.start),
    endTimeUnixNano: nanos(span.end),
    attributes: keyValues(span.attributes),
    events: span.events.map(({ time, name, attributes }) => ({
      timeUnixNano: nanos(time),
      name,
      attributes: keyValues(attributes),
    })),
    status: span.error === undefined ? {} : { code: 2, message: span.error },
  }));
  return {
    resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans: [{ scope, spans: written }] }],
  };
}

/** The body of a request to `/v1/metrics`; everything is counted since `began` (cumulative). */
export function metricsJson(
  resource: Resource,
  families: readonly MetricFamily[],
  { began, now }: { readonly began: number; readonly now: number },
): object {
  const times = { startTimeUnixNano: nanos(began), timeUnixNano: nanos(now) };
  const metrics = families
    .filter(({ series }) => series.length > 0)
    .map((family) => ({
      name: family.name,
      description: family.help,
      unit: family.unit,
      ...(family.kind === 'counter'
        ? {
            sum: {
              aggregationTemporality: 2,
              isMonotonic: true,
              dataPoints: family.series.map(({ labels, value }) => ({
                ...times,
                attributes: keyValues(labels),
                asDouble: value,
              })),
            },
          }
        : {
            histogram: {
              aggregationTemporality: 2,
              dataPoints: family.series.map(({ labels, counts, sum }) => ({
                ...times,
                attributes: keyValues(labels),
                count: String(counts.reduce((total, count) => total + count, 0)),
                sum,
                bucketCounts: counts.map(String),
                explicitBounds: family.bounds,
              })),
            },
          }),
    }));
  return {
    resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics: [{ scope, metrics }] }],
  };
}

function keyValues(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [{ key, value: anyValue(value) }],
  );
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
}

function nanos(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return `${BigInt(whole) * 1_000_000n + BigInt(Math.floor((milliseconds - whole) * 1_000_000))}`;
}
