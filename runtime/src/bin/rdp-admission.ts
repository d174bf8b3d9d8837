#!/usr/bin/env node
// The program `rdp-admission`: its command line, its signals and its exit code. 0 after an orderly end, 1 when something that it
// needs cannot be had or reviews were cut off, 2 for a wrong call.

import { openLog } from '../telemetry/log-lines.ts';
import { admissionHelp, readAdmissionCall, type AdmissionCall } from '../admission/read-options.ts';
import { serveAdmission } from '../admission/serve-admission.ts';
import { noNamespaces, watchNamespaces } from '../admission/watch-namespaces.ts';
import { openApiServer } from '../cluster/api-server.ts';
import { accessFromPod } from '../cluster/in-cluster.ts';
import { drainFor, endWhenAsked, type Asker } from '../server/end-when-asked.ts';
import { wrongCall } from '../server/option-table.ts';

void run(readAdmissionCall(process.argv.slice(2)));

async function run(call: AdmissionCall): Promise<void> {
  switch (call.kind) {
    case 'help':
      process.stdout.write(admissionHelp());
      return;
    case 'fault':
      process.stderr.write(wrongCall('rdp-admission', call.message));
      process.exitCode = 2;
      return;
    case 'serve':
      await serve(call);
  }
}

async function serve(call: Extract<AdmissionCall, { readonly kind: 'serve' }>): Promise<void> {
  const log = openLog(call.logPath);
  const access = await accessFromPod(process.env);
  const namespaces = access.kind === 'ok' ? watchNamespaces(openApiServer(access.value), log) : noNamespaces;
  const outcome = await serveAdmission({ ...call.options, log, namespaces });
  if (outcome.kind === 'problem') {
    process.stderr.write(`rdp-admission: ${outcome.problem.message}\n`);
    process.exit(1);
  }
  const end = async (asker: Asker): Promise<void> => {
    const ending = await outcome.value.drain(drainFor(asker, call.drain));
    await log.flush(2000);
    process.exit(ending === 'complete' ? 0 : 1);
  };
  endWhenAsked('rdp-admission', (asker) => void end(asker));
  // Files are watched, so there is nothing to read again; what a signal must not do is to end the server.
  process.on('SIGHUP', () => log.write({ level: 'info', event: 'hangup' }));
}
