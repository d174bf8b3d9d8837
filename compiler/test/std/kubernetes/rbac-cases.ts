// Roles and bindings: what they give and to whom.

import { type PackCases, type Subject, thing } from './case.ts';

const api = 'rbac.authorization.k8s.io/v1';
const rule = (
  verbs: readonly string[],
  resources: readonly string[],
  apiGroups: readonly string[] = [''],
): Subject => ({ verbs, resources, apiGroups });
const clusterRole = (...rules: readonly Subject[]): Subject => thing(api, 'ClusterRole', { rules });
const role = (...rules: readonly Subject[]): Subject => thing(api, 'Role', { rules });
const named = (name: string, of: Subject): Subject => ({ ...of, metadata: { name } });
const bound = (kind: string, to: string, subjects: readonly Subject[]): Subject =>
  thing(api, kind, { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: to }, subjects });
const user = (name: string): Subject => ({ kind: 'User', name });
const group = (name: string): Subject => ({ kind: 'Group', name });
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'shop' });

const modest = rule(['get', 'list'], ['pods']);
const all = rule(['*'], ['*'], ['*']);
const escalating = [
  rule(['escalate'], ['clusterroles'], ['rbac.authorization.k8s.io']),
  rule(['bind'], ['roles'], ['*']),
  rule(['impersonate'], ['users']),
  rule(['create'], ['serviceaccounts/token']),
  rule(['get'], ['nodes/*']),
  rule(['*'], ['*/token']),
  rule(['patch'], ['mutatingwebhookconfigurations'], ['admissionregistration.k8s.io']),
];

export const rbacPacks: readonly PackCases[] = [
  {
    pack: 'rbac.roles',
    rules: {
      Wildcards: {
        denied: [
          clusterRole(all),
          clusterRole(modest, rule(['get'], ['*'])),
          thing(api, 'ClusterRole', { rules: [{ verbs: ['get'], nonResourceURLs: ['*'] }] }),
        ],
        admitted: [
          clusterRole(modest),
          named('cluster-admin', clusterRole(all)),
          named('system:node', clusterRole(all)),
          role(all),
        ],
      },
      WildcardsInNamespace: { denied: [role(all)], admitted: [role(modest), clusterRole(all)] },
      Escalation: {
        denied: escalating.map((one) => clusterRole(one)),
        admitted: [clusterRole(modest), clusterRole(rule(['impersonate'], ['pods']))],
      },
      EscalationInNamespace: { denied: escalating.map((one) => role(one)), admitted: [role(modest)] },
      Secrets: {
        denied: [clusterRole(rule(['get'], ['secrets'])), clusterRole(rule(['list'], ['*']))],
        admitted: [
          clusterRole({ ...rule(['get'], ['secrets']), resourceNames: ['web'] }),
          clusterRole(rule(['create'], ['secrets'])),
          role(rule(['get'], ['secrets'])),
        ],
      },
      EnteringPods: {
        denied: [clusterRole(rule(['create'], ['pods/exec'])), clusterRole(rule(['*'], ['pods/*']))],
        admitted: [clusterRole(rule(['get'], ['pods/log'])), clusterRole(rule(['create'], ['pods']))],
      },
      EnteringPodsInNamespace: {
        denied: [role(rule(['create'], ['pods/attach']))],
        admitted: [role(rule(['get'], ['pods/status']))],
      },
    },
  },
  {
    pack: 'rbac.bindings',
    rules: {
      ClusterAdmin: {
        denied: [bound('ClusterRoleBinding', 'cluster-admin', [user('kim')])],
        admitted: [
          bound('ClusterRoleBinding', 'view', [user('kim')]),
          named('cluster-admin', bound('ClusterRoleBinding', 'cluster-admin', [group('admins')])),
        ],
      },
      ClusterAdminInNamespace: {
        denied: [bound('RoleBinding', 'cluster-admin', [user('kim')])],
        admitted: [bound('RoleBinding', 'edit', [user('kim')])],
      },
      Masters: {
        denied: [bound('ClusterRoleBinding', 'view', [group('system:masters')])],
        admitted: [bound('ClusterRoleBinding', 'view', [group('admins')])],
      },
      Anonymous: {
        denied: [
          bound('ClusterRoleBinding', 'view', [user('system:anonymous')]),
          bound('ClusterRoleBinding', 'view', [user('kim'), group('system:unauthenticated')]),
          bound('ClusterRoleBinding', 'view', [group('system:authenticated')]),
        ],
        admitted: [
          bound('ClusterRoleBinding', 'system:public-info-viewer', [group('system:unauthenticated')]),
          bound('ClusterRoleBinding', 'view', [user('kim')]),
        ],
      },
      AnonymousInNamespace: {
        denied: [bound('RoleBinding', 'view', [group('system:serviceaccounts')])],
        admitted: [bound('RoleBinding', 'view', [account('web')])],
      },
      DefaultAccount: {
        denied: [bound('RoleBinding', 'edit', [account('default')])],
        admitted: [bound('RoleBinding', 'edit', [account('web'), user('default')])],
      },
      DefaultAccountOfCluster: {
        denied: [bound('ClusterRoleBinding', 'view', [account('default')])],
        admitted: [bound('ClusterRoleBinding', 'view', [account('web')])],
      },
    },
  },
];
