// Two gateways with `examples/checkout` over a real Redis, under everything that callers and services do to them, for as long as is said.
// Every answer has to be the one that its kind should get, every decision has to be in a log, and the gateways' memory must not grow.

import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

import { createReport, type Report } from '../check.ts';
import { fetchRedis, pause, redisServer } from '../redis/redis-server.ts';
import { closeConnections } from './ask.ts';
import { grantSome, memoryOf, prepare, startGateway, type Gateway, type Memory } from './gateways.ts';
import { startServices } from './services.ts';
import { kinds, paid, payers } from './traffic.ts';
import { trendOf, type Sample } from './trend.ts';

/** Callers at once. */
const callers = 24;

/** Milliseconds between two calls of a caller. */
const between = 40;

/** Parts by which memory may grow between the warm-up and the end, in a run of ten minutes; a shorter one has more of what comes once. */
const bounds = { live: 0.05, resident: 0.1 };
const shortBounds = { live: 0.25, resident: 0.25 };
const longRun = 300;

/** Part of the calls. */
const lateMost = 0.01;

interface Tally {
  calls: number;
  /** Refused because Redis did not answer in time: half a second, which a busy machine may take. */
  late: number;
  readonly wrong: string[];
}

/** The whole of it; `seconds` of load. */
export async function compareLoad(report: Report, seconds: number): Promise<void> {
  const missing = fetchRedis();
  report.check('redis-server is there', missing === undefined, missing ?? '');
  if (missing !== undefined) return;
  checkMeasure(report);
  const bundle = prepare();
  const redis = await redisServer('everything');
  await redis.start();
  const services = await startServices();
  const gateways = await Promise.all(
    ['one', 'two'].map((name) => startGateway(name, { bundle, store: redis.url, services })),
  );
  const tallies = new Map(kinds.map(({ name }): [string, Tally] => [name, { calls: 0, late: 0, wrong: [] }]));
  const traces = new Set<string>();
  const began = Date.now();
  const end = began + seconds * 1000;
  const isOver = (): boolean => Date.now() >= end;
  const samples = gateways.map((): { readonly at: number; readonly memory: Memory }[] => []);
  const sampling = sample(gateways, samples, { began, period: Math.max(700, seconds * 5), isOver });
  const granting = grantSome(gateways, isOver);
  await Promise.all(
    Array.from({ length: callers }, (_, caller) => call(gateways, { caller, isOver, tallies, traces })),
  );
  await Promise.all([sampling, granting]);
  await pause(3000);

  for (const [name, { calls, wrong }] of tallies)
    report.check(
      `${name}: ${calls} calls, each as it should be`,
      wrong.length === 0 && calls > 0,
      `${wrong.length} are not\n      ${wrong.slice(0, 5).join('\n      ')}`,
    );
  report.check(
    'nothing came to a service that should not have',
    services.leaks.length === 0,
    services.leaks.join('\n      '),
  );
  const tooMany = Array.from({ length: payers }, (_, payer) => soonAgain(payer));
  report.check(
    'no address paid more than 20 times in any 10 seconds',
    tooMany.every((times) => times === 0),
    tooMany.join(', '),
  );
  const least = payers * 20 * Math.floor(seconds / 10) * 0.8;
  report.check('and each could pay nearly that often', paid.length >= least, `${paid.length} of ${least}`);
  for (const [index, gateway] of gateways.entries())
    await checkGateway(report, { name: `gateway ${index + 1}`, gateway, samples: samples[index] ?? [], seconds });
  const calls = [...tallies.values()].reduce((sum, tally) => sum + tally.calls, 0);
  const late = [...tallies.values()].reduce((sum, tally) => sum + tally.late, 0);
  report.check(
    `at most ${percent(lateMost)} of the calls are refused because Redis is late`,
    late <= calls * lateMost,
    `${late} of ${calls}`,
  );
  console.log(
    `      ${calls} calls in ${seconds} s, ${services.seen()} of them came to a service, ${late} refused because Redis was late; load ${loadavg()[0]?.toFixed(1)}`,
  );

  const codes = await Promise.all(gateways.map(ended));
  report.check(
    'both gateways end in an orderly way',
    codes.every((code) => code === 0),
    codes.join(', '),
  );
  const logged = new Set(gateways.flatMap(({ logFile }) => tracesIn(logFile)));
  const lost = [...traces].filter((trace) => !logged.has(trace));
  report.check(
    `each of ${traces.size} decisions that were answered is in a log`,
    lost.length === 0,
    `${lost.length} are not`,
  );
  closeConnections();
  services.close();
  await redis.remove();
}

