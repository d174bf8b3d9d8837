// What every emitter of Kubernetes objects gives back, and the names and labels that they share.
// INVARIANT: objects are plain data whose keys stand in the order in which they are written; same input, same bytes.

import { compilerVersion } from '../bundle.ts';

/** A Kubernetes object; what stands beside `metadata` depends on its kind. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: unknown;
}

export interface ObjectMetadata {
  readonly name: string;
  /** Left out for objects of the whole cluster. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Labels of all objects that belong to one part of an installation. */
export function labelsOf(component: string): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/managed-by': 'rdpc',
    'app.kubernetes.io/part-of': 'rdp',
    'app.kubernetes.io/version': compilerVersion,
  };
}

/** The one label by which the pods of an enforcer are selected; selectors cannot be changed later, so it has no version. */
export function selectorOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name };
}

/** What tells an object from all others of a cluster. */
export function identityOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

/** The file that an object stands in: `deployment-rdp-admission.yaml`; with the namespace where that is not the installation's. */
export function fileOf({ kind, metadata }: KubernetesObject, home: string): string {
  const { name, namespace = home } = metadata;
  const words = [kind.toLowerCase(), ...(namespace === home ? [] : [namespace]), name];
  return `${words.join('-')}.yaml`;
}
