// One connection to Valkey or Redis, for limits, approvals and quarantine.
//
// INVARIANT: a command is sent once or not at all: nothing waits for a connection, nothing is sent again after one broke, and a
// command that is not answered in time breaks the connection, so that what follows fails at once until there is a new one. Who
// asked is told that nothing is known. An answer is late when it is not there: one that came while this process was busy with something
// else, and that it has not read yet, is in time.

import { rootCertificates } from 'node:tls';

import { Redis } from 'iovalkey';

import { reasonOf } from '../load/problem.ts';

export interface RedisOptions {
  /** `redis://`, `rediss://`, `valkey://` or `valkeys://`, with user, password and database as usual. */
  readonly url: string;
  /** PEM of authorities that the server may have its certificate of, beside those that Node knows. */
  readonly authorities?: string;
  /** Milliseconds for an answer; 500 unless said. */
  readonly commandTimeout?: number;
  /** Hears why there is no connection, once for each time that it is lost. */
  readonly report?: (why: string) => void;
}

export interface RedisConnection {
  readonly client: Redis;
  /** Why nothing can be asked; undefined when it can. */
  readonly problem: () => string | undefined;
  /** Runs with each connection that is made, ahead of what else is asked on it; until it ends well nothing is asked. */
  readonly onConnect: (prepare: (client: Redis) => Promise<void>) => void;
  /** Sends a command, or fails at once; the reason is a rejection. */
  readonly ask: <T>(send: (client: Redis) => Promise<T>) => Promise<T>;
  /** Resolves when a connection was made and prepared, or after `milliseconds`. */
  readonly ready: (milliseconds: number) => Promise<void>;
  readonly close: () => void;
}

/** Connects, and connects again for ever. */
export function connectRedis(options: RedisOptions): RedisConnection {
  const { url, authorities, commandTimeout = 500, report = () => undefined } = options;
  const preparations: ((client: Redis) => Promise<void>)[] = [];
  let fault: string | undefined = 'there is no connection yet';
  let waiting: (() => void)[] = [];
  const client = new Redis(url.replace(/^valkey/, 'redis'), {
    ...(authorities === undefined ? {} : { tls: { ca: [...rootCertificates, authorities] } }),
    // For what is asked while a connection is prepared, for which no call waits.
    commandTimeout: commandTimeout * 10,
    connectTimeout: 2000,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(20 * times, 500),
    // A replica that was a primary: what follows goes to who is one now.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  const lose = (why: string): void => {
    if (fault === undefined) report(why);
    fault = why;
  };
  client.on('error', (error: Error) => lose(reasonOf(error)));
  client.on('close', () => lose('the connection was lost'));
  let connections = 0;
  client.on('ready', () => {
    connections += 1;
    const current = connections;
    void prepareAll(preparations, client).then((failed) => {
      if (current !== connections || client.status !== 'ready') return;
      if (failed !== undefined) {
        lose(failed);
        client.disconnect(true);
        return;
      }
      fault = undefined;
      for (const resolve of waiting) resolve();
      waiting = [];
    });
  });
  return {
    client,
    problem: () => fault,
    onConnect: (prepare) => void preparations.push(prepare),
    ask: async (send) => {
      if (fault !== undefined) throw new Error(fault);
      const answered = send(client);
      if (await isLate(answered, commandTimeout)) {
        answered.catch(() => undefined); // it ends with the connection
        if (client.status === 'ready') {
          lose('an answer took too long');
          client.disconnect(true);
        }
        throw new Error('an answer took too long');
      }
      return answered;
    },
    ready: (milliseconds) => {
      if (fault === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        setTimeout(resolve, milliseconds).unref();
        waiting.push(resolve);
      });
    },
    close: () => {
      fault = 'the connection was closed';
      client.disconnect();
    },
  };
}

/** Whether something has not ended after so many milliseconds, and what has come from the network meanwhile was read. */
function isLate(answered: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      // Timers come ahead of the network in a turn of the loop, and this comes behind it.
      setImmediate(() => resolve(true));
    }, milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    answered.then(end, end);
  });
}

async function prepareAll(
  preparations: readonly ((client: Redis) => Promise<void>)[],
  client: Redis,
): Promise<string | undefined> {
  try {
    for (const prepare of preparations) await prepare(client);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
