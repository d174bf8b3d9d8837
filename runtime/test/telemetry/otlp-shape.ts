// The messages of opentelemetry-proto as far as an exporter writes them, to compare a body with: each member with the form that the
// JSON mapping of OTLP gives it. A member that is not here is a fault.

export type Shape =
  | 'text'
  | 'number'
  | 'boolean'
  /** A 64-bit number, as text. */
  | 'long'
  /** Hexadecimal digits, so many bytes. */
  | { readonly bytes: number }
  | { readonly list: Shape }
  | { readonly members: Readonly<Record<string, Shape>>; readonly needed?: readonly string[] };

const anyValue: Shape = {
  members: {
    stringValue: 'text',
    boolValue: 'boolean',
    intValue: 'long',
    doubleValue: 'number',
    arrayValue: { members: { values: { list: { members: { stringValue: 'text' } } } } },
  },
};
const attributes: Shape = { list: { members: { key: 'text', value: anyValue }, needed: ['key', 'value'] } };
const scope: Shape = { members: { name: 'text', version: 'text' } };
const resource: Shape = { members: { attributes } };

/** ExportTraceServiceRequest. */
export const tracesShape: Shape = {
  members: {
    resourceSpans: {
      list: {
        members: {
          resource,
          scopeSpans: {
            list: {
              members: {
                scope,
                spans: {
                  list: {
                    needed: ['traceId', 'spanId', 'name', 'kind', 'startTimeUnixNano', 'endTimeUnixNano'],
                    members: {
                      traceId: { bytes: 16 },
                      spanId: { bytes: 8 },
                      parentSpanId: { bytes: 8 },
                      traceState: 'text',
                      name: 'text',
                      kind: 'number',
                      startTimeUnixNano: 'long',
                      endTimeUnixNano: 'long',
                      attributes,
                      events: {
                        list: {
                          members: { timeUnixNano: 'long', name: 'text', attributes },
                          needed: ['timeUnixNano', 'name'],
                        },
                      },
                      status: { members: { code: 'number', message: 'text' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

const point = { startTimeUnixNano: 'long', timeUnixNano: 'long', attributes } as const;

/** ExportMetricsServiceRequest. */
export const metricsShape: Shape = {
  members: {
    resourceMetrics: {
      list: {
        members: {
          resource,
          scopeMetrics: {
            list: {
              members: {
                scope,
                metrics: {
                  list: {
                    needed: ['name'],
                    members: {
                      name: 'text',
                      description: 'text',
                      unit: 'text',
                      sum: {
                        needed: ['dataPoints', 'aggregationTemporality', 'isMonotonic'],
                        members: {
                          aggregationTemporality: 'number',
                          isMonotonic: 'boolean',
                          dataPoints: { list: { members: { ...point, asDouble: 'number', asInt: 'long' } } },
                        },
                      },
                      histogram: {
                        needed: ['dataPoints', 'aggregationTemporality'],
                        members: {
                          aggregationTemporality: 'number',
                          dataPoints: {
                            list: {
                              needed: ['count', 'bucketCounts', 'explicitBounds'],
                              members: {
                                ...point,
                                count: 'long',
                                sum: 'number',
                                bucketCounts: { list: 'long' },
                                explicitBounds: { list: 'number' },
                              },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

/** Where a value is not of its shape. */
export function shapeFaults(value: unknown, shape: Shape, at: string = ''): readonly string[] {
  if (shape === 'text' || shape === 'boolean' || shape === 'number') {
    return typeof value === (shape === 'text' ? 'string' : shape) ? [] : [`${at}: no ${shape}`];
  }
  if (shape === 'long') return typeof value === 'string' && /^-?\d+$/.test(value) ? [] : [`${at}: no 64-bit number`];
  if ('bytes' in shape) {
    const form = new RegExp(`^[0-9a-f]{${shape.bytes * 2}}$`);
    return typeof value === 'string' && form.test(value) ? [] : [`${at}: no ${shape.bytes} bytes`];
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) return [`${at}: no list`];
    return value.flatMap((item, index) => shapeFaults(item, shape.list, `${at}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return [`${at}: no message`];
  const missing = (shape.needed ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${at}/${name}: missing`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const known = shape.members[name];
      return known === undefined ? [`${at}/${name}: unknown`] : shapeFaults(member, known, `${at}/${name}`);
    }),
  ];
}
