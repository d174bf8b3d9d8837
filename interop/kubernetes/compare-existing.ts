// Objects from before a policy on a real API server, with nothing dry about it: what may be changed of them while they break its rules,
// what may not, and that they can go. In one namespace native policies judge, in another the webhook; in a third updates are judged whole.

import { fileURLToPath } from 'node:url';
import { buildBundle } from '../../compiler/src/cli/build-bundle.ts';
import { enforcerPrograms } from '../../compiler/src/deploy/enforcer-programs.ts';
import { plansOf } from '../../compiler/src/deploy/native-emitters.ts';
import type { Report } from '../check.ts';
import { startAdmission } from './admission-server.ts';
import { createNamespace } from './admit.ts';
import type { RunningServer } from './api-server.ts';
import type { KubernetesClient, KubernetesObject } from './client.ts';
import { admissionObjects, reached } from './compare-webhook.ts';
import { policiesInForce, webhooksInForce } from './in-force.ts';
import { loadPolicyModule } from './policy-module.ts';
import { remove, store } from './store.ts';

const policy = fileURLToPath(new URL('existing', import.meta.url));

const container = (name: string): object => ({ name, image: 'web', securityContext: { privileged: true } });
const template = { metadata: { labels: { app: 'shop' } }, spec: { containers: [container('app')] } };
const selector = { matchLabels: { app: 'shop' } };
const finalizers = ['test.example/kept'];

/** What is there before the policy, and breaks its rules. */
const existing: readonly KubernetesObject[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'running' }, spec: { containers: [container('app')] } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'ending', finalizers }, spec: { containers: [container('app')] } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { selector, template } },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { selector, template, serviceName: 'db' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'frozen', labels: { frozen: '' }, finalizers } },
];

interface Step {
  readonly name: string;
  readonly path: string;
  /** A merge patch; undefined: it is deleted. */
  readonly patch?: object;
  /** Whether it passes, and whether it does where updates are judged whole. */
  readonly passes: readonly [existing: boolean, whole: boolean];
}

const pods = '/api/v1/namespaces/NS/pods';
const deployment = '/apis/apps/v1/namespaces/NS/deployments/web';
const frozen = '/api/v1/namespaces/NS/configmaps/frozen';
const labels = { metadata: { labels: { added: '' } } };
const containersOf = (...containers: readonly object[]): object => ({ spec: { template: { spec: { containers } } } });

const steps: readonly Step[] = [
  { name: 'a label of a pod', path: `${pods}/running`, patch: labels, passes: [true, false] },
  { name: 'a label of a deployment', path: deployment, patch: labels, passes: [true, false] },
  {
    name: 'an owner for a deployment',
    path: deployment,
    patch: { metadata: { labels: { owner: 'team' } } },
    passes: [true, false],
  },
  { name: 'more replicas', path: `${deployment}/scale`, patch: { spec: { replicas: 2 } }, passes: [true, true] },
  {
    name: 'a second privileged container',
    path: deployment,
    patch: containersOf(container('app'), container('second')),
    passes: [false, false],
  },
  {
    name: 'a privileged ephemeral container',
    path: `${pods}/running/ephemeralcontainers`,
    patch: { spec: { ephemeralContainers: [container('debug')] } },
    passes: [false, false],
  },
  { name: 'what may not be updated', path: frozen, patch: labels, passes: [false, false] },
  { name: 'the end of a pod, asked for', path: `${pods}/ending`, passes: [true, true] },
  { name: 'its finalizer', path: `${pods}/ending`, patch: { metadata: { finalizers: [] } }, passes: [true, true] },
  { name: 'the end of what may not be updated, asked for', path: frozen, passes: [true, true] },
  { name: 'its finalizer', path: frozen, patch: { metadata: { finalizers: null } }, passes: [true, true] },
];

/** The namespace, and which of a step's two answers is that of the rules there. */
const places = [
  ['by-policy', 0],
  ['by-webhook', 0],
  ['judged-whole', 1],
] as const;

