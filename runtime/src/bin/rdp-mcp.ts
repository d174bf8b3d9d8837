#!/usr/bin/env node
// The program `rdp-mcp`: its command line, the server's process and its exit code, which is the server's. 1 when something that it needs
// cannot be had, 2 for a wrong call.

import { spawn } from 'node:child_process';
import type { SurfacePlan } from '../contract/index.ts';
import { createEnforcer } from '../enforce/enforcer.ts';
import { createGuard } from '../mcp/guard.ts';
import { createPendingCalls } from '../mcp/pending-calls.ts';
import { mcpHelp, readMcpCall, type McpCall } from '../mcp/read-options.ts';
import { relay } from '../mcp/relay.ts';
import { createOutcomes, openOutcomes, outcomeMetrics } from '../outcomes/index.ts';
import { wrongCall } from '../server/option-table.ts';
import { whenNpmLeaves } from '../server/when-npm-leaves.ts';
import { openLog } from '../telemetry/log-lines.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { standardError } from '../telemetry/write-all.ts';

void run(readMcpCall(process.argv.slice(2)));

async function run(call: McpCall): Promise<void> {
  switch (call.kind) {
    case 'help':
      process.stdout.write(mcpHelp());
      return;
    case 'fault':
      process.stderr.write(wrongCall('rdp-mcp', call.message));
      process.exitCode = 2;
      return;
    case 'relay':
      await stand(call);
  }
}

async function stand(call: Extract<McpCall, { readonly kind: 'relay' }>): Promise<void> {
  const log = openLog(standardError);
  const enforcer = createEnforcer(call.policy);
  const loaded = await enforcer.ready;
  if (loaded.kind === 'problem') return fail(loaded.problem.message);
  const surface = surfaceOf(enforcer.stats().surfaces, call);
  if (typeof surface === 'string') return fail(surface);
  const outcomes = await openOutcomes(call.outcomes, log);
  if (outcomes.kind === 'problem') return fail(outcomes.problem.message);
  outcomes.value.declare(enforcer.stats().surfaces);
  const [program = '', ...words] = call.command;
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  const leaving = new AbortController();
  const guard = createGuard(
    {
      decide: enforcer.decide,
      outcomes: createOutcomes({
        ...outcomes.value.options,
        metrics: outcomeMetrics(createMetrics(), (problem) => log.write({ level: 'error', event: 'outcome', problem })),
        revision: () => enforcer.stats().revision,
      }),
      pending: createPendingCalls(),
      hidden: (about) => void log.write({ level: 'info', event: 'offer_hidden', ...about }),
    },
    {
      surface,
      server: call.server,
      client: { workload: '', id: '', ip: '', subject: call.subject },
      session: `${process.pid}`,
      now: Date.now,
      signal: leaving.signal,
    },
  );
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`rdp-mcp: the server cannot be started: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
  child.stdin.on('error', () => {}); // it has ended, which `exit` says
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  whenNpmLeaves('rdp-mcp', () => child.kill('SIGTERM'));
  await Promise.race([
    relay(
      guard,
      { fromClient: process.stdin, toClient: process.stdout, fromServer: child.stdout, toServer: child.stdin },
      {
        limit: call.limit,
        problem: (from, why) => void log.write({ level: 'error', event: 'message_refused', from, problem: why }),
      },
    ),
    ended,
  ]);
  leaving.abort();
  child.stdin.end();
  const code = await ended;
  enforcer.close();
  await outcomes.value.close(2000);
  await log.flush(1000);
  process.exit(code);
}

/** The surface that has the server, or what is wrong. */
function surfaceOf(
  surfaces: readonly SurfacePlan[],
  { server, surface: wanted }: { readonly server: string; readonly surface: string | undefined },
): SurfacePlan | string {
  const found = surfaces.filter(
    ({ kind, surface, servers }) =>
      kind === 'mcp' &&
      (wanted === undefined ? servers.includes(server) : surface === wanted || surface.endsWith(`.${wanted}`)),
  );
  const [only, second] = found;
  if (only === undefined) return `no surface of the bundle lists the server \`${server}\``;
  return second === undefined ? only : `several surfaces list \`${server}\`: say which with --surface`;
}

function fail(problem: string): never {
  process.stderr.write(`rdp-mcp: ${problem}\n`);
  process.exit(1);
}
