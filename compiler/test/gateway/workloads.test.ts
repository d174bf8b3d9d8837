// Whose pod calls, as the cluster says: named by what made it, kept for a connection, and refused wherever it could be somebody else.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { openApiServer, watchPods, type ClusterObject, type PodSource } from '@rdp/runtime/cluster';
import { openLog } from '@rdp/runtime/admission';
import { readGatewayCall } from '../../../runtime/src/gateway/read-options.ts';
import { startCluster, type StandInCluster } from '../admission/stand-in-cluster.ts';
import { startGateway } from './running-gateway.ts';

const path = '/api/v1/pods';

interface PodWords {
  readonly name?: string;
  readonly uid?: string;
  readonly ip?: string;
  readonly owner?: readonly [kind: string, name: string];
  readonly labels?: Readonly<Record<string, string>>;
  readonly more?: { readonly metadata?: object; readonly spec?: object; readonly status?: object };
}

const pod = (words: PodWords = {}): ClusterObject => {
  const { name = 'web', uid = name, ip = '127.0.0.1', owner, labels = {}, more = {} } = words;
  const owners = owner === undefined ? [] : [{ kind: owner[0], name: owner[1], controller: true }];
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      uid,
      namespace: 'shop',
      resourceVersion: '9',
      labels,
      ownerReferences: owners,
      ...more.metadata,
    },
    spec: { ...more.spec },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], ...more.status },
  };
};

const other = pod({ name: 'other', ip: '192.0.2.7' });

async function source(
  t: ExecutionContext,
  pods: readonly ClusterObject[],
  times = { silence: 30_000, wait: 300 },
): Promise<{ readonly cluster: StandInCluster; readonly pods: PodSource }> {
  const cluster = await startCluster(t, { [path]: pods });
  const watched = watchPods(openApiServer(cluster.access), openLog('/dev/null'), times);
  t.teardown(watched.stop);
  // It tells what happens while it is watched, and of nothing before.
  while (!cluster.asked.some((url) => url.includes('watch='))) await sleep(5);
  return { cluster, pods: watched };
}

const named = (name: string) => ({ kind: 'workload', name }) as const;
const nobody = { kind: 'nobody' } as const;

test('a pod is named by what made it, so that a rollout or a run is nobody new', async (t) => {
  const hash = { 'pod-template-hash': '7c9f6' };
  const cases: readonly (readonly [PodWords, string])[] = [
    [{ owner: ['ReplicaSet', 'web-7c9f6'], labels: hash }, 'shop/web'],
    [{ owner: ['ReplicaSet', 'by-hand'], labels: hash }, 'shop/by-hand'],
    [{ owner: ['StatefulSet', 'db'] }, 'shop/db'],
    [{ owner: ['Job', 'report-29384756'] }, 'shop/report'],
    [{ owner: ['Job', 'migrate-2'] }, 'shop/migrate-2'],
    [{ name: 'alone' }, 'shop/alone'],
    [{ name: 'owned', more: { metadata: { ownerReferences: [{ kind: 'Thing', name: 'x' }] } } }, 'shop/owned'],
  ];
  const all = cases.map(([words], index) =>
    pod({ ...words, uid: `${index}`, name: words.name ?? `p${index}`, ip: `192.0.2.${index}` }),
  );
  const { pods } = await source(t, all);
  for (const [index, [, name]] of cases.entries()) t.deepEqual(pods.find(`192.0.2.${index}`), named(name));
  t.is(pods.count(), cases.length);
});

test('both addresses of a pod are its own', async (t) => {
  const { pods } = await source(t, [
    pod({ ip: '192.0.2.1', more: { status: { podIPs: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }] } } }),
  ]);
  t.deepEqual(pods.find('192.0.2.1'), named('shop/web'));
  t.deepEqual(pods.find('2001:db8::1'), named('shop/web'));
});

test('an address that could be somebody else’s is nobody’s', async (t) => {
  const over = { status: { phase: 'Succeeded' } };
  const { pods, cluster } = await source(t, [
    pod({ name: 'node', ip: '192.0.2.1', more: { spec: { hostNetwork: true } } }),
    pod({ name: 'over', ip: '192.0.2.2', more: over }),
    pod({ name: 'ending', ip: '192.0.2.3', more: { metadata: { deletionTimestamp: '2026-11-23T10:00:00Z' } } }),
    pod({ name: 'one', ip: '192.0.2.4' }),
    pod({ name: 'two', ip: '192.0.2.4' }),
    pod({ name: 'fine', ip: '192.0.2.5' }),
    other,
  ]);
  for (const last of [1, 2, 3, 4, 6]) t.deepEqual(pods.find(`192.0.2.${last}`), nobody, `${last}`);
  t.deepEqual(pods.find('192.0.2.5'), named('shop/fine'));
  const becomes = async (last: number, answer: object): Promise<void> => {
    for (let turn = 0; turn < 200 && JSON.stringify(pods.find(`192.0.2.${last}`)) !== JSON.stringify(answer); turn += 1)
      await sleep(5);
    t.deepEqual(pods.find(`192.0.2.${last}`), answer);
  };
  cluster.change('DELETED', path, pod({ name: 'one', ip: '192.0.2.4' }));
  await becomes(4, named('shop/two'));
  // The next one gets the address of one that is still ending.
  cluster.change('ADDED', path, pod({ name: 'next', ip: '192.0.2.3' }));
  cluster.change('MODIFIED', path, pod({ name: 'fine', ip: '192.0.2.5', more: over }));
  await becomes(5, nobody);
  t.deepEqual(pods.find('192.0.2.3'), nobody);
  cluster.change('DELETED', path, pod({ name: 'ending', ip: '192.0.2.3' }));
  await becomes(3, named('shop/next'));
  cluster.change('MODIFIED', path, pod({ name: 'next', ip: '192.0.2.8' }));
  await becomes(8, named('shop/next'));
  t.deepEqual(pods.find('192.0.2.3'), nobody);
});

