// Approvals and quarantine of two gateways over one real Redis: asked at one and answered at the other; and what a kill of Redis does to
// them.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAuthority } from '../../compiler/test/admission/make-certificate.ts';
import { connectRedis, redisDesk, redisLimits, redisQuarantine } from '../../runtime/src/outcomes/index.ts';
import type { Report } from '../check.ts';
import { pause, redisServer } from './redis-server.ts';

const lead = { name: 'lead', groups: ['leads'] };

function question(seconds: number): Parameters<ReturnType<typeof redisDesk>['ask']>[0] {
  const since = Date.now();
  return {
    id: randomUUID(),
    by: ['leads'],
    rules: ['Ask'],
    entrypoint: 'p/Tools/call',
    digest: 'd'.repeat(64),
    shown: '{}',
    client: {},
    since,
    until: since + seconds * 1000,
  };
}

/** Over TLS with an authority of its own, and with a password. */
export async function compareSecured(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
  const authority = createAuthority('interop');
  const issued = authority.issue({ name: 'redis' });
  writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  writeFileSync(join(folder, 'cert.pem'), issued.certificate);
  writeFileSync(join(folder, 'key.pem'), issued.key);
  const files = ['ca-cert', 'cert', 'key'].flatMap((name) => [`--tls-${name}-file`, join(folder, `${name.replace('-cert', '')}.pem`)]);
  const secured = ['--tls-auth-clients', 'no', '--requirepass', 'a word', ...files];
  const redis = await redisServer('nothing', (port) => ['--port', '0', '--tls-port', String(port), ...secured]);
  await redis.start();
  const charge = { scope: 'a', rule: 'R', key: 'k', unit: 'requests', amount: 1, window: 60, cost: 1 };
  const ask = async (password: string, authorities: string | undefined): Promise<string> => {
    const url = `rediss://:${password}@localhost:${redis.port}`;
    const connection = connectRedis({ url, ...(authorities === undefined ? {} : { authorities }) });
    const store = redisLimits({ connection, grace: 0 });
    await connection.ready(1500);
    const { kind } = await store.take([charge], performance.now());
    connection.close();
    return kind;
  };
  report.same('with the authority and the password limits are counted', await ask('a%20word', authority.certificate), 'within');
  report.same('with another password they are not', await ask('another', authority.certificate), 'unavailable');
  report.same('nor by a server that nobody vouches for', await ask('a%20word', undefined), 'unavailable');
  await redis.remove();
  rmSync(folder, { recursive: true, force: true });
}

/** Runs all of it. */
export async function compareDesks(report: Report): Promise<void> {
  const redis = await redisServer('nothing');
  await redis.start();
  const connections = [connectRedis({ url: redis.url }), connectRedis({ url: redis.url })] as const;
  const desks = connections.map((connection) => redisDesk({ connection, interval: 50 }));
  const held = connections.map((connection) => redisQuarantine({ connection, interval: 100 }));
  const [here, there] = desks;
  const [mine, theirs] = held;
  if (here === undefined || there === undefined || mine === undefined || theirs === undefined) return;
  await Promise.all(connections.map((connection) => connection.ready(5000)));
  const stays = new AbortController().signal;

  const first = question(20);
  const waits = here.ask(first, stays);
  await pause(100);
  const listed = await there.list();
  report.check('a call that waits at one gateway is listed at the other', listed[0]?.id === first.id);
  report.same('another action is not granted', await there.grant(first.id, 'e'.repeat(64), lead), 'other_action');
  report.same('the other gateway grants', await there.grant(first.id, first.digest, lead), 'granted');
  report.same('and the call goes on', await waits, { kind: 'granted', by: ['leads'] });
  report.same('a grant is for once', await there.grant(first.id, first.digest, lead), 'absent');

  const many = Array.from({ length: 10 }, () => question(20));
  const answers = Promise.all(many.map((one) => here.ask({ ...one, client: { id: one.id } }, stays)));
  await pause(150);
  const both = await Promise.all(
    many.flatMap(({ id, digest }) => [here.grant(id, digest, lead), there.refuse(id, { ...lead, name: 'second' })]),
  );
  const kinds = (await answers).map(({ kind }) => kind);
  const said = both.filter((outcome) => outcome === 'granted' || outcome === 'refused');
  report.check('of two answers at once one counts', said.length === 10, both.join(' '));
  report.check('and the call has the one that counts', kinds.filter((kind) => kind === 'granted').length === said.filter((outcome) => outcome === 'granted').length);

  const late = await here.ask(question(0.3), stays);
  report.same('without an answer in time it is refused', late, { kind: 'timeout' });

  await mine.hold({ target: 'shop/agent', rule: 'Isolate', since: Date.now() });
  await pause(300);
  report.check('what one gateway holds the other holds', theirs.holds(['shop/agent']) !== undefined);
  const lost = here.ask(question(20), stays);
  await pause(100);
  await redis.kill();
  await pause(200);
  report.check('without Redis it stays held', mine.holds(['shop/agent']) !== undefined && theirs.holds(['shop/agent']) !== undefined);
  const fault = await mine.hold({ target: 'shop/second', rule: 'Isolate', since: Date.now() });
  report.check('what comes meanwhile is held here, and is said not to be durable', fault !== undefined && mine.holds(['shop/second']) !== undefined);
  report.same('nothing is released meanwhile', await theirs.release('shop/agent', 'lead'), 'unavailable');
  report.same('nobody can be asked meanwhile', (await here.ask(question(5), stays)).kind, 'unavailable');
  await redis.start();
  await pause(1500);
  report.same('a question that was lost with the store is refused', (await lost).kind, 'unavailable');
  report.check('a store that lost everything is told again', theirs.holds(['shop/second']) !== undefined && theirs.holds(['shop/agent']) !== undefined);
  report.same('a person releases', await theirs.release('shop/agent', 'lead'), 'released');
  await pause(300);
  report.check('and it is released everywhere', mine.holds(['shop/agent']) === undefined);
  const third = connectRedis({ url: redis.url });
  const fresh = redisQuarantine({ connection: third });
  report.check('a gateway that starts knows nothing, and says so', !fresh.isKnown());
  await third.ready(3000);
  report.check('until it has read what is held', fresh.isKnown() && fresh.holds(['shop/second']) !== undefined);

  for (const desk of desks) await desk.close();
  for (const each of [...held, fresh]) await each.close();
  for (const connection of [...connections, third]) connection.close();
  await redis.remove();
}
