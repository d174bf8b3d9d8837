// The address of a PostgreSQL database → connections to it, and what may be said of it and of its errors.
//
// INVARIANT: no text that leaves here has a password in it. A connection on which anything went wrong is not used again.

import { readFileSync } from 'node:fs';

import type { Pool, PoolClient, PoolConfig } from 'pg';

import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';

export interface PostgresConnection {
  /** For messages: without user and password. */
  readonly name: string;
  /** Runs `work` on a connection of its own; an error of the connection or of `work` is a rejection. */
  readonly use: <T>(work: (client: PoolClient) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

/** Milliseconds to a connection, and for one answer: more than what the server is told (`transactionSettings`), less than for ever. */
const connectTimeout = 5000;
const answerTimeout = 40_000;

/** Whether an address is one of PostgreSQL rather than a file's name. */
export function isPostgres(address: string): boolean {
  return /^postgres(ql)?:/.test(address);
}

/** Pools connections; connects when there is something to do. A problem when the address is none. */
export async function connectPostgres(
  address: string,
  { password, env = process.env }: { readonly password?: string | undefined; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome<PostgresConnection>> {
  const config = postgresConfig(address, { password, env });
  if (config.kind === 'problem') return config;
  // Loaded when there is a database to open, as SQLite is: most programs do without.
  const { default: pg } = await import('pg');
  let pool: Pool;
  try {
    pool = new pg.Pool(config.value);
  } catch (error) {
    return problem('unreadable', `the inventory ${nameOf(address, env)} cannot be opened: ${faultOf(error)}`);
  }
  pool.on('error', () => {}); // a connection that nobody uses was lost; the next one who asks gets another, or hears why not
  return ok({
    name: nameOf(address, env),
    use: async (work) => {
      const client = await pool.connect();
      let fault: unknown;
      // What breaks between two questions is told by the next one.
      const heard = (): void => {};
      client.on('error', heard);
      try {
        return await work(client);
      } catch (error) {
        fault = error;
        throw error;
      } finally {
        client.off('error', heard);
        client.release(fault !== undefined);
      }
    },
    close: () => pool.end(),
  });
}

/**
 * What `pg` is told. It reads PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE and PGSSLMODE itself; PGSSLROOTCERT, PGSSLCERT and PGSSLKEY it does not.
 * Every mode that asks for TLS asks for a certificate that holds, as `verify-full` does.
 */
export function postgresConfig(
  address: string,
  { password, env }: { readonly password?: string | undefined; readonly env: NodeJS.ProcessEnv },
): Outcome<PoolConfig> {
  const unreadable = (why: string): Outcome<PoolConfig> =>
    problem('unreadable', `the inventory ${nameOf(address, env)} cannot be opened: ${why}`);
  let url: URL;
  try {
    // Without a host the environment says it, which URL's own reading has no place for.
    url = new URL(address.replace(/^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)(?=$|[/?#])/, '$1unsaid'));
  } catch {
    return unreadable('that is no address');
  }
  const said = url.searchParams;
  if (url.hostname.includes(',')) return unreadable('it has several hosts');
  const mode = said.get('sslmode') ?? env['PGSSLMODE'] ?? 'disable';
  if (!tlsModes.has(mode)) return unreadable(`\`sslmode\` is one of ${[...tlsModes].join(', ')}`);
  const unknown = [...said.keys()].find((key) => !parameters.has(key));
  if (unknown !== undefined) return unreadable(`\`${unknown}\` is none of ${[...parameters].join(', ')}`);
  const file = (key: string, variable: string): string | undefined => {
    const path = said.get(key) ?? env[variable];
    return path === undefined || path === '' ? undefined : readFileSync(path, 'utf8');
  };
  try {
    const [ca, cert, key] = [
      file('sslrootcert', 'PGSSLROOTCERT'),
      file('sslcert', 'PGSSLCERT'),
      file('sslkey', 'PGSSLKEY'),
    ];
    const part = (value: string | null): string | undefined =>
      value === null || value === '' ? undefined : decodeURIComponent(value);
    const host = part(said.get('host')) ?? (url.hostname === 'unsaid' ? undefined : part(url.hostname));
    const config = {
      host: host?.replace(/^\[(.+)\]$/, '$1'),
      port: url.port === '' ? undefined : Number(url.port),
      user: part(url.username),
      password: password ?? part(url.password),
      database: part(url.pathname.slice(1)),
      application_name: said.get('application_name') ?? 'rdp',
    };
    return ok({
      ...Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
      ssl:
        mode === 'disable'
          ? false
          : {
              // Whose name the certificate has to have; `pg` says it for names, and for addresses nobody does.
              host: config.host ?? env['PGHOST'] ?? 'localhost',
              ...(ca === undefined ? {} : { ca }),
              ...(cert === undefined ? {} : { cert }),
              ...(key === undefined ? {} : { key }),
            },
      max: 2,
      connectionTimeoutMillis: connectTimeout,
      query_timeout: answerTimeout,
      idleTimeoutMillis: 60_000,
      allowExitOnIdle: true,
      keepAlive: true,
    });
  } catch (error) {
    return unreadable(reasonOf(error));
  }
}

const tlsModes = new Set(['disable', 'require', 'verify-ca', 'verify-full']);
const parameters = new Set(['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'application_name']);

/** `postgres://db.example:5432/rdp`, without user, password and parameters. */
function nameOf(address: string, env: NodeJS.ProcessEnv): string {
  const [, host = '', path = ''] = /^postgres(?:ql)?:(?:\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*))?/.exec(address) ?? [];
  return `\`postgres://${host === '' ? (env['PGHOST'] ?? 'localhost') : host}${path}\``;
}

/** What an error says; those of several addresses of one host have no text of their own. */
export function faultOf(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(reasonOf))].join(', ');
  return reasonOf(error);
}

/** SQLSTATE, where the server itself said no. */
export function stateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E') ? code : undefined;
}

/**
 * Whether the database may be there another time though nothing is wrong with what was configured: it cannot be reached, starts,
 * stops, or has no room. Source: PostgreSQL's table of error codes, classes 08, 53 and 57.
 */
export function isPassing(error: unknown): boolean {
  const state = stateOf(error);
  if (state !== undefined) return /^(08|53|57)/.test(state);
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === undefined
    ? /timeout|terminated|ended/i.test(faultOf(error))
    : /^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT)/.test(code);
}

/** Whether the same may be tried again at once: others were in the way. */
export function isContention(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(stateOf(error) ?? '');
}
