// `quarantine` in admission → a label on the object and on the pods that it makes. What the label does to them (a network policy
// that selects it, for instance) is in the manifests.
//
// INVARIANT: what has no labels to carry it is not let through.

import { objectPatch, type ObjectPatch } from './json-patch.ts';

/** Label and value of a workload in quarantine. */
export const quarantineLabel = 'rdp.dev/quarantine';
const quarantineValue = 'true';

/** Where kinds keep the metadata of the pods that they make. */
const templates: ReadonlyMap<string, readonly string[]> = new Map([
  ['Deployment', ['spec', 'template', 'metadata']],
  ['ReplicaSet', ['spec', 'template', 'metadata']],
  ['StatefulSet', ['spec', 'template', 'metadata']],
  ['DaemonSet', ['spec', 'template', 'metadata']],
  ['Job', ['spec', 'template', 'metadata']],
  ['ReplicationController', ['spec', 'template', 'metadata']],
  ['CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'metadata']],
]);

/** The patch that puts the object of a review into quarantine; empty when it is there. */
export function quarantinePatch(review: Uint8Array): ObjectPatch {
  const text = Buffer.from(review.buffer, review.byteOffset, review.length).toString('utf8');
  const document = JSON.parse(text) as { readonly request?: { readonly object?: { readonly kind?: unknown } | null } }; // the module has read it
  const object = document.request?.object ?? undefined;
  if (object === undefined) return { kind: 'patch', operations: [] }; // what is deleted needs no quarantine
  const { kind } = object;
  const places = [['metadata'], ...(typeof kind === 'string' ? [templates.get(kind) ?? []] : [])];
  const patches = places
    .filter((place) => place.length > 0)
    .map((place) => ({
      rule: '',
      op: 'add' as const,
      path: ['', ...place, 'labels', quarantineLabel.replace('/', '~1')].join('/'),
      value: quarantineValue,
    }));
  return objectPatch({ patches }, review);
}
