// Two gateways' stores of limits, in processes of their own, over one real Redis that is killed, stopped and emptied: a budget of N
// lets N through and not one more.

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Report } from '../check.ts';
import type { WorkerMessage } from './limit-worker.ts';
import { pause, redisServer, type RedisServer } from './redis-server.ts';

interface Setting {
  readonly amount: number;
  /** Seconds. */
  readonly window: number;
  /** Of each worker. */
  readonly clients: number;
  /** Milliseconds between two charges of a client. */
  readonly wait: number;
}

interface Worker {
  readonly child: ChildProcess;
  readonly within: { readonly sent: number; readonly answered: number }[];
  readonly ready: Promise<void>;
  readonly done: Promise<Extract<WorkerMessage, { kind: 'done' }> | undefined>;
}

/** Runs all of it. */
export async function compareLimits(report: Report): Promise<void> {
  const heavy: Setting = { amount: 700, window: 60, clients: 32, wait: 0 };
  await withWorkers('nothing', heavy, async (workers) => {
    await pause(1500);
    const { total, done } = await finish(workers);
    report.check('64 clients of two processes take the budget, and not one more', total === 700, `${total}`);
    report.check('who came later was refused, and nobody lost the store', done.every((one) => one?.unavailable === 0));
  });

  const sliding: Setting = { amount: 40, window: 1, clients: 8, wait: 5 };
  await withWorkers('nothing', sliding, async (workers) => {
    await pause(6000);
    const { total, all } = await finish(workers);
    const sent = all.map((one) => one.sent).toSorted((a, b) => a - b);
    const answered = all.map((one) => one.answered).toSorted((a, b) => a - b);
    const early = sent.filter((from, index) => (answered[index + 40] ?? Infinity) - from < 1000 - 1);
    report.check('no second has more than its 40, wherever it begins', early.length === 0, `${early.length} have`);
    report.check('every second has nearly its 40', total >= 40 * 5, `${total} in 6 s`);
  });

  for (const survives of ['nothing', 'snapshots', 'everything'] as const) {
    const slow: Setting = { amount: 600, window: 60, clients: 8, wait: 60 };
    await withWorkers(survives, slow, async (workers, redis) => {
      await pause(1200);
      const before = workers.flatMap(({ within }) => within).length;
      await redis.kill();
      await pause(300);
      const after = workers.flatMap(({ within }) => within).length;
      await pause(700);
      const during = workers.flatMap(({ within }) => within).length - after;
      await redis.start();
      await pause(7000);
      const { total, done } = await finish(workers);
      const name = `Redis that keeps ${survives} is killed and comes back`;
      report.check(`${name}: meanwhile nothing passes`, during === 0 && before > 0 && before < 600, `${before}, ${during}`);
      report.check(`${name}: the budget is taken, and not one more`, total <= 600 && total >= 600 - 16, `${total}`);
      report.check(`${name}: nobody waits long`, done.every((one) => (one?.slowest ?? 0) < 900), `${done.map((one) => one?.slowest).join(', ')} ms`);
    });
  }

  const killed: Setting = { amount: 400, window: 60, clients: 8, wait: 40 };
  await withWorkers('nothing', killed, async (workers) => {
    await pause(700);
    workers[0]?.child.kill('SIGKILL');
    await pause(3500);
    const { total } = await finish(workers.slice(1));
    const all = total + (workers[0]?.within.length ?? 0);
    report.check('a gateway is killed: what it took stays taken', all <= 400 && all >= 400 - 16, `${all}`);
  });

  await withWorkers('nothing', { ...killed, amount: 100_000 }, async (workers, redis) => {
    await pause(300);
    redis.signal('SIGSTOP');
    await pause(2500);
    const stopped = workers.flatMap(({ within }) => within).length;
    redis.signal('SIGCONT');
    await pause(2500);
    const { total, done } = await finish(workers);
    report.check('a Redis that hangs: it is given up in time, and used again', done.every((one) => (one?.slowest ?? 0) < 1500) && total > stopped, `${done.map((one) => one?.slowest).join(', ')} ms, ${stopped}, ${total}`);
  });
}

async function withWorkers(
  survives: Parameters<typeof redisServer>[0],
  setting: Setting,
  run: (workers: readonly Worker[], redis: RedisServer) => Promise<void>,
): Promise<void> {
  const redis = await redisServer(survives);
  await redis.start();
  const workers = [startWorker(redis.url, setting), startWorker(redis.url, setting)];
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    for (const { child } of workers) child.send('go');
    await run(workers, redis);
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
    await redis.remove();
  }
}

function startWorker(url: string, { amount, window, clients, wait }: Setting): Worker {
  const words = [url, amount, window, clients, wait].map(String);
  const child = fork(fileURLToPath(new URL('limit-worker.ts', import.meta.url)), words);
  const within: Worker['within'] = [];
  let isReady: () => void = () => undefined;
  let isDone: (how: Awaited<Worker['done']>) => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  const done = new Promise<Awaited<Worker['done']>>((resolve) => (isDone = resolve));
  child.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') isReady();
    else if (message.kind === 'within') within.push(message);
    else isDone(message);
  });
  child.once('exit', () => {
    isReady();
    isDone(undefined);
  });
  return { child, within, ready, done };
}

interface Finished {
  readonly total: number;
  readonly all: Worker['within'];
  readonly done: readonly Awaited<Worker['done']>[];
}

async function finish(workers: readonly Worker[]): Promise<Finished> {
  for (const { child } of workers) if (child.connected) child.send('stop');
  const done = await Promise.all(workers.map((worker) => worker.done));
  const all = workers.flatMap(({ within }) => within);
  return { total: all.length, all, done };
}
