// Packs of Gatekeeper's library on images, resources, labels, services, roles, and on what other objects say.

import { deployment, type PackCases, pod, podOf, type Subject, thing } from '../../std/kubernetes/case.ts';

const image = (of: string): Subject => podOf({ image: of });
const limits = (of: Subject, requests: Subject = {}): Subject => podOf({ resources: { limits: of, requests } });
const service = (spec: Subject, name = 'it'): Subject => thing('v1', 'Service', { spec }, { name });
const ingress = (spec: Subject, metadata: Subject = {}): Subject =>
  thing('networking.k8s.io/v1', 'Ingress', { spec }, metadata);
const labelled = (labels: Subject): Subject => thing('v1', 'Namespace', {}, { labels });
const annotated = (annotations: Subject): Subject => thing('v1', 'Service', { spec: {} }, { annotations });
const scaled = (kind: string, replicas: number): Subject =>
  thing('apps/v1', kind, { spec: { replicas, selector: {}, template: { spec: { containers: [] } } } });
const binding = (kind: string, to: string, name: string): Subject =>
  thing('rbac.authorization.k8s.io/v1', kind, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: to },
    subjects: [{ kind: 'Group', name }],
  });
const role = (name: string, verbs: readonly string[]): Subject =>
  thing(
    'rbac.authorization.k8s.io/v1',
    'ClusterRole',
    { rules: [{ apiGroups: [''], resources: ['endpoints'], verbs }] },
    { name },
  );
const changed = (before: Subject, after: Subject, by: string): Subject => ({
  request: {
    operation: 'UPDATE',
    namespace: 'shop',
    userInfo: { username: by, groups: ['developers'] },
    object: after,
    oldObject: before,
  },
});
const updated = (object: Subject): Subject => ({
  request: { operation: 'UPDATE', namespace: 'shop', object, oldObject: object },
});
const scaler = (minReplicas: number, maxReplicas: number, name = 'web'): Subject =>
  thing('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: { minReplicas, maxReplicas, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
  });
const claim = (storageClassName: string): Subject =>
  thing('v1', 'PersistentVolumeClaim', { spec: { storageClassName } });
const statefulSet = (storageClassName: string): Subject =>
  thing('apps/v1', 'StatefulSet', {
    spec: {
      selector: {},
      serviceName: 'db',
      template: { spec: { containers: [] } },
      volumeClaimTemplates: [{ spec: { storageClassName } }],
    },
  });
const budget = (maxUnavailable: unknown): Subject =>
  thing('policy/v1', 'PodDisruptionBudget', { spec: { maxUnavailable } });
const selected = (kind: string, replicas: number, app: string): Subject =>
  thing('apps/v1', kind, {
    spec: {
      replicas,
      serviceName: 'db',
      selector: { matchLabels: { app, tier: 'web' } },
      template: { spec: { containers: [] } },
    },
  });

/** What other objects say, as the cases have it. */
export const inventory: Readonly<Record<string, unknown>> = {
  'data/storage-classes.json': ['fast', 'slow'],
  'data/ingress-hosts.json': { '': ['shop/other'], 'shop.example': ['shop/other'], 'mine.example': ['shop/it'] },
  'data/service-selectors.json': { 'shop/other': { app: 'web' }, 'shop/it': { app: 'mine' } },
  'data/scale-targets.json': ['apps/v1/Deployment/shop/web'],
  'data/disruption-budgets.json': {
    'shop/web': { namespace: 'shop', selector: { app: 'web' }, min_available: '2' },
    'shop/share': { namespace: 'shop', selector: { app: 'share' }, min_available: '50%' },
    'shop/never': { namespace: 'shop', selector: { app: 'never' }, max_unavailable: '0' },
    'other/web': { namespace: 'other', selector: { app: 'api' }, max_unavailable: '0' },
  },
};

