// What workloads take, whether they can be asked how they are, and what they owe beside that.

import { deployment, type PackCases, pod, podOf, type Subject, thing } from './case.ts';

const taking = (limits: Subject, requests: Subject = {}): Subject => podOf({ resources: { limits, requests } });
const path = (of: string): Subject => pod({ volumes: [{ name: 'node', hostPath: { path: of } }] });
const probe = { httpGet: { port: 80 } };
const placed = (object: Subject, namespace: string): Subject => ({
  request: { operation: 'CREATE', namespace, object },
});

export const resourcePacks: readonly PackCases[] = [
  {
    pack: 'resources.required',
    rules: {
      Resources: {
        denied: [pod(), taking({ memory: '1Gi' }), taking({}, { cpu: '1', memory: '1Gi' })],
        admitted: [
          taking({ memory: '1Gi' }, { cpu: '1' }),
          taking({ memory: '1Gi', cpu: '1' }),
          pod({ resources: { limits: { memory: '1Gi' }, requests: { cpu: '1' } } }),
        ],
      },
    },
  },
  {
    pack: 'resources.bounded',
    settings: 'cpu "2", memory "1Gi", storage "1G", ratio 2.0',
    rules: {
      Bounds: {
        denied: [
          taking({ cpu: '2001m' }),
          taking({ memory: '1025Mi' }),
          taking({ memory: '2e9' }),
          taking({ cpu: '2.5' }),
          taking({ 'ephemeral-storage': '1Gi' }),
        ],
        admitted: [
          taking({ cpu: '2', memory: '1Gi' }),
          taking({ cpu: '2000m', memory: '1048576Ki' }),
          taking({ memory: '.5Gi', 'ephemeral-storage': '1000M' }),
          pod(),
        ],
      },
      Ratio: {
        denied: [taking({ cpu: '1' }, { cpu: '400m' })],
        admitted: [taking({ cpu: '1' }, { cpu: '500m' }), taking({ cpu: '1' })],
      },
    },
  },
  {
    pack: 'resources.probed',
    rules: {
      Probes: {
        denied: [pod(), podOf({ livenessProbe: probe })],
        admitted: [podOf({ livenessProbe: probe, readinessProbe: probe }), pod({ restartPolicy: 'Never' })],
      },
    },
  },
  {
    pack: 'resources.replicated',
    rules: {
      Replicas: {
        denied: [deployment({}), deployment({ replicas: 1 })],
        admitted: [deployment({ replicas: 2 }), pod()],
      },
    },
  },
  {
    pack: 'workloads.read_only_root',
    rules: {
      ReadOnlyRoot: {
        denied: [pod(), podOf({ securityContext: { readOnlyRootFilesystem: false } })],
        admitted: [podOf({ securityContext: { readOnlyRootFilesystem: true } })],
      },
    },
  },
  {
    pack: 'workloads.own_identity',
    rules: {
      TokenOnDemand: {
        denied: [pod(), pod({ serviceAccountName: 'default' })],
        admitted: [pod({ automountServiceAccountToken: false }), pod({ serviceAccountName: 'web' })],
      },
    },
  },
  {
    pack: 'workloads.own_namespace',
    rules: {
      NotInDefault: {
        denied: [placed(pod(), 'default')],
        admitted: [placed(pod(), 'shop'), placed(thing('v1', 'ConfigMap'), 'default')],
      },
    },
  },
  {
    pack: 'workloads.no_runtime_socket',
    rules: {
      RuntimeSocket: {
        denied: [
          path('/var/run/docker.sock'),
          path('/run/containerd/containerd.sock'),
          path('/run/k3s/containerd/containerd.sock'),
          path('/var/run'),
          path('/'),
          path('/var/run/docker'),
        ],
        admitted: [path('/var/lib/data'), path('/var/runs'), path('/srv/docker.sock'), pod()],
      },
    },
  },
  {
    pack: 'workloads.host_paths',
    settings: 'paths ["/var/log/app"]',
    rules: {
      SensitivePaths: {
        denied: [
          path('/'),
          path('/etc/kubernetes'),
          path('/var/lib/kubelet'),
          path('/proc'),
          path('/var/log/application'),
        ],
        admitted: [path('/var/log/app/web'), path('/data'), pod()],
      },
    },
  },
];
