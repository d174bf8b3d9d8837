// Packs of Kyverno's library on pods: images, resources, environment, volumes, scheduling.

import { type PackCases, pod, podOf, type RuleCases, type Subject } from '../../std/kubernetes/case.ts';

const image = (of: string): Subject => podOf({ image: of });
const env = (of: Subject): Subject => podOf({ env: [{ name: 'KEY', ...of }] });
const envFrom = (of: Subject): Subject => podOf({ envFrom: [of] });
const resources = (limits: Subject, requests: Subject = limits): Subject => podOf({ resources: { limits, requests } });
const volumes = (...of: readonly Subject[]): Subject => pod({ volumes: of.map((one) => ({ name: 'data', ...one })) });
const hostPath = (path: string): Subject => volumes({ hostPath: { path } });
const context = (of: Subject): Subject => podOf({ securityContext: of });
const ofPod = (of: Subject): Subject => pod({ securityContext: of });
const labelled = (labels: Subject): Subject => pod({}, { labels });
const annotated = (annotations: Subject): Subject => pod({}, { annotations });
const request = (of: Subject): Subject => ({ request: { operation: 'CREATE', ...of } });
const one = (rule: string, cases: RuleCases): PackCases['rules'] => ({ [rule]: cases });
const secretEnv = env({ valueFrom: { secretKeyRef: { name: 'guarded', key: 'k' } } });
const secretEnvFrom = envFrom({ secretRef: { name: 'guarded' } });
const secretVolume = volumes({ secret: { secretName: 'guarded' } });
const probe = { tcpSocket: { port: 80 } };

/** What the packs look up. */
export const looked: Readonly<Record<string, unknown>> = {
  'data/pod-priorities.json': { shop: ['high'] },
  'data/secret-status.json': { 'shop/guarded': 'protected' },
  'data/account-images.json': { runner: ['docker.io/busybox'] },
  'data/policy-selectors.json': { shop: [{ app: 'web' }] },
  'data/dns-names.json': { 'web.example': ['shop/it'], 'taken.example': ['other/web'] },
  'data/workload-users.json': { '1337': ['owner-a'] },
  'data/pods-per-node.json': { minikube: 11 },
};

