// Starts `rdp-admission`, the program as users run it, with a bundle and a certificate, and stops it.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServingCertificate } from './recorder.ts';

const program = fileURLToPath(new URL('../../runtime/bin/rdp-admission.js', import.meta.url));

export interface AdmissionProgram {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Waits for its orderly end; gives its exit code. It may be asked again. */
  readonly stop: () => Promise<number | null>;
}

export interface AdmissionProgramOptions {
  readonly bundle: Uint8Array;
  readonly certificate: ServingCertificate;
}

/** Starts it and waits until it is ready; throws with its log when it is not within half a minute. */
export async function startAdmission(options: AdmissionProgramOptions): Promise<AdmissionProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-admission-'));
  writeFileSync(join(folder, 'bundle.tar.gz'), options.bundle);
  const [port, metricsPort] = [await freePort(), await freePort()];
  const child = spawn(
    process.execPath,
    [
      program,
      `--bundle=${join(folder, 'bundle.tar.gz')}`,
      `--tls-cert=${options.certificate.certificate}`,
      `--tls-key=${options.certificate.key}`,
      '--host=127.0.0.1',
      `--port=${port}`,
      `--metrics-port=${metricsPort}`,
      `--log-file=${join(folder, 'log')}`,
      '--drain-delay=0',
    ],
    { stdio: 'inherit' },
  );
  const over = new Promise<number | null>((done) => child.once('exit', done));
  const kill = (): void => void child.kill('SIGKILL');
  process.on('exit', kill);
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const code = await over;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
    return code;
  };
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`http://127.0.0.1:${metricsPort}/readyz`).catch(() => undefined);
    if (ready?.ok === true) return { url: `https://127.0.0.1:${port}`, stop };
    await setTimeout(100);
  }
  const log = readFileSync(join(folder, 'log'), { encoding: 'utf8', flag: 'a+' });
  await stop();
  throw new Error(`rdp-admission is not ready\n${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
