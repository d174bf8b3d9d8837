// Requests that users of a cluster make, for policies to decide on: pods of every kind, what makes pods, other kinds, updates and
// deletions, by different users. Nothing here says what is right: servers, policies and modules are compared on them.

import type { AdmissionCase } from './admit.ts';
import type { KubernetesObject } from './client.ts';
import { podVariants } from './pods.ts';

type Fields = Readonly<Record<string, unknown>>;

/** All requests. */
export function admissionCases(): readonly AdmissionCase[] {
  const pods = podVariants();
  const made = pods.map(({ name, pod }): AdmissionCase => ({ name, operation: 'CREATE', object: pod }));
  const controlled = pods.map(({ name, pod }, index): AdmissionCase => {
    const object = inController(pod, index);
    return { name: `${String(object['kind'])}: ${name}`, operation: 'CREATE', object };
  });
  return [...made, ...controlled, ...imageCases(), ...otherKinds(), ...updates(), ...updatesOfViolations(), ...deletions()];
}

/** What makes such pods; the kinds take turns. */
export function inController(pod: KubernetesObject, index: number): KubernetesObject {
  return controllers[index % controllers.length]?.of(pod, index) ?? pod;
}

interface Controller {
  readonly kind: string;
  readonly of: (pod: KubernetesObject, index: number) => KubernetesObject;
}

const controllers: readonly Controller[] = [
  ...(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const).map((kind): Controller => ({
    kind,
    of: (pod, index) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: `${kind.toLowerCase()}-${index}`, labels: { app: 'shop', owner: 'team' } },
      spec: {
        selector: { matchLabels: { app: 'shop' } },
        ...(kind === 'StatefulSet' ? { serviceName: 'shop' } : {}),
        template: templateOf(pod),
      },
    }),
  })),
  {
    kind: 'Job',
    of: (pod, index) => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      // Without labels a job shares its template's, and a server puts what it adds to one into both, unless something changed the job.
      metadata: { name: `job-${index}`, labels: { app: 'shop' } },
      spec: { template: templateOf(pod, { restartPolicy: 'Never' }) },
    }),
  },
  {
    kind: 'CronJob',
    of: (pod, index) => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: `cronjob-${index}` },
      spec: {
        schedule: '0 0 * * *',
        jobTemplate: { spec: { template: templateOf(pod, { restartPolicy: 'OnFailure' }) } },
      },
    }),
  },
];

function templateOf(pod: KubernetesObject, extra: Fields = {}): object {
  const { annotations = {} } = pod['metadata'] as { readonly annotations?: object }; // of `podVariants`
  return { metadata: { labels: { app: 'shop' }, annotations }, spec: { ...(pod['spec'] as object), ...extra } }; // the same
}

/** Pods that differ in the images and the fields that policies ask for most. */
function imageCases(): readonly AdmissionCase[] {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const images = [
    'nginx',
    'nginx:latest',
    'nginx:1.29',
    `nginx@${digest}`,
    `registry.example/shop/web:2@${digest}`,
    'registry.k8s.io/pause:3.10',
    'registry.platform.example/web:2',
    'registry.platform.example:5000/web',
    'localhost/web:latest',
    'registry.example/latest:1',
    'ghcr.io/team/model-server:v1',
    'docker.io/library/web:2',
  ];
  const containers: readonly (readonly [string, Fields])[] = [
    ...images.map((image) => [`image ${image}`, { image }] as const),
    ['resources', { resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '128Mi' } } }],
    ['much memory', { resources: { limits: { memory: '64Gi' } } }],
    ['little memory', { resources: { limits: { memory: '1e3', cpu: '1500m' } } }],
    ['a GPU', { resources: { limits: { 'nvidia.com/gpu': 1 } } }],
    ['a secret in the environment', { env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] }],
    ['a password in the environment', { env: [{ name: 'DB_PASSWORD', value: 'correct horse' }] }],
    ['all of a secret', { envFrom: [{ secretRef: { name: 'a' } }] }],
    ['always pulled', { imagePullPolicy: 'Always' }],
    ['read-only root', { securityContext: { readOnlyRootFilesystem: true } }],
    ['a terminal', { stdin: true, tty: true }],
    ['commands', { command: ['/bin/sh', '-c'], args: ['echo "$HOME"; sleep 1'] }],
  ];
  const specs: readonly (readonly [string, Fields])[] = [
    ['no service account token', { automountServiceAccountToken: false }],
    ['a service account', { serviceAccountName: 'web' }],
    ['a node', { nodeName: 'node-1' }],
    ['a class of runtime', { priorityClassName: 'system-cluster-critical' }],
    ['host aliases', { hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }] }],
    ['tolerations', { tolerations: [{ operator: 'Exists' }] }],
  ];
  return [
    ...containers.map(([name, container]) => ({
      name,
      spec: { containers: [{ name: 'app', image: 'web:1', ...container }] },
    })),
    ...specs.map(([name, spec]) => ({ name, spec: { containers: [{ name: 'app', image: 'web:1' }], ...spec } })),
    {
      name: 'two containers',
      spec: { containers: ['app', 'log'].map((each) => ({ name: each, image: `${each}:1` })) },
    },
  ].map(({ name, spec }, index) => ({
    name: `pod with ${name}`,
    operation: 'CREATE',
    object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: `image-${index}`, labels: labelsOf(index) }, spec },
  }));
}

