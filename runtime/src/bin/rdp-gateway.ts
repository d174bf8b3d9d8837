#!/usr/bin/env node
// The program `rdp-gateway`: its command line, its signals and its exit code. 0 after an orderly end, 1 when something that it needs
// cannot be had or exchanges were cut off, 2 for a wrong call.

import { accessFromPod, openApiServer, watchPods } from '../cluster/index.ts';
import { introduction } from '../gateway/introduction.ts';
import { gatewayHelp, readGatewayCall, type GatewayCall } from '../gateway/read-options.ts';
import { serveGateway } from '../gateway/serve-gateway.ts';
import { openOutcomes } from '../outcomes/index.ts';
import { drainFor, endWhenAsked, type Asker } from '../server/end-when-asked.ts';
import { wrongCall } from '../server/option-table.ts';
import { openLog } from '../telemetry/log-lines.ts';

void run(readGatewayCall(process.argv.slice(2)));

async function run(call: GatewayCall): Promise<void> {
  switch (call.kind) {
    case 'help':
      process.stdout.write(gatewayHelp());
      return;
    case 'fault':
      process.stderr.write(wrongCall('rdp-gateway', call.message));
      process.exitCode = 2;
      return;
    case 'serve':
      await serve(call);
  }
}

async function serve(call: Extract<GatewayCall, { readonly kind: 'serve' }>): Promise<void> {
  const log = openLog(call.logPath);
  const access = call.workloads === undefined ? undefined : await accessFromPod(process.env);
  if (access?.kind === 'problem') return fail(`--workloads: ${access.problem.message}`);
  const outcomes = await openOutcomes(call.outcomes, log);
  if (outcomes.kind === 'problem') return fail(outcomes.problem.message);
  const outcome = await serveGateway({
    ...call.options,
    workloads:
      call.workloads === undefined || access === undefined
        ? undefined
        : { pods: watchPods(openApiServer(access.value), log), strangers: call.workloads.strangers },
    log,
    outcomes: outcomes.value,
  });
  if (outcome.kind === 'problem') return fail(outcome.problem.message);
  const gateway = outcome.value;
  const scheme = call.options.tls === undefined ? 'http' : 'https';
  const base = `${scheme}://${call.options.host ?? '127.0.0.1'}:${gateway.port}`;
  const missing = gateway.enforcer.stats().problem;
  const lines =
    missing === undefined
      ? introduction(gateway.routes(), base)
      : [`no policy is in force, and nothing passes until there is one: ${missing.message}`];
  process.stderr.write(`rdp-gateway serves on ${base}\n${lines.join('\n')}\n`);
  const end = async (asker: Asker): Promise<void> => {
    const ending = await gateway.drain(drainFor(asker, call.drain));
    await outcomes.value.close(2000);
    await log.flush(2000);
    process.exit(ending === 'complete' ? 0 : 1);
  };
  endWhenAsked('rdp-gateway', (asker) => void end(asker));
  // Files are watched, so there is nothing to read again; what a signal must not do is to end the server.
  process.on('SIGHUP', () => log.write({ level: 'info', event: 'hangup' }));
}

function fail(problem: string): never {
  process.stderr.write(`rdp-gateway: ${problem}\n`);
  process.exit(1);
}
