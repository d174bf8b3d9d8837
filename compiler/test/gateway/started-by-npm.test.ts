// Every program as people start it: as npm links it, by `npm exec`, and by an npm that is killed. A signal to what was started ends the
// program in an orderly way, and nothing of it stays behind: its standard error is closed, which nothing else of it may hold.

import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { isScriptOf } from '@rdp/runtime/npm';
import { sqliteStore } from '../../../runtime/src/inventory/index.ts';
import { createAuthority } from '../admission/make-certificate.ts';
import { bundleOf } from './running-gateway.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rdp-npm-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const bundle = join(folder, 'bundle.tar.gz');
writeFileSync(
  bundle,
  bundleOf(`package shop
surface Api: api { host "api.shop.example" }
surface Tools: mcp { servers ["crm"], default deny }
surface Cluster: k8s {}
defend Orders on Api.request { when method == "DELETE" block }
defend Read on Tools.call { when tool.name == "get_order" permit }
defend Named on Cluster.admission { when namespace == "" block "no namespace" }
`),
);
const issued = createAuthority('test').issue({ name: 'localhost' });
writeFileSync(join(folder, 'cert.pem'), issued.certificate);
writeFileSync(join(folder, 'key.pem'), issued.key);
cpSync(join(root, 'examples/checkout'), join(folder, 'policy'), { recursive: true });
/** Stands for an inventory in the words of a program: one process at a time has a file. */
const ownInventory = 'inventory.db';

/** The words for a program that is started in some way. */
async function wordsFor(words: readonly string[], way: string): Promise<readonly string[]> {
  if (!words.includes(ownInventory)) return words;
  const path = join(folder, `${way}.db`);
  const store = await sqliteStore(path, 'write');
  if (store.kind === 'problem') throw new Error(store.problem.message);
  await store.value.close();
  return words.map((word) => (word === ownInventory ? path : word));
}

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  /** When standard error is closed: its exit code, or the signal's name. */
  readonly closed: Promise<number | string>;
}

const drain = ['--drain-delay', '0', '--drain-timeout', '20'];
const programs: readonly {
  readonly name: string;
  readonly words: readonly string[];
  readonly ready: RegExp;
  readonly exitCode?: number;
}[] = [
  {
    name: 'rdp-admission',
    words: [
      '--bundle',
      bundle,
      '--tls-cert',
      join(folder, 'cert.pem'),
      '--tls-key',
      join(folder, 'key.pem'),
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--metrics-port',
      '0',
      ...drain,
    ],
    ready: /"event":"listening"/,
  },
  { name: 'rdp-gateway', words: ['--bundle', bundle, '--port', '0', ...drain], ready: /serves on/ },
  {
    name: 'rdp-inventory',
    words: ['serve', '--inventory', ownInventory, '--port', '0'],
    ready: /rdp-inventory serves/,
  },
  {
    name: 'rdp-mcp',
    words: [
      '--bundle',
      bundle,
      '--server',
      'crm',
      '--',
      process.execPath,
      '-e',
      'process.stdin.resume(); console.error("stands")',
    ],
    ready: /stands/,
    exitCode: 128, // its server's, which the signal ended
  },
  {
    name: 'rdpc',
    words: ['compile', join(folder, 'policy'), '-o', join(folder, 'dist'), '--watch'],
    ready: /watching for changes/,
  },
];

for (const { name, words, ready, exitCode = 0 } of programs) {
  test(`${name} ends when what npm linked gets a signal`, async (t) => {
    const started = await start(t, join(root, 'node_modules/.bin', name), await wordsFor(words, 'linked'), ready);
    started.child.kill('SIGTERM');
    t.is(await started.closed, exitCode, started.said());
  });
  test(`${name} ends when \`npm exec\` gets a signal`, async (t) => {
    const own = await wordsFor(words, 'executed');
    const started = await start(t, 'npm', ['exec', '--offline', '--', name, ...own], ready);
    started.child.kill('SIGTERM');
    t.not(await started.closed, 'late');
    t.notRegex(started.said(), /Error/);
  });
}

test('what is pending at a gateway comes to its end, though the npm that started it is told to end or is killed', async (t) => {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const service = createServer((_request, response) => {
      setTimeout(() => response.end('whole'), 2000);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    t.teardown(() => service.close());
    const log = join(folder, `${signal}.log`);
    const upstream = `api.shop.example=http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const words = ['--bundle', bundle, '--port', '0', '--upstream', upstream, '--log-file', log, ...drain];
    const started = await start(t, 'npm', ['exec', '--offline', '--', 'rdp-gateway', ...words], /serves on/);
    const port = Number(/serves on http:\/\/127\.0\.0\.1:(\d+)/.exec(started.said())?.[1]);
    const asked = new Promise((resolve) => service.once('request', resolve));
    const answer = textOf(port);
    await asked;
    started.child.kill(signal);
    t.is(await answer, '200 whole', signal);
    t.not(await started.closed, 'late');
    t.regex(readFileSync(log, 'utf8'), /"event":"stopped","drained":"complete"/);
  }
});

test('a program is npm’s when npm was told to run it and to wait for it', (t) => {
  for (const script of [
    "'rdp-gateway' --bundle x",
    'rdp-gateway --bundle x 2>&1',
    'echo a && PORT=1 ./node_modules/.bin/rdp-gateway',
  ])
    t.true(isScriptOf(script, 'rdp-gateway'), script);
  for (const script of ['ava', 'rdp-gateway --bundle x &', 'rdp-gateway & wait', 'rdp-mcp -- x', ''])
    t.false(isScriptOf(script, 'rdp-gateway'), script);
  t.false(isScriptOf(undefined, 'rdp-gateway'));
});

/** Until it is ready. What it says goes nowhere else; standard input stays open. */
async function start(t: ExecutionContext, command: string, words: readonly string[], ready: RegExp): Promise<Started> {
  const child = spawn(command, words, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  let said = '';
  const isReady = new Promise<void>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      said += data.toString();
      if (ready.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`it has ended: ${said}`)));
  });
  const closing = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
  });
  t.teardown(() => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL'); // all of its group, if anything is left
    } catch {
      // nothing is
    }
  });
  await isReady;
  return { child, said: () => said, closed: Promise.race([closing, late()]) };
}

function late(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), 30_000).unref());
}

function textOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'api.shop.example' };
    get({ port, host: '127.0.0.1', path: '/v1/orders', headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
      response.on('error', reject);
    }).on('error', reject);
  });
}
