// What is in quarantine, shared by gateways through Valkey or Redis: each keeps a copy, looks every second whether there is a newer one,
// and brings what it has to hold once there is a connection again.
//
// INVARIANT: as the port's. Until it was read once nothing is known. A store that lost its data is told again by every gateway; what
// a person released stays released, because that is written down, too. Others hold a target a second later at most.

import { reasonOf } from '../load/problem.ts';
import type { RedisConnection } from '../store/redis-connection.ts';
import { redisScript, runScript } from '../store/redis-script.ts';
import { readOne } from './file-quarantine.ts';
import type { Held, Quarantine } from './quarantine.ts';

export interface RedisQuarantineOptions {
  readonly connection: RedisConnection;
  /** What names of keys begin with; `rdp` unless said. */
  readonly prefix?: string;
  /** Milliseconds between two looks; 1,000 unless said. */
  readonly interval?: number;
}

/** held, released, version: target, JSON, since → whether it is held: a release after `since` stands. */
const holdScript = redisScript(`
local released = redis.call('HGET', KEYS[2], ARGV[1])
if released and tonumber(released) >= tonumber(ARGV[3]) then return 0 end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then redis.call('INCR', KEYS[3]) end
return 1
`);

/** held, released, version: target, now → whether it was held. */
const releaseScript = redisScript(`
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('INCR', KEYS[3])
return 1
`);

/** A quarantine over a connection. */
export function redisQuarantine(options: RedisQuarantineOptions): Quarantine {
  const { connection, prefix = 'rdp', interval = 1000 } = options;
  const keys = ['held', 'released', 'version'].map((name) => `${prefix}:{quarantine}:${name}`);
  const [heldKey = '', , versionKey = ''] = keys;
  let held = new Map<string, Held>();
  let version: string | null | undefined;
  let isKnown = false;

  /** Held here, and perhaps not there yet. */
  const unsent = new Map<string, Held>();

  const send = async (one: Held): Promise<void> => {
    const words = [one.target, JSON.stringify(one), one.since];
    await runScript(connection.client, holdScript, { keys, words });
    unsent.delete(one.target);
  };
  const read = async (): Promise<void> => {
    const known = await connection.client.get(versionKey);
    if (isKnown && known === version) return;
    const entries = Object.entries(await connection.client.hgetall(heldKey));
    const next = new Map<string, Held>();
    for (const [target, text] of entries) {
      // What cannot be read is held all the same.
      next.set(target, readText(text) ?? { target, rule: '', since: 0 });
    }
    for (const one of unsent.values()) next.set(one.target, one);
    held = next;
    version = known;
    isKnown = true;
  };
  connection.onConnect(async () => {
    // What is held here and not there was lost there, or never got there, or was released meanwhile; the store can tell.
    for (const one of held.values()) await send(one);
    version = undefined;
    await read();
  });
  const timer = setInterval(() => {
    if (connection.problem() === undefined) void read().catch(() => undefined); // looked again with the next
  }, interval);
  timer.unref();

  return {
    isKnown: () => isKnown,
    holds: (targets) => {
      for (const target of held.size === 0 ? [] : targets) {
        const found = held.get(target);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    hold: async (one) => {
      if (held.has(one.target) && !unsent.has(one.target)) return undefined;
      held.set(one.target, one);
      unsent.set(one.target, one);
      try {
        await connection.ask(() => send(one));
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
    release: async (target) => {
      try {
        const words = [target, Date.now()];
        const was = await connection.ask((client) => runScript(client, releaseScript, { keys, words }));
        if (was !== 1 && !held.has(target)) return 'absent';
        held.delete(target);
        unsent.delete(target);
        return 'released';
      } catch {
        return 'unavailable';
      }
    },
    list: () => [...held.values()].toSorted((a, b) => a.since - b.since),
    problem: () => (isKnown ? undefined : (connection.problem() ?? 'what is in quarantine is not known yet')),
    close: () => Promise.resolve(clearInterval(timer)),
  };
}

function readText(text: string): Held | undefined {
  try {
    return readOne(JSON.parse(text));
  } catch {
    return undefined;
  }
}
