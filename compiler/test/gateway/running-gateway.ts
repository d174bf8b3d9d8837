// A policy's text and a service → a gateway on this machine between the test and that service: real sockets, a bundle that the compiler
// made, everything else as the program has it.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { checkProgram, hasErrors } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { bytesSource } from '@rdp/runtime';
import { serveGateway, type Gateway, type GatewayOptions } from '@rdp/runtime/gateway';
import { openOutcomes, type OutcomeSettings } from '@rdp/runtime/outcomes';
import { openLog } from '../../../runtime/src/telemetry/log-lines.ts';
import { compilePrograms, emitBundle } from '../../src/index.ts';

export interface RunningGateway {
  readonly gateway: Gateway;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Of approvers, where there is one. */
  readonly adminPort: number | undefined;
  /** The lines of the log so far, parsed. */
  readonly log: () => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export interface RunOptions {
  readonly policy: string;
  readonly documents?: ReadonlyMap<string, unknown>;
  /** A surface or host → where it is served. */
  readonly upstreams?: Readonly<Record<string, string>>;
  /** APIs that WebSockets are let through to. */
  readonly webSockets?: readonly string[];
  readonly options?: Partial<GatewayOptions>;
  /** What decisions are carried out with, where it is not all in memory. */
  readonly outcomes?: Partial<OutcomeSettings>;
}

/** A policy's text as a bundle. */
export function bundleOf(policy: string, documents: ReadonlyMap<string, unknown> = new Map()): Uint8Array {
  const { programs, diagnostics } = checkProgram({
    files: [{ path: 'p.rdp', text: policy }],
    documents,
    std: stdFiles,
    today: '2026-11-22',
  });
  if (programs === undefined || hasErrors(diagnostics))
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const compiled = compilePrograms(programs);
  return emitBundle({ ...compiled, data: '{}', packages: programs.map((program) => program.package) });
}

/** Starts a gateway that ends with the test. */
export async function startGateway(t: ExecutionContext, run: RunOptions): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-gateway-'));
  const path = join(folder, 'log');
  const log = openLog(path);
  const outcomes = await openOutcomes(
    {
      store: undefined,
      quarantineFile: undefined,
      approvalWait: 1000,
      admin: undefined,
      logged: 'all',
      logTo: { kind: 'file', path, format: 'rdp' },
      audit: 'block',
      inventory: undefined,
      service: 'gateway',
      traceRatio: 0,
      otlp: undefined,
      ...run.outcomes,
    },
    log,
  );
  if (outcomes.kind === 'problem') throw new Error(outcomes.problem.message);
  const outcome = await serveGateway({
    source: bytesSource(bundleOf(run.policy, run.documents)),
    host: '127.0.0.1',
    port: 0,
    metricsPort: 0,
    tls: undefined,
    routes: {
      upstreams: new Map(Object.entries(run.upstreams ?? {}).map(([name, url]) => [name, new URL(url)])),
      surfaces: [],
      webSockets: run.webSockets ?? [],
    },
    tunnelAddresses: new BlockList(),
    clients: { trustedHops: 0, idHeader: undefined, workloadHeader: undefined },
    workloads: undefined,
    tokens: undefined,
    limits: { request: 1_048_576, answer: 1_048_576, buffer: 64 * 1_048_576 },
    timeouts: { head: 2000, request: 4000, idle: 4000 },
    services: { timeouts: { connect: 2000, head: 3000, idle: 3000 }, authorities: undefined, connections: 64 },
    log,
    outcomes: outcomes.value,
    ...run.options,
  });
  if (outcome.kind === 'problem') throw new Error(outcome.problem.message);
  const gateway = outcome.value;
  t.teardown(async () => {
    await gateway.drain({ delay: 0, patience: 500 });
    await outcomes.value.close(500);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    gateway,
    url: `http://127.0.0.1:${gateway.port}`,
    port: gateway.port,
    adminPort: outcomes.value.adminPort,
    log: async () => {
      await log.flush(1000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const lines = readFileSync(path, 'utf8').split('\n');
      return lines.flatMap((line): readonly Readonly<Record<string, unknown>>[] =>
        line === '' ? [] : [JSON.parse(line)],
      );
    },
  };
}
