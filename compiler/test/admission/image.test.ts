// The images of our enforcers, as far as they can be looked at without building them: what their Containerfile says, and that the files which
// each copies are a program that runs with Node and nothing else, called as the manifests call it.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Agent, request as httpsRequest } from 'node:https';
import {
  adminFile,
  admissionArguments,
  gatewayArguments,
  imageUser,
  metricsPort,
} from '../../src/emit/k8s/enforcer-image.ts';
import { bundleOf as gatewayBundle } from '../gateway/running-gateway.ts';
import { createAuthority } from './make-certificate.ts';
import { bundleOf, clusterPolicy, pod, reviewOf } from './running-server.ts';

const runtime = fileURLToPath(new URL('../../../runtime/', import.meta.url));

interface Instruction {
  readonly name: string;
  readonly words: readonly string[];
}

const instructions: readonly Instruction[] = readFileSync(join(runtime, 'Containerfile'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [name = '', ...words] = line.split(' ');
    return { name, words };
  });
const named = (name: string): readonly Instruction[] => instructions.filter((one) => one.name === name);
/** The words that start an image's program. */
const entrypointOf = (image: string): readonly string[] => {
  const from = instructions.findIndex(({ name, words }) => name === 'FROM' && words.at(-1) === image);
  const found = instructions.slice(from).find(({ name }) => name === 'ENTRYPOINT');
  return JSON.parse(found?.words.join(' ') ?? '[]') as readonly string[]; // the form without a shell
};

test('the base is whoever builds to say, nothing runs while it is built, and there is one user without rights', (t) => {
  t.true(named('FROM').length > 0);
  for (const { words } of named('FROM')) t.is(words[0], '${BASE}');
  t.deepEqual(
    named('ARG').map(({ words }) => words),
    [['BASE']],
  );
  const allowed = ['ARG', 'FROM', 'COPY', 'WORKDIR', 'ENV', 'USER', 'EXPOSE', 'ENTRYPOINT'];
  t.deepEqual(
    instructions.filter(({ name }) => !allowed.includes(name)),
    [],
  );
  t.is(named('USER').length, named('FROM').length);
  for (const { words } of named('USER')) t.is(words[0], `${imageUser}:${imageUser}`);
  for (const { words } of named('COPY')) t.true(words.includes('--chown=0:0') && words.includes('--chmod=0444'));
  for (const { words } of named('EXPOSE')) t.true(words.includes(String(metricsPort)));
});

