// Policies → their manifests as the tests look at them: with all enforcers there are or will be, or with those of this version; and
// the objects that an overlay stands for once kustomize has built it.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkProgram, hasErrors, type CoreProgram, type Model } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { parse } from 'yaml';
import { readProject } from '../../../src/cli/read-project.ts';
import { renderManifests } from '../../../src/cli/render-manifests.ts';
import { plansOf } from '../../../src/deploy/native-emitters.ts';
import type { DeployPlan } from '../../../src/deploy/plan.ts';
import { emitKubernetes, type EnforcerBundle, type Manifests } from '../../../src/emit/k8s/emit-kubernetes.ts';
import { kustomizeFiles } from '../../../src/emit/k8s/kustomize.ts';
import { identityOf, type KubernetesObject } from '../../../src/emit/k8s/object.ts';
import type { PatchOperation } from '../../../src/emit/k8s/json-diff.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Every policy that is deployed: among the examples, and those made for these tests. */
export const policyPaths: readonly string[] = [
  ...readdirSync(join(root, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isDeployed(join(root, 'examples', entry.name)))
    .map(({ name }) => `examples/${name}`),
  ...readdirSync(join(import.meta.dirname, 'policies')).map((name) => `compiler/test/emit/k8s/policies/${name}`),
].toSorted();

function isDeployed(folder: string): boolean {
  return readdirSync(folder).some(
    (name) => name.endsWith('.rdp') && /^deploy /mu.test(readFileSync(join(folder, name), 'utf8')),
  );
}

/** A checked policy and what its deployments come to. */
export interface Planned {
  readonly model: Model;
  readonly programs: readonly CoreProgram[];
  readonly plans: readonly DeployPlan[];
}

/** Checks a policy as of one day and plans its deployments. */
export async function planPolicy(path: string): Promise<Planned> {
  const project = await readProject(join(root, path));
  const { model, programs, diagnostics } = checkProgram({ ...project, std: stdFiles, today: '2026-11-22' });
  if (programs === undefined || hasErrors(diagnostics))
    throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { model, programs, plans: plansOf(model, programs) };
}

/** A bundle that stands for any other: manifests depend on its bytes alone. */
export const someBundle: EnforcerBundle = {
  bytes: new TextEncoder().encode('a bundle'),
  readsNamespaces: false,
};

/** A filter that stands for any other, told as little as there is to tell. */
function someFilter({ surfaces }: Model): Parameters<typeof emitKubernetes>[0]['proxy'] {
  const configurations = new Map(surfaces.map((surface) => [`${surface.package}.${surface.name}`, { request: 'a' }]));
  return { wasm: someBundle.bytes, configurations };
}

/** The manifests of a plan; `all`: as if this version had every enforcer. */
export function manifestsOf(
  { model }: Planned,
  plan: DeployPlan,
  options: { readonly enforcers: 'all' | 'existing'; readonly bundle?: EnforcerBundle } = { enforcers: 'existing' },
): Manifests {
  return emitKubernetes({
    plan,
    surfaces: model.surfaces,
    bundleOf: () => options.bundle ?? someBundle,
    proxy: someFilter(model),
    authority: undefined,
    ...(options.enforcers === 'all' ? { has: () => true } : {}),
  });
}

/** The texts of all files. */
export async function filesOf({ installation }: Manifests): Promise<ReadonlyMap<string, string>> {
  return renderManifests(kustomizeFiles(installation));
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly patches?: readonly {
    readonly path: string;
    readonly target: { readonly kind: string; readonly name: string };
  }[];
}

/** What `kubectl kustomize FOLDER` prints, as objects by their identity. */
export function buildOverlay(
  files: ReadonlyMap<string, string>,
  folder: string,
): ReadonlyMap<string, KubernetesObject> {
  const read = (path: string): unknown => parse(files.get(`${folder}/${path}`) ?? '', { version: '1.1' });
  const { resources, patches = [] } = read('kustomization.yaml') as Kustomization; // we have written it
  const objects = new Map<string, KubernetesObject>();
  for (const resource of resources) {
    const found = resource.startsWith('../')
      ? [...buildOverlay(files, resource.slice('../'.length)).values()]
      : [read(resource) as KubernetesObject]; // we have written it
    for (const object of found) {
      if (objects.has(identityOf(object))) throw new Error(`${folder} has ${identityOf(object)} twice`);
      objects.set(identityOf(object), object);
    }
  }
  for (const { path, target } of patches) {
    const operations = read(path) as readonly PatchOperation[]; // we have written it
    const meant = [...objects].filter(
      ([, { kind, metadata }]) => kind === target.kind && metadata.name === target.name,
    );
    if (meant.length !== 1) throw new Error(`${folder}/${path} has ${meant.length} targets`);
    for (const [identity, object] of meant) objects.set(identity, patchObject(object, operations) as KubernetesObject); // stays one
  }
  return objects;
}

/** RFC 6902, as far as we write it. */
export function patchObject(object: unknown, operations: readonly PatchOperation[]): unknown {
  const result = structuredClone(object);
  for (const operation of operations) {
    const keys = operation.path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    const holder = keys.reduce<Record<string, unknown>>(
      (value, key) => value[key] as Record<string, unknown>, // a path of the object
      result as Record<string, unknown>, // an object of Kubernetes
    );
    if (operation.op === 'remove') delete holder[last];
    else holder[last] = operation.value;
  }
  return result;
}
