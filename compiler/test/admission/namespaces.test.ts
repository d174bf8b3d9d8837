// Rules that read the namespace of an object: the server knows every namespace as it is now, asks for one that it has not heard of,
// and refuses when it cannot know.

import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { openApiServer } from '@rdp/runtime/cluster';
import { noNamespaces, openLog, watchNamespaces } from '@rdp/runtime/admission';
import { bundleOf, pod, responseOf, reviewOf, startServer, type RunningServer } from './running-server.ts';
import { startCluster, type StandInCluster } from './stand-in-cluster.ts';

const policy = `package test.cluster

surface Cluster: k8s {}

defend Owned on Cluster.admission {
  when  object is Pod && namespace_object?.metadata.labels[?"team"] == none
  block "pods live in namespaces of a team"
}
`;

const path = '/api/v1/namespaces';

const namespaceOf = (name: string, labels: object = {}): Readonly<Record<string, unknown>> => ({
  kind: 'Namespace',
  apiVersion: 'v1',
  metadata: { name, labels, resourceVersion: '8' },
});

async function start(
  t: Parameters<typeof startServer>[0],
): Promise<{ readonly cluster: StandInCluster; readonly running: RunningServer }> {
  const cluster = await startCluster(t, {
    [path]: [namespaceOf('shop', { team: 'shop' }), namespaceOf('other'), namespaceOf('third', { team: 'third' })],
  });
  const namespaces = watchNamespaces(openApiServer(cluster.access), openLog('/dev/null'));
  const running = await startServer(t, { bundle: bundleOf(policy), namespaces });
  while ((await running.health('/readyz')).status !== 200) await sleep(10);
  return { cluster, running };
}

test('reviews are decided with the namespace of their object', async (t) => {
  const { running, cluster } = await start(t);
  const allowed = async (namespace: string): Promise<boolean> =>
    responseOf(await running.review(reviewOf(pod(), { namespace }))).allowed;
  t.true(await allowed('shop'));
  t.true(await allowed('third'));
  t.false(await allowed('other'));
  cluster.change('MODIFIED', path, namespaceOf('other', { team: 'other' }));
  while (!(await allowed('other'))) await sleep(10);
  cluster.change('ADDED', path, namespaceOf('new', { team: 'new' }));
  t.true(await allowed('new'));
  t.true((await running.health('/metrics')).text.includes('rdp_admission_namespaces 4'));
  const many = await Promise.all(Array.from({ length: 50 }, (_, index) => allowed(index % 2 === 0 ? 'shop' : 'new')));
  t.true(many.every(Boolean));
});

test('a namespace that nobody has told of is asked for, and one that is not there fails closed', async (t) => {
  const { running, cluster } = await start(t);
  cluster.hide(path, namespaceOf('quiet', { team: 'quiet' }));
  t.true(responseOf(await running.review(reviewOf(pod(), { namespace: 'quiet' }))).allowed);
  const { allowed, status } = responseOf(await running.review(reviewOf(pod(), { namespace: 'nowhere' })));
  t.false(allowed);
  t.is(status?.code, 503);
  t.true(status?.message.includes('`nowhere`'));
});

test('a watch that is too old begins again', async (t) => {
  const { running, cluster } = await start(t);
  cluster.hide(path, namespaceOf('other', { team: 'other' }));
  cluster.expire();
  while (!responseOf(await running.review(reviewOf(pod(), { namespace: 'other' }))).allowed) await sleep(20);
  t.pass();
});

test('objects without a namespace are reviewed as they are', async (t) => {
  const { running } = await start(t);
  const created = { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'nowhere' } };
  t.true(responseOf(await running.review(reviewOf(created, { namespace: 'nowhere', name: 'nowhere' }))).allowed);
});

test('without a cluster to ask, such a policy refuses and is not ready', async (t) => {
  const running = await startServer(t, { bundle: bundleOf(policy), namespaces: noNamespaces });
  t.is((await running.health('/readyz')).status, 503);
  t.false(responseOf(await running.review(reviewOf(pod()))).allowed);
});
