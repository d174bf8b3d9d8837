// A cluster for tests: conformant Kubernetes of a version.

import { targetsOf, type ClusterTarget } from '../../../src/deploy/targets.ts';

const span = { file: { path: 'p.rdp', text: '' }, start: 0, end: 0 };

/** Kubernetes 1.`minor`. */
export function clusterTarget(minor: number): ClusterTarget {
  const settings = new Map([['kubernetes', `1.${minor}`]]);
  const [target] = targetsOf({
    package: 't',
    name: 'production',
    span,
    settings: new Map(),
    namespace: 'rdp-system',
    clusters: [{ kind: 'plain', name: 'test', settings, span }],
    routes: [],
    gaps: [],
  });
  if (target === undefined) throw new Error('a cluster gives a target');
  return target;
}
