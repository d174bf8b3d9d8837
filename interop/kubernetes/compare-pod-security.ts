// The Pod Security Standards as the server itself enforces them (labels of a namespace) and as our library does: the same verdict on
// every pod, at every level, in every version of the standards that the server knows.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../check.ts';
import { admit, createNamespace } from './admit.ts';
import type { KubernetesClient } from './client.ts';
import { loadPolicyModule, type PolicyModule } from './policy-module.ts';
import { podVariants, type PodChange } from './pods.ts';
import type { Recorder } from './recorder.ts';
import { inController } from './workloads.ts';

export interface PodSecurityOptions {
  readonly report: Report;
  readonly client: KubernetesClient;
  /** In force, for every request. */
  readonly recorder: Recorder;
  /** Minor version of the server. */
  readonly minor: number;
}

const levels = ['baseline', 'restricted'] as const;

/** Versions at which the standards changed, and those ahead of them. */
const versions = [0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37];

const open = 'pods-open';

/** Compares them. */
export async function comparePodSecurity(options: PodSecurityOptions): Promise<void> {
  const { report, client, minor } = options;
  const pods = podVariants();
  const reviews = await reviewsOf(options, pods);
  report.check(
    `Pod Security: the server takes ${pods.length} pods where nothing is enforced`,
    reviews.faults.length === 0,
    reviews.faults.join('\n      '),
  );
  await compareControllers(options, pods);
  for (const version of versions.filter((known) => known <= minor)) {
    const differences: string[] = [];
    let denials = 0;
    for (const level of levels) {
      const namespace = `pods-${level}-${version}`;
      await createNamespace(client, namespace, {
        'pod-security.kubernetes.io/enforce': level,
        'pod-security.kubernetes.io/enforce-version': `v1.${version}`,
      });
      const module = await library(level, version);
      for (const { name, pod } of pods) {
        const review = reviews.bytes.get(name);
        if (review === undefined) continue;
        const { verdict, message } = await admit(client, { name, operation: 'CREATE', object: pod, namespace });
        const decision = module.decide('shop/Cluster/admission', review, undefined);
        const ours = decision.action === 'block' ? 'denied' : 'allowed';
        if (verdict === 'denied') denials += 1;
        if (ours !== verdict) {
          const why = verdict === 'denied' ? message : (decision.because ?? []).map(({ rule }) => rule).join(', ');
          differences.push(`${level}: ${name}: the server ${verdict}, we ${ours} (${why})`);
        }
      }
      module.close();
    }
    report.check(
      `Pod Security v1.${version}: the server and we agree on ${reviews.bytes.size} pods at two levels (${denials} denials)`,
      differences.length === 0 && denials > 0,
      differences.join('\n      '),
    );
  }
}

/** Of what makes pods the server only warns; the library's rules are about pods in templates too. */
async function compareControllers(options: PodSecurityOptions, pods: readonly PodChange[]): Promise<void> {
  const { report, client, minor } = options;
  const controllers = pods.map(({ name, pod }, index): PodChange => ({ name, pod: inController(pod, index) }));
  const { bytes, faults } = await reviewsOf(options, controllers);
  const differences = [...faults];
  let warned = 0;
  for (const level of levels) {
    const namespace = `pods-${level}-warned`;
    await createNamespace(client, namespace, {
      'pod-security.kubernetes.io/warn': level,
      'pod-security.kubernetes.io/warn-version': `v1.${minor}`,
    });
    const module = await library(level, minor);
    for (const { name, pod } of controllers) {
      const review = bytes.get(name);
      if (review === undefined) continue;
      const { warnings } = await admit(client, { name, operation: 'CREATE', object: pod, namespace });
      const against = warnings.filter((text) => text.startsWith('would violate PodSecurity'));
      const { action, because = [] } = module.decide('shop/Cluster/admission', review, undefined);
      if (against.length > 0) warned += 1;
      if ((action === 'block') !== against.length > 0) {
        const rules = because.map(({ rule }) => rule).join(', ');
        differences.push(`${level}: ${name}: the server "${against.join()}", we ${action} (${rules})`);
      }
    }
    module.close();
  }
  report.check(
    `Pod Security v1.${minor}: the server and we agree on ${bytes.size} controllers at two levels (${warned} violations)`,
    differences.length === 0 && warned > 0,
    differences.join('\n      '),
  );
}

/** What the server asks a webhook about each pod, in a namespace where nothing is enforced. */
async function reviewsOf(
  { client, recorder }: PodSecurityOptions,
  pods: readonly PodChange[],
): Promise<{ readonly bytes: ReadonlyMap<string, Uint8Array>; readonly faults: readonly string[] }> {
  await createNamespace(client, open);
  recorder.take();
  const bytes = new Map<string, Uint8Array>();
  const faults: string[] = [];
  for (const { name, pod } of pods) {
    const { verdict, message } = await admit(client, { name, operation: 'CREATE', object: pod, namespace: open });
    const [review] = recorder.take();
    if (verdict === 'allowed' && review !== undefined) bytes.set(name, review);
    else faults.push(`${name}: ${message}`);
  }
  return { bytes, faults };
}

/** A policy that applies one level of one version. */
async function library(level: (typeof levels)[number], version: number): Promise<PolicyModule> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-pod-security-'));
  try {
    writeFileSync(
      join(folder, 'policy.rdp'),
      `package shop\n\nimport std.k8s\nimport std.k8s.pod_security\n\nsurface Cluster: k8s {}\n\napply pod_security.${level} to Cluster { minor ${version} }\n`,
    );
    return await loadPolicyModule(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
