// Samples of a process's memory → whether they grow. What is looked at is the time after a warm-up, in which code is compiled and caches
// fill: the growth of the line through the samples (least squares) over that time, and the median of the last quarter against that of the first.
// What is under way when a sample is taken comes on top, and goes again; so of every four samples the least counts, which a leak raises
// like the others.

/** Megabytes, and seconds since the start. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  /** Part of the mean that the line grows by over the time that is looked at; below 0 when it falls. */
  readonly growth: number;
  /** Median of the last quarter over that of the first. */
  readonly ratio: number;
  readonly from: number;
  readonly to: number;
  readonly samples: number;
}

/** Samples of which the least counts. */
const grouped = 4;

/** The trend of the samples after `warmUp` seconds. */
export function trendOf(all: readonly Sample[], warmUp: number): Trend {
  const samples = leastOf(all.filter(({ at }) => at >= warmUp));
  const mean = (read: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + read(sample), 0) / Math.max(1, samples.length);
  const [meanAt, meanValue] = [mean(({ at }) => at), mean(({ value }) => value)];
  const spread = mean(({ at }) => (at - meanAt) ** 2);
  const slope = spread === 0 ? 0 : mean(({ at, value }) => (at - meanAt) * (value - meanValue)) / spread;
  const time = (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const [from, to] = [median(samples.slice(0, quarter)), median(samples.slice(-quarter))];
  return { growth: (slope * time) / meanValue, ratio: to / from, from, to, samples: samples.length };
}

function leastOf(samples: readonly Sample[]): readonly Sample[] {
  const groups = Array.from({ length: Math.floor(samples.length / grouped) }, (_, group) =>
    samples.slice(group * grouped, (group + 1) * grouped),
  );
  return groups.flatMap((group) => group.toSorted((a, b) => a.value - b.value)[0] ?? []);
}

function median(samples: readonly Sample[]): number {
  const values = samples.map(({ value }) => value).toSorted((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}
