// `examples/checkout` in front of a service: two gateways, one real Redis, 64 clients over real connections. A budget of N lets N through to
// the service and not one more; killing Redis or a gateway opens nothing, and what the service was asked stands in a log.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Report } from '../check.ts';
import { pause, redisServer } from './redis-server.ts';

const root = new URL('../../', import.meta.url);
const folder = fileURLToPath(new URL('node_modules/.cache/interop/redis/checkout/', root));

interface Service {
  readonly url: string;
  /** Requests that came to it. */
  readonly seen: () => number;
  readonly close: () => void;
}

interface GatewayProcess {
  readonly child: ChildProcess;
  readonly port: number;
  readonly logFile: string;
}

/** Runs all of it. */
export async function compareGateways(report: Report): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await asItIs(report);
  await whileThingsDie(report);
}

/** 20 payments a minute for each address. */
async function asItIs(report: Report): Promise<void> {
  const bundle = compile('20 requests per 1m', 'plain');
  const redis = await redisServer('everything');
  await redis.start();
  const service = await openService();
  const gateways = await Promise.all([1, 2].map((name) => startGateway(`plain-${name}`, { bundle, redis: redis.url, service })));
  const statuses = await load(gateways, { clients: 64, milliseconds: 3000 });
  report.check('64 clients of two gateways pay 20 times a minute, and not once more', service.seen() === 20, `${service.seen()}`);
  const passed = statuses.filter((status) => status === 200).length;
  const rest = statuses.filter((status) => status !== 200);
  report.check('whose payment came through was told so, and everybody else 429', passed === 20 && rest.length > 64 && rest.every((status) => status === 429), `${passed}, ${rest.length}`);
  for (const { child } of gateways) child.kill('SIGKILL');
  service.close();
  await redis.remove();
}

async function whileThingsDie(report: Report): Promise<void> {
  const most = 1000;
  const bundle = compile(`${most} requests per 5m`, 'large');
  const redis = await redisServer('nothing');
  await redis.start();
  const service = await openService();
  const gateways = await Promise.all([1, 2].map((name) => startGateway(`large-${name}`, { bundle, redis: redis.url, service })));
  const loading = load(gateways, { clients: 64, milliseconds: 16_000, wait: 150 });
  await pause(1500);
  await redis.kill();
  await pause(300);
  const before = service.seen();
  await pause(1000);
  const meanwhile = service.seen() - before;
  await redis.start();
  await pause(4500);
  const after = service.seen();
  gateways[1]?.child.kill('SIGKILL');
  const statuses = await loading;
  const total = service.seen();
  report.check('while Redis is dead no payment comes through', before > 0 && before < most && meanwhile === 0, `${before}, ${meanwhile}`);
  report.check('when it is back, empty, payments go on', after > before, `${before}, ${after}`);
  report.check('and all in all there is not one more than the budget', total <= most && total > most - 64 * 2, `${total}`);
  report.check('who is refused is told why', statuses.every((status) => [200, 429, 503, 0].includes(status)), [...new Set(statuses)].join(', '));
  const entries = gateways.flatMap(({ logFile }) => readFileSync(logFile, 'utf8').split('\n').slice(0, -1)).map((line) => JSON.parse(line) as { readonly event: string; readonly verdict: string; readonly limits?: unknown });
  const passed = entries.filter(({ event, verdict, limits }) => event === 'request' && verdict === 'pass' && limits !== undefined).length;
  report.check('every payment that the service saw is in a log, though a gateway was killed', passed >= total && passed <= total + 32, `${passed}, ${total}`);
  for (const { child } of gateways) child.kill('SIGKILL');
  service.close();
  await redis.remove();
}

/** The example with another budget. */
function compile(budget: string, name: string): string {
  const example = join(folder, name);
  cpSync(fileURLToPath(new URL('examples/checkout', root)), example, { recursive: true });
  const file = join(example, 'checkout.rdp');
  writeFileSync(file, readFileSync(file, 'utf8').replace('20 requests per 1m', budget));
  const rdpc = fileURLToPath(new URL('compiler/bin/rdpc.js', root));
  const output = join(folder, `${name}-dist`);
  execFileSync(process.execPath, [rdpc, 'compile', example, '--no-cache', '-o', output], { stdio: 'ignore' });
  return join(output, 'bundle.tar.gz');
}

async function openService(): Promise<Service> {
  let seen = 0;
  const server = createServer((asked, response) => {
    seen += 1;
    asked.resume();
    asked.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":"p1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function startGateway(
  name: string,
  parts: { readonly bundle: string; readonly redis: string; readonly service: Service },
): Promise<GatewayProcess> {
  const logFile = join(folder, `${name}.log`);
  writeFileSync(logFile, '');
  const words = ['--bundle', parts.bundle, '--port', '0', '--surface', 'Checkout', '--upstream', `Checkout=${parts.service.url}`, '--store', parts.redis, '--decision-log', 'all', '--decision-log-to', logFile, '--audit', 'block', '--log-file', join(folder, `${name}.system.log`)];
  const child = spawn(process.execPath, [fileURLToPath(new URL('runtime/src/bin/rdp-gateway.ts', root)), ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
      const port = /serves on http:\/\/[\d.]+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port), logFile });
    });
    child.once('exit', () => reject(new Error(said)));
  });
}

/** Statuses of all answers; 0 where there was none. */
async function load(
  gateways: readonly GatewayProcess[],
  { clients, milliseconds, wait = 20 }: { readonly clients: number; readonly milliseconds: number; readonly wait?: number },
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = Date.now() + milliseconds;
  const statuses: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      const port = gateways[index % gateways.length]?.port ?? 0;
      while (Date.now() < end) {
        statuses.push(await pay(agent, port));
        await pause(wait);
      }
    }),
  );
  agent.destroy();
  return statuses;
}

function pay(agent: Agent, port: number): Promise<number> {
  const body = JSON.stringify({ order: 'ORD-7F3K-2291', amount: { value: 10, currency: 'EUR' } });
  return new Promise((resolve) => {
    const asked = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/payments',
        headers: { host: 'api.shop.example', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.on('error', () => resolve(0));
      },
    );
    asked.on('error', () => resolve(0));
    asked.end(body);
  });
}