/** Installs a policy where objects break it, and changes them. */
export async function compareExisting(report: Report, server: RunningServer, minor: number): Promise<void> {
  const { client, authority } = server;
  const module = await loadPolicyModule(policy);
  const installed: KubernetesObject[] = [];
  try {
    for (const [namespace] of places) await prepare(client, namespace);
    for (const plan of plansOf(module.model, module.programs)) {
      for (const cluster of plan.clusters.filter(({ target }) => target.minor === minor)) {
        const programs = enforcerPrograms(module.programs, plan, { via: 'admission', cluster });
        const { bundle } = await buildBundle(programs, { root: module.root, revision: undefined, signing: undefined });
        const admission = await startAdmission({ bundle, certificate: server.certificate });
        try {
          for (const object of admissionObjects(module, plan, cluster)) {
            const placed = reached(object, admission.url, authority);
            await store(client, placed);
            installed.push(placed);
          }
          await policiesInForce(client);
          await webhooksInForce(server);
          for (const [namespace, answer] of places) await walk({ report, client, minor, namespace, answer });
        } finally {
          for (const object of installed.splice(0).toReversed()) await remove(client, object);
          await admission.stop();
        }
      }
    }
  } finally {
    module.close();
  }
  await policiesInForce(client);
  await webhooksInForce(server);
}

async function prepare(client: KubernetesClient, namespace: string): Promise<void> {
  await createNamespace(client, namespace);
  for (const object of existing) {
    const path = await client.pathOf(object, namespace);
    const { status, body } = await client.request({ method: 'POST', path: path ?? '', body: object });
    if (status !== 201) throw new Error(`${String(object['kind'])} in ${namespace}: ${String(body['message'])}`);
  }
}

interface Walk {
  readonly report: Report;
  readonly client: KubernetesClient;
  readonly minor: number;
  readonly namespace: string;
  readonly answer: 0 | 1;
}

async function walk({ report, client, minor, namespace, answer }: Walk): Promise<void> {
  const problems: string[] = [];
  for (const { name, path, patch, passes } of steps) {
    const { status, body } = await client.request({
      method: patch ? 'PATCH' : 'DELETE',
      path: path.replace('NS', namespace),
      ...(patch ? { body: patch, headers: { 'content-type': 'application/merge-patch+json' } } : {}),
    });
    const passed = status < 300;
    const refused = status === 403 && /denied (?:the )?request|denied by/i.test(String(body['message']));
    if (passes[answer] ? !passed : !refused) problems.push(`${name}: ${status} ${String(body['message'])}`);
  }
  for (const path of [`${pods}/ending`, frozen]) {
    const { status } = await client.request({ method: 'GET', path: path.replace('NS', namespace) });
    if (status !== 404) problems.push(`${path} is there still`);
  }
  problems.push(...(await changesSet(client, namespace, answer)));
  report.check(
    `objects from before a policy, ${namespace} (1.${minor}): ${steps.length} changes pass or do not as they should`,
    problems.length === 0,
    problems.join('\n      '),
  );
}

/** What a rule sets it sets when that is changed; where updates are judged whole, with any update. */
async function changesSet(client: KubernetesClient, namespace: string, answer: 0 | 1): Promise<readonly string[]> {
  const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets/db`;
  const headers = { 'content-type': 'application/merge-patch+json' };
  const template = { spec: { containers: [{ name: 'app', securityContext: null, image: 'web' }] } };
  // Without what another rule is about, so that the update passes where it is judged whole, too.
  const { body } = await client.request({
    method: 'PATCH',
    path,
    headers,
    body: { ...labels, spec: { template } },
  });
  const { replicas } = (body['spec'] ?? {}) as { readonly replicas?: number }; // a stateful set's, or a status without any
  const wanted = answer === 0 ? 1 : 2;
  return replicas === wanted ? [] : [`a stateful set has ${replicas} replicas, not ${wanted}: ${String(body['message'])}`];
}
