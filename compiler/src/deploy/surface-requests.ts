// The settings of a Kubernetes surface → which requests it is about, as far as the configuration of a webhook can say it. The module
// says all of it itself (`language/src/semantic/bind/surface-anchor.ts`); here requests are spared.

import { parseLabelSelector, type LabelRequirement, type SurfaceModel } from '@rdp/language';

export interface SurfaceRequests {
  /** Globs; one is `*` where all namespaces are meant, and objects without. */
  readonly namespaces: readonly string[];
  /** Globs of namespaces that are left out. */
  readonly excluded: readonly string[];
  /** Requirements of the namespace's labels, all of them; as `namespaceSelector.matchExpressions`. */
  readonly namespaceLabels: readonly LabelRequirement[];
  /** As `objectSelector.matchExpressions`. */
  readonly objectLabels: readonly LabelRequirement[];
}

/** What requests the surface is about. */
export function surfaceRequests({ settings }: Pick<SurfaceModel, 'settings'>): SurfaceRequests {
  const texts = (name: string): readonly string[] => {
    const value = settings.get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  const labels = (name: string): readonly LabelRequirement[] => {
    const value = settings.get(name);
    return typeof value === 'string' ? parseLabelSelector(value) : [];
  };
  const namespaces = texts('namespaces');
  return {
    namespaces: namespaces.length === 0 ? ['*'] : namespaces,
    excluded: texts('exclude_namespaces'),
    namespaceLabels: labels('namespace_labels'),
    objectLabels: labels('object_labels'),
  };
}
