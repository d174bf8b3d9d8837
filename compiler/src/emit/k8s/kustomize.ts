// Objects of a base and of each cluster → the folders of kustomize: what all have stands in `base`, and an overlay has what its cluster
// has beside that, and patches for what is different there. `kubectl apply -k FOLDER` installs a cluster.
// INVARIANT: an overlay, built, has exactly the objects of its cluster.

import { compareText } from '../compare-text.ts';
import { diffObjects } from './json-diff.ts';
import { fileOf, identityOf, type KubernetesObject } from './object.ts';

/** A file of YAML: one document. */
export interface ManifestFile {
  /** Below `k8s/`. */
  readonly path: string;
  readonly document: unknown;
}

/** The objects of one cluster. */
export interface ClusterObjects {
  readonly folder: string;
  readonly objects: readonly KubernetesObject[];
}

/** All that is installed. */
export interface Installation {
  /** The namespace of the enforcers. */
  readonly home: string;
  readonly base: readonly KubernetesObject[];
  readonly clusters: readonly ClusterObjects[];
}

/** The files of base and overlays. */
export function kustomizeFiles(installation: Installation): readonly ManifestFile[] {
  const { base, clusters, home } = installation;
  return [
    ...(base.length === 0
      ? []
      : [kustomization('base', { resources: base.map((object) => fileOf(object, home)).toSorted() })]),
    ...base.map((object) => ({ path: `base/${fileOf(object, home)}`, document: object })),
    ...clusters.flatMap((cluster) => overlayFiles(installation, cluster)),
  ];
}

function overlayFiles({ base, home }: Installation, { folder, objects }: ClusterObjects): readonly ManifestFile[] {
  const inBase = new Map(base.map((object) => [identityOf(object), object]));
  const own = objects.filter((object) => !inBase.has(identityOf(object)));
  const patched = objects.flatMap((object) => {
    const before = inBase.get(identityOf(object));
    const operations = before === undefined ? [] : diffObjects(before, object);
    return operations.length === 0 ? [] : [{ object, operations, file: `patch-${fileOf(object, home)}` }];
  });
  const patches = patched
    .toSorted((a, b) => compareText(a.file, b.file))
    .map(({ object, file }) => ({
      path: file,
      target: { kind: object.kind, name: object.metadata.name },
    }));
  return [
    kustomization(folder, {
      resources: [...baseOf(base), ...own.map((object) => fileOf(object, home)).toSorted()],
      ...(patches.length === 0 ? {} : { patches }),
    }),
    ...own.map((object) => ({ path: `${folder}/${fileOf(object, home)}`, document: object })),
    ...patched.map(({ operations, file }) => ({ path: `${folder}/${file}`, document: operations })),
  ];
}

/** Namespaces first and webhooks last, as kustomize has it when nobody says. */
const order = { sortOptions: { order: 'legacy' } };

/** Kustomize takes no folder without resources. */
function baseOf(base: readonly KubernetesObject[]): readonly string[] {
  return base.length === 0 ? [] : ['../base'];
}

function kustomization(folder: string, content: object): ManifestFile {
  return {
    path: `${folder}/kustomization.yaml`,
    document: { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...content, ...order },
  };
}
