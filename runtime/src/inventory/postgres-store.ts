// An inventory in PostgreSQL, into which any number of gateways write at once.
//
// INVARIANT: a batch is one transaction, and its number is written down in the same: offered again after a connection broke, it is found to
// be there. Rows are merged by the same code as everywhere else, while they are locked; locks are taken in one order by everybody (new
// rows, then those that were there, each by key), so that writers wait for each other and not in a circle.

import { createHash } from 'node:crypto';

import type { PoolClient } from 'pg';

import { ok, problem, type Outcome } from '../load/problem.ts';
import { connectPostgres, faultOf, isContention, isPassing, type PostgresConnection } from './postgres-connection.ts';
import { migrate, migrations, schema, schemaVersion, shareTables, versionFault } from './postgres-schema.ts';
import { mergedValue, rowsOf, stateOfRows, tables, type Row, type Table } from './rows.ts';
import { emptyState, type InventoryState } from './state.ts';
import type { BatchName, InventoryStore } from './store.ts';

/** Rows of one statement. */
const rowsAtOnce = 1000;
/** Attempts at one batch while other writers are in the way. */
const attempts = 8;

/** What the server does with a transaction that waits or is left alone. `SET LOCAL`, because a pooler ahead of it may share connections. */
const begin = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = '30s';
  SET LOCAL idle_in_transaction_session_timeout = '30s'`;

export interface PostgresOptions {
  /** Instead of one in the address or the environment. */
  readonly password?: string | undefined;
  /** Who writes finds tables, or makes them; who reads takes what is there. */
  readonly purpose: 'read' | 'write';
}

/**
 * A store in the database at `address`. A problem when the address is none, or the server refuses what was configured; a database that cannot
 * be reached is none: it may come, and until then each call has a problem.
 */
export async function postgresStore(
  address: string,
  { password, purpose }: PostgresOptions,
): Promise<Outcome<InventoryStore>> {
  const opened = await connectPostgres(address, { password });
  if (opened.kind === 'problem') return opened;
  const connection = opened.value;
  const fault = await connection
    .use((client) => prepare(client, purpose))
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  if (fault !== undefined && !isPassing(fault.error)) {
    await connection.close();
    return problem('unreadable', `the inventory ${connection.name} cannot be opened: ${faultOf(fault.error)}`);
  }
  return ok(storeOver(connection, fault === undefined));
}

function storeOver(connection: PostgresConnection, isPrepared: boolean): InventoryStore {
  let prepared = isPrepared;
  const attempt = async <T>(what: string, work: (client: PoolClient) => Promise<T>): Promise<Outcome<T>> => {
    try {
      return ok(await connection.use(work));
    } catch (error) {
      const code = isPassing(error) ? 'unreachable' : 'unreadable';
      return problem(code, `the inventory ${connection.name} cannot be ${what}: ${faultOf(error)}`);
    }
  };
  return {
    merge: async (seen, batch) => {
      for (let left = attempts; ; left -= 1) {
        let inTheWay = false;
        const outcome = await attempt('written', async (client) => {
          try {
            if (!prepared) await prepare(client, 'write');
            prepared = true;
            await mergeBatch(client, seen, batch);
          } catch (error) {
            inTheWay = isContention(error) || error instanceof Vanished;
            // Somebody took the tables away: the next attempt makes them anew, or says why not.
            if (error instanceof NoTables) prepared = false;
            throw error;
          }
          return undefined;
        });
        if (outcome.kind === 'ok' || !inTheWay || left <= 1) return outcome;
        await new Promise((resolve) => setTimeout(resolve, 20 + 100 * Math.random()));
      }
    },
    read: () => attempt('read', readAll),
    close: connection.close,
  };
}

async function prepare(client: PoolClient, purpose: PostgresOptions['purpose']): Promise<void> {
  if (purpose === 'write') return migrate(client);
  const fault = versionFault(await schemaVersion(client));
  if (fault !== undefined) throw new Error(fault);
}

/** A row was deleted between two steps. */
class Vanished extends Error {}
class NoTables extends Error {}

async function mergeBatch(client: PoolClient, seen: InventoryState, { writer, number }: BatchName): Promise<void> {
  await client.query(begin);
  await client.query(shareTables);
  const version = await schemaVersion(client);
  if (version === 0) throw new NoTables('its tables are gone');
  if (version !== migrations.length) throw new Error(versionFault(version) ?? `its tables are of version ${version}`);
  const { rowCount } = await client.query(
    `INSERT INTO ${schema}.writer AS known (id, batch) VALUES ($1, $2)
     ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = now() WHERE known.batch < excluded.batch`,
    [writer, number],
  );
  if (rowCount === 0) {
    await client.query('ROLLBACK'); // it is there already
    return;
  }
  const rows = rowsOf(seen);
  for (const table of tables) await mergeTable(client, table, rows[table].map(placed).toSorted(byPlace));
  if (seen.dropped > 0) await client.query(`UPDATE ${schema}.lost SET count = count + $1`, [seen.dropped]);
  await client.query('COMMIT');
}

interface PlacedRow {
  /** The key in the table. */
  readonly place: string;
  readonly item: Row['item'];
}

function placed({ key, item }: Row): PlacedRow {
  return { place: createHash('sha256').update(key).digest('hex'), item };
}

function byPlace(a: PlacedRow, b: PlacedRow): number {
  return a.place < b.place ? -1 : 1;
}

/** All new rows first, then all that were there: with both by turns two writers could wait for each other. */
async function mergeTable(client: PoolClient, table: Table, rows: readonly PlacedRow[]): Promise<void> {
  const there: PlacedRow[] = [];
  for (const part of partsOf(rows)) {
    const { rows: made } = await client.query<{ readonly key: string }>(
      `INSERT INTO ${schema}.${table} (key, last, value) SELECT * FROM ${given} ORDER BY key COLLATE "C"
       ON CONFLICT (key) DO NOTHING RETURNING key`,
      columnsOf(part, new Map()),
    );
    const inserted = new Set(made.map(({ key }) => key));
    there.push(...part.filter(({ place }) => !inserted.has(place)));
  }
  for (const part of partsOf(there)) {
    const { rows: found } = await client.query<{ readonly key: string; readonly value: string }>(
      `SELECT key, value FROM ${schema}.${table} WHERE key = ANY ($1::text[]) ORDER BY key FOR UPDATE`,
      [part.map(({ place }) => place)],
    );
    if (found.length !== part.length) throw new Vanished('a row was deleted meanwhile');
    await client.query(
      `UPDATE ${schema}.${table} AS held SET last = given.last, value = given.value FROM ${given} WHERE held.key = given.key`,
      columnsOf(part, new Map(found.map(({ key, value }) => [key, value]))),
    );
  }
}

const given = 'unnest($1::text[], $2::bigint[], $3::text[]) AS given (key, last, value)';

/** Keys, last sights and values, each as a list. */
function columnsOf(rows: readonly PlacedRow[], known: ReadonlyMap<string, string>): unknown[] {
  const merged = rows.map(({ place, item }) => mergedValue(known.get(place), item));
  return [rows.map(({ place }) => place), merged.map(({ last }) => last), merged.map(({ value }) => value)];
}

function partsOf(rows: readonly PlacedRow[]): readonly (readonly PlacedRow[])[] {
  return Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, index) =>
    rows.slice(index * rowsAtOnce, (index + 1) * rowsAtOnce),
  );
}

/** One moment of all tables. */
async function readAll(client: PoolClient): Promise<InventoryState> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const version = await schemaVersion(client);
  const fault = versionFault(version);
  if (fault !== undefined) throw new Error(fault);
  if (version === 0) {
    await client.query('ROLLBACK');
    return emptyState;
  }
  const values = async (table: Table): Promise<readonly string[]> => {
    const { rows } = await client.query<{ readonly value: string }>(`SELECT value FROM ${schema}.${table}`);
    return rows.map(({ value }) => value);
  };
  const [asset, flow] = [await values('asset'), await values('flow')];
  const { rows } = await client.query<{ readonly count: string }>(`SELECT count FROM ${schema}.lost`);
  await client.query('COMMIT');
  return stateOfRows({ asset, flow }, Number(rows[0]?.count ?? 0));
}
