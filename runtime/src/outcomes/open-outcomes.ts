// Settings → the parts that decisions are carried out with, open: store, desk, quarantine, log, the port for people, the exporter; their
// health; and their orderly end.
//
// INVARIANT: what was configured is there or nothing starts: a file that cannot be read or written is a problem. A store that cannot
// be reached is none: it may come, and until then what needs it fails as rules say.

import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createAdmin } from '../admin/admin-api.ts';
import { readTokens } from '../admin/admin-tokens.ts';
import { closedDesk } from '../approval/closed-desk.ts';
import { memoryDesk } from '../approval/memory-desk.ts';
import { redisDesk } from '../approval/redis-desk.ts';
import type { DecisionLog } from '../audit/decision-log.ts';
import { httpLog } from '../audit/http-log.ts';
import { lineLog, noLog } from '../audit/line-log.ts';
import { opaEntry } from '../audit/opa-entry.ts';
import { declaredBy } from '../blueprint/index.ts';
import type { SurfacePlan } from '../contract/index.ts';
import { createInventory, openStore, type Inventory, type InventoryPlace } from '../inventory/index.ts';
import { memoryLimits } from '../limits/memory-limits.ts';
import type { LimitStore } from '../limits/limit-store.ts';
import { redisLimits } from '../limits/redis-limits.ts';
import { ok, problem, reasonOf, type Outcome } from '../load/problem.ts';
import { fileQuarantine, memoryQuarantine } from '../quarantine/file-quarantine.ts';
import { redisQuarantine } from '../quarantine/redis-quarantine.ts';
import { connectRedis, type RedisConnection } from '../store/redis-connection.ts';
import { createTelemetry } from '../telemetry/create-telemetry.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { otlpExport, type OtlpExport } from '../telemetry/otlp-export.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { OutcomesOptions } from './create-outcomes.ts';

export interface OutcomeSettings {
  /** Address of Valkey or Redis; without one everything is this process's own. */
  readonly store: string | undefined;
  /** PEM of authorities that it may have its certificate of. */
  readonly storeAuthorities?: string;
  readonly quarantineFile: string | undefined;
  /** Milliseconds. */
  readonly approvalWait: number;
  /** Where people answer; `tokens` is the text of the file. */
  readonly admin: { readonly host: string; readonly port: number; readonly tokens: string } | undefined;
  readonly logged: 'all' | 'notable' | 'none';
  readonly logTo:
    | { readonly kind: 'file'; readonly path: string; readonly format: 'rdp' | 'opa' }
    | { readonly kind: 'service'; readonly url: string; readonly headers: Readonly<Record<string, string>> };
  readonly audit: 'block' | 'drop';
  /** Where what is discovered is kept; nothing is noted without it. */
  readonly inventory: InventoryPlace | undefined;
  /** What traces and logs call this gateway. */
  readonly service: string;
  readonly traceRatio: number;
  readonly otlp: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> } | undefined;
}

export interface OpenOutcomes {
  readonly options: Omit<OutcomesOptions, 'metrics' | 'revision'>;
  /** Registers what is counted, and begins to export. */
  readonly telemetry: (metrics: Metrics) => Telemetry;
  readonly adminPort: number | undefined;
  /** Tells what the bundle in force declares, which the blueprint compares with. */
  readonly declare: (surfaces: readonly SurfacePlan[]) => void;
  /** Lines for people; `failed` while nothing may pass. */
  readonly health: () => { readonly state: 'fine' | 'failed'; readonly lines: readonly string[] };
  /** Ends waits, writes what waits to be written, for at most `milliseconds`. */
  readonly close: (milliseconds: number) => Promise<void>;
}

/** Milliseconds that a start waits for the store, so that the first calls find it. */
const storePatience = 3000;

