// When what was installed is in force. The server reads policies, bindings and webhooks in the order in which they were written, some
// time after it has stored them; so one that comes last and can be seen to act says that all before it do.

import { setTimeout } from 'node:timers/promises';
import { createNamespace } from './admit.ts';
import type { KubernetesClient, KubernetesObject } from './client.ts';
import { remove, store } from './store.ts';
import { recording, startRecorder } from './recorder.ts';
import type { RunningServer } from './api-server.ts';

const namespace = 'in-force';
const group = 'admissionregistration.k8s.io/v1';
let count = 0;

const scope = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
};

/** Waits until all admission policies that are stored decide on requests. */
export async function policiesInForce(client: KubernetesClient): Promise<void> {
  await createNamespace(client, namespace);
  count += 1;
  const name = `in-force-${count}`;
  const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } };
  const metadata = { name };
  const isProbe = `object.metadata.name == "${name}"`;
  await store(client, {
    apiVersion: group,
    kind: 'ValidatingAdmissionPolicy',
    metadata,
    spec: { matchConstraints: scope, validations: [{ expression: `!(${isProbe})`, message: name }] },
  });
  await store(client, {
    apiVersion: group,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: name, validationActions: ['Deny'] },
  });
  await until(async () => (await tried(client, probe)).status === 422);
  if ((await client.pathOf({ apiVersion: group, kind: 'MutatingAdmissionPolicy' })) === undefined) return;
  const other = { ...probe, metadata: { name: `${name}-changed`, namespace } };
  await store(client, {
    apiVersion: group,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      matchConstraints: scope,
      reinvocationPolicy: 'Never',
      mutations: [
        {
          patchType: 'JSONPatch',
          jsonPatch: {
            expression: `object.metadata.name == "${name}-changed" ? [JSONPatch{op: "add", path: "/data", value: {"seen": "${name}"}}] : []`,
          },
        },
      ],
    },
  });
  await store(client, {
    apiVersion: group,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata,
    spec: { policyName: name },
  });
  await until(async () => (await tried(client, other)).body['data'] !== undefined);
}

/** Waits until all webhooks that are stored are asked about requests. */
export async function webhooksInForce({ client, certificate, authority }: RunningServer): Promise<void> {
  await createNamespace(client, namespace);
  count += 1;
  const last = await startRecorder(certificate);
  const configuration = recording(`in-force-${count}`, last.url, authority);
  const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `in-force-${count}`, namespace } };
  try {
    await store(client, configuration);
    await until(async () => {
      await tried(client, probe);
      return last.take().length > 0;
    });
    await remove(client, configuration);
  } finally {
    await last.close();
  }
}

async function tried(
  client: KubernetesClient,
  probe: KubernetesObject,
): Promise<{ readonly status: number; readonly body: KubernetesObject }> {
  const path = `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`;
  return client.request({ method: 'POST', path, body: probe });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await setTimeout(50);
  }
  throw new Error('what was installed is not in force after half a minute');
}