export const objectPacks: readonly PackCases[] = [
  {
    pack: 'gatekeeper.allowed_repos',
    settings: 'repos ["registry.example/"]',
    rules: { AllowedRepos: { denied: [image('nginx')], admitted: [image('registry.example/web')] } },
  },
  {
    pack: 'gatekeeper.allowed_repos_v2',
    settings: 'allowed_images ["registry.example/*", "nginx:1"]',
    rules: {
      AllowedReposV2: {
        denied: [image('nginx'), image('nginx:11')],
        admitted: [image('nginx:1'), image('registry.example/web')],
      },
    },
  },
  {
    pack: 'gatekeeper.disallowed_repos',
    settings: 'repos ["old.example/"]',
    rules: { DisallowedRepos: { denied: [image('old.example/web')], admitted: [image('nginx')] } },
  },
  {
    pack: 'gatekeeper.disallowed_tags',
    settings: 'tags ["latest"], exempt_images ["tools/*"]',
    rules: {
      DisallowedTags: {
        denied: [image('nginx'), image('nginx:latest')],
        admitted: [image('nginx:1'), image('tools/a')],
      },
    },
  },
  {
    pack: 'gatekeeper.image_digests',
    rules: { ImageDigests: { denied: [image('nginx:1')], admitted: [image('nginx@sha256:abc')] } },
  },
  {
    pack: 'gatekeeper.container_limits',
    settings: 'cpu "1", memory "1Gi"',
    rules: {
      ContainerLimits: {
        denied: [
          pod(),
          limits({ cpu: '1' }),
          limits({ cpu: '1001m', memory: '1Gi' }),
          limits({ cpu: '1', memory: '2Gi' }),
          limits({ cpu: 'much', memory: '1Gi' }),
        ],
        admitted: [limits({ cpu: '1', memory: '1Gi' }), limits({ cpu: '900m', memory: '1e9' })],
      },
    },
  },
  {
    pack: 'gatekeeper.container_limits',
    settings: 'cpu "-1", memory "1Gi"',
    rules: { ContainerLimits: { denied: [pod()], admitted: [limits({ memory: '1Gi' })] } },
  },
  {
    pack: 'gatekeeper.container_requests',
    settings: 'cpu "1", memory "1Gi"',
    rules: {
      ContainerRequests: {
        denied: [pod(), limits({}, { cpu: '2', memory: '1Gi' })],
        admitted: [limits({}, { cpu: '1', memory: '1Gi' })],
      },
    },
  },
  {
    pack: 'gatekeeper.container_resource_ratios',
    settings: 'ratio "2", cpu_ratio "4"',
    rules: {
      ContainerResourceRatios: {
        denied: [
          pod(),
          limits({ cpu: '1', memory: '1Gi' }, { cpu: '1', memory: '500Mi' }),
          limits({ cpu: '5', memory: '1Gi' }, { cpu: '1', memory: '1Gi' }),
        ],
        admitted: [limits({ cpu: '4', memory: '1Gi' }, { cpu: '1', memory: '512Mi' })],
      },
    },
  },
  {
    pack: 'gatekeeper.container_resources',
    settings: 'limits ["memory"], requests ["cpu"]',
    rules: {
      ContainerResources: {
        denied: [pod(), limits({ memory: '1Gi' })],
        admitted: [limits({ memory: '1Gi' }, { cpu: '1' })],
      },
    },
  },
  {
    pack: 'gatekeeper.ephemeral_storage_limit',
    settings: 'ephemeral_storage "500Mi"',
    rules: {
      EphemeralStorageLimit: {
        denied: [pod(), limits({ 'ephemeral-storage': '1Gi' })],
        admitted: [limits({ 'ephemeral-storage': '100Mi' }), updated(pod())],
      },
    },
  },
  {
    pack: 'gatekeeper.replica_limits',
    settings: 'ranges ["3-5", "10-10"]',
    rules: {
      OfDeployments: {
        denied: [deployment({}), deployment({ replicas: 6 })],
        admitted: [deployment({ replicas: 3 }), deployment({ replicas: 10 })],
      },
      OfStatefulSets: { denied: [scaled('StatefulSet', 1)], admitted: [scaled('StatefulSet', 4)] },
      OfReplicaSets: { denied: [scaled('ReplicaSet', 1)], admitted: [scaled('ReplicaSet', 4)] },
      OfReplicationControllers: {
        denied: [thing('v1', 'ReplicationController', { spec: { replicas: 1 } })],
        admitted: [thing('v1', 'ReplicationController', { spec: { replicas: 5 } })],
      },
      OfScaling: {
        denied: [thing('autoscaling/v1', 'Scale', { spec: { replicas: 1 } })],
        admitted: [thing('autoscaling/v1', 'Scale', { spec: { replicas: 5 } })],
      },
    },
  },
  {
    pack: 'gatekeeper.required_probes',
    rules: {
      RequiredProbes: {
        denied: [pod(), podOf({ livenessProbe: { exec: {} }, readinessProbe: { grpc: { port: 1 } } })],
        admitted: [podOf({ livenessProbe: { exec: {} }, readinessProbe: { httpGet: { port: 1 } } }), updated(pod())],
      },
    },
  },
  {
    pack: 'gatekeeper.required_labels',
    settings: 'labels ["owner"]',
    rules: { RequiredLabels: { denied: [labelled({}), pod()], admitted: [labelled({ owner: 'x' })] } },
  },
  {
    pack: 'gatekeeper.label_value',
    settings: 'label "owner", pattern "^[a-z]+$"',
    rules: {
      LabelValue: { denied: [labelled({ owner: 'A1' })], admitted: [labelled({ owner: 'kim' }), labelled({})] },
    },
  },
  {
    pack: 'gatekeeper.required_annotations',
    settings: 'annotations ["owner"]',
    rules: { RequiredAnnotations: { denied: [annotated({})], admitted: [annotated({ owner: 'x' })] } },
  },
  {
    pack: 'gatekeeper.annotation_value',
    settings: 'annotation "owner", pattern "@"',
    rules: {
      AnnotationValue: {
        denied: [annotated({ owner: 'kim' })],
        admitted: [annotated({ owner: 'kim@shop.example' }), annotated({})],
      },
    },
  },
  {
    pack: 'gatekeeper.verify_deprecated_api',
    settings: 'apis ["policy/v1beta1 PodDisruptionBudget"]',
    rules: {
      VerifyDeprecatedApi: {
        denied: [thing('policy/v1beta1', 'PodDisruptionBudget')],
        admitted: [thing('policy/v1', 'PodDisruptionBudget', { spec: {} })],
      },
    },
  },
  {
    pack: 'gatekeeper.block_node_port',
    rules: { BlockNodePort: { denied: [service({ type: 'NodePort' })], admitted: [service({})] } },
  },
  {
    pack: 'gatekeeper.block_load_balancer',
    rules: {
      BlockLoadBalancer: { denied: [service({ type: 'LoadBalancer' })], admitted: [service({ type: 'NodePort' })] },
    },
  },
  {
    pack: 'gatekeeper.external_ips',
    settings: 'allowed_ips ["203.0.113.1"]',
    rules: {
      ExternalIPs: {
        denied: [service({ externalIPs: ['203.0.113.2'] })],
        admitted: [service({ externalIPs: ['203.0.113.1'] })],
      },
    },
  },
  {
    pack: 'gatekeeper.block_wildcard_ingress',
    rules: {
      BlockWildcardIngress: {
        denied: [ingress({ rules: [{}] }), ingress({ rules: [{ host: '*.a.example' }] })],
        admitted: [ingress({ rules: [{ host: 'a.example' }] })],
      },
    },
  },
  {
    pack: 'gatekeeper.https_only',
    rules: {
      HttpsOnly: {
        denied: [ingress({}), ingress({ tls: [{}] })],
        admitted: [ingress({ tls: [{}] }, { annotations: { 'kubernetes.io/ingress.allow-http': 'false' } })],
      },
    },
  },
  {
    pack: 'gatekeeper.https_only',
    settings: 'tls_optional true',
    rules: {
      HttpsOnly: {
        denied: [ingress({})],
        admitted: [ingress({}, { annotations: { 'kubernetes.io/ingress.allow-http': 'false' } })],
      },
    },
  },
  {
    pack: 'gatekeeper.disallow_interactive',
    rules: {
      DisallowInteractive: {
        denied: [podOf({ stdin: true }), podOf({ tty: true })],
        admitted: [podOf({ tty: false })],
      },
    },
  },
  {
    pack: 'gatekeeper.automount_service_account_token',
    rules: {
      AutomountServiceAccountToken: {
        denied: [
          pod({ automountServiceAccountToken: true }),
          podOf({ volumeMounts: [{ name: 'x', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] }),
        ],
        admitted: [
          pod(),
          pod({ automountServiceAccountToken: false }),
          updated(pod({ automountServiceAccountToken: true })),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.no_update_service_account',
    settings: 'allowed_users ["admin"]',
    rules: {
      NoUpdateServiceAccount: {
        denied: [
          changed(pod({ serviceAccountName: 'a' }), pod({ serviceAccountName: 'b' }), 'kim'),
          changed(deployment({}, pod({ serviceAccountName: 'a' })), deployment({}), 'kim'),
        ],
        admitted: [
          changed(pod({ serviceAccountName: 'a' }), pod({ serviceAccountName: 'b' }), 'admin'),
          changed(pod({ serviceAccountName: 'a' }), pod({ serviceAccountName: 'a' }), 'kim'),
          pod(),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.disallow_anonymous',
    settings: 'allowed_roles ["public"], disallow_authenticated true',
    rules: {
      OfClusterRoles: {
        denied: [
          binding('ClusterRoleBinding', 'view', 'system:unauthenticated'),
          binding('ClusterRoleBinding', 'view', 'system:authenticated'),
        ],
        admitted: [
          binding('ClusterRoleBinding', 'public', 'system:anonymous'),
          binding('ClusterRoleBinding', 'view', 'kim'),
        ],
      },
      OfRoles: {
        denied: [binding('RoleBinding', 'view', 'system:anonymous')],
        admitted: [binding('RoleBinding', 'view', 'kim')],
      },
    },
  },
  {
    pack: 'gatekeeper.block_endpoint_edit_default_role',
    rules: {
      BlockEndpointEditDefaultRole: {
        denied: [role('system:aggregate-to-edit', ['patch'])],
        admitted: [role('system:aggregate-to-edit', ['get']), role('other', ['patch'])],
      },
    },
  },
  {
    pack: 'gatekeeper.unique_ingress_host',
    rules: {
      UniqueIngressHost: {
        denied: [ingress({ rules: [{ host: 'shop.example' }] })],
        admitted: [ingress({ rules: [{ host: 'mine.example' }, { host: 'new.example' }, {}] })],
      },
    },
  },
  {
    pack: 'gatekeeper.unique_service_selector',
    rules: {
      UniqueServiceSelector: {
        denied: [service({ selector: { app: 'web' } })],
        admitted: [service({ selector: { app: 'mine' } }), service({ selector: { app: 'web', tier: 'a' } })],
      },
    },
  },
  {
    pack: 'gatekeeper.storage_class',
    settings: 'allowed_storage_classes ["fast", "new"]',
    rules: {
      OfClaims: { denied: [claim('slow'), claim('new'), claim('')], admitted: [claim('fast')] },
      OfStatefulSets: { denied: [statefulSet('slow')], admitted: [statefulSet('fast')] },
    },
  },
  {
    pack: 'gatekeeper.horizontal_pod_autoscaler',
    settings: 'ranges ["2-6"], minimum_replica_spread 2, enforce_scale_target_ref true',
    rules: {
      ReplicaRanges: { denied: [scaler(1, 6), scaler(3, 7)], admitted: [scaler(2, 6)] },
      ReplicaSpread: { denied: [scaler(3, 4)], admitted: [scaler(3, 5)] },
      ScaleTarget: { denied: [scaler(2, 6, 'api')], admitted: [scaler(2, 6)] },
    },
  },
  {
    pack: 'gatekeeper.pod_disruption_budget',
    rules: {
      OfBudgets: { denied: [budget(0), budget('0%')], admitted: [budget(1), budget('10%'), budget(null)] },
      OfDeployments: {
        denied: [
          selected('Deployment', 2, 'web'),
          selected('Deployment', 9, 'never'),
          selected('Deployment', 0, 'share'),
        ],
        admitted: [
          selected('Deployment', 3, 'web'),
          selected('Deployment', 2, 'share'),
          selected('Deployment', 1, 'api'),
        ],
      },
      OfStatefulSets: { denied: [selected('StatefulSet', 1, 'web')], admitted: [selected('StatefulSet', 3, 'web')] },
    },
  },
];
