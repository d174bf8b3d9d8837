// The tables of an inventory in PostgreSQL: what each version of them adds, and how a database gets there.
//
// INVARIANT: versions follow each other, each in one transaction with its number, one program at a time: who migrates holds a lock that
// everybody who writes shares, so that nobody writes into tables of another version than the program's.

import type { PoolClient } from 'pg';

import { faultOf, stateOf } from './postgres-connection.ts';

export const schema = 'rdp_inventory';

/** What programs of this project lock; any number that no other program of the database takes. */
const lock = 7_214_605_511;

/** `insufficient_privilege` */
const denied = '42501';

/** Shared until the end of the transaction, so that nobody changes the tables meanwhile. */
export const shareTables: string = `SELECT pg_advisory_xact_lock_shared(${lock})`;

/**
 * Statements of each version. `key` is the SHA-256 of what tells a thing from others, because keys of an index have a greatest length and
 * fields of things do not; C's order, because everybody locks rows in it. `value` is text and no `jsonb`, which knows neither all
 * of JSON's strings nor the order of members. No index but for keys, so that an update touches none; and room on the
 * pages for it.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE ${schema}.asset (key text COLLATE "C" PRIMARY KEY, last bigint NOT NULL, value text NOT NULL) WITH (fillfactor = 70);
   CREATE TABLE ${schema}.flow (key text COLLATE "C" PRIMARY KEY, last bigint NOT NULL, value text NOT NULL) WITH (fillfactor = 70);
   CREATE TABLE ${schema}.lost (count bigint NOT NULL);
   INSERT INTO ${schema}.lost VALUES (0);
   CREATE TABLE ${schema}.writer (id uuid PRIMARY KEY, batch bigint NOT NULL, at timestamptz NOT NULL DEFAULT now())`,
];

/** The version that is there; 0 when there are no tables. */
export async function schemaVersion(client: PoolClient): Promise<number> {
  const { rows: found } = await client.query<{ readonly there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_tables WHERE schemaname = '${schema}' AND tablename = 'version') AS there`,
  );
  if (found[0]?.there !== true) return 0;
  const { rows } = await client.query<{ readonly number: number }>(`SELECT number FROM ${schema}.version`);
  return rows[0]?.number ?? 0;
}

/** What is wrong with a version for this program; undefined when nothing is. */
export function versionFault(version: number, known: number = migrations.length): string | undefined {
  return version > known ? `its tables are of version ${version}; this program knows ${known}` : undefined;
}

/** Brings the tables to the newest version, or throws; `steps` are the versions' statements. */
export async function migrate(client: PoolClient, steps: readonly string[] = migrations): Promise<void> {
  if ((await schemaVersion(client)) === steps.length) return;
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${lock})`);
    const version = await schemaVersion(client);
    const fault = versionFault(version, steps.length);
    if (fault !== undefined) throw new Error(fault);
    if (version === 0) await createFrame(client);
    for (const [index, statements] of steps.entries()) if (index >= version) await client.query(statements);
    await client.query(`UPDATE ${schema}.version SET number = ${steps.length}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    if (stateOf(error) !== denied) throw error;
    throw new Error(`${faultOf(error)}: \`rdp-inventory prepare\` makes its tables, as a role that may`, {
      cause: error,
    });
  }
}

async function createFrame(client: PoolClient): Promise<void> {
  const { rows: encodings } = await client.query<{ readonly server_encoding: string }>('SHOW server_encoding');
  const encoding = encodings[0]?.server_encoding;
  if (encoding !== 'UTF8') throw new Error(`its encoding is ${encoding}; an inventory needs UTF8`);
  // Whoever may use a schema that is there need not be one who may create any.
  const { rows } = await client.query(`SELECT FROM pg_catalog.pg_namespace WHERE nspname = '${schema}'`);
  if (rows.length === 0) await client.query(`CREATE SCHEMA ${schema}`);
  await client.query(`CREATE TABLE ${schema}.version (number integer NOT NULL);
                      INSERT INTO ${schema}.version VALUES (0)`);
}
