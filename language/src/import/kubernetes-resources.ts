// Every resource and subresource that a Kubernetes API server asks its admission about, from the table that `gen/kubernetes.ts` makes,
// and those that a custom resource definition adds.

import type { KubernetesResource } from '../semantic/types.ts';
import { isObject, text } from './json-schema.ts';
import { kubernetesResources } from './kubernetes-resources.generated.ts';

type Operation = KubernetesResource['operations'][number];

const operations: Readonly<Record<string, Operation>> = { c: 'CREATE', d: 'DELETE', u: 'UPDATE', x: 'CONNECT' };

let builtIn: readonly KubernetesResource[] | undefined;

/** The resources that Kubernetes itself has. */
export function builtInResources(): readonly KubernetesResource[] {
  return (builtIn ??= kubernetesResources.map((row) => {
    const [apiVersion = '', path = '', kindVersion = '', kind = '', letters = ''] = row.split(' ');
    const [resource = '', subresource = ''] = path.split('/');
    return {
      ...groupAndVersion(apiVersion),
      resource,
      subresource,
      kind: [kindVersion, kind],
      scope: letters.startsWith('N') ? 'Namespaced' : 'Cluster',
      operations: Array.from(letters.slice(1)).flatMap((letter) => operations[letter] ?? []),
    };
  }));
}

/** The resources of one version of a definition (`spec` of a CustomResourceDefinition); undefined when it does not name them. */
export function customResources(spec: unknown, version: unknown): readonly KubernetesResource[] | undefined {
  if (!isObject(spec) || !isObject(spec['names']) || !isObject(version)) return undefined;
  const group = text(spec['group']);
  const name = text(version['name']);
  const resource = text(spec['names']['plural']);
  if (resource === '') return undefined;
  const scope = spec['scope'] === 'Cluster' ? 'Cluster' : 'Namespaced';
  const own = { group, version: name, resource, scope } as const;
  const kind = [`${group}/${name}`, text(spec['names']['kind'])] as const;
  const subresources = isObject(version['subresources']) ? version['subresources'] : {};
  return [
    { ...own, subresource: '', kind, operations: ['CREATE', 'UPDATE', 'DELETE'] },
    ...(isObject(subresources['status'])
      ? [{ ...own, subresource: 'status', kind, operations: ['UPDATE'] } as const]
      : []),
    ...(isObject(subresources['scale'])
      ? [{ ...own, subresource: 'scale', kind: ['autoscaling/v1', 'Scale'], operations: ['UPDATE'] } as const]
      : []),
  ];
}

/** `apps/v1` → its group and version; `v1` has the group without a name. */
export function groupAndVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}
