// The objects of all clusters → a Helm chart of the same: one template an object, with a branch for each form that it has, and values
// for what is chosen when it is installed: the cluster, images, and the least number of pods.
// INVARIANT: rendered with `cluster` and nothing else, the chart gives the objects that kustomize builds for that cluster.

import { compareText } from '../compare-text.ts';
import { compilerVersion } from '../bundle.ts';
import type { Installation } from './kustomize.ts';
import { identityOf, type KubernetesObject } from './object.ts';

/** A chart before it is text. */
export interface HelmChart {
  /** `Chart.yaml` */
  readonly about: Readonly<Record<string, unknown>>;
  /** `values.yaml` */
  readonly values: Readonly<Record<string, unknown>>;
  /** What `cluster` may be. */
  readonly clusters: readonly string[];
  readonly templates: readonly HelmTemplate[];
}

/** One object in all its forms. */
export interface HelmTemplate {
  readonly forms: readonly HelmForm[];
}

/** The object as some clusters have it. */
export interface HelmForm {
  readonly clusters: readonly string[];
  /** With `placeholder(…)` in place of what values say. */
  readonly object: KubernetesObject;
}

/** What stands in an object for `.Values.PATH`; plain text, so that a writer of YAML does not quote it. */
export function placeholder(path: string): string {
  return `RDP_VALUE_${path.replaceAll('.', '_')}_END`;
}

/** Finds placeholders in text; the group is the path with `_` for dots. */
export const placeholders: RegExp = /RDP_VALUE_([a-z_]+)_END/gu;

/** The chart of an installation; undefined without clusters. */
export function helmChart(name: string, { clusters }: Installation): HelmChart | undefined {
  const [first] = clusters;
  if (first === undefined) return undefined;
  const forms = new Map<string, Map<string, { readonly clusters: string[]; readonly object: KubernetesObject }>>();
  for (const { folder, objects } of clusters) {
    for (const object of objects) {
      const identity = identityOf(object);
      const own = forms.get(identity) ?? new Map<string, { clusters: string[]; object: KubernetesObject }>();
      const key = JSON.stringify(object);
      own.set(key, { object, clusters: [...(own.get(key)?.clusters ?? []), folder] });
      forms.set(identity, own);
    }
  }
  const values = chosenValues(clusters.flatMap(({ objects }) => objects));
  return {
    about: {
      apiVersion: 'v2',
      name,
      description: 'Enforcement of a policy, as rdpc wrote it',
      type: 'application',
      version: compilerVersion,
      appVersion: compilerVersion,
    },
    values: { cluster: first.folder, ...values },
    clusters: clusters.map(({ folder }) => folder),
    templates: [...forms.keys()].toSorted(compareText).map((identity): HelmTemplate => {
      const own = [...(forms.get(identity)?.values() ?? [])];
      return { forms: own.map(({ clusters: of, object }) => ({ clusters: of, object: withPlaceholders(object) })) };
    }),
  };
}

/** `rdp-admission` → `admission`, the key of its values. */
function keyOf({ metadata }: KubernetesObject): string {
  return metadata.name.replace(/^rdp-/u, '').replaceAll('-', '_');
}

function chosenValues(objects: readonly KubernetesObject[]): Readonly<Record<string, unknown>> {
  const images = new Map<string, string>();
  const replicas = new Map<string, number>();
  for (const object of objects) {
    const image = imageOf(object);
    if (image !== undefined) images.set(keyOf(object), image);
    const least = leastOf(object);
    if (least !== undefined) replicas.set(keyOf(object), least);
  }
  const sorted = (values: ReadonlyMap<string, unknown>): object =>
    Object.fromEntries([...values].toSorted(([a], [b]) => compareText(a, b)));
  return { images: sorted(images), replicas: sorted(replicas) };
}

interface PodTemplate {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

function imageOf(object: KubernetesObject): string | undefined {
  if (object.kind !== 'Deployment') return undefined;
  return (object as unknown as PodTemplate).spec.template.spec.containers[0]?.image; // as workload.ts writes it
}

function leastOf(object: KubernetesObject): number | undefined {
  if (object.kind !== 'HorizontalPodAutoscaler') return undefined;
  return (object as unknown as { readonly spec: { readonly minReplicas: number } }).spec.minReplicas; // as workload.ts writes it
}

function withPlaceholders(object: KubernetesObject): KubernetesObject {
  if (object.kind === 'Deployment') {
    const { spec } = object as unknown as PodTemplate; // as workload.ts writes it
    const { template } = spec;
    const containers = template.spec.containers.map((container, index) =>
      index === 0 ? { ...container, image: placeholder(`images.${keyOf(object)}`) } : container,
    );
    return { ...object, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers } } } };
  }
  if (object.kind === 'HorizontalPodAutoscaler') {
    const spec = object['spec'] as Readonly<Record<string, unknown>>; // as workload.ts writes it
    return { ...object, spec: { ...spec, minReplicas: placeholder(`replicas.${keyOf(object)}`) } };
  }
  return object;
}
