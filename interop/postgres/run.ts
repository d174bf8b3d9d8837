// An inventory that gateways share, in a real PostgreSQL.

import type { Report } from '../check.ts';
import { compareMerges } from './compare-merges.ts';
import { compareRoles } from './compare-roles.ts';
import { compareSharing } from './compare-sharing.ts';
import { fetchPostgres, postgresServer } from './postgres-server.ts';

/** Runs all of it. */
export async function comparePostgres(report: Report): Promise<void> {
  const missing = fetchPostgres();
  report.check('postgres is there', missing === undefined, missing ?? '');
  if (missing !== undefined) return;
  const server = await postgresServer();
  try {
    await compareRoles(report, server);
    await compareMerges(report, server);
    await compareSharing(report, server);
  } finally {
    await server.remove();
  }
}