/** None, some, and an empty one. */
function labelsOf(index: number): Readonly<Record<string, string>> | undefined {
  return [undefined, {}, { app: 'shop' }, { owner: 'team', 'app.kubernetes.io/name': 'web' }, { owner: '' }][index % 5];
}

function object(apiVersion: string, kind: string, name: string, rest: Fields): KubernetesObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

const anything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };

function otherKinds(): readonly AdmissionCase[] {
  const port = { port: 80, targetPort: 8080 };
  const objects: readonly KubernetesObject[] = [
    object('v1', 'ConfigMap', 'settings', { data: { key: 'value', password: 'x' } }),
    object('v1', 'ConfigMap', 'nothing', {}),
    object('v1', 'Secret', 'token', { stringData: { token: 'x' } }),
    object('v1', 'Service', 'inside', { spec: { ports: [port], selector: { app: 'shop' } } }),
    object('v1', 'Service', 'node-port', { spec: { type: 'NodePort', ports: [port] } }),
    object('v1', 'Service', 'balancer', {
      spec: { type: 'LoadBalancer', ports: [port], loadBalancerSourceRanges: ['10.0.0.0/8'] },
    }),
    object('v1', 'Service', 'external', { spec: { ports: [port], externalIPs: ['203.0.113.1'] } }),
    object('v1', 'Service', 'name', { spec: { type: 'ExternalName', externalName: 'db.example' } }),
    object('v1', 'Namespace', 'shop-next', { metadata: { name: 'shop-next', labels: { owner: 'team' } } }),
    object('v1', 'ServiceAccount', 'web', { automountServiceAccountToken: false }),
    object('v1', 'PersistentVolumeClaim', 'data', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    }),
    object('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: {
        rules: [
          { host: '*.shop.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend: backend('web') }] } },
        ],
      },
    }),
    object('networking.k8s.io/v1', 'Ingress', 'with-tls', {
      spec: { tls: [{ hosts: ['shop.example'], secretName: 'tls' }], defaultBackend: backend('web') },
    }),
    object('networking.k8s.io/v1', 'NetworkPolicy', 'all', { spec: { podSelector: {}, policyTypes: ['Ingress'] } }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'everything', { rules: [anything] }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'readers', {
      rules: [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'list'] }],
    }),
    object('rbac.authorization.k8s.io/v1', 'Role', 'escalating', {
      rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate', 'bind'] }],
    }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'everybody', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'Group', name: 'system:authenticated', apiGroup: 'rbac.authorization.k8s.io' }],
    }),
    object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'one', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'readers' },
      subjects: [{ kind: 'ServiceAccount', name: 'web', namespace: 'shop-cases' }],
    }),
    object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 4,
      },
    }),
    object('policy/v1', 'PodDisruptionBudget', 'web', {
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'shop' } } },
    }),
    object('storage.platform.example/v1', 'Backup', 'nightly', { spec: { retentionDays: 3 } }),
    object('storage.platform.example/v1', 'Backup', 'weekly', { spec: { retentionDays: 30, targets: ['db'] } }),
    object('storage.platform.example/v1', 'Backup', 'no-days', { spec: { schedule: '0 0 * * *' } }),
  ];
  return objects.map((each) => {
    const { name } = each['metadata'] as { readonly name: string }; // made above
    return { name: `${String(each['kind'])} ${name}`, operation: 'CREATE', object: each };
  });
}

