// An inventory in one SQLite file, for one process at a time. SQLite as WebAssembly, so that nothing is compiled when installing.
//
// INVARIANT: a merge is one transaction: a process that dies in it leaves the file as it was. That WebAssembly build locks by a folder
// beside the file, which a killed process leaves behind; a file with the process's number says whether it still lives.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Database } from 'node-sqlite3-wasm';
import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import { mergedValue, rowsOf, stateOfRows, tables, type Table } from './rows.ts';
import type { InventoryState } from './state.ts';
import type { InventoryStore } from './store.ts';

/** Raised with every change of the tables. */
const schemaVersion = 1;

/**
 * Opens the file, or makes it for whoever writes. A problem when there is none to read, it is no inventory, is of a newer version, or another
 * process has it.
 */
export async function sqliteStore(path: string, purpose: 'read' | 'write'): Promise<Outcome<InventoryStore>> {
  if (purpose === 'read' && !existsSync(path))
    return problem(
      'unreadable',
      `there is no inventory \`${path}\`: a gateway, or \`rdp-inventory import\`, makes one`,
    );
  const owner = claim(path);
  if (owner.kind === 'problem') return owner;
  let database: Database | undefined;
  try {
    // Loaded when there is a file to open: it is a megabyte that most programs do without.
    const { default: sqlite } = await import('node-sqlite3-wasm');
    database = new sqlite.Database(path);
    prepare(database);
  } catch (error) {
    database?.close();
    owner.value();
    return problem('unreadable', `the inventory \`${path}\` cannot be opened: ${reasonOf(error)}`);
  }
  return ok(storeOver(database, path, owner.value));
}

function storeOver(database: Database, path: string, release: () => void): InventoryStore {
  const attempt = <T>(what: string, run: () => T): Promise<Outcome<T>> => {
    try {
      return Promise.resolve(ok(run()));
    } catch (error) {
      return Promise.resolve(problem('unreadable', `the inventory \`${path}\` cannot be ${what}: ${reasonOf(error)}`));
    }
  };
  return {
    merge: (seen) => attempt('written', () => transaction(database, () => mergeInto(database, seen))),
    read: () => attempt('read', () => readAll(database)),
    close: () => {
      database.close();
      release();
      return Promise.resolve();
    },
  };
}

function prepare(database: Database): void {
  const version = Number(database.get('PRAGMA user_version')?.['user_version'] ?? 0);
  if (version > schemaVersion) throw new Error(`it is of version ${version}; this program knows ${schemaVersion}`);
  if (version === schemaVersion) return;
  if (Number(database.get('SELECT count(*) AS n FROM sqlite_master')?.['n'] ?? 0) > 0)
    throw new Error('it is a database of something else');
  transaction(database, () => {
    for (const table of tables)
      database.exec(
        `CREATE TABLE ${table} (key TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
         CREATE INDEX ${table}_last ON ${table} (last)`,
      );
    database.exec(`CREATE TABLE lost (count INTEGER NOT NULL); INSERT INTO lost VALUES (0);
                   PRAGMA user_version = ${schemaVersion}`);
  });
}

function mergeInto(database: Database, seen: InventoryState): undefined {
  const rows = rowsOf(seen);
  for (const table of tables)
    for (const { key, item } of rows[table]) {
      const known = database.get(`SELECT value FROM ${table} WHERE key = ?`, [key])?.['value'];
      const { first, last, value } = mergedValue(typeof known === 'string' ? known : undefined, item);
      database.run(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?)`, [key, first, last, value]);
    }
  if (seen.dropped > 0) database.run('UPDATE lost SET count = count + ?', [seen.dropped]);
  return undefined;
}

function readAll(database: Database): InventoryState {
  const values = (table: Table): readonly string[] =>
    database.all(`SELECT value FROM ${table}`).map((row) => String(row['value']));
  const dropped = Number(database.get('SELECT count FROM lost')?.['count'] ?? 0);
  return stateOfRows({ asset: values('asset'), flow: values('flow') }, dropped);
}

function transaction<T>(database: Database, run: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = run();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Takes the file for this process; gives what lets go of it. What a dead process left is cleared away. */
function claim(path: string): Outcome<() => void> {
  const ownerPath = `${path}.pid`;
  try {
    const owner = readOwner(ownerPath);
    if (owner !== undefined && owner !== process.pid && isAlive(owner))
      return problem(
        'unreadable',
        `the inventory \`${path}\` is open in the process ${owner}: one process at a time has a file; end that one, or share a database (postgres://…)`,
      );
    if (owner !== undefined) rmSync(`${path}.lock`, { recursive: true, force: true });
    writeFileSync(ownerPath, `${process.pid}\n`);
    return ok(() => rmSync(ownerPath, { force: true }));
  } catch (error) {
    return problem('unreadable', `the inventory \`${path}\` cannot be opened: ${reasonOf(error)}`);
  }
}

function readOwner(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8').trim());
  } catch {
    return undefined; // nobody has it
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's process, but one
  }
}
