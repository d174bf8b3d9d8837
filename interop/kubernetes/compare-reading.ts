// What we read of a cluster against the cluster: every namespace as it is now, and the inventory of what was stored there.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { openApiServer, watchPods } from '@rdp/runtime/cluster';
import { openLog, watchNamespaces, type NamespaceSource } from '@rdp/runtime/admission';
import { inventoryOf } from '../../compiler/src/discover/inventory.ts';
import { readKubeconfig } from '../../compiler/src/cli/read-kubeconfig.ts';
import { objectsOfCluster } from '../../compiler/src/cli/read-objects.ts';
import type { Report } from '../check.ts';
import type { RunningServer } from './api-server.ts';

export interface ReadingComparison {
  readonly report: Report;
  readonly server: RunningServer;
  readonly minor: number;
}

/** Stores some objects and looks whether they are seen. */
export async function compareReading({ report, server, minor }: ReadingComparison): Promise<void> {
  const access = await readKubeconfig(server.kubeconfig, undefined);
  const namespaces = watchNamespaces(openApiServer(access), openLog('/dev/null'));
  const name = 'reading';
  const known = await until(() => namespaces.find('default') !== undefined);
  report.check(`1.${minor}: namespaces are listed`, known, 'the first list did not come');
  await send(server, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const told = await until(() => namespaces.find(name) !== undefined);
  report.check(`1.${minor}: a new namespace is told of`, told, `\`${name}\` did not come`);
  await send(server, 'PATCH', `/api/v1/namespaces/${name}`, { metadata: { labels: { team: 'shop' } } });
  const changed = await until(() => teamOf(namespaces, name) === 'shop');
  report.check(`1.${minor}: a label of a namespace is told of`, changed, 'the label did not come');
  namespaces.stop();
  await comparePods({ report, server, minor }, name);
  await compareInventory({ report, server, minor }, name);
}

/** Whose pod has an address: from the list, from a watch that is opened anew, and nobody's when the pod ends. */
async function comparePods({ report, server, minor }: ReadingComparison, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const labels = { 'pod-template-hash': '7c9f6' };
  const begin = async (pod: string, ip: string, spec: object = {}): Promise<void> => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-7c9f6', uid: randomUUID(), controller: true }];
    const containers = [{ name: 'web', image: 'registry.example/web:1' }];
    await send(server, 'POST', path, { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, labels, ownerReferences }, spec: { containers, ...spec } });
    await send(server, 'PATCH', `${path}/${pod}/status`, { status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] } });
  };
  await begin('listed', '192.0.2.1');
  const pods = watchPods(openApiServer(await readKubeconfig(server.kubeconfig, undefined)), openLog('/dev/null'));
  const told = (ip: string, wanted: string): Promise<boolean> =>
    until(() => {
      const answer = pods.find(ip);
      return (answer.kind === 'workload' ? answer.name : answer.kind) === wanted;
    });
  report.check(`1.${minor}: a pod of the list is known by its address`, await told('192.0.2.1', `${namespace}/web`), JSON.stringify(pods.find('192.0.2.1')));
  await begin('told', '192.0.2.2');
  report.check(`1.${minor}: one that is told of, too`, await told('192.0.2.2', `${namespace}/web`), JSON.stringify(pods.find('192.0.2.2')));
  await begin('node', '192.0.2.3', { hostNetwork: true });
  await send(server, 'PATCH', `${path}/told/status`, { status: { phase: 'Succeeded' } });
  report.check(`1.${minor}: one that ended has none, though its status says so`, await told('192.0.2.2', 'nobody'), JSON.stringify(pods.find('192.0.2.2')));
  report.check(`1.${minor}: and one in the network of its node never had`, pods.find('192.0.2.3').kind === 'nobody');
  pods.stop();
}

async function compareInventory({ report, server, minor }: ReadingComparison, namespace: string): Promise<void> {
  const labels = { app: 'assistant' };
  const env = [
    { name: 'OPENAI_API_KEY', value: 'x' },
    { name: 'BASE', value: 'https://api.openai.com/v1' },
  ];
  const limits = { 'nvidia.com/gpu': '1' };
  const containers = [{ name: 'web', image: 'registry.example/assistant:1', env, resources: { limits } }];
  await send(server, 'POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'assistant' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  await send(server, 'POST', `/api/v1/namespaces/${namespace}/services`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'assistant' },
    spec: { selector: labels, ports: [{ port: 80 }] },
  });
  const { objects, problems } = await objectsOfCluster(await readKubeconfig(server.kubeconfig, undefined));
  report.check(`1.${minor}: the cluster can be read as a whole`, problems.length === 0, problems.join('\n      '));
  const records = inventoryOf(objects, { hosts: ['api.openai.com'] });
  const lines = records.map(({ kind, fields }) => `${kind} ${JSON.stringify(fields)}`);
  const workload = `${namespace}/assistant`;
  for (const wanted of [
    `k8s.workload ${JSON.stringify({ kind: 'Deployment', namespace, name: 'assistant' })}`,
    `k8s.service ${JSON.stringify({ namespace, name: 'assistant', type: 'ClusterIP', ports: [80] })}`,
    `k8s.accelerator ${JSON.stringify({ resource: 'nvidia.com/gpu', amount: '1', container: 'web', workload })}`,
    `ai.endpoint ${JSON.stringify({ host: 'api.openai.com', workload })}`,
    `ai.key ${JSON.stringify({ variable: 'OPENAI_API_KEY', workload })}`,
  ])
    report.check(`1.${minor}: the inventory has ${wanted}`, lines.includes(wanted), lines.join('\n      '));
}

async function send(server: RunningServer, method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
  const headers = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {};
  const { status, body: answer } = await server.client.request({ method, path, body, headers });
  if (status >= 300 && status !== 409) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
}

function teamOf(namespaces: NamespaceSource, name: string): unknown {
  const object = namespaces.find(name);
  if (object === undefined) return undefined;
  const { metadata } = JSON.parse(Buffer.from(object).toString()) as {
    readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
  }; // a Namespace
  return metadata.labels?.['team'];
}

/** Within ten seconds. */
async function until(isTrue: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (isTrue()) return true;
    await setTimeout(50);
  }
  return isTrue();
}
