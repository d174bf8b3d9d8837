// Every object of every manifest that we write, as a real server takes it: one by one with strict checks of their fields, then each
// overlay as its users install it, with `kubectl apply -k`. Manifests for what this version has, and for all enforcers there will be.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { filesOf, manifestsOf, planPolicy, policyPaths } from '../../compiler/test/emit/k8s/load-manifests.ts';
import type { Report } from '../check.ts';
import { createNamespace } from './admit.ts';
import type { RunningServer } from './api-server.ts';
import type { KubernetesPrograms } from './build.ts';
import { nameOf, namespaceOf, type KubernetesClient, type KubernetesObject } from './client.ts';
import { policiesInForce, webhooksInForce } from './in-force.ts';
import { offer, remove } from './store.ts';

export interface ObjectComparison {
  readonly report: Report;
  readonly server: RunningServer;
  readonly programs: KubernetesPrograms;
  /** Minor version that the server acts as; overlays of clusters of that version are compared. */
  readonly minor: number;
}

/** Offers all overlays of clusters of the server's version. */
export async function compareObjects(comparison: ObjectComparison): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rdp-manifests-'));
  try {
    for (const path of policyPaths) {
      const planned = await planPolicy(path);
      for (const plan of planned.plans) {
        for (const enforcers of ['existing', 'all'] as const) {
          const home = join(folder, path, plan.deploy.name, enforcers);
          for (const [name, text] of await filesOf(manifestsOf(planned, plan, { enforcers }))) {
            mkdirSync(dirname(join(home, name)), { recursive: true });
            writeFileSync(join(home, name), text);
          }
          for (const { target } of plan.clusters.filter((cluster) => cluster.target.minor === comparison.minor)) {
            const what = `${path}, ${enforcers} enforcers, ${target.folder} (1.${target.minor})`;
            await compareOverlay(comparison, what, join(home, target.folder));
          }
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compareOverlay(
  { report, server, programs }: ObjectComparison,
  what: string,
  folder: string,
): Promise<void> {
  const { client, kubeconfig } = server;
  const text = execFileSync(programs.kubectl, ['kustomize', folder], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const objects = parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as KubernetesObject); // of `kubectl kustomize`
  const made = objects.filter(({ kind }) => kind === 'Namespace').map(nameOf);
  const others = new Set(objects.flatMap((object) => namespaceOf(object) ?? []).filter((name) => !made.includes(name)));
  for (const name of [...others, ...made]) await createNamespace(client, name);
  const refused: string[] = [];
  for (const object of objects) {
    // The namespace is there already.
    const fault = object['kind'] === 'Namespace' ? undefined : await offer(client, object, 'try');
    if (fault !== undefined) refused.push(`${String(object['kind'])} ${nameOf(object)}: ${fault}`);
  }
  report.check(
    `${what}: the server takes ${objects.length} objects of ${new Set(objects.map(({ kind }) => kind)).size} kinds`,
    refused.length === 0,
    refused.join('\n      '),
  );
  const kinds = new Map(objects.map((object) => [String(object['kind']), object]));
  const lax: string[] = [];
  for (const [kind, object] of kinds) {
    const fault = kind === 'Namespace' ? 'unknown field' : await offer(client, { ...object, unheardOf: 1 }, 'try');
    if (fault?.includes('unknown field') !== true) lax.push(`${kind}: ${fault ?? 'taken'}`);
  }
  report.check(`${what}: the server takes no unknown fields in any of them`, lax.length === 0, lax.join('\n      '));
  const apply = [
    'apply',
    '-k',
    folder,
    '--server-side',
    '--force-conflicts',
    '--validate=strict',
    `--kubeconfig=${kubeconfig}`,
  ];
  const { status, stdout, stderr } = spawnSync(programs.kubectl, apply, { encoding: 'utf8' });
  const applied = stdout.split('\n').filter((line) => line.endsWith(' serverside-applied')).length;
  report.check(`${what}: kubectl apply -k`, status === 0 && applied === objects.length, `${stdout}${stderr}`);
  await removeAll(client, objects);
  // What was removed goes on deciding for a moment.
  await policiesInForce(client);
  await webhooksInForce(server);
}

/** Takes all away again but namespaces; webhooks first, because nobody answers for them. */
async function removeAll(client: KubernetesClient, objects: readonly KubernetesObject[]): Promise<void> {
  const isAsked = ({ apiVersion }: KubernetesObject): boolean =>
    String(apiVersion).startsWith('admissionregistration.k8s.io/');
  const kept = objects.filter(({ kind }) => kind !== 'Namespace');
  for (const object of [...kept.filter(isAsked).toReversed(), ...kept.filter((each) => !isAsked(each))]) {
    await remove(client, object);
  }
}
