// The namespace of the enforcers, under the restricted Pod Security profile of one version: a new version of Kubernetes must not
// turn away pods that the old one took.

import { labelsOf, type KubernetesObject } from './object.ts';

/** The namespace, pinned to the profile of Kubernetes 1.`minor`. */
export function namespaceObject(name: string, minor: number): KubernetesObject {
  const profile = Object.fromEntries(
    ['audit', 'enforce', 'warn'].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, 'restricted'],
      [`pod-security.kubernetes.io/${mode}-version`, `v1.${minor}`],
    ]),
  );
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...labelsOf('namespace'), ...profile } } };
}