function backend(name: string): object {
  return { service: { name, port: { number: 80 } } };
}

const owner = { user: 'kim@platform.example', groups: ['backup-operators', 'system:authenticated'] };
const stranger = {
  user: 'system:serviceaccount:shop-cases:web',
  groups: ['system:serviceaccounts', 'system:authenticated'],
};

/** Objects that break rules already, and what is done to them: some of it breaks more. */
function updatesOfViolations(): readonly AdmissionCase[] {
  const root = { privileged: true, runAsUser: 0 };
  const pod = (name: string, metadata: Fields, image: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: {
      containers: [{ name: 'app', image, imagePullPolicy: 'Always', securityContext: root }],
      hostNetwork: true,
    },
  });
  const made = (name: string, metadata: Fields, containers: readonly Fields[]): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: {
      selector: { matchLabels: { app: 'shop' } },
      template: { metadata: { labels: { app: 'shop' } }, spec: { containers } },
    },
  });
  const app = { name: 'app', image: 'web:latest', securityContext: root };
  const service = (metadata: Fields, type: string): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'violating', ...metadata },
    spec: { type, ports: [{ port: 80 }] },
  });
  const cases: readonly (readonly [name: string, old: KubernetesObject, object: KubernetesObject])[] = [
    ['a label of a pod', pod('labelled', {}, 'web:latest'), pod('labelled', { labels: { x: '' } }, 'web:latest')],
    ['a finalizer of a pod', pod('finalized', { finalizers: ['x/y'] }, 'web'), pod('finalized', {}, 'web')],
    // What is set of pods is set when they are made, so their images here are none that a policy sets.
    ['an image of a pod', pod('pulled', {}, 'web:1'), pod('pulled', {}, 'web:2')],
    ['a label of a deployment', made('labelled', {}, [app]), made('labelled', { labels: { owner: 'team' } }, [app])],
    ['a second container', made('grown', {}, [app]), made('grown', {}, [app, { ...app, name: 'second' }])],
    ['a label that is taken away', made('bare', { labels: { owner: 'team' } }, [app]), made('bare', {}, [app])],
    ['a label of a service', service({}, 'NodePort'), service({ labels: { x: '' } }, 'NodePort')],
  ];
  return cases.flatMap(([name, old, object]) =>
    [undefined, stranger].map((as): AdmissionCase => ({
      name: `update of a violation: ${name}${as ? ', by a stranger' : ''}`,
      operation: 'UPDATE',
      old,
      object,
      ...(as ? { as } : {}),
    })),
  );
}

function updates(): readonly AdmissionCase[] {
  const deployment = (replicas: number, labels: Fields, image: string): KubernetesObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'updated', labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'shop' } },
      template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'app', image }] } },
    },
  });
  const config = (data: Fields): KubernetesObject => object('v1', 'ConfigMap', 'updated', { data });
  const old = deployment(1, { owner: 'team' }, 'web:1');
  return [
    { name: 'update: more replicas', operation: 'UPDATE', old, object: deployment(3, { owner: 'team' }, 'web:1') },
    { name: 'update: no owner', operation: 'UPDATE', old, object: deployment(1, {}, 'web:1') },
    {
      name: 'update: latest',
      operation: 'UPDATE',
      old,
      object: deployment(1, { owner: 'team' }, 'web:latest'),
      as: stranger,
    },
    {
      name: 'update: other data',
      operation: 'UPDATE',
      old: config({ key: '1' }),
      object: config({ key: '2' }),
      as: owner,
    },
  ];
}

function deletions(): readonly AdmissionCase[] {
  const backup = (name: string): KubernetesObject =>
    object('storage.platform.example/v1', 'Backup', name, { spec: { retentionDays: 30 } });
  return [
    { name: 'delete: a backup, by its operator', operation: 'DELETE', object: backup('deleted-1'), as: owner },
    { name: 'delete: a backup, by a stranger', operation: 'DELETE', object: backup('deleted-2'), as: stranger },
    { name: 'delete: a backup, by the administrator', operation: 'DELETE', object: backup('deleted-3') },
    { name: 'delete: settings', operation: 'DELETE', object: object('v1', 'ConfigMap', 'deleted', {}), as: stranger },
  ];
}
