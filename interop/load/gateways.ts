// `examples/checkout` with budgets that end within the run → two gateways over one Redis, as processes, with all that they can be told to
// do. Their memory is read from their own metrics after all garbage was collected.

import { createHash } from 'node:crypto';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort } from '../redis/redis-server.ts';
import type { Services } from './services.ts';

const root = new URL('../../', import.meta.url);
const folder = fileURLToPath(new URL('node_modules/.cache/interop/load/', root));

/** Who grants. */
export const approver = 'only-the-approver-has-this';

export interface Gateway {
  readonly child: ChildProcess;
  readonly port: number;
  readonly adminPort: number;
  readonly metricsPort: number;
  readonly logFile: string;
  readonly systemLog: string;
}

/** Megabytes, after all garbage was collected. */
export interface Memory {
  readonly resident: number;
  /** What lives on the heap, and what it holds outside. */
  readonly live: number;
  readonly pending: number;
  readonly connections: number;
  readonly waiting: number;
}

/** Compiles; gives the bundle's file. */
export function prepare(): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const example = join(folder, 'checkout');
  cpSync(fileURLToPath(new URL('examples/checkout', root)), example, { recursive: true });
  const file = join(example, 'checkout.rdp');
  const text = readFileSync(file, 'utf8');
  const quick = text
    .replace('200_000 tokens per 1h', '2_000 tokens per 10s')
    .replace('20 requests per 1m', '20 requests per 10s')
    .replace('defend MailNeedsHuman', 'defend Answers on Tools.result {\n  permit\n}\n\ndefend MailNeedsHuman');
  writeFileSync(file, quick);
  const rdpc = fileURLToPath(new URL('compiler/bin/rdpc.js', root));
  execFileSync(process.execPath, [rdpc, 'compile', example, '--no-cache', '-o', join(folder, 'dist')], {
    stdio: 'ignore',
  });
  const digest = createHash('sha256').update(approver).digest('hex');
  writeFileSync(
    join(folder, 'tokens.json'),
    JSON.stringify([{ name: 'lead', token_sha256: digest, groups: ['support-leads'] }]),
  );
  return join(folder, 'dist/bundle.tar.gz');
}

/** Starts one. */
export async function startGateway(
  name: string,
  { bundle, store, services }: { readonly bundle: string; readonly store: string; readonly services: Services },
): Promise<Gateway> {
  const place = (end: string): string => join(folder, `${name}${end}`);
  const [metricsPort, adminPort] = [await freePort(), await freePort()];
  const options = {
    bundle,
    port: '0',
    'metrics-port': String(metricsPort),
    'admin-port': String(adminPort),
    'admin-tokens': join(folder, 'tokens.json'),
    store,
    'approval-wait': '2',
    'trusted-hops': '1',
    'client-workload-header': 'x-workload',
    'client-id-header': 'x-client',
    'body-limit': '1',
    inventory: place('.db'),
    otlp: services.collector,
    'decision-log': 'all',
    'decision-log-to': place('.log'),
    audit: 'block',
    'log-file': place('.system.log'),
    'drain-delay': '0',
  };
  const upstreams = [
    `api.openai.com=${services.model}`,
    `Checkout=${services.api}`,
    `crm=${services.tools}`,
    `mailer=${services.tools}`,
  ];
  const words = [
    ...Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]),
    ...upstreams.flatMap((upstream) => ['--upstream', upstream]),
  ];
  const collect = new URL('collect-on-signal.ts', import.meta.url).href;
  const program = fileURLToPath(new URL('runtime/src/bin/rdp-gateway.ts', root));
  const child = spawn(process.execPath, ['--expose-gc', '--import', collect, program, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-10_000);
      const port = /serves on http:\/\/[\d.]+:(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      resolve({
        child,
        port: Number(port),
        adminPort,
        metricsPort,
        logFile: place('.log'),
        systemLog: place('.system.log'),
      });
    });
    child.once('exit', () => reject(new Error(said)));
  });
}

/** Collects, and reads. */
export async function memoryOf({ child, metricsPort }: Gateway): Promise<Memory> {
  child.kill('SIGUSR2');
  await new Promise((resolve) => setTimeout(resolve, 100));
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  const mebibyte = 1024 * 1024;
  return {
    resident: value('process_resident_memory_bytes') / mebibyte,
    live: (value('nodejs_heap_size_used_bytes') + value('nodejs_external_memory_bytes')) / mebibyte,
    pending: value('rdp_gateway_pending_requests'),
    connections: value('rdp_gateway_connections'),
    waiting: value('rdp_approvals_waiting'),
  };
}

/** Grants whatever says that it wants to be granted, at either gateway, until `isOver`. */
export async function grantSome(gateways: readonly Gateway[], isOver: () => boolean): Promise<void> {
  const headers = { authorization: `Bearer ${approver}` };
  for (let turn = 0; !isOver(); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const base = `http://127.0.0.1:${gateways[turn % gateways.length]?.adminPort}/v1/approvals`;
    const said = await fetch(base, { headers });
    if (said.status !== 200) continue; // then what is to be granted is not, and its callers say so
    const { approvals } = (await said.json()) as {
      readonly approvals: readonly { readonly id: string; readonly digest: string; readonly shown: string }[];
    };
    for (const { id, digest, shown } of approvals) {
      if (!shown.includes('please grant')) continue;
      await (await fetch(`${base}/${id}/grant`, { method: 'POST', headers, body: JSON.stringify({ digest }) })).text();
    }
  }
}
