// Manifests as authors write them to objects as API servers ask about them.

import test from 'ava';
import { asAdmitted } from '../../src/cli/as-admitted.ts';

test('a version that servers have left behind is the one that took its place', (t) => {
  const spec = { jobTemplate: { spec: { template: { spec: { hostPID: true, containers: [] } } } } };
  const job = { kind: 'CronJob', metadata: { name: 'it' }, spec };
  t.deepEqual(asAdmitted({ apiVersion: 'batch/v1beta1', ...job }), { apiVersion: 'batch/v1', ...job });
  const role = { kind: 'ClusterRole', rules: [] };
  t.deepEqual(asAdmitted({ apiVersion: 'rbac.authorization.k8s.io/v1beta1', ...role }), {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    ...role,
  });
  const unknown = { apiVersion: 'batch/v1beta1', kind: 'Batch' };
  t.deepEqual(asAdmitted(unknown), unknown);
});

test('the spec and the template that a server always has are there', (t) => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment' };
  t.deepEqual(asAdmitted(deployment), { ...deployment, spec: { template: { spec: {} } } });
  t.deepEqual(asAdmitted({ ...deployment, spec: { template: { metadata: {} } } }), {
    ...deployment,
    spec: { template: { metadata: {}, spec: {} } },
  });
  const config = { apiVersion: 'v1', kind: 'ConfigMap' };
  t.deepEqual(asAdmitted(config), config);
});

test('backends of an ingress are what they became', (t) => {
  const old = {
    apiVersion: 'networking.k8s.io/v1beta1',
    kind: 'Ingress',
    spec: {
      backend: { serviceName: 'web', servicePort: 'http' },
      rules: [
        { host: 'shop.example', http: { paths: [{ path: '/', backend: { serviceName: 'web', servicePort: 80 } }] } },
        {},
      ],
    },
  };
  t.deepEqual(asAdmitted(old), {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    spec: {
      defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
      rules: [
        {
          host: 'shop.example',
          http: {
            paths: [
              {
                pathType: 'ImplementationSpecific',
                path: '/',
                backend: { service: { name: 'web', port: { number: 80 } } },
              },
            ],
          },
        },
        {},
      ],
    },
  });
});

test('numbers are text where Kubernetes has text, and nowhere else', (t) => {
  const pod = (cpu: unknown): unknown => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'it', labels: { version: '1' } },
    spec: {
      containers: [{ name: 'web', ports: [{ containerPort: 80 }], resources: { limits: { cpu, memory: '1Gi' } } }],
    },
  });
  t.deepEqual(asAdmitted(pod(0.5)), pod('0.5'));
  t.deepEqual(asAdmitted(pod('500m')), pod('500m'));
});

test('what is no object with a kind stays as it is', (t) => {
  for (const value of [null, 1, 'text', [1], {}, { kind: 'Pod' }, { apiVersion: 1, kind: 2 }])
    t.deepEqual(asAdmitted(value), value);
  const strange = { apiVersion: 'v1', kind: 'Pod', metadata: 1, spec: { containers: [1, { name: 2 }] } };
  t.deepEqual(asAdmitted(strange), { ...strange, spec: { containers: [1, { name: '2' }] } });
});
