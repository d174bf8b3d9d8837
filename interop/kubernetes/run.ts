// A real API server against us: what we emit is taken by it, what it enforces itself is what the module decides, what our webhook answers
// is too, and its own Pod Security admission and our library agree. One server a minor version, each on a fresh store.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Report } from '../check.ts';
import { startServer, type RunningServer } from './api-server.ts';
import { createNamespace } from './admit.ts';
import { buildKubernetes, type KubernetesPrograms } from './build.ts';
import { compareCel } from './compare-cel.ts';
import { compareExisting } from './compare-existing.ts';
import { compareNative, reviewCases } from './compare-native.ts';
import { compareObjects } from './compare-objects.ts';
import { comparePodSecurity } from './compare-pod-security.ts';
import { compareReading } from './compare-reading.ts';
import { compareWebhook } from './compare-webhook.ts';
import { installDefinitions, installOwn } from './definitions.ts';
import { webhooksInForce } from './in-force.ts';
import { loadPolicyModule } from './policy-module.ts';
import { recording, startRecorder, type Recorder } from './recorder.ts';
import { store } from './store.ts';
import { admissionCases } from './workloads.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Minor versions that the server can be, oldest first; it can act as those up to three before its own. */
const minors = [34, 35, 36, 37];

/** Policies whose admission rules are compared: examples, and those that are here. */
const policies = [
  ...readdirSync(new URL('../../examples/', import.meta.url), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .filter((name) => judgesObjects(`${root}examples/${name}/`))
    .toSorted()
    .map((name) => `examples/${name}`),
  ...readdirSync(new URL('policies/', import.meta.url))
    .toSorted()
    .map((name) => `interop/kubernetes/policies/${name}`),
];

/** Surfaces may be about some namespaces alone; the first is one of them. */
const namespaces = ['shop-cases', 'elsewhere'] as const;

/** Whether a folder has a policy with rules on what is done to objects. */
function judgesObjects(folder: string): boolean {
  const sources = readdirSync(folder).filter((name) => name.endsWith('.rdp'));
  return sources.some((name) => /^surface \w+: k8s\b/m.test(readFileSync(`${folder}${name}`, 'utf8')));
}

/** Compares everything; `words` may name versions (`1.37`) and policies (`examples/k8s`) to leave the others out. */
export async function compareKubernetes(report: Report, words: readonly string[] = []): Promise<void> {
  const versions = minors.filter((minor) => words.includes(`1.${minor}`));
  const chosen = policies.filter((path) => words.includes(path));
  const programs = buildKubernetes();
  const built = typeof programs !== 'string';
  report.check('etcd, kube-apiserver and kubectl build', built, built ? '' : programs);
  if (!built) return;
  const tested = versions.length > 0 ? versions : minors;
  compareCel(report, tested);
  for (const minor of tested) {
    const server = await startServer({ programs, minor });
    const recorder = await startRecorder(server.certificate);
    try {
      await compareOn({ report, programs, server, recorder, minor, paths: chosen.length > 0 ? chosen : policies });
    } finally {
      await recorder.close();
      await server.stop();
    }
  }
}

interface Comparison {
  readonly report: Report;
  readonly programs: KubernetesPrograms;
  readonly server: RunningServer;
  readonly recorder: Recorder;
  readonly minor: number;
  /** Of policies. */
  readonly paths: readonly string[];
}

async function compareOn({ report, programs, server, recorder, minor, paths }: Comparison): Promise<void> {
  const { client, authority } = server;
  const refused = [
    ...(await installDefinitions(client)),
    ...(await installOwn(client, parse(readFileSync(`${root}examples/k8s/crd/backup.yaml`, 'utf8')))),
  ];
  report.check(
    `1.${minor}: the server takes the definitions of all custom kinds`,
    refused.length === 0,
    refused.join('\n      '),
  );
  await compareObjects({ report, server, programs, minor });
  await compareReading({ report, server, minor });
  await compareExisting(report, server, minor);
  for (const namespace of namespaces) await createNamespace(client, namespace);
  await store(client, recording('recorder', recorder.url, authority));
  await webhooksInForce(server);
  const all = admissionCases();
  const [own, others] = [
    await reviewCases(client, recorder, all, namespaces[0]),
    await reviewCases(
      client,
      recorder,
      all.filter((_, index) => index % 4 === 0),
      namespaces[1],
    ),
  ];
  const [reviewed, invalid] = [
    [...own.reviewed, ...others.reviewed],
    [...own.invalid, ...others.invalid],
  ];
  report.check(
    `1.${minor}: the server takes ${reviewed.length} requests`,
    invalid.length === 0,
    invalid.join('\n      '),
  );
  for (const path of paths) {
    const module = await loadPolicyModule(`${root}${path}`);
    await compareNative({ report, client, what: path, module, minor, cases: reviewed });
    await compareWebhook({ report, server, what: path, module, minor, cases: reviewed });
    module.close();
  }
  if (minor === minors.at(-1)) await comparePodSecurity({ report, client, recorder, minor });
}
