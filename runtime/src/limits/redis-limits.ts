// Limits that several gateways count together in Valkey or Redis: one atomic script a charge, on the server's clock.
//
// INVARIANT: what was answered `within` stands in the store or in this gateway's mirror, and a store that lost its data (another
// identity than before) is not asked until every gateway had time to tell it again. What is not known is `unavailable`. Of a call
// with several charges those that fitted are given back when one did not; meanwhile others see them, so they may be refused for
// an instant and never let through.

import { createHash, randomUUID } from 'node:crypto';

import type { Redis } from 'iovalkey';

import { reasonOf } from '../load/problem.ts';
import type { RedisConnection } from '../store/redis-connection.ts';
import { chargeMirror, type ChargeMirror } from './charge-mirror.ts';
import type { Slot } from './sliding-window.ts';
import type { Charge, LimitState, LimitStore, TakeOutcome } from './limit-store.ts';
import { runScript } from '../store/redis-script.ts';
import { identityScript, restoreScript, settleScript, takeScript } from './redis-scripts.ts';

export interface RedisLimitOptions {
  readonly connection: RedisConnection;
  /** What names of keys begin with; `rdp` unless said. */
  readonly prefix?: string;
  /** Milliseconds that gateways have to find a store that lost its data; 2,000 unless said. */
  readonly grace?: number;
  /** Bytes of what is remembered to tell a store again; 64 MiB unless said. */
  readonly memoryLimit?: number;
  readonly report?: (why: string) => void;
}

/** A state of what was taken, with what the store needs to settle it. */
interface Counted extends LimitState {
  readonly kind: 'counted';
  readonly name: string;
  readonly slot: string;
  readonly mirrored: Slot | undefined;
}

/** A state of what did not fit. */
interface Over extends LimitState {
  readonly kind: 'over';
}

/** A store over a connection. */
export function redisLimits(options: RedisLimitOptions): LimitStore {
  const { connection, prefix = 'rdp', grace = 2000, report = () => undefined } = options;
  const mirror = chargeMirror(options.memoryLimit ?? 64 * 1024 * 1024);
  const store = { identity: undefined as string | undefined, usableAt: Number.POSITIVE_INFINITY };

  connection.onConnect(async (client) => {
    const [identity = '', age = '0'] = (await runScript(client, identityScript, {
      keys: [`${prefix}:identity`],
      words: [randomUUID()],
    })) as string[]; // what the script returns
    const isSame = identity === store.identity;
    if (!isSame) await restore(client, mirror, (name) => `${prefix}:${identity}:${name}`);
    if (store.identity !== undefined && !isSame) report('the store of limits lost its data; it was told again');
    await warnOfEviction(client, report);
    const rest = isSame ? 0 : Math.max(0, grace - Number(age));
    const incomplete = store.identity === undefined || isSame ? 0 : mirror.incompleteUntil();
    store.identity = identity;
    store.usableAt = Math.max(performance.now() + rest, incomplete);
  });
  const problem = (): string | undefined =>
    connection.problem() ??
    (performance.now() < store.usableAt ? 'the store of limits is being told what was counted' : undefined);

  const keysOf = (name: string): readonly [string, string] => {
    const whole = `${prefix}:${store.identity}:${name}`;
    return [`${whole}:t`, `${whole}:c`];
  };
  const takeOne = async (asked: Charge): Promise<Counted | Over> => {
    const name = nameOf(asked);
    const window = asked.window * 1_000_000;
    const answer = await connection.ask((client) =>
      runScript(client, takeScript, { keys: keysOf(name), words: [window, asked.amount, asked.cost] }),
    );
    const [fits, slot = '', sum, reset] = answer as string[]; // what the script returns
    const state = {
      charge: asked,
      remaining: Math.max(0, asked.amount - Number(sum)),
      reset: Math.max(0, Number(reset)) / 1_000_000,
    };
    if (fits !== '1') return { kind: 'over', ...state };
    return { kind: 'counted', ...state, name, slot, mirrored: mirror.add(name, asked.window, asked.cost) };
  };
  const change = async ({ charge: asked, name, slot, mirrored }: Counted, by: number): Promise<void> => {
    if (by === 0) return;
    if (mirrored !== undefined) mirror.amend(name, mirrored, by);
    const window = asked.window * 1_000_000;
    await connection.ask((client) =>
      runScript(client, settleScript, { keys: keysOf(name), words: [window, slot, by] }),
    );
  };

  return {
    take: async (charges): Promise<TakeOutcome> => {
      const why = problem();
      if (why !== undefined) return { kind: 'unavailable', why };
      const taken = await Promise.all(charges.map((asked) => takeOne(asked).catch(reasonOf)));
      const failed = taken.find((one) => typeof one === 'string');
      const known = taken.filter((one) => typeof one !== 'string');
      const counted = known.filter((one) => one.kind === 'counted');
      if (failed === undefined && counted.length === charges.length) return { kind: 'within', states: counted };
      // Given back as far as that can be; what cannot be counts.
      await Promise.all(counted.map((one) => change(one, -one.charge.cost).catch(report)));
      if (failed !== undefined) return { kind: 'unavailable', why: failed };
      return { kind: 'over', over: known.filter(({ kind }) => kind === 'over'), states: known };
    },
    settle: async (states, costs) => {
      await Promise.all(
        states.map((state, index) => {
          const counted = state as Counted; // made by `takeOne`
          return change(counted, (costs[index] ?? counted.charge.cost) - counted.charge.cost);
        }),
      );
    },
    problem,
    close: () => Promise.resolve(),
  };
}

/** The names of people and addresses are not in the store; the braces keep both parts of a key on one node of a cluster. */
function nameOf({ scope, rule, key }: Charge): string {
  const digest = createHash('sha256').update(`${scope}:${rule}\n${key}`).digest('base64url').slice(0, 27);
  return `{${digest}}`;
}

/** Tells a store that is empty, or that others have begun to tell, what this gateway has charged. */
async function restore(client: Redis, mirror: ChargeMirror, keyOf: (name: string) => string): Promise<void> {
  for (const { name, window, charges } of mirror.all()) {
    if (charges.length === 0) continue;
    const words = charges.flatMap(({ age, cost }) => [Math.round(age * 1000), cost]);
    await runScript(client, restoreScript, {
      keys: [`${keyOf(name)}:t`, `${keyOf(name)}:c`],
      words: [window * 1_000_000, ...words],
    });
  }
}

/** A store that throws away what it has no room for would forget charges. */
async function warnOfEviction(client: Redis, report: (why: string) => void): Promise<void> {
  const memory = await client.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  const most = Number(/^maxmemory:(\d+)/m.exec(memory)?.[1] ?? 0);
  if (most > 0 && policy !== 'noeviction')
    report(`the store of limits may throw charges away: its maxmemory-policy is ${policy}, not noeviction`);
}
