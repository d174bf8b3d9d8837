// How everything here is timed: both sides in one process, interleaved A B A B, several processes, many batches after a
// warm-up; the figure is the ratio of the 10th percentiles with a bootstrap interval. Outputs are compared before.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Two ways to do one thing. Each call does the whole of it, copies in and out counted. */
export interface Pair {
  readonly ours: () => unknown;
  /** May be a promise, when the peer gives one: it is waited for. */
  readonly peer: () => unknown;
  /** Throws when the two do not give the same answer; runs before anything is timed. */
  readonly agree: () => void | Promise<void>;
  /** What a reader has to know of the figure: how many rules the peer takes, which text was the worst. */
  readonly note?: string;
}

export interface BenchCase {
  readonly goal: number;
  readonly name: string;
  readonly peer: string;
  /** The ratio peer ÷ ours that is wanted, or with `atMost` the ratio ours ÷ peer that must not be passed. */
  readonly threshold: number;
  readonly direction: 'times-faster' | 'at-most';
  /** What the machine lacks for it, when it lacks something: the case is left out and said to be. */
  readonly needs?: () => string | undefined;
  readonly prepare: () => Promise<Pair>;
}

/** A case that could not be measured here. */
export interface Skipped {
  readonly goal: number;
  readonly name: string;
  readonly peer: string;
  readonly needs: string;
}

export interface Measured {
  readonly goal: number;
  readonly name: string;
  readonly peer: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly threshold: number;
  readonly direction: BenchCase['direction'];
  /** 10th percentiles, nanoseconds a call. */
  readonly oursNs: number;
  readonly peerNs: number;
  readonly met: boolean;
  readonly note?: string;
}

/** What one process of a measurement prints: nanoseconds a call, one figure a batch. */
export interface Figures {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  readonly note?: string;
}

const warmUpMs = 700;
const batches = 41;
const processes = 5;
const batchNs = 2_000_000;

/** In a child: times both sides. */
export async function timePair(pair: Pair): Promise<Figures> {
  await pair.agree();
  const ours = await timed(pair.ours);
  const peer = await timed(pair.peer);
  const figures: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let batch = 0; batch < batches; batch++) {
    figures.ours.push(await ours());
    figures.peer.push(await peer());
  }
  return { ...figures, ...(pair.note === undefined ? {} : { note: pair.note }) };
}

/** Warms a side up and finds out how many calls make a batch. The result times one batch: nanoseconds a call. */
async function timed(run: () => unknown): Promise<() => Promise<number>> {
  const first = run();
  const batch = first instanceof Promise ? waitingBatch : plainBatch;
  await first;
  const end = performance.now() + warmUpMs;
  for (let many = 1; performance.now() < end; many = Math.min(many * 2, 1024)) await batch(run, many);
  let calls = 1;
  while (calls < 1 << 20) {
    const spent = (await batch(run, calls)) * calls;
    if (spent >= batchNs) break;
    calls = Math.max(calls + 1, Math.min(calls * 8, Math.ceil((calls * batchNs) / Math.max(spent, 1))));
  }
  return () => batch(run, calls);
}

function plainBatch(run: () => unknown, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) run();
  return Promise.resolve(Number(process.hrtime.bigint() - start) / calls);
}

async function waitingBatch(run: () => unknown, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) await run();
  return Number(process.hrtime.bigint() - start) / calls;
}

/** Runs one case in fresh processes, one after the other, and sums it up. */
export async function measure(bench: BenchCase): Promise<Measured> {
  const ours: number[] = [];
  const peer: number[] = [];
  let note: string | undefined;
  for (let run = 0; run < processes; run++) {
    const figures = await runChild(`${bench.goal}/${bench.name}/${bench.peer}`);
    ours.push(...figures.ours);
    peer.push(...figures.peer);
    note = figures.note;
  }
  return { ...summarise(bench, ours, peer), ...(note === undefined ? {} : { note }) };
}

/** The figure of a case from the nanoseconds of both sides. */
export function summarise(bench: BenchCase, ours: readonly number[], peer: readonly number[]): Measured {
  const of = (a: readonly number[], b: readonly number[]): number =>
    bench.direction === 'times-faster' ? tenth(b) / tenth(a) : tenth(a) / tenth(b);
  const ratio = of(ours, peer);
  const next = generator(bench.name.length);
  const ratios = Array.from({ length: 400 }, () => of(resample(ours, next), resample(peer, next))).sort(
    (a, b) => a - b,
  );
  return {
    goal: bench.goal,
    name: bench.name,
    peer: bench.peer,
    ratio,
    low: ratios[9] ?? ratio,
    high: ratios[389] ?? ratio,
    threshold: bench.threshold,
    direction: bench.direction,
    oursNs: tenth(ours),
    peerNs: tenth(peer),
    met: bench.direction === 'times-faster' ? ratio >= bench.threshold : ratio <= bench.threshold,
  };
}

function tenth(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? Number.NaN;
}

function resample(figures: readonly number[], next: () => number): readonly number[] {
  return figures.map(() => figures[Math.floor(next() * figures.length)] ?? 0);
}

/** A small seeded generator (mulberry32), so that documents and intervals are the same in each run. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function runChild(name: string): Promise<Figures> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('child.ts', import.meta.url)), name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0)
        resolve(JSON.parse(printed) as Figures); // printed by child.ts alone
      else reject(new Error(`bench ${name} ended with ${code}`));
    });
  });
}
