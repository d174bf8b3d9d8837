// The charts that we write, rendered by Helm itself: for each cluster the very objects that its overlay stands for, and for a cluster
// that there is not, a refusal.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

import { renderChart } from '../../compiler/src/cli/render-manifests.ts';
import { helmChart } from '../../compiler/src/emit/k8s/helm.ts';
import { identityOf, type KubernetesObject } from '../../compiler/src/emit/k8s/object.ts';
import { manifestsOf, planPolicy, policyPaths } from '../../compiler/test/emit/k8s/load-manifests.ts';
import type { Report } from '../check.ts';

/** Renders the charts of all policies that are deployed. */
export async function compareCharts(report: Report): Promise<void> {
  const helm = buildHelm();
  if (typeof helm === 'object') {
    report.check('helm is built', false, helm.failure);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'rdp-chart-'));
  try {
    for (const path of policyPaths) {
      const planned = await planPolicy(path);
      for (const plan of planned.plans) {
        const { installation } = manifestsOf(planned, plan, { enforcers: 'all' });
        const chart = helmChart(`rdp-${plan.deploy.name}`, installation);
        if (chart === undefined) continue;
        const home = join(folder, path, plan.deploy.name);
        for (const [name, text] of await renderChart(chart)) {
          mkdirSync(dirname(join(home, name)), { recursive: true });
          writeFileSync(join(home, name), text);
        }
        report.check(`${path}: helm lint`, run(helm, ['lint', home]).status === 0, run(helm, ['lint', home]).text);
        for (const { folder: cluster, objects } of installation.clusters) {
          const { status, text } = run(helm, ['template', 'rdp', home, '--set', `cluster=${cluster}`]);
          report.check(`${path}, ${cluster}: helm renders`, status === 0, text);
          report.same(`${path}, ${cluster}: helm gives the objects of the overlay`, parsed(text), sorted(objects));
        }
        const unknown = run(helm, ['template', 'rdp', home, '--set', 'cluster=elsewhere']);
        report.check(`${path}: no chart for a cluster that there is not`, unknown.status !== 0);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds Helm from its Go module; later runs find it in the cache. */
function buildHelm(): string | { readonly failure: string } {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const program = fileURLToPath(new URL('../../node_modules/.cache/interop/helm', import.meta.url));
  const args = ['build', '-p', '1', '-trimpath', '-o', program, 'helm.sh/helm/v3/cmd/helm'];
  const { status, stderr, error } = spawnSync('go', args, { cwd, encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0' } });
  return status === 0 ? program : { failure: error?.message ?? stderr };
}

function run(program: string, args: readonly string[]): { readonly status: number | null; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status, text: status === 0 ? stdout : stderr };
}

function parsed(text: string): readonly KubernetesObject[] {
  const objects = parseAllDocuments(text, { version: '1.1' }).map((document): unknown => document.toJS());
  return sorted(objects.filter((object): object is KubernetesObject => typeof object === 'object' && object !== null));
}

function sorted(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.toSorted((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1));
}
