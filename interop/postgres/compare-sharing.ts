// Two real gateways and an import feed one store, and the blueprint is served from it: PostgreSQL is killed and started again while they
// work, then a gateway is. What every caller saw answered is counted once.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Report } from '../check.ts';
import { password, pause, type PostgresServer } from './postgres-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const policy = `package shop

surface Shop: api { host "api.shop.example" }

discover Endpoints on Shop.request {
  record api.endpoint { method: method, path: path.text, caller: client.id }
  flow   client.id -> "api.shop.example"
}
`;

interface Gateway {
  readonly child: ChildProcess;
  readonly port: number;
  /** Requests that it answered. */
  answered: number;
}

/** Runs all of it. */
export async function compareSharing(report: Report, server: PostgresServer): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-sharing-'));
  const children: ChildProcess[] = [];
  const service = createServer((_, response) => response.end('{}'));
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  try {
    await server.query('CREATE DATABASE sharing OWNER rdp_owner');
    const start = gatewayIn(folder, server, (service.address() as AddressInfo).port, children); // it listens on a port
    await share({ report, server, folder, start, children });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    service.closeAllConnections();
    service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sharing {
  readonly report: Report;
  readonly server: PostgresServer;
  readonly folder: string;
  readonly start: (name: string) => Promise<Gateway>;
  readonly children: ChildProcess[];
}

async function share({ report, server, folder, start, children }: Sharing): Promise<void> {
  const store = placeOf(server, folder);
  const run = (...words: readonly string[]): string =>
    execFileSync(process.execPath, [`${root}runtime/src/bin/rdp-inventory.ts`, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  run('prepare', '--inventory', server.address('rdp_owner', 'sharing'), '--inventory-password', join(folder, 'password'));
  await server.query('GRANT USAGE ON SCHEMA rdp_inventory TO rdp_gateway; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA rdp_inventory TO rdp_gateway', 'sharing');
  const gateways = await Promise.all([start('one'), start('two')]);
  const [one, two] = gateways;
  if (one === undefined || two === undefined) return;

  const traffic = drive(gateways);
  const lines = Array.from({ length: 2000 }, (_, at) => `192.0.2.1 - - [23/Nov/2026:06:00:${String(at % 60).padStart(2, '0')} +0000] "GET /logged/${at % 10} HTTP/1.1" 200 12 "-" "curl/8"`);
  writeFileSync(join(folder, 'access.log'), `${lines.join('\n')}\n`);
  const importing = spawn(process.execPath, [`${root}runtime/src/bin/rdp-inventory.ts`, 'import', ...store, '--bundle', join(folder, 'dist/bundle.tar.gz'), '--format', 'combined', '--surface', 'Shop', join(folder, 'access.log')], { stdio: 'ignore' });
  const imported = new Promise<number | null>((resolve) => importing.once('exit', resolve));
  await pause(5500);
  const early = (await stateOf(server)).live;
  await server.kill();
  // Longer than the gateways wait between two writes, so that each of them finds it away.
  await pause(6000);
  const meanwhile = one.answered + two.answered;
  await pause(500);
  report.check('without the database calls go on', one.answered + two.answered > meanwhile);
  await server.start();
  report.same('the import is whole', await imported, 0);
  await pause(1500);
  await traffic.stop();
  const expected = one.answered + two.answered;
  await until(async () => (await stateOf(server)).live >= expected, 15_000);
  await pause(200);
  report.check('what two gateways wrote before it was killed was there', early > 0 && early < expected, `${early}`);
  report.same('and everything is counted once when it is back', await stateOf(server), { live: expected, logged: 2000 });

  const more = drive(gateways);
  await pause(2000);
  const atKill = two.answered;
  two.child.kill('SIGKILL');
  await pause(1000);
  await more.stop();
  one.child.kill('SIGTERM');
  const ending = await new Promise((resolve) => one.child.once('exit', resolve));
  const { live } = await stateOf(server);
  const all = one.answered + two.answered;
  report.same('a gateway that ends in an orderly way writes first', ending, 0);
  report.check('one that is killed loses at most what it had not written, and nothing is there twice', live <= all + 1 && live >= all - (two.answered - expectedOf(two, gateways, expected)), `${live} of ${all}, ${atKill}`);

  const kept = JSON.parse(run('export', ...store)) as { readonly assets: readonly { readonly count: number }[]; readonly flows: readonly { readonly count: number }[] };
  const sum = (items: readonly { readonly count: number }[]): number => items.reduce((total, { count }) => total + count, 0);
  report.same('an export has all of it', { things: sum(kept.assets), ways: sum(kept.flows) }, { things: live + 2000, ways: live });
  await compareBlueprint(report, store, folder, children, live);
  const said = ['one', 'two'].map((name) => readFileSync(join(folder, `${name}.log`), 'utf8')).join('');
  report.check('the logs say that it was away, and that it is back', /cannot be written/.test(said) && /is written again/.test(said), said.slice(0, 500));
  report.check('and have no password', !said.includes(password) && !said.includes(encodeURIComponent(password)));
}

/** What the gateway that is killed had answered when everything was known to be written: half of it, as requests go by turns. */
function expectedOf(gateway: Gateway, gateways: readonly Gateway[], expected: number): number {
  return Math.floor((expected * gateway.answered) / gateways.reduce((sum, { answered }) => sum + answered, 0));
}

async function compareBlueprint(report: Report, store: readonly string[], folder: string, children: ChildProcess[], total: number): Promise<void> {
  const child = spawn(process.execPath, [`${root}runtime/src/bin/rdp-inventory.ts`, 'serve', ...store, '--bundle', join(folder, 'dist/bundle.tar.gz'), '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  const said = await new Promise<string>((resolve) => child.stderr?.once('data', (data: Buffer) => resolve(data.toString())));
  const url = /http:\S+/.exec(said)?.[0] ?? '';
  const graph = (await (await fetch(url.replace('/blueprint', '/blueprint.json'))).json()) as { readonly nodes: readonly { readonly id: string }[]; readonly edges: readonly { readonly to: string; readonly seen: { readonly count: number } }[] };
  report.check('the blueprint is served from it', graph.nodes.some(({ id }) => id === 'host:api.shop.example'), JSON.stringify(graph.nodes.map(({ id }) => id)));
  report.same('with the ways of all', graph.edges.filter(({ to }) => to === 'host:api.shop.example').reduce((sum, { seen }) => sum + seen.count, 0), total);
}

function placeOf(server: PostgresServer, folder: string): readonly string[] {
  return ['--inventory', server.address('rdp_gateway', 'sharing'), '--inventory-password', join(folder, 'password')];
}

function gatewayIn(folder: string, server: PostgresServer, servicePort: number, children: ChildProcess[]): Sharing['start'] {
  mkdirSync(join(folder, 'policy'));
  writeFileSync(join(folder, 'policy/policy.rdp'), policy);
  writeFileSync(join(folder, 'password'), password);
  execFileSync(process.execPath, [`${root}compiler/bin/rdpc.js`, 'compile', join(folder, 'policy'), '--no-cache', '-o', join(folder, 'dist')], { stdio: 'ignore' });
  return (name) => {
    const words = ['--bundle', join(folder, 'dist/bundle.tar.gz'), '--port', '0', '--surface', 'Shop', '--upstream', `Shop=http://127.0.0.1:${servicePort}`, '--client-id-header', 'x-client', '--log-file', join(folder, `${name}.log`), '--decision-log', 'none', '--drain-delay', '0', ...placeOf(server, folder)];
    // As the image starts it.
    const child = spawn(process.execPath, ['--disallow-code-generation-from-strings', `${root}runtime/src/bin/rdp-gateway.ts`, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    return new Promise((resolve, reject) => {
      let said = '';
      child.stderr?.on('data', (data: Buffer) => {
        said += data.toString();
        const port = /serves on http:\/\/[\d.]+:(\d+)/.exec(said)?.[1];
        if (port !== undefined) resolve({ child, port: Number(port), answered: 0 });
      });
      child.once('exit', () => reject(new Error(said)));
    });
  };
}