/** One caller: kinds by their weight, at either gateway. */
async function call(
  gateways: readonly Gateway[],
  {
    caller,
    isOver,
    tallies,
    traces,
  }: {
    readonly caller: number;
    readonly isOver: () => boolean;
    readonly tallies: ReadonlyMap<string, Tally>;
    readonly traces: Set<string>;
  },
): Promise<void> {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let seed = 7919 * (caller + 1);
  const next = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let number = caller; !isOver(); number += callers) {
    let place = next(total);
    const kind = kinds.find(({ weight }) => (place -= weight) < 0);
    const port = gateways[next(gateways.length)]?.port;
    const tally = kind === undefined ? undefined : tallies.get(kind.name);
    if (kind === undefined || port === undefined || tally === undefined) continue;
    const { wrong, answer } = await kind.run({ port, number });
    tally.calls += 1;
    if (answer?.status === 503 && answer.text.includes('limits cannot be counted')) tally.late += 1;
    else if (wrong !== undefined) tally.wrong.push(wrong);
    // What is turned away before it is anybody's exchange has no decision.
    if (answer !== undefined && ![0, 400, 413].includes(answer.status)) traces.add(answer.trace);
    await pause(next(between * 2));
  }
}

/** Reads both gateways' memory again and again. */
async function sample(
  gateways: readonly Gateway[],
  samples: readonly { readonly at: number; readonly memory: Memory }[][],
  { began, period, isOver }: { readonly began: number; readonly period: number; readonly isOver: () => boolean },
): Promise<void> {
  while (!isOver()) {
    await pause(period);
    for (const [index, gateway] of gateways.entries()) {
      const memory = await memoryOf(gateway);
      samples[index]?.push({ at: (Date.now() - began) / 1000, memory });
    }
  }
}

async function checkGateway(
  report: Report,
  {
    name,
    gateway,
    samples,
    seconds,
  }: {
    readonly name: string;
    readonly gateway: Gateway;
    readonly samples: readonly { readonly at: number; readonly memory: Memory }[];
    readonly seconds: number;
  },
): Promise<void> {
  const allowed = seconds >= longRun ? bounds : shortBounds;
  for (const what of ['live', 'resident'] as const) {
    const series = samples.map(({ at, memory }): Sample => ({ at, value: memory[what] }));
    const { growth, ratio, from, to, samples: count } = trendOf(series, seconds / 4);
    const figures = `${from.toFixed(1)} MiB, then ${to.toFixed(1)} MiB; the line ${percent(growth)}, the medians ${percent(ratio - 1)}, of ${count} lows`;
    console.log(`      ${name}, ${what}: ${figures}`);
    report.check(
      `${name}: its ${what} memory does not grow by more than ${percent(allowed[what])}`,
      growth <= allowed[what] && ratio - 1 <= allowed[what],
      figures,
    );
  }
  const after = await memoryOf(gateway);
  report.check(
    `${name}: nothing is pending when nobody asks, and nobody waits`,
    after.pending === 0 && after.waiting === 0,
    JSON.stringify(after),
  );
}

/** A store that nothing leaves is seen, and one that breathes is none. */
function checkMeasure(report: Report): void {
  const series = (value: (at: number) => number): readonly Sample[] =>
    Array.from({ length: 60 }, (_, at) => ({ at, value: value(at) }));
  const leak = trendOf(
    series((at) => 100 + at / 2 + (at % 7)),
    15,
  );
  const breath = trendOf(
    series((at) => 100 + 10 * Math.sin(at)),
    15,
  );
  report.check(
    'a leak would be seen, and a store that breathes is none',
    leak.growth > bounds.live && leak.ratio - 1 > bounds.live && Math.abs(breath.growth) < bounds.live,
    JSON.stringify({ leak, breath }),
  );
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** How often an address paid for the 21st time less than 10 seconds after the first of the 21, whenever in between each was counted. */
function soonAgain(payer: number): number {
  const own = paid.filter((one) => one.payer === payer);
  const sent = own.map((one) => one.sent).toSorted((a, b) => a - b);
  const answered = own.map((one) => one.answered).toSorted((a, b) => a - b);
  return sent.filter((from, index) => (answered[index + 20] ?? Number.POSITIVE_INFINITY) - from < 10_000 - 1).length;
}

function ended({ child }: Gateway): Promise<number | undefined> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? undefined));
    child.kill('SIGTERM');
  });
}

function tracesIn(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => /"trace_id":"(\w+)"/.exec(line)?.[1] ?? []);
}

if (process.argv[1] === import.meta.filename) {
  const [option, minutes] = process.argv.slice(2);
  if (option !== '--minutes' || !(Number(minutes) > 0)) throw new Error('npm run load -- --minutes NUMBER');
  const report = createReport();
  await compareLoad(report, Number(minutes) * 60);
  process.exitCode = report.close();
}
