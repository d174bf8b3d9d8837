// A kind of request to a Kubernetes API server → what is known of its AdmissionReview beforehand.

import { groupAndVersion } from '@rdp/language';
import type { KubernetesResource, Variant } from '@rdp/language';
import type { Facts, Known } from './may-fire.ts';

export type AdmissionOperation = KubernetesResource['operations'][number];

/** Requests that are alike for rules. */
export interface Subject {
  /** `*`: any. */
  readonly group: string;
  readonly version: string;
  /** `not`: any but these. */
  readonly resource: string | { readonly not: ReadonlySet<string> };
  readonly subresource: string | { readonly not: ReadonlySet<string> };
  /** Of its objects; undefined for kinds that nothing is known of. */
  readonly kind: readonly [apiVersion: string, kind: string] | undefined;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly operations: readonly AdmissionOperation[];
}

const text = (value: string): Known => ({ kind: 'value', value });

/** What is known of a request of `subject`. */
export function factsOf(subject: Subject, operation: AdmissionOperation): Facts {
  const { group, version, resource, subresource, kind, scope } = subject;
  const values = new Map<string, Known>([['operation', text(operation)]]);
  if (group !== '*') values.set('resource.group', text(group)).set('resource.version', text(version));
  values.set('resource.resource', typeof resource === 'string' ? text(resource) : { kind: 'other', ...resource });
  values.set('subresource', typeof subresource === 'string' ? text(subresource) : { kind: 'other', ...subresource });
  // A definition that does not name its resource may be one of several in its group.
  const own = typeof resource === 'string' || group === '*' ? kind : undefined;
  if (own) {
    const gv = groupAndVersion(own[0]);
    values.set('kind.group', text(gv.group)).set('kind.version', text(gv.version)).set('kind.kind', text(own[1]));
  }
  // The namespace of a request about a namespace is that namespace.
  const isNamespace = resource === 'namespaces' && (group === '' || group === '*');
  if (scope === 'Cluster') values.set('namespace_object', { kind: 'none' });
  if (scope === 'Cluster' && !isNamespace) values.set('namespace', text(''));
  const present = presenceOf(operation);
  if (present.oldObject === 'never') values.set('old_object', { kind: 'none' });
  if (present.object === 'never') values.set('object.apiVersion', text('')).set('object.kind', text(''));
  else if (own) values.set('object.apiVersion', text(own[0])).set('object.kind', text(own[1]));
  return {
    value: (path) => values.get(path),
    isOf: (path, variant) => {
      const there = path === 'object' ? present.object : path === 'old_object' ? present.oldObject : undefined;
      if (there === undefined) return undefined;
      if (there === 'never' || !mayBe(kind, variant)) return false;
      return there === 'always' && own && isTag(variant, own) ? true : undefined;
    },
  };
}

type Presence = 'always' | 'maybe' | 'never';

/** Which objects a review has. */
function presenceOf(operation: AdmissionOperation): { readonly object: Presence; readonly oldObject: Presence } {
  switch (operation) {
    case 'CREATE':
    case 'CONNECT':
      return { object: 'always', oldObject: 'never' };
    case 'UPDATE':
      return { object: 'always', oldObject: 'maybe' };
    case 'DELETE':
      return { object: 'never', oldObject: 'maybe' };
  }
}

/** Whether objects of `kind` may be of the variant: what can hold one of a kind may hold none. */
function mayBe(kind: Subject['kind'], variant: Variant): boolean {
  if (kind === undefined) return false;
  return isTag(variant, kind) || (variant.held?.holders().some((holder) => isTag(holder.variant, kind)) ?? false);
}

function isTag({ tag }: Variant, [apiVersion, kind]: readonly [string, string]): boolean {
  return tag[0] === apiVersion && tag[1] === kind;
}
