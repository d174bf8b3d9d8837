// `examples/checkout` in front of a service: two gateways, one real Redis, 64 clients over real connections. A budget of N lets N through to
// the service and not one more; killing Redis or a gateway opens nothing, and what the service was asked stands in a log.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
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
  /** Traces of them. */
  readonly traces: readonly string[];
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
  await whileAGatewayDies(report);
}

/** 20 payments a minute for each address. */
async function asItIs(report: Report): Promise<void> {
  const bundle = compile('20 requests per 1m', 'plain');
  const redis = await redisServer('everything');
  await redis.start();
  const service = await openService();
  const gateways = await Promise.all([1, 2].map((name) => startGateway(`plain-${name}`, { bundle, redis: redis.url, service })));
  const statuses = (await load(gateways, { clients: 64, milliseconds: 3000 })).map(({ status }) => status);
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
  const payments = await loading;
  const statuses = payments.map(({ status }) => status);
  const total = service.seen();
  report.check('while Redis is dead no payment comes through', before > 0 && before < most && meanwhile === 0, `${before}, ${meanwhile}`);
  report.check('when it is back, empty, payments go on', after > before, `${before}, ${after}`);
  report.check('and all in all there is not one more than the budget', total <= most && total > most - 64 * 2, `${total}`);
  report.check('who is refused is told why', statuses.every((status) => [200, 429, 503, 0].includes(status)), [...new Set(statuses)].join(', '));
  checkLogs(report, { gateways, payments, service });
  for (const { child } of gateways) child.kill('SIGKILL');
  service.close();
  await redis.remove();
}

/** One of two is killed while both let payments through; its clients go to the other. */
async function whileAGatewayDies(report: Report): Promise<void> {
  const most = 2000;
  const bundle = compile(`${most} requests per 5m`, 'killed');
  const redis = await redisServer('everything');
  await redis.start();
  const service = await openService();
  const gateways = await Promise.all([1, 2].map((name) => startGateway(`killed-${name}`, { bundle, redis: redis.url, service })));
  const loading = load(gateways, { clients: 64, milliseconds: 15_000, wait: 60 });
  while (service.seen() < most / 4) await pause(10);
  gateways[1]?.child.kill('SIGKILL');
  const before = service.seen();
  const payments = await loading;
  const total = service.seen();
  const broken = payments.filter(({ status }) => status === 0).length;
  report.check('a gateway is killed among payments that come through: some have no answer', broken > 0 && broken <= 64, `${broken}`);
  report.check('the other takes the rest of the budget, and not one more', before < most / 2 && total <= most && total >= most - 64, `${before}, ${total}`);
  const told = payments.filter(({ status }) => status === 200).length;
  report.check('nobody is told of a payment that did not come through', told <= total && total - told <= 64, `${told}, ${total}`);
  checkLogs(report, { gateways, payments, service });
  for (const { child } of gateways) child.kill('SIGKILL');
  service.close();
  await redis.remove();
}

/** Whatever was answered, and whatever the service was asked, has its entry in the log of one of the gateways: it was written before. */
function checkLogs(
  report: Report,
  { gateways, payments, service }: { readonly gateways: readonly GatewayProcess[]; readonly payments: readonly Payment[]; readonly service: Service },
): void {
  const lines = gateways.flatMap(({ logFile }) => readFileSync(logFile, 'utf8').split('\n').slice(0, -1));
  const entries = lines.map((line) => JSON.parse(line) as { readonly event: string; readonly verdict: string; readonly trace_id: string; readonly limits?: unknown });
  const decided = new Map(entries.filter(({ event }) => event === 'request').map(({ trace_id: trace, verdict, limits }) => [trace, limits === undefined ? 'uncounted' : verdict]));
  const answered = payments.filter(({ status }) => status !== 0);
  const unlogged = answered.filter(({ trace, status }) => (status === 200 ? decided.get(trace) !== 'pass' : !decided.has(trace)));
  report.check(`each of ${answered.length} answers has its decision in a log`, answered.length > 0 && unlogged.length === 0, `${unlogged.length} have not`);
  const unknown = service.traces.filter((trace) => decided.get(trace) !== 'pass');
  report.check(`and each of ${service.traces.length} payments that the service saw, a killed gateway's too`, unknown.length === 0, `${unknown.length} have not`);
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

/** The id of the trace, which a gateway hands on and logs. */
function traceOf(header: string | string[] | undefined): string {
  return String(header).split('-')[1] ?? '';
}

async function openService(): Promise<Service> {
  const traces: string[] = [];
  const server = createServer((asked, response) => {
    traces.push(traceOf(asked.headers['traceparent']));
    asked.resume();
    asked.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":"p1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => traces.length,
    traces,
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

interface Payment {
  /** 0 where there was no answer. */
  readonly status: number;
  readonly trace: string;
}

/** Payments of clients that have a gateway each, and go to the first when theirs does not answer. */
async function load(
  gateways: readonly GatewayProcess[],
  { clients, milliseconds, wait = 20 }: { readonly clients: number; readonly milliseconds: number; readonly wait?: number },
): Promise<readonly Payment[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const end = Date.now() + milliseconds;
  const payments: Payment[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, index) => {
      let port = gateways[index % gateways.length]?.port ?? 0;
      while (Date.now() < end) {
        const payment = await pay(agent, port);
        payments.push(payment);
        if (payment.status === 0) port = gateways[0]?.port ?? 0;
        await pause(wait);
      }
    }),
  );
  agent.destroy();
  return payments;
}

function pay(agent: Agent, port: number): Promise<Payment> {
  const trace = randomBytes(16).toString('hex');
  const body = JSON.stringify({ order: 'ORD-7F3K-2291', amount: { value: 10, currency: 'EUR' } });
  return new Promise((resolve) => {
    const end = (status: number): void => resolve({ status, trace });
    const asked = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/v1/payments',
        headers: { host: 'api.shop.example', traceparent: `00-${trace}-${randomBytes(8).toString('hex')}-01`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.on('end', () => end(response.statusCode ?? 0));
        response.on('error', () => end(0));
      },
    );
    asked.on('error', () => end(0));
    asked.end(body);
  });
}
