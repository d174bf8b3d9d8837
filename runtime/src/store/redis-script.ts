// A script of Valkey or Redis, by its digest where the server has it already.

import { createHash } from 'node:crypto';

import type { Redis } from 'iovalkey';

import { reasonOf } from '../load/problem.ts';

export interface RedisScript {
  readonly lua: string;
  /** SHA-1, as the server names it. */
  readonly digest: string;
}

/** A script and its name. */
export function redisScript(lua: string): RedisScript {
  return { lua, digest: createHash('sha1').update(lua).digest('hex') };
}

/** Runs it. A server that does not know it has run nothing, and gets its text. */
export async function runScript(
  client: Redis,
  { lua, digest }: RedisScript,
  { keys, words }: { readonly keys: readonly string[]; readonly words: readonly (string | number)[] },
): Promise<unknown> {
  try {
    return await client.evalsha(digest, keys.length, ...keys, ...words);
  } catch (error) {
    if (!reasonOf(error).startsWith('NOSCRIPT')) throw error;
    return client.eval(lua, keys.length, ...keys, ...words);
  }
}
