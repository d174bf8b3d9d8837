// Packs of Kyverno's library on objects that are no pods.

import { deployment, type PackCases, pod, type RuleCases, type Subject, thing } from '../../std/kubernetes/case.ts';

const service = (spec: Subject, metadata: Subject = {}): Subject => thing('v1', 'Service', { spec }, metadata);
const ingress = (spec: Subject, annotations: Subject = {}): Subject =>
  thing('networking.k8s.io/v1', 'Ingress', { spec }, { annotations });
const rbac = (kind: string, rest: Subject): Subject => thing('rbac.authorization.k8s.io/v1', kind, rest);
const binding = (kind: string, to: string, subject: string): Subject =>
  rbac(kind, {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: to },
    subjects: [{ kind: 'Group', name: subject }],
  });
const budget = (spec: Subject): Subject => thing('policy/v1', 'PodDisruptionBudget', { spec });
const account = (rest: Subject): Subject => thing('v1', 'ServiceAccount', rest);
const one = (rule: string, cases: RuleCases): PackCases['rules'] => ({ [rule]: cases });
const changed = (operation: string, object: Subject, groups: readonly string[] = []): Subject => ({
  request: {
    operation,
    namespace: 'shop',
    name: 'it',
    kind: { group: '', version: 'v1', kind: object['kind'] },
    userInfo: { username: 'somebody', groups },
    ...(operation === 'DELETE' ? {} : { object }),
    oldObject: object,
  },
});
const guarded = service({}, { labels: { protected: 'true' } });
const selects = (podSelector: Subject, name: string): Subject =>
  thing('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector } }, { name });
const dns = (host: string): Subject =>
  service({}, { annotations: { 'external-dns.alpha.kubernetes.io/hostname': host } });
const claim = (storageClassName: string, annotations: Subject): Subject =>
  thing('v1', 'PersistentVolumeClaim', { spec: { storageClassName } }, { annotations });

export const objectPacks: readonly PackCases[] = [
  {
    pack: 'kyverno.restrict_node_port',
    rules: one('NodePort', { denied: [service({ type: 'NodePort' })], admitted: [service({ type: 'ClusterIP' })] }),
  },
  {
    pack: 'kyverno.restrict_service_external_ips',
    rules: one('ExternalIps', { denied: [service({ externalIPs: ['192.0.2.1'] })], admitted: [service({})] }),
  },
  {
    pack: 'kyverno.disallow_empty_ingress_host',
    rules: one('EmptyIngressHost', {
      denied: [ingress({ rules: [{}] })],
      admitted: [ingress({ rules: [{ host: 'a.example' }] })],
    }),
  },
  {
    pack: 'kyverno.block_updates_deletes',
    rules: one('UpdatesAndDeletes', {
      denied: [changed('UPDATE', guarded), changed('DELETE', guarded)],
      admitted: [guarded, changed('DELETE', guarded, ['system:masters']), changed('DELETE', service({}))],
    }),
  },
  {
    pack: 'kyverno.check_serviceaccount_secrets',
    rules: one('AccountSecrets', { denied: [account({ secrets: [{ name: 'a' }] })], admitted: [account({})] }),
  },
  {
    pack: 'kyverno.deny_secret_service_account_token_type',
    rules: one('TokenSecret', {
      denied: [thing('v1', 'Secret', { type: 'kubernetes.io/service-account-token' })],
      admitted: [thing('v1', 'Secret', { type: 'Opaque' })],
    }),
  },
  {
    pack: 'kyverno.limit_configmap_for_sa',
    settings: 'namespaces ["shop"], names ["fixed"]',
    rules: one('ConfigMapNames', {
      denied: [thing('v1', 'ConfigMap', {}, { name: 'fixed', namespace: 'shop' })],
      admitted: [thing('v1', 'ConfigMap', {}, { name: 'free', namespace: 'shop' })],
    }),
  },
  {
    pack: 'kyverno.limit_hostpath_type_pv',
    rules: one('HostPathOfVolume', {
      denied: [thing('v1', 'PersistentVolume', { spec: { hostPath: { path: '/etc' } } })],
      admitted: [
        thing('v1', 'PersistentVolume', { spec: { hostPath: { path: '/data/a' } } }),
        thing('v1', 'PersistentVolume', { spec: {} }),
      ],
    }),
  },
  {
    pack: 'kyverno.nfs_subdir_external_provisioner_storage_path',
    rules: one('StoragePath', {
      denied: [claim('nfs-client', {})],
      admitted: [claim('nfs-client', { 'nfs.io/storage-path': 'a' }), claim('other', {})],
    }),
  },
  {
    pack: 'kyverno.pdb_maxunavailable',
    rules: one('MaxUnavailable', {
      denied: [budget({ maxUnavailable: 0 }), budget({ maxUnavailable: '0%' }), budget({ maxUnavailable: -1 })],
      admitted: [budget({ maxUnavailable: 1 }), budget({ minAvailable: 0 })],
    }),
  },
  {
    pack: 'kyverno.require_reasonable_pdbs',
    rules: one('ReasonableBudget', {
      denied: [budget({ minAvailable: '51%' }), budget({ maxUnavailable: '49%' })],
      admitted: [budget({ minAvailable: '50%' }), budget({ maxUnavailable: '100%' }), budget({ minAvailable: 3 })],
    }),
  },
  {
    pack: 'kyverno.require_ingress_https',
    rules: {
      HttpsAnnotation: {
        denied: [ingress({}, { 'kubernetes.io/ingress.allow-http': 'true' })],
        admitted: [ingress({}, { 'kubernetes.io/ingress.allow-http': 'false' })],
      },
      HttpsTls: { denied: [ingress({})], admitted: [ingress({ tls: [{ hosts: ['a.example'] }] })] },
    },
  },
  {
    pack: 'kyverno.restrict_annotations',
    rules: one('AnnotationPrefix', {
      denied: [pod({}, { annotations: { 'fluxcd.io/ignore': 'true' } })],
      admitted: [service({}, { annotations: { 'fluxcd.io/ignore': 'true' } }), pod({}, { annotations: { a: 'b' } })],
    }),
  },
  {
    pack: 'kyverno.restrict_binding_clusteradmin',
    rules: one('ClusterAdmin', {
      denied: [binding('RoleBinding', 'cluster-admin', 'a'), binding('ClusterRoleBinding', 'cluster-admin', 'a')],
      admitted: [binding('RoleBinding', 'view', 'a')],
    }),
  },
  {
    pack: 'kyverno.restrict_binding_system_groups',
    rules: {
      Anonymous: {
        denied: [binding('RoleBinding', 'view', 'system:anonymous')],
        admitted: [binding('RoleBinding', 'view', 'a')],
      },
      Unauthenticated: {
        denied: [binding('ClusterRoleBinding', 'view', 'system:unauthenticated')],
        admitted: [binding('RoleBinding', 'view', 'a')],
      },
      Masters: {
        denied: [binding('RoleBinding', 'view', 'system:masters')],
        admitted: [binding('RoleBinding', 'view', 'a')],
      },
    },
  },
  {
    pack: 'kyverno.restrict_clusterrole_nodesproxy',
    rules: one('NodesProxy', {
      denied: [rbac('ClusterRole', { rules: [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }] })],
      admitted: [rbac('ClusterRole', { rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }] })],
    }),
  },
  {
    pack: 'kyverno.restrict_ingress_classes',
    rules: one('IngressClass', {
      denied: [ingress({}), ingress({}, { 'kubernetes.io/ingress.class': 'other' })],
      admitted: [ingress({}, { 'kubernetes.io/ingress.class': 'nginx' })],
    }),
  },
  {
    pack: 'kyverno.restrict_jobs',
    rules: one('Jobs', {
      denied: [thing('batch/v1', 'Job', { spec: { template: { spec: { containers: [] } } } })],
      admitted: [
        thing(
          'batch/v1',
          'Job',
          { spec: { template: { spec: { containers: [] } } } },
          { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'a', uid: 'b' }] },
        ),
      ],
    }),
  },
  {
    pack: 'kyverno.restrict_networkpolicy_empty_podselector',
    rules: one('EmptyPodSelector', {
      denied: [selects({}, 'all')],
      admitted: [selects({}, 'default-deny'), selects({ matchLabels: { app: 'a' } }, 'one')],
    }),
  },
  {
    pack: 'kyverno.restrict_sa_automount_sa_token',
    rules: one('AccountToken', {
      denied: [account({})],
      admitted: [account({ automountServiceAccountToken: false })],
    }),
  },
  {
    pack: 'kyverno.restrict_service_port_range',
    rules: one('ServicePorts', {
      denied: [service({ ports: [{ port: 80 }] })],
      admitted: [service({ ports: [{ port: 32000 }] })],
    }),
  },
  {
    pack: 'kyverno.require_netpol',
    rules: one('NetworkPolicies', {
      denied: [deployment({})],
      admitted: [
        deployment({ template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } } }),
        changed('UPDATE', deployment({})),
      ],
    }),
  },
  {
    pack: 'kyverno.require_unique_external_dns',
    rules: one('UniqueDns', { denied: [dns('taken.example')], admitted: [dns('web.example'), service({})] }),
  },
];