export const podPacks: readonly PackCases[] = [
  {
    pack: 'kyverno.disallow_default_namespace',
    rules: one('DefaultNamespace', { denied: [request({ namespace: 'default', object: pod() })], admitted: [pod()] }),
  },
  {
    pack: 'kyverno.disallow_latest_tag',
    rules: {
      RequireImageTag: { denied: [image('nginx')], admitted: [image('nginx:1')] },
      NoLatest: { denied: [image('nginx:latest')], admitted: [image('nginx:1')] },
    },
  },
  {
    pack: 'kyverno.require_labels',
    settings: 'labels ["team"]',
    rules: one('RequireLabels', { denied: [pod(), labelled({ team: '' })], admitted: [labelled({ team: 'a' })] }),
  },
  {
    pack: 'kyverno.require_probes',
    rules: one('RequireProbes', { denied: [pod()], admitted: [podOf({ readinessProbe: probe })] }),
  },
  {
    pack: 'kyverno.restrict_image_registries',
    settings: 'registries ["eu.example/*", "tools/a:1"]',
    rules: one('ImageRegistries', {
      denied: [image('us.example/a'), image('tools/a:2')],
      admitted: [image('eu.example/a'), image('tools/a:1')],
    }),
  },
  {
    pack: 'kyverno.disallow_cri_sock_mount',
    rules: one('RuntimeSocket', { denied: [hostPath('/var/run/docker.sock')], admitted: [hostPath('/var/run/app')] }),
  },
  {
    pack: 'kyverno.disallow_helm_tiller',
    rules: one('HelmTiller', { denied: [image('helm/tiller:2')], admitted: [pod()] }),
  },
  {
    pack: 'kyverno.require_drop_all',
    rules: one('DropAll', {
      denied: [pod(), context({ capabilities: { drop: ['KILL'] } })],
      admitted: [context({ capabilities: { drop: ['ALL'] } })],
    }),
  },
  {
    pack: 'kyverno.require_drop_cap_net_raw',
    rules: one('DropNetRaw', { denied: [pod()], admitted: [context({ capabilities: { drop: ['CAP_NET_RAW'] } })] }),
  },
  {
    pack: 'kyverno.require_requests_limits',
    rules: one('RequestsAndLimits', {
      denied: [pod(), resources({ memory: '1Gi' })],
      admitted: [resources({ memory: '1Gi' }, { cpu: '1', memory: '1Gi' })],
    }),
  },
  {
    pack: 'kyverno.require_ro_rootfs',
    rules: one('ReadOnlyRoot', { denied: [pod()], admitted: [context({ readOnlyRootFilesystem: true })] }),
  },
  {
    pack: 'kyverno.allowed_pod_priorities',
    rules: one('PodPriorities', {
      denied: [pod({ priorityClassName: 'low' })],
      admitted: [pod({ priorityClassName: 'high' })],
    }),
  },
  {
    pack: 'kyverno.advanced_restrict_image_registries',
    settings: 'registries ["eu.example/*"]',
    rules: one('NamespaceRegistries', {
      denied: [
        request({
          namespace: 'shop',
          namespaceObject: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
          object: image('us.example/a'),
        }),
      ],
      admitted: [
        request({
          namespace: 'shop',
          namespaceObject: {
            apiVersion: 'v1',
            kind: 'Namespace',
            metadata: { name: 'shop', annotations: { 'corp.com/allowed-registries': 'as.example/*, us.example/*' } },
          },
          object: image('us.example/a'),
        }),
      ],
    }),
  },
  {
    pack: 'kyverno.check_env_vars',
    rules: one('EnvVars', {
      denied: [env({ name: 'DISABLE_OPA', value: 'true' })],
      admitted: [env({ name: 'DISABLE_OPA', value: 'false' }), env({ value: 'true' })],
    }),
  },
  {
    pack: 'kyverno.disallow_all_secrets',
    rules: {
      SecretsFromEnv: { denied: [secretEnv], admitted: [env({ value: 'x' })] },
      SecretsFromEnvFrom: { denied: [secretEnvFrom], admitted: [envFrom({ configMapRef: { name: 'a' } })] },
      SecretsFromVolumes: { denied: [secretVolume], admitted: [volumes({ emptyDir: {} })] },
    },
  },
  {
    pack: 'kyverno.disallow_secrets_from_env_vars',
    rules: {
      NoSecretVariable: { denied: [secretEnv], admitted: [secretVolume] },
      NoSecretVariables: { denied: [secretEnvFrom], admitted: [secretVolume] },
    },
  },
  {
    pack: 'kyverno.forbid_cpu_limits',
    rules: one('CpuLimits', { denied: [resources({ cpu: '1' })], admitted: [resources({}, { cpu: '1' })] }),
  },
  {
    pack: 'kyverno.imagepullpolicy_always',
    rules: one('PullAlways', {
      denied: [image('nginx'), podOf({ image: 'nginx:latest', imagePullPolicy: 'IfNotPresent' })],
      admitted: [podOf({ image: 'nginx:latest', imagePullPolicy: 'Always' }), image('nginx:1')],
    }),
  },
  {
    pack: 'kyverno.limit_containers_per_pod',
    settings: 'most 1',
    rules: one('ContainersPerPod', {
      denied: [
        pod({
          containers: [
            { name: 'a', image: 'a' },
            { name: 'b', image: 'b' },
          ],
        }),
      ],
      admitted: [pod()],
    }),
  },
  {
    pack: 'kyverno.limit_hostpath_vols',
    rules: one('HostPathVolumes', {
      denied: [hostPath('/etc'), hostPath('/database')],
      admitted: [hostPath('/data'), hostPath('/data/a'), volumes({ emptyDir: {} })],
    }),
  },
  {
    pack: 'kyverno.memory_requests_equal_limits',
    rules: one('MemoryRequestsEqualLimits', {
      denied: [resources({ memory: '2Gi' }, { memory: '1Gi' })],
      admitted: [resources({ memory: '1Gi' }), pod()],
    }),
  },
  {
    pack: 'kyverno.metadata_match_regex',
    rules: one('LabelForm', {
      denied: [pod(), labelled({ 'corp.org/version': '1.2.3' })],
      admitted: [labelled({ 'corp.org/version': 'v1.2.3' })],
    }),
  },
  {
    pack: 'kyverno.prevent_cr8escape',
    rules: one('Cr8escape', {
      denied: [ofPod({ sysctls: [{ name: 'a', value: '1+x=2' }] })],
      admitted: [ofPod({ sysctls: [{ name: 'a', value: '1' }] })],
    }),
  },
  {
    pack: 'kyverno.require_annotations',
    rules: one('RequireAnnotations', { denied: [pod()], admitted: [annotated({ 'corp.org/department': 'a' })] }),
  },
  {
    pack: 'kyverno.require_emptydir_requests_limits',
    rules: one('EmptyDirResources', {
      denied: [
        podOf({ volumeMounts: [{ name: 'data', mountPath: '/d' }] }, { volumes: [{ name: 'data', emptyDir: {} }] }),
      ],
      admitted: [
        podOf(
          { volumeMounts: [{ name: 'data', mountPath: '/d' }] },
          { volumes: [{ name: 'data', emptyDir: { sizeLimit: '1Gi' } }] },
        ),
        volumes({ emptyDir: {} }),
      ],
    }),
  },
  {
    pack: 'kyverno.require_image_checksum',
    rules: one('ImageChecksum', { denied: [image('nginx:1')], admitted: [pod()] }),
  },
  {
    pack: 'kyverno.require_imagepullsecrets',
    rules: one('ImagePullSecrets', {
      denied: [image('corp.example/a')],
      admitted: [image('ghcr.io/a/b'), podOf({ image: 'corp.example/a' }, { imagePullSecrets: [{ name: 'corp' }] })],
    }),
  },
  {
    pack: 'kyverno.require_non_root_groups',
    rules: {
      RunAsGroup: {
        denied: [pod(), ofPod({ runAsGroup: 0 })],
        admitted: [ofPod({ runAsGroup: 1 }), context({ runAsGroup: 2 })],
      },
      SupplementalGroups: {
        denied: [ofPod({ supplementalGroups: [1, 0] })],
        admitted: [ofPod({ supplementalGroups: [1] })],
      },
      FsGroup: { denied: [ofPod({ fsGroup: 0 })], admitted: [ofPod({ fsGroup: 1 }), pod()] },
    },
  },
  {
    pack: 'kyverno.require_pod_priorityclassname',
    rules: one('PriorityClass', { denied: [pod()], admitted: [pod({ priorityClassName: 'a' })] }),
  },
  {
    pack: 'kyverno.restrict_automount_sa_token',
    rules: one('AutomountToken', {
      denied: [pod()],
      admitted: [
        pod({ automountServiceAccountToken: false }),
        labelled({ 'app.kubernetes.io/part-of': 'policy-reporter' }),
      ],
    }),
  },
  {
    pack: 'kyverno.restrict_controlplane_scheduling',
    rules: {
      ControlPlaneMaster: {
        denied: [pod({ tolerations: [{ key: 'node-role.kubernetes.io/master' }] })],
        admitted: [pod({ tolerations: [{ key: 'gpu' }] })],
      },
      ControlPlane: {
        denied: [pod({ tolerations: [{ key: 'node-role.kubernetes.io/control-plane' }] })],
        admitted: [pod()],
      },
    },
  },
  {
    pack: 'kyverno.restrict_node_affinity',
    rules: one('NodeAffinity', {
      denied: [pod({ affinity: { nodeAffinity: {} } })],
      admitted: [pod({ affinity: { podAffinity: {} } })],
    }),
  },
  {
    pack: 'kyverno.restrict_node_selection',
    rules: {
      NodeSelector: { denied: [pod({ nodeSelector: { disk: 'ssd' } })], admitted: [pod()] },
      NodeName: { denied: [pod({ nodeName: 'node-1' })], admitted: [pod()] },
    },
  },
  {
    pack: 'kyverno.restrict_secrets_by_label',
    rules: {
      ProtectedSecretVariable: { denied: [secretEnv], admitted: [secretVolume] },
      ProtectedSecretVariables: {
        denied: [secretEnvFrom],
        admitted: [envFrom({ secretRef: { name: 'free' } })],
      },
      ProtectedSecretVolume: { denied: [secretVolume], admitted: [secretEnv] },
    },
  },
  {
    pack: 'kyverno.restrict_service_account',
    settings: 'namespaces ["shop"]',
    rules: one('AccountImages', {
      denied: [podOf({ image: 'nginx:1' }, { serviceAccountName: 'runner' }), image('busybox:1')],
      admitted: [podOf({ image: 'busybox:1.28' }, { serviceAccountName: 'runner' })],
    }),
  },
  {
    pack: 'kyverno.require_unique_uid_per_workload',
    rules: one('UniqueUser', { denied: [context({ runAsUser: 1337 })], admitted: [context({ runAsUser: 1 }), pod()] }),
  },
  {
    pack: 'kyverno.restrict_pod_count_per_node',
    rules: one('PodCount', {
      denied: [pod()],
      admitted: [request({ operation: 'UPDATE', namespace: 'shop', object: pod(), oldObject: pod() })],
    }),
  },
];
