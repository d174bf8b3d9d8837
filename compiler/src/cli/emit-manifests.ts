// Plans and programs → the files below `k8s/` of a compile, in memory: a bundle for each enforcer and cluster (equal ones are made
// once), then objects, then YAML. What keeps a deployment from being installed ends the command before anything is written.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CoreProgram, Model } from '@rdp/language';
import { enforcerOf } from '../deploy/enforcers.ts';
import { enforcerPrograms } from '../deploy/enforcer-programs.ts';
import { isOurs, type ClusterPlan, type DeployPlan } from '../deploy/plan.ts';
import { certificatesOf } from '../emit/k8s/deployment-input.ts';
import { emitKubernetes, type EnforcerBundle } from '../emit/k8s/emit-kubernetes.ts';
import { helmChart } from '../emit/k8s/helm.ts';
import { kustomizeFiles } from '../emit/k8s/kustomize.ts';
import { objectName } from '../emit/k8s/network-rules.ts';
import { ociLayout } from '../emit/k8s/oci-layout.ts';
import { buildBundle, type BuildOptions } from './build-bundle.ts';
import { causeOf, refuse } from './faults.ts';
import { releaseNote } from './helm-release.ts';
import { renderChart, renderManifests } from './render-manifests.ts';

/** What a compile knows when it comes to manifests. */
export interface ManifestsCall extends BuildOptions {
  readonly model: Model;
  readonly programs: readonly CoreProgram[];
  readonly plans: readonly DeployPlan[];
  /** `proxy.wasm` and `proxy.json`, where a proxy carries a surface. */
  readonly proxy: ReadonlyMap<string, Uint8Array | string>;
}

/**
 * The files of all deployments that name clusters: below `k8s/`, and below `k8s/NAME/` where there are several; the same as a chart
 * below `helm/NAME/`.
 */
export async function emitManifests(call: ManifestsCall): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const plans = call.plans.filter(({ clusters }) => clusters.length > 0);
  const files = new Map<string, Uint8Array | string>();
  for (const plan of plans) {
    const folder = plans.length === 1 ? 'k8s' : `k8s/${plan.deploy.name}`;
    const { manifests, chart } = await deploymentFiles(call, plan);
    for (const [path, content] of manifests) files.set(`${folder}/${path}`, content);
    for (const [path, content] of chart) files.set(`helm/${chartName(plan)}/${path}`, content);
  }
  return files;
}

interface DeploymentFiles {
  readonly manifests: ReadonlyMap<string, Uint8Array | string>;
  readonly chart: ReadonlyMap<string, string>;
}

/** Names of charts have small letters, digits and `-`. */
function chartName({ deploy }: DeployPlan): string {
  return objectName(`rdp-${deploy.name}`);
}

async function deploymentFiles(call: ManifestsCall, plan: DeployPlan): Promise<DeploymentFiles> {
  const bundles = await buildBundles(call, plan);
  const manifests = emitKubernetes({
    plan,
    surfaces: call.model.surfaces,
    bundleOf: (enforcer, { target }) => bundles.get(`${enforcer} ${target.folder}`) ?? empty,
    proxy: filterOf(call.proxy),
    authority: readAuthority(call, plan),
  });
  const [problem] = manifests.problems;
  if (problem !== undefined) return refuse(`\`${plan.deploy.name}\` cannot be installed: ${problem}`);
  const { installation, images, notes } = manifests;
  const rendered = await renderManifests(kustomizeFiles(installation));
  const helm = helmChart(chartName(plan), installation);
  const chart: ReadonlyMap<string, string> = helm === undefined ? new Map() : await renderChart(helm);
  const large = releaseNote(chart);
  const files = new Map<string, Uint8Array | string>([
    ...rendered,
    ['README.md', readMe(plan, large === undefined ? notes : [...notes, large])],
    ...(images.size === 0 ? [] : [...ociLayout(images)].map(([path, bytes]) => [`oci/${path}`, bytes] as const)),
  ]);
  return { manifests: files, chart };
}

/** The files of a filter as what manifests want of it. */
function filterOf(files: ManifestsCall['proxy']): Parameters<typeof emitKubernetes>[0]['proxy'] {
  const wasm = files.get('proxy.wasm');
  const text = files.get('proxy.json');
  if (!(wasm instanceof Uint8Array) || typeof text !== 'string') return undefined;
  const configurations = JSON.parse(text) as Readonly<Record<string, object>>; // one record a surface
  return { wasm, configurations: new Map(Object.entries(configurations)) };
}

const empty: EnforcerBundle = { bytes: new Uint8Array(), readsNamespaces: false };

/** Bundles by enforcer and folder of the cluster. */
async function buildBundles(call: ManifestsCall, plan: DeployPlan): Promise<ReadonlyMap<string, EnforcerBundle>> {
  const made = new Map<string, EnforcerBundle>();
  const bundles = new Map<string, EnforcerBundle>();
  for (const cluster of plan.clusters) {
    for (const via of (['admission', 'gateway'] as const).filter((name) => enforcerOf(name)?.inThisVersion)) {
      const programs = enforcerPrograms(call.programs, plan, { via, cluster });
      if (programs.length === 0) continue;
      const key = `${via} ${ownRules(cluster)}`;
      const bundle = made.get(key) ?? (await buildOne(call, programs));
      made.set(key, bundle);
      bundles.set(`${via} ${cluster.target.folder}`, bundle);
    }
  }
  return bundles;
}

function ownRules({ rules }: ClusterPlan): string {
  return rules.flatMap((planned, index) => (isOurs(planned) ? [index] : [])).join(' ');
}

async function buildOne(
  { root, revision, signing }: ManifestsCall,
  programs: readonly CoreProgram[],
): Promise<EnforcerBundle> {
  const { bundle, admission } = await buildBundle(programs, { root, revision, signing });
  return { bytes: bundle, readsNamespaces: admission.some(({ namespaceObject }) => namespaceObject === 'read') };
}

/** The authority of certificates that somebody else makes. */
function readAuthority({ root }: ManifestsCall, { deploy }: DeployPlan): string | undefined {
  const certificates = certificatesOf(deploy);
  if (certificates.kind === 'cert-manager') return undefined;
  const { path } = certificates;
  if (path === undefined) {
    return refuse('self-managed certificates need the file of their authority', 'certificates self_managed "ca.pem"');
  }
  try {
    return readFileSync(join(root, path)).toString('base64');
  } catch (error) {
    return refuse(`cannot read the authority \`${path}\`: ${causeOf(error)}`, 'a PEM file below the policy');
  }
}

function readMe({ deploy, clusters }: DeployPlan, notes: readonly string[]): string {
  return [
    `# ${deploy.name}`,
    '',
    ...clusters.map(({ target }) => `    kubectl apply -k ${target.folder}`),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n');
}