/** The folder that the image would have at `/app`, with nothing around it. */
function tree(): string {
  execFileSync(process.execPath, [join(runtime, 'build.ts')], { stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'rdp-image-'));
  const app = join(folder, 'app');
  mkdirSync(app);
  for (const { words } of named('COPY')) {
    const sources = words.filter((word) => !word.startsWith('--')).slice(0, -1);
    for (const source of sources) cpSync(join(runtime, 'dist', source), join(app, basename(source)));
  }
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs an image's program and waits until it listens. */
async function start(
  t: ExecutionContext,
  folder: string,
  image: string,
  called: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<unknown>; readonly port: unknown }> {
  const [, ...words] = entrypointOf(image).map((word) => word.replace('/app/', `${join(folder, 'app')}/`));
  const child = spawn(process.execPath, [...words, ...called], {
    cwd: folder,
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  for (;;) {
    const line = await lines.next();
    if (line.done) throw new Error(`${image} ended`);
    const entry = JSON.parse(line.value) as Readonly<Record<string, unknown>>; // a line of the log
    if (entry['event'] === 'listening') return { child, ended, port: entry['port'] };
  }
}

test.serial('the files that it copies answer reviews with Node alone, as the manifests call them', async (t) => {
  const folder = tree();
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const authority = createAuthority('image');
  const { certificate, key } = authority.issue({ name: 'webhook' });
  for (const [name, content] of [
    ['tls.crt', certificate],
    ['tls.key', key],
    ['bundle.tar.gz', bundleOf(clusterPolicy)],
  ] as const)
    writeFileSync(join(folder, name), content);
  const places: Readonly<Record<string, string>> = {
    '--bundle': join(folder, 'bundle.tar.gz'),
    '--tls-cert': join(folder, 'tls.crt'),
    '--tls-key': join(folder, 'tls.key'),
    '--port': '0',
    '--metrics-port': '0',
  };
  const called = admissionArguments({ port: 8443, failurePolicy: 'Fail', exempt: ['kube-system'] }).map((argument) => {
    const [name = '', value = ''] = argument.split(/=(.*)/s);
    return `${name}=${places[name] ?? value}`;
  });
  const { child, ended, port } = await start(t, folder, 'admission', [...called, '--drain-delay=0']);
  child.kill('SIGHUP');
  const agent = new Agent({ ca: authority.certificate });
  const answer = await new Promise<string>((resolve, reject) => {
    const request = httpsRequest(`https://127.0.0.1:${String(port)}/validate`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    });
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
    request.end(JSON.stringify(reviewOf(pod({}, { securityContext: { privileged: true } }))));
  });
  t.true(answer.includes('"allowed":false'));
  child.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
});

test.serial('the gateway refuses and passes with Node alone, as the manifests call it', async (t) => {
  const folder = tree();
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const service = createServer((request, response) => {
    request.resume().on('end', () => response.end('fine'));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  t.teardown(() => service.close());
  const { port: behind } = service.address() as AddressInfo; // it listens on a port
  writeFileSync(
    join(folder, 'bundle.tar.gz'),
    gatewayBundle(`package shop
surface Shop: api { host "api.shop.example" }
defend NoDebug on Shop.request { when path.query[?"debug"] != none block 451 "no debugging here" }
defend Refunds on Shop.request { when method == "POST" approve by "leads" }`),
  );
  const digest = createHash('sha256').update('a-token').digest('hex');
  writeFileSync(join(folder, adminFile), JSON.stringify([{ name: 'kim', token_sha256: digest, groups: ['leads'] }]));
  const admin = await freePort();
  const places: Readonly<Record<string, string>> = {
    '--bundle': join(folder, 'bundle.tar.gz'),
    '--port': '0',
    '--metrics-port': '0',
    '--admin-port': String(admin),
    '--admin-tokens': join(folder, adminFile),
  };
  const called = gatewayArguments({
    port: 8080,
    limits: undefined,
    upstreams: [{ name: 'shop.Shop', url: `http://127.0.0.1:${behind}` }],
    webSockets: [],
    callers: { workloadHeader: 'x-forwarded-client-cert' },
    admin: 'pod',
  }).map((argument) => {
    const [name = '', value = ''] = argument.split(/=(.*)/s);
    return `${name}=${places[name] ?? value}`;
  });
  const { child, ended, port } = await start(t, folder, 'gateway', [...called, '--drain-delay=0']);
  child.kill('SIGHUP');
  const passed = await fetch(`http://127.0.0.1:${String(port)}/orders`);
  t.deepEqual([passed.status, await passed.text()], [200, 'fine']);
  const refused = await fetch(`http://127.0.0.1:${String(port)}/orders?debug=1`);
  t.is(refused.status, 451);
  const asked = fetch(`http://127.0.0.1:${String(port)}/refunds`, { method: 'POST', body: '{}' });
  const headers = { authorization: 'Bearer a-token' };
  const desk = `http://127.0.0.1:${admin}/v1/approvals`;
  let waiting: readonly { readonly id: string; readonly digest: string }[] = [];
  while (waiting.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const listed = (await (await fetch(desk, { headers })).json()) as { readonly approvals: typeof waiting }; // as docs/outcomes.md has it
    waiting = listed.approvals;
  }
  const [question] = waiting;
  const grant = { method: 'POST', headers, body: JSON.stringify({ digest: question?.digest }) };
  t.is((await fetch(`${desk}/${question?.id ?? ''}/grant`, grant)).status, 200);
  t.is((await asked).status, 200);
  child.kill('SIGTERM');
  t.deepEqual(await ended, [0, null]);
});