test('when nothing is heard of the cluster for a while, nobody is known', async (t) => {
  const { pods, cluster } = await source(t, [pod(), other], { silence: 3000, wait: 10 });
  t.deepEqual(pods.find('127.0.0.1'), named('shop/web'));
  cluster.end();
  t.deepEqual(pods.find('127.0.0.1'), named('shop/web'));
  await sleep(3100);
  t.deepEqual(pods.find('127.0.0.1'), { kind: 'unheard' });
  t.is(pods.state(), 'unheard');
});

test('a call waits a moment for a pod that has just begun', async (t) => {
  const { pods, cluster } = await source(t, [other], { silence: 30_000, wait: 5000 });
  const late = pods.wait('127.0.0.1');
  cluster.change('ADDED', path, pod({ name: 'elsewhere', ip: '192.0.2.9' }));
  await sleep(50);
  cluster.change('ADDED', path, pod());
  t.deepEqual(await late, named('shop/web'));
});

const policy = `package shop
surface Shop: api { host "api.shop.example" }
surface Open: api { host "open.shop.example" }
defend OnlyWeb on Shop.request { when client.workload != "shop/web" block 451 "only for the web shop" }
`;

async function running(t: ExecutionContext, pods: readonly ClusterObject[]) {
  const known = await source(t, pods);
  const service = createServer((asked, response) => asked.resume().on('end', () => response.end('fine')));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  t.teardown(() => service.close());
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`; // it listens on a port
  const gateway = await startGateway(t, {
    policy,
    upstreams: { Shop: url, Open: url },
    options: { workloads: { pods: known.pods, strangers: ['Open'] } },
  });
  const call = (
    host: string,
    agent: Agent | false = false,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { port: gateway.port, host: '127.0.0.1', headers: { host, ...headers }, agent },
        (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        },
      );
      asked.on('error', reject).end();
    });
  return { ...known, gateway, call };
}

test('rules decide by whose pod calls, and callers that are no pods are refused where rules ask', async (t) => {
  const { call, cluster, pods } = await running(t, [pod({ owner: ['StatefulSet', 'web'] }), other]);
  t.is(await call('api.shop.example'), 200);
  const forged = { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=192.0.2.7', 'x-real-ip': '192.0.2.7' };
  t.is(await call('api.shop.example', false, forged), 200, 'headers say nothing');
  cluster.change('MODIFIED', path, pod({ owner: ['StatefulSet', 'job'] }));
  while (JSON.stringify(pods.find('127.0.0.1')) !== JSON.stringify(named('shop/job'))) await sleep(5);
  t.is(await call('api.shop.example'), 451);
  cluster.change('DELETED', path, pod());
  while (pods.find('127.0.0.1').kind === 'workload') await sleep(5);
  t.is(await call('api.shop.example'), 403);
  t.is(await call('open.shop.example'), 200);
});

test('a connection stays its pod’s while the pod ends, and the next one is nobody’s', async (t) => {
  const { call, cluster, pods } = await running(t, [pod(), other]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  t.is(await call('api.shop.example', agent), 200);
  cluster.change('MODIFIED', path, pod({ more: { metadata: { deletionTimestamp: '2026-11-23T10:00:00Z' } } }));
  while (pods.find('127.0.0.1').kind === 'workload') await sleep(5);
  t.is(await call('api.shop.example', agent), 200);
  t.is(await call('api.shop.example'), 403);
});

test('what would make addresses lie is refused', (t) => {
  const bundle = ['--bundle', 'b.tar.gz'];
  const fault = (...words: readonly string[]): unknown => {
    const call = readGatewayCall([...bundle, ...words]);
    return call.kind === 'fault' ? call.message : call.kind;
  };
  t.regex(String(fault('--workloads', 'cluster', '--trusted-hops', '1')), /--trusted-hops has to be 0/);
  t.regex(String(fault('--workloads', 'mesh')), /is `cluster`/);
  t.regex(String(fault('--any-workload', 'Shop')), /needs --workloads/);
  t.is(fault('--workloads', 'cluster', '--any-workload', 'Shop'), 'serve');
  const program = fileURLToPath(new URL('../../../runtime/src/bin/rdp-gateway.ts', import.meta.url));
  const { KUBERNETES_SERVICE_HOST: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [program, ...bundle, '--workloads', 'cluster'], {
    env,
    encoding: 'utf8',
  });
  t.is(status, 1);
  t.regex(stderr, /--workloads: this is no pod of a cluster/);
});
