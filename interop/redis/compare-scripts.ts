// The same calls to the store in memory and to the scripts of Redis, at the same times: what is let through, what remains and when something
// comes free is the same. The scripts' clock is a list in Redis here, so that hours pass in seconds.

import fc from 'fast-check';
import type { Redis } from 'iovalkey';

import type { LimitState } from '../../runtime/src/limits/limit-store.ts';
import { memoryLimits } from '../../runtime/src/limits/memory-limits.ts';
import { settleScript, takeScript } from '../../runtime/src/limits/redis-scripts.ts';
import { connectRedis } from '../../runtime/src/store/redis-connection.ts';
import { redisScript, runScript, type RedisScript } from '../../runtime/src/store/redis-script.ts';
import type { Report } from '../check.ts';
import { redisServer } from './redis-server.ts';

interface Step {
  /** Milliseconds. */
  readonly wait: number;
  readonly cost: number;
  /** What an earlier call came to, which is settled then. */
  readonly settled: number | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  wait: fc.integer({ min: 0, max: 1500 }),
  cost: fc.integer({ min: 0, max: 6 }),
  settled: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
});

/** Steps so close that charges share slots. */
const busy: readonly Step[] = Array.from({ length: 3000 }, (_, index) => ({
  wait: (index * 7) % 40,
  cost: 1 + (index % 3),
  settled: undefined,
}));

/** Runs it. */
export async function compareScripts(report: Report): Promise<void> {
  const redis = await redisServer('nothing');
  await redis.start();
  const connection = connectRedis({ url: redis.url });
  const client = await new Promise<Redis>((resolve) =>
    connection.onConnect((connected) => {
      resolve(connected);
      return Promise.resolve();
    }),
  );
  const differs = (amount: number, window: number, steps: readonly Step[]): Promise<string | undefined> =>
    difference(client, { amount, window, steps });
  let failed: string | undefined;
  let calls = 0;
  await fc
    .assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
        async (amount, window, steps) => {
          calls += steps.length;
          const difference = await differs(amount, window, steps);
          if (difference !== undefined) throw new Error(difference);
        },
      ),
      { numRuns: 60, seed: 20_261_123 },
    )
    .catch((error: unknown) => (failed = String(error)));
  report.check(
    `the scripts of Redis count as the store in memory does: ${calls} calls`,
    failed === undefined,
    failed ?? '',
  );
  const crowded = await differs(4000, 60, busy);
  report.check(`and with more charges than slots: ${busy.length} calls`, crowded === undefined, crowded ?? '');
  connection.close();
  await redis.remove();
}

const clock = 'clock';

/** The script on a clock that is said. */
function onOwnClock({ lua }: RedisScript): RedisScript {
  return redisScript(lua.replaceAll("redis.call('TIME')", `redis.call('LRANGE', '${clock}', 0, -1)`));
}

const take = onOwnClock(takeScript);
const settle = onOwnClock(settleScript);

/** The first step at which they differ. */
async function difference(
  client: Redis,
  { amount, window, steps }: { readonly amount: number; readonly window: number; readonly steps: readonly Step[] },
): Promise<string | undefined> {
  await client.flushall();
  const keys = ['{k}:t', '{k}:c'];
  const store = memoryLimits();
  const underWay: { readonly states: readonly LimitState[]; readonly slot: string; readonly cost: number }[] = [];
  let now = 1_000_000;
  for (const [index, { wait, cost, settled }] of steps.entries()) {
    now += wait;
    await client.del(clock);
    await client.rpush(clock, String(Math.floor(now / 1000)), String((now % 1000) * 1000));
    const charge = { scope: 's', rule: 'R', key: 'k', unit: 'requests', amount, window, cost };
    const here = await store.take([charge], now);
    const [fits, slot = '', sum, reset] = (await runScript(client, take, {
      keys,
      words: [window * 1_000_000, amount, cost],
    })) as string[]; // what the script returns
    const there = {
      kind: fits === '1' ? 'within' : 'over',
      remaining: Math.max(0, amount - Number(sum)),
      reset: Number(reset) / 1_000_000,
    };
    const [state] = here.kind === 'unavailable' ? [] : here.states;
    const own = { kind: here.kind, remaining: state?.remaining, reset: Math.round((state?.reset ?? 0) * 1e6) / 1e6 };
    if (JSON.stringify(own) !== JSON.stringify(there))
      return `step ${index}: ${JSON.stringify(own)} in memory, ${JSON.stringify(there)} in Redis`;
    if (here.kind === 'within') underWay.push({ states: here.states, slot, cost });
    const call = settled === undefined ? undefined : underWay.shift();
    if (call === undefined || settled === undefined) continue;
    await store.settle(call.states, [settled], now);
    if (settled !== call.cost)
      await runScript(client, settle, { keys, words: [window * 1_000_000, call.slot, settled - call.cost] });
  }
  return undefined;
}
