// Everything that gateways share through Valkey or Redis, against a real one.

import type { Report } from '../check.ts';
import { compareDesks, compareSecured } from './compare-desks.ts';
import { compareGateways } from './compare-gateways.ts';
import { compareLimits } from './compare-limits.ts';
import { compareScripts } from './compare-scripts.ts';
import { fetchRedis } from './redis-server.ts';

/** Runs all of it. */
export async function compareStores(report: Report): Promise<void> {
  const missing = fetchRedis();
  report.check('redis-server is there', missing === undefined, missing ?? '');
  if (missing !== undefined) return;
  await compareSecured(report);
  await compareDesks(report);
  await compareScripts(report);
  await compareLimits(report);
  await compareGateways(report);
}
