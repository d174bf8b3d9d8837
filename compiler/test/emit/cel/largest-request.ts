// A request whose object is as large as costs are worked out for (`bounds` in cel-cost.ts), in what the Pod Security Standards read:
// every list and map full, every text long.

import { bounds } from '../../../src/emit/cel/cel-cost.ts';
import type { Request } from './reviews.ts';

/** The creation of a pod of that size. */
export function largestRequest(): Request {
  const many = <T>(count: number, make: (i: number) => T): readonly T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const name = (i: number): string => `n${i}`.padEnd(253, 'x');
  const text = (i: number): string => `t${i}`.padEnd(bounds.text, 'x');
  const probe = { httpGet: { path: text(0), port: 80 } };
  const container = (i: number): object => ({
    name: name(i),
    image: text(i),
    ports: many(bounds.items, (n) => ({ containerPort: n + 1, name: name(n) })),
    livenessProbe: probe,
    readinessProbe: probe,
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 1000,
      capabilities: { drop: many(24, () => 'ALL'), add: many(24, () => 'NET_BIND_SERVICE') },
      seccompProfile: { type: 'RuntimeDefault' },
      procMount: 'Default',
    },
    resources: {},
  });
  const containers = many(24, container);
  const map = Object.fromEntries(many(bounds.items, (i) => [`k${i}`.padEnd(60, 'k'), 'v'.repeat(63)]));
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'large', namespace: 'shop', labels: map, annotations: map, creationTimestamp: null },
    spec: {
      containers,
      initContainers: containers,
      ephemeralContainers: containers,
      volumes: many(bounds.items, (i) => ({ name: name(i), emptyDir: {} })),
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        sysctls: many(bounds.items, () => ({ name: 'net.ipv4.ip_local_port_range', value: '1 2' })),
      },
    },
  };
  return {
    uid: 'u-1',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    operation: 'CREATE',
    name: 'large',
    namespace: 'shop',
    userInfo: { username: 'root', groups: ['admins'] },
    dryRun: false,
    object,
    oldObject: null,
  };
}
