// Bundles from files, folders and services that change, fail and recover.

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import test from 'ava';

import { createEnforcer, fileSource, serviceSource } from '../src/index.ts';
import type { BundleSource, Enforcer } from '../src/index.ts';
import { bundleEntries, compileFixture, pack } from './fixture-bundle.ts';

const wasm = await compileFixture();
const one = await pack(bundleEntries(wasm, 'one'));
const two = await pack(bundleEntries(wasm, 'two'));
const input = new TextEncoder().encode('{}');
const patience = 10_000;

async function folder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rdp-sources-'));
}

async function start(source: BundleSource): Promise<Enforcer> {
  const enforcer = createEnforcer({ source, limits: { warmUp: 1 } });
  await enforcer.ready;
  return enforcer;
}

async function until(condition: () => boolean): Promise<boolean> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(20)) if (condition()) return true;
  return false;
}

async function writeFolder(path: string, revision: string): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const { name, bytes } of bundleEntries(wasm, revision)) await writeFile(join(path, name), bytes);
}

test('a missing file blocks and says which', async (t) => {
  const enforcer = await start(fileSource({ path: '/no/such/bundle.tar.gz', watch: 'never' }));
  t.is(enforcer.decide('Door.allow', input).reason, 'bundle_unavailable');
  t.like(enforcer.stats().problem, { code: 'unreadable', message: 'there is no `/no/such/bundle.tar.gz`' });
});

test('a directory without a policy blocks', async (t) => {
  const enforcer = await start(fileSource({ path: await folder(), watch: 'never' }));
  t.is(enforcer.decide('Door.allow', input).reason, 'bundle_unavailable');
  t.is(enforcer.stats().problem?.code, 'bad_manifest');
});

test('a file that is renamed over is taken, a half written one is not', async (t) => {
  const path = join(await folder(), 'bundle.tar.gz');
  await writeFile(path, one);
  const enforcer = await start(fileSource({ path, quiet: 20 }));
  t.is(enforcer.stats().revision, 'one');
  await writeFile(path, two.subarray(0, 500));
  t.true(await until(() => enforcer.stats().refusedBundles > 0));
  t.is(enforcer.stats().revision, 'one');
  t.is(enforcer.decide('Door.allow', input).action, 'allow');
  await writeFile(`${path}.new`, two);
  await rename(`${path}.new`, path);
  t.true(await until(() => enforcer.stats().revision === 'two'));
  t.is(enforcer.stats().problem, undefined);
  await rm(path);
  t.true(await until(() => enforcer.stats().problem?.code === 'unreadable'));
  t.is(enforcer.decide('Door.allow', input).action, 'allow');
  enforcer.close();
});

test('a folder with a bundle file gives that file', async (t) => {
  const path = await folder();
  await writeFile(join(path, 'bundle.tar.gz'), one);
  await writeFile(join(path, 'report.md'), 'not part of it');
  const enforcer = await start(fileSource({ path, quiet: 20 }));
  t.is(enforcer.stats().revision, 'one');
  await writeFile(join(path, 'bundle.tar.gz'), two);
  t.true(await until(() => enforcer.stats().revision === 'two'));
  enforcer.close();
});