/** Four callers of each gateway, until they are stopped. */
function drive(gateways: readonly Gateway[]): { readonly stop: () => Promise<void> } {
  let going = true;
  const callers = gateways.flatMap((gateway) =>
    Array.from({ length: 4 }, async (_, at) => {
      while (going) {
        const ok = await fetch(`http://127.0.0.1:${gateway.port}/live/${at % 3}`, { headers: { host: 'api.shop.example', 'x-client': `shop/web-${at}` } }).then(
          async (response) => (await response.text(), response.status === 200),
          () => false,
        );
        if (ok) gateway.answered += 1;
        await pause(ok ? 10 : 100);
      }
    }),
  );
  return {
    stop: async () => {
      going = false;
      await Promise.all(callers);
    },
  };
}

/** Calls that were counted: of gateways, and of logs. */
async function stateOf(server: PostgresServer): Promise<{ readonly live: number; readonly logged: number }> {
  const rows = await server.query('SELECT value FROM rdp_inventory.asset', 'sharing');
  const assets = rows.map(({ value }) => JSON.parse(String(value)) as { readonly count: number; readonly fields: { readonly path: string } });
  const sum = (start: string): number => assets.filter(({ fields }) => fields.path.startsWith(start)).reduce((total, { count }) => total + count, 0);
  return { live: sum('/live/'), logged: sum('/logged/') };
}

async function until(done: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds;
  while (Date.now() < end && !(await done())) await pause(100);
}
