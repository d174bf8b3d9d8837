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
import type { Charge, LimitState, LimitStore, Reservation, TakeOutcome } from './limit-store.ts';
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

/** What the store keeps of a charge, so that it can be settled. */
interface Mark {
  readonly name: string;
  readonly slot: string;
  readonly mirrored: number | undefined;
}

interface Taken {
  readonly state: LimitState;
  /** Undefined when it did not fit. */
  readonly mark: Mark | undefined;
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
  const takeOne = async (asked: Charge): Promise<Taken> => {
    const name = nameOf(asked);
    const window = asked.window * 1_000_000;
    const answer = await connection.ask((client) =>
      runScript(client, takeScript, { keys: keysOf(name), words: [window, asked.amount, asked.cost] }),
    );
    const [fits, slot = '', sum, reset] = answer as string[]; // what the script returns
    const state: LimitState = {
      charge: asked,
      remaining: Math.max(0, asked.amount - Number(sum)),
      reset: Math.max(0, Number(reset)) / 1_000_000,
    };
    if (fits !== '1') return { state, mark: undefined };
    return { state, mark: { name, slot, mirrored: mirror.add(name, asked.window, asked.cost) } };
  };
  const change = async (mark: Mark, asked: Charge, by: number): Promise<void> => {
    if (by === 0) return;
    if (mark.mirrored !== undefined) mirror.amend(mark.name, mark.mirrored, by);
    const window = asked.window * 1_000_000;
    await connection.ask((client) =>
      runScript(client, settleScript, { keys: keysOf(mark.name), words: [window, mark.slot, by] }),
    );
  };

  return {
    take: async (charges): Promise<TakeOutcome> => {
      const why = problem();
      if (why !== undefined) return { kind: 'unavailable', why };
      const taken = await Promise.all(charges.map((asked) => takeOne(asked).catch(reasonOf)));
      const failed = taken.find((one) => typeof one === 'string');
      const known = taken.filter((one) => typeof one !== 'string');
      const marks = known.flatMap(({ mark }) => (mark === undefined ? [] : [mark]));
      if (failed === undefined && marks.length === charges.length)
        return { kind: 'within', reservation: { charges, marks }, states: known.map(({ state }) => state) };
      // Given back as far as that can be; what cannot be counts.
      await Promise.all(
        known.map(({ mark, state: { charge } }) =>
          mark === undefined ? undefined : change(mark, charge, -charge.cost).catch(report),
        ),
      );
      if (failed !== undefined) return { kind: 'unavailable', why: failed };
      const over = known.filter(({ mark }) => mark === undefined).map(({ state }) => state);
      return { kind: 'over', over, states: known.map(({ state }) => state) };
    },
    settle: async ({ charges, marks }: Reservation, costs) => {
      await Promise.all(
        charges.map((asked, index) => change(marks[index] as Mark, asked, (costs[index] ?? asked.cost) - asked.cost)), // made by `takeOne`
      );
    },
    problem,
    close: () => Promise.resolve(),
  };
}

/** The names of people and addresses are not in the store; the braces keep both parts of a key on one node of a cluster. */
function nameOf({ limit, key }: Charge): string {
  const digest = createHash('sha256').update(`${limit}\n${key}`).digest('base64url').slice(0, 27);
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