/** Opens all of it; a problem says what cannot be had. */
export async function openOutcomes(settings: OutcomeSettings, log: LogLines): Promise<Outcome<OpenOutcomes>> {
  const report = (why: string): void => log.write({ level: 'error', event: 'outcome', problem: why });
  const tokens = settings.admin === undefined ? undefined : readTokens(settings.admin.tokens);
  if (tokens?.kind === 'problem') return tokens;
  const decisions = openDecisionLog(settings, report);
  if (decisions.kind === 'problem') return decisions;
  const connection =
    settings.store === undefined
      ? undefined
      : connectRedis({
          url: settings.store,
          report,
          ...(settings.storeAuthorities === undefined ? {} : { authorities: settings.storeAuthorities }),
        });
  const held =
    connection !== undefined
      ? ok(redisQuarantine({ connection }))
      : settings.quarantineFile === undefined
        ? ok(memoryQuarantine())
        : fileQuarantine(settings.quarantineFile);
  if (held.kind === 'problem') return held;
  const parts = {
    limits: connection === undefined ? memoryLimits() : redisLimits({ connection, report }),
    approvals:
      connection !== undefined ? redisDesk({ connection }) : settings.admin === undefined ? closedDesk : memoryDesk(),
    quarantine: held.value,
    log: decisions.value,
  };
  if (connection !== undefined) await storeIsReady(connection, parts.limits);
  const inventory = await openInventory(settings.inventory, report);
  if (inventory.kind === 'problem') return inventory;
  const kept = inventory.value;
  let declared = declaredBy([]);
  const blueprint = kept === undefined ? undefined : { read: kept.read, declared: () => declared };
  const admin =
    settings.admin === undefined || tokens === undefined
      ? ok(undefined)
      : await attempt(() => openAdmin(settings, createAdmin({ ...parts, blueprint, tokens: tokens.value })));
  if (admin.kind === 'problem') return admin;
  let exporter: OtlpExport | undefined;

  return ok({
    options: {
      ...parts,
      inventory: kept,
      audit: settings.audit,
      logged: settings.logged === 'all' ? 'all' : 'notable',
      approvalWait: settings.approvalWait,
    },
    telemetry: (metrics) => {
      const { otlp, service, traceRatio } = settings;
      metrics.gauge('rdp_approvals_waiting', 'Calls that wait for approvers here.', parts.approvals.waiting);
      metrics.gauge('rdp_quarantined', 'Targets in quarantine.', () => parts.quarantine.list().length);
      metrics.gauge('rdp_decision_log_entries_lost', 'Entries of the decision log that were lost.', parts.log.lost);
      metrics.gauge('rdp_limit_store_ready', 'Whether limits can be counted.', () =>
        parts.limits.problem() === undefined ? 1 : 0,
      );
      if (otlp !== undefined) {
        const resource = { 'service.name': service, 'service.instance.id': randomUUID() };
        exporter = otlpExport({ ...otlp, resource, metrics, report });
        metrics.gauge('rdp_telemetry_lost', 'Spans and reports that no collector took.', exporter.lost);
      }
      return createTelemetry({ metrics, traceRatio, ...(exporter === undefined ? {} : { spans: exporter.span }) });
    },
    adminPort: admin.value === undefined ? undefined : (admin.value.address() as AddressInfo).port, // it listens on a port
    declare: (surfaces) => {
      declared = declaredBy(surfaces);
    },
    health: () => {
      const uncounted = parts.limits.problem();
      const unknown = parts.quarantine.problem();
      return {
        state: parts.quarantine.isKnown() ? 'fine' : 'failed',
        lines: [
          uncounted === undefined ? 'limits: ok' : `limits: cannot be counted, ${uncounted}`,
          unknown === undefined ? 'quarantine: ok' : `quarantine: ${unknown}`,
        ],
      };
    },
    close: async (milliseconds) => {
      await parts.approvals.close();
      admin.value?.close();
      admin.value?.closeAllConnections();
      await Promise.all([parts.quarantine.close(), parts.limits.close(), exporter?.close(milliseconds)]);
      await kept?.close(milliseconds);
      await parts.log.close(milliseconds);
      connection?.close();
    },
  });
}

/** Calls do not wait for it; what it cannot write now it keeps, and says so once. */
async function openInventory(
  place: InventoryPlace | undefined,
  report: (why: string) => void,
): Promise<Outcome<Inventory | undefined>> {
  if (place === undefined) return ok(undefined);
  const store = await openStore(place, 'write');
  if (store.kind === 'problem') return store;
  return ok(
    createInventory({ store: store.value, onProblem: (why) => report(why ?? 'the inventory is written again') }),
  );
}

function openDecisionLog(settings: OutcomeSettings, report: (why: string) => void): Outcome<DecisionLog> {
  const { logged, logTo, service } = settings;
  if (logged === 'none') return ok(noLog);
  const labels = { id: randomUUID(), version: 'rdp', service };
  try {
    if (logTo.kind === 'service')
      return ok(httpLog({ url: logTo.url, headers: logTo.headers, write: (entry) => opaEntry(entry, labels), report }));
    const { path, format } = logTo;
    return ok(lineLog({ path, ...(format === 'opa' ? { write: (entry) => opaEntry(entry, labels) } : {}) }));
  } catch (error) {
    return problem('unreadable', `decisions cannot be logged: ${reasonOf(error)}`);
  }
}

function openAdmin({ admin }: OutcomeSettings, handler: ReturnType<typeof createAdmin>): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000 }, handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: admin?.port ?? 0, host: admin?.host ?? '127.0.0.1' }, () => resolve(server));
  });
}

/** Returns when it is, or patience is over: then it may come later. */
async function storeIsReady(connection: RedisConnection, limits: LimitStore): Promise<void> {
  const end = performance.now() + storePatience;
  await connection.ready(storePatience);
  while (limits.problem() !== undefined && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function attempt<T>(open: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return ok(await open());
  } catch (error) {
    return problem('unreadable', `the port for approvers cannot be had: ${reasonOf(error)}`);
  }
}
