// What `--inventory` says → the store: a PostgreSQL database by its address, an SQLite file by its path.

import type { Outcome } from '../load/problem.ts';
import { isPostgres } from './postgres-connection.ts';
import { postgresStore, type PostgresOptions } from './postgres-store.ts';
import { sqliteStore } from './sqlite-store.ts';
import type { InventoryStore } from './store.ts';

/** Where an inventory is. */
export interface InventoryPlace {
  /** A file, or `postgres://HOST/DATABASE`. */
  readonly address: string;
  /** Of the database; a file has none. */
  readonly password?: string | undefined;
}

/** Opens it. */
export function openStore(
  { address, password }: InventoryPlace,
  purpose: PostgresOptions['purpose'],
): Promise<Outcome<InventoryStore>> {
  return isPostgres(address) ? postgresStore(address, { password, purpose }) : sqliteStore(address, purpose);
}
