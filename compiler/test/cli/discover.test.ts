// `rdpc discover --kubeconfig`: a cluster's objects, page after page, without what others among them have made; credentials as
// kubeconfigs have them, and what is said when some cannot be read.

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { startCluster, token, type StandInCluster } from '../admission/stand-in-cluster.ts';
import { launcher } from './run-file.ts';

const metadata = (name: string, more: object = {}): object => ({ name, namespace: 'shop', uid: name, ...more });
const podSpec = { containers: [{ name: 'web', image: 'registry.shop.example/web:1' }] };

function clusterOf(t: ExecutionContext): Promise<StandInCluster> {
  const empty = [
    '/api/v1/replicationcontrollers',
    '/api/v1/configmaps',
    '/apis/apps/v1/statefulsets',
    '/apis/apps/v1/daemonsets',
    '/apis/apps/v1/replicasets',
    '/apis/batch/v1/jobs',
    '/apis/batch/v1/cronjobs',
    '/apis/networking.k8s.io/v1/ingresses',
  ];
  const owned = { ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'web' }] };
  return startCluster(t, {
    ...Object.fromEntries(empty.map((path) => [path, []])),
    '/api/v1/pods': ['one', 'two', 'three'].map((name) => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: metadata(name, name === 'three' ? {} : owned),
      spec: podSpec,
    })),
    '/apis/apps/v1/deployments': [
      { kind: 'Deployment', apiVersion: 'apps/v1', metadata: metadata('web'), spec: { template: { spec: podSpec } } },
    ],
    '/api/v1/services': [
      { kind: 'Service', apiVersion: 'v1', metadata: metadata('web'), spec: { ports: [{ port: 80 }] } },
    ],
  });
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the command with a kubeconfig of this user. */
async function discover(t: ExecutionContext, cluster: StandInCluster, user: object): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'rdpc-discover-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'credentials');
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$1"\n`,
  );
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'token'), `${token}\n`);
  const data = Buffer.from(cluster.authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'other',
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'kim' } }],
    clusters: [{ name: 'shop', cluster: { server: cluster.server, 'certificate-authority-data': data } }],
    users: [{ name: 'kim', user }],
  };
  writeFileSync(join(folder, 'config'), JSON.stringify(config));
  const args = [launcher, 'discover', '--kubeconfig', join(folder, 'config'), '--context', 'shop'];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args)) };
  } catch (error) {
    return error as unknown as Ended; // what execFile rejects with
  }
}

const found = `k8s.image          image=registry.shop.example/web:1 namespace=shop
k8s.service        namespace=shop name=web type=ClusterIP ports=[80]
k8s.workload       kind=Deployment namespace=shop name=web
k8s.workload       kind=Pod namespace=shop name=three
`;

test('a cluster is read with a token, a file with one, and a program that gives one', async (t) => {
  const cluster = await clusterOf(t);
  for (const user of [{ token }, { tokenFile: 'token' }, { exec: { command: './credentials', args: [token] } }]) {
    const { code, stdout, stderr } = await discover(t, cluster, user);
    t.is(stdout, found);
    t.is(stderr, '');
    t.is(code, 0);
  }
  t.true(cluster.asked.some((url) => url.includes('continue=2')));
  t.false(cluster.asked.some((url) => url.includes('secrets')));
});

test('what cannot be read is said, and the inventory is not called whole', async (t) => {
  const { code, stdout, stderr } = await discover(t, await clusterOf(t), { token: 'wrong' });
  t.is(code, 1);
  t.is(stdout, '');
  t.true(stderr.includes('`/api/v1/pods?limit=500` was answered with 401: Unauthorized'));
});

test('a program that fails, and users that Kubernetes has no more, are refused', async (t) => {
  const cluster = await clusterOf(t);
  const failed = await discover(t, cluster, { exec: { command: 'no-such-program', installHint: 'install it' } });
  t.is(failed.code, 2);
  t.true(failed.stderr.includes('install it'));
  const removed = await discover(t, cluster, { 'auth-provider': { name: 'gcp' } });
  t.is(removed.code, 2);
});