async function swap(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

test('a bundle file in a folder may be renamed over again and again, once with a bad one', async (t) => {
  const path = await folder();
  const file = join(path, 'bundle.tar.gz');
  await writeFile(file, one);
  const enforcer = await start(fileSource({ path, quiet: 20 }));
  const swaps = [two, one, two.subarray(0, 500), two, one];
  for (const [at, bytes] of swaps.entries()) {
    await swap(file, bytes);
    const revision = bytes === one ? 'one' : 'two';
    const taken = (): boolean => enforcer.stats().revision === revision && enforcer.stats().problem === undefined;
    const refused = (): boolean => enforcer.stats().revision === 'one' && enforcer.stats().problem !== undefined;
    t.true(await until(bytes === one || bytes === two ? taken : refused), `swap ${at}`);
  }
  enforcer.close();
});

test('a bundle that is swapped right after the start, or in a folder that was itself replaced, is seen', async (t) => {
  const parent = await folder();
  const path = join(parent, 'policies');
  const next = join(parent, 'next');
  await writeFolder(path, 'one');
  await writeFolder(next, 'two');
  const enforcer = createEnforcer({ source: fileSource({ path, quiet: 20 }), limits: { warmUp: 1 } });
  await enforcer.ready;
  await rename(path, join(parent, 'old'));
  await rename(next, path);
  t.true(await until(() => enforcer.stats().revision === 'two'));
  await swap(join(path, 'bundle.tar.gz'), one);
  t.true(await until(() => enforcer.stats().revision === 'one'));
  await swap(join(path, 'bundle.tar.gz'), two);
  t.true(await until(() => enforcer.stats().revision === 'two'));
  enforcer.close();
});

test('a folder that comes late is waited for', async (t) => {
  const path = join(await folder(), 'not', 'yet');
  const enforcer = await start(fileSource({ path, quiet: 20 }));
  t.is(enforcer.stats().problem?.code, 'unreadable');
  await writeFolder(path, 'one');
  t.true(await until(() => enforcer.stats().revision === 'one' && enforcer.stats().problem === undefined));
  enforcer.close();
});

test('an unpacked bundle in a mounted volume is swapped by its link', async (t) => {
  const path = await folder();
  await writeFolder(join(path, '..first'), 'one');
  await writeFolder(join(path, '..second'), 'two');
  await symlink('..first', join(path, '..data'));
  for (const name of ['data.json', 'policy.wasm', '.manifest']) await symlink(join('..data', name), join(path, name));
  const enforcer = await start(fileSource({ path, quiet: 20 }));
  t.is(enforcer.stats().revision, 'one');
  await symlink('..second', join(path, '..data_new'));
  await rename(join(path, '..data_new'), join(path, '..data'));
  t.true(await until(() => enforcer.stats().revision === 'two'));
  enforcer.close();
});

interface Service {
  readonly url: string;
  readonly server: Server;
  readonly requests: IncomingHttpHeaders[];
  answer: { readonly status: number; readonly body: Uint8Array; readonly etag?: string };
}

async function serve(): Promise<Service> {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    const { status, body, etag } = service.answer;
    const unchanged = etag !== undefined && request.headers['if-none-match'] === etag;
    response.writeHead(unchanged ? 304 : status, etag === undefined ? {} : { etag });
    response.end(unchanged ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a server that listens on a port has this form of address
  const service: Service = {
    url: `http://127.0.0.1:${port}/bundle`,
    server,
    requests,
    answer: { status: 200, body: one, etag: '"one"' },
  };
  return service;
}

const interval = { least: 0.02, most: 0.05 };

test('a service is polled with the ETag of the bundle in force', async (t) => {
  const service = await serve();
  const enforcer = await start(serviceSource({ url: service.url, interval, headers: { authorization: 'Bearer x' } }));
  t.is(enforcer.stats().revision, 'one');
  t.true(await until(() => service.requests.length > 3));
  t.is(service.requests[0]?.['if-none-match'], undefined);
  t.is(service.requests[0]?.authorization, 'Bearer x');
  t.is(service.requests[1]?.['if-none-match'], '"one"');
  t.is(enforcer.stats().activatedBundles, 1);
  service.answer = { status: 200, body: two, etag: '"two"' };
  t.true(await until(() => enforcer.stats().revision === 'two'));
  enforcer.close();
  service.server.close();
});

test('a service that fails, or sends a bad bundle, changes nothing until it recovers', async (t) => {
  const service = await serve();
  const enforcer = await start(serviceSource({ url: service.url, interval }));
  service.answer = { status: 500, body: new Uint8Array() };
  t.true(await until(() => enforcer.stats().problem?.code === 'unreadable'));
  t.is(enforcer.decide('Door.allow', input).action, 'allow');
  service.answer = { status: 200, body: two.subarray(0, 700), etag: '"two"' };
  t.true(await until(() => ['cut_off', 'corrupt'].includes(enforcer.stats().problem?.code ?? '')));
  t.is(service.requests.at(-1)?.['if-none-match'], '"one"');
  service.answer = { status: 200, body: two, etag: '"two"' };
  t.true(await until(() => enforcer.stats().revision === 'two'));
  enforcer.close();
  service.server.close();
});

test('a service without ETags is not taken for new each time', async (t) => {
  const service = await serve();
  service.answer = { status: 200, body: one };
  const enforcer = await start(serviceSource({ url: service.url, interval }));
  t.true(await until(() => service.requests.length > 3));
  t.is(enforcer.stats().activatedBundles, 1);
  t.true(service.requests.every((headers) => headers['if-none-match'] === undefined));
  enforcer.close();
  service.server.close();
});

test('a service that comes up late is waited for, and one that sends too much is refused', async (t) => {
  const service = await serve();
  service.answer = { status: 404, body: new Uint8Array() };
  const enforcer = await start(serviceSource({ url: service.url, interval, sizeLimit: one.length }));
  t.is(enforcer.decide('Door.allow', input).reason, 'bundle_unavailable');
  service.answer = { status: 200, body: new Uint8Array(one.length + 1) };
  t.true(await until(() => enforcer.stats().problem?.code === 'too_large'));
  service.answer = { status: 200, body: one };
  t.true(await until(() => enforcer.decide('Door.allow', input).action === 'allow'));
  enforcer.close();
  service.server.close();
});

test('an unreachable service blocks', async (t) => {
  const service = await serve();
  await new Promise((resolve) => service.server.close(resolve));
  const enforcer = await start(serviceSource({ url: service.url }));
  t.is(enforcer.stats().problem?.code, 'unreadable');
  t.is(enforcer.decide('Door.allow', input).reason, 'bundle_unavailable');
  enforcer.close();
});

test('the body of a long poll asks the server to wait', async (t) => {
  const service = await serve();
  const enforcer = await start(serviceSource({ url: service.url, interval, longPoll: 7 }));
  t.true(await until(() => service.requests.length > 1));
  t.is(service.requests[0]?.['prefer'], 'modes=snapshot');
  t.is(service.requests[1]?.['prefer'], 'modes=snapshot;wait=7');
  enforcer.close();
  service.server.close();
});
