// Counts and durations → Prometheus' text format, version 0.0.4, and plain data for who exports them otherwise. Holds what is counted
// and nothing else; a review costs two map look-ups, which a general library does not manage.
//
// Names may be OpenTelemetry's, with dots; Prometheus gets them as its exporters write them: with underscores, and the unit behind.
//
// INVARIANT: what a client sends cannot make the number of series grow without bound.

/** A set of counters that differ in their labels. */
export interface CounterFamily {
  readonly add: (labels: readonly string[], amount?: number) => void;
}

export interface HistogramFamily {
  readonly observe: (labels: readonly string[], value: number) => void;
}

export interface Metrics {
  /** `labels` are names; each use gives as many values. */
  readonly counter: (name: string, help: string, labels: readonly string[]) => CounterFamily;
  readonly histogram: (
    name: string,
    help: string,
    labels: readonly string[],
    bounds: readonly number[],
    unit?: string,
  ) => HistogramFamily;
  /** Asked for when somebody looks; `undefined` leaves the line out. */
  readonly gauge: (name: string, help: string, read: () => GaugeValues) => void;
  /** The exposition. */
  readonly render: () => string;
  /** Counters and histograms as data; gauges, which are of this process, are left to who looks here. */
  readonly read: () => readonly MetricFamily[];
}

/** One family as data. `unit` is UCUM's: `s`, `{token}`; empty where the name says it. */
export type MetricFamily = { readonly name: string; readonly help: string; readonly unit: string } & (
  | { readonly kind: 'counter'; readonly series: readonly (SeriesLabels & { readonly value: number })[] }
  | {
      readonly kind: 'histogram';
      readonly bounds: readonly number[];
      /** One count more than there are bounds. */
      readonly series: readonly (SeriesLabels & { readonly counts: readonly number[]; readonly sum: number })[];
    }
);

interface SeriesLabels {
  readonly labels: Readonly<Record<string, string>>;
}

/** A number, or one for each set of labels as they are written. */
export type GaugeValues = number | undefined | readonly { readonly labels: string; readonly value: number }[];

/** Series of one family; further ones are counted together under `other`. */
const seriesLimit = 2000;

/** An empty registry. */
export function createMetrics(): Metrics {
  const families: (() => string)[] = [];
  const readers: (() => MetricFamily)[] = [];
  return {
    counter: (name, help, labels) => {
      const values = new Map<string, number>();
      families.push(() => {
        const lines = [...values]
          .toSorted(byKey)
          .map(([key, value]) => `${name}${braces(labelled(labels, key))} ${value}`);
        return family(name, help, 'counter', lines);
      });
      readers.push(() => ({
        kind: 'counter',
        name,
        help,
        unit: '',
        series: [...values].map(([key, value]) => ({ labels: labelRecord(labels, key), value })),
      }));
      return {
        add: (given, amount = 1) => {
          const key = seriesKey(values, given);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    histogram: (name, help, labels, bounds, unit = '') => {
      const exposed = `${plainName(name)}${unit === 's' ? '_seconds' : ''}`;
      const series = new Map<string, Histogram>();
      families.push(() => {
        const lines = [...series]
          .toSorted(byKey)
          .flatMap(([key, one]) => histogramLines(exposed, labelled(labels, key), one, bounds));
        return family(exposed, help, 'histogram', lines);
      });
      readers.push(() => ({
        kind: 'histogram',
        name,
        help,
        unit,
        bounds,
        series: [...series].map(([key, one]) => ({
          labels: labelRecord(labels, key),
          counts: [...one.counts],
          sum: one.sum,
        })),
      }));
      return {
        observe: (given, value) => {
          const key = seriesKey(series, given);
          let one = series.get(key);
          if (one === undefined) {
            one = { counts: new Float64Array(bounds.length + 1), sum: 0 };
            series.set(key, one);
          }
          let bucket = 0;
          while (bucket < bounds.length && value > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1;
          one.counts[bucket] = (one.counts[bucket] ?? 0) + 1;
          one.sum += value;
        },
      };
    },
    gauge: (name, help, read) => {
      families.push(() => {
        const values = read();
        if (values === undefined) return '';
        const lines =
          typeof values === 'number'
            ? [`${name} ${values}`]
            : values.map(({ labels, value }) => `${name}${braces(labels)} ${value}`);
        return family(name, help, 'gauge', lines);
      });
    },
    render: () => families.map((render) => render()).join(''),
    read: () => readers.map((read) => read()),
  };
}

interface Histogram {
  readonly counts: Float64Array;
  sum: number;
}

function family(name: string, help: string, type: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
}

function histogramLines(name: string, key: string, one: Histogram, bounds: readonly number[]): readonly string[] {
  const prefix = key === '' ? '' : `${key},`;
  let total = 0;
  const buckets = [...one.counts].map((count, index) => {
    total += count;
    return `${name}_bucket{${prefix}le="${bounds[index] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${name}_sum${braces(key)} ${one.sum}`, `${name}_count${braces(key)} ${total}`];
}

/** The values of the labels as one text; looked up with each review, so it is made readable when somebody looks. */
function seriesKey(known: { readonly size: number; has(key: string): boolean }, given: readonly string[]): string {
  const key = given.join(separator);
  return known.size < seriesLimit || known.has(key) ? key : given.map(() => 'other').join(separator);
}

const separator = '\n';

function labelled(labels: readonly string[], key: string): string {
  const values = key.split(separator);
  return labels.map((label, index) => `${plainName(label)}="${escapeLabel(values[index] ?? '')}"`).join(',');
}

function labelRecord(labels: readonly string[], key: string): Readonly<Record<string, string>> {
  const values = key.split(separator);
  return Object.fromEntries(labels.map((label, index) => [label, (values[index] ?? '').slice(0, 256)]));
}

function plainName(name: string): string {
  return name.replaceAll('.', '_');
}

/** As the format wants it, and of bounded length. */
export function escapeLabel(value: string): string {
  return /^[\w.:/-]{0,64}$/.test(value)
    ? value
    : value
        .slice(0, 64)
        .replaceAll('\\', '\\\\')
        .replaceAll('"', '\\"')
        .replaceAll(/[\n\r]/g, ' ');
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}
