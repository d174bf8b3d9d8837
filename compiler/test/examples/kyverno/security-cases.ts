// Packs of Kyverno's library on the security of pods, baseline and restricted.

import { type PackCases, pod, podOf, type RuleCases, type Subject, thing } from '../../std/kubernetes/case.ts';

const context = (of: Subject): Subject => podOf({ securityContext: of });
const ofPod = (of: Subject): Subject => pod({ securityContext: of });
const port = (hostPort: number): Subject => podOf({ ports: [{ containerPort: 80, hostPort }] });
const one = (rule: string, cases: RuleCases): PackCases['rules'] => ({ [rule]: cases });
const namespace = (labels: Subject): Subject => thing('v1', 'Namespace', { spec: {} }, { labels });
const by = (groups: readonly string[], object: Subject): Subject => ({
  request: { operation: 'CREATE', userInfo: { username: 'somebody', groups }, object },
});
const strict = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

export const securityPacks: readonly PackCases[] = [
  {
    pack: 'kyverno.disallow_host_namespaces',
    rules: one('HostNamespaces', { denied: [pod({ hostPID: true })], admitted: [pod({ hostPID: false })] }),
  },
  {
    pack: 'kyverno.disallow_host_path',
    rules: one('HostPath', {
      denied: [pod({ volumes: [{ name: 'a', hostPath: { path: '/' } }] })],
      admitted: [pod({ volumes: [{ name: 'a', emptyDir: {} }] })],
    }),
  },
  { pack: 'kyverno.disallow_host_ports', rules: one('HostPorts', { denied: [port(80)], admitted: [port(0), pod()] }) },
  {
    pack: 'kyverno.disallow_host_ports_range',
    rules: one('HostPortsRange', { denied: [port(80), port(6001)], admitted: [port(5000), port(6000), port(0)] }),
  },
  {
    pack: 'kyverno.disallow_host_process',
    rules: one('HostProcess', {
      denied: [context({ windowsOptions: { hostProcess: true } })],
      admitted: [context({ windowsOptions: { hostProcess: false } })],
    }),
  },
  {
    pack: 'kyverno.disallow_privileged_containers',
    rules: one('Privileged', { denied: [context({ privileged: true })], admitted: [pod()] }),
  },
  {
    pack: 'kyverno.disallow_proc_mount',
    rules: one('ProcMount', {
      denied: [context({ procMount: 'Unmasked' })],
      admitted: [context({ procMount: 'Default' })],
    }),
  },
  {
    pack: 'kyverno.disallow_capabilities',
    rules: one('Capabilities', {
      denied: [context({ capabilities: { add: ['NET_ADMIN'] } })],
      admitted: [context({ capabilities: { add: ['CHOWN'] } })],
    }),
  },
  {
    pack: 'kyverno.disallow_selinux',
    rules: {
      SelinuxType: {
        denied: [ofPod({ seLinuxOptions: { type: 'spc_t' } })],
        admitted: [context({ seLinuxOptions: { type: 'container_t' } }), pod()],
      },
      SelinuxUserRole: {
        denied: [context({ seLinuxOptions: { user: 'u' } }), ofPod({ seLinuxOptions: { role: 'r' } })],
        admitted: [context({ seLinuxOptions: { level: 's0' } })],
      },
    },
  },
  {
    pack: 'kyverno.restrict_apparmor_profiles',
    rules: one('AppArmor', {
      denied: [context({ appArmorProfile: { type: 'Unconfined' } })],
      admitted: [context({ appArmorProfile: { type: 'RuntimeDefault' } })],
    }),
  },
  {
    pack: 'kyverno.restrict_seccomp',
    rules: one('Seccomp', {
      denied: [ofPod({ seccompProfile: { type: 'Unconfined' } }), context({ seccompProfile: { type: 'Unconfined' } })],
      admitted: [pod(), ofPod({ seccompProfile: { type: 'Localhost' } })],
    }),
  },
  {
    pack: 'kyverno.restrict_sysctls',
    rules: one('Sysctls', {
      denied: [ofPod({ sysctls: [{ name: 'kernel.msgmax', value: '1' }] })],
      admitted: [ofPod({ sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }] })],
    }),
  },
  {
    pack: 'kyverno.disallow_capabilities_strict',
    rules: {
      DropAllCapabilities: { denied: [pod()], admitted: [context({ capabilities: { drop: ['ALL'] } })] },
      AddOnlyBind: {
        denied: [context({ capabilities: { add: ['CHOWN'] } })],
        admitted: [context({ capabilities: { add: ['NET_BIND_SERVICE'] } })],
      },
    },
  },
  {
    pack: 'kyverno.disallow_privilege_escalation',
    rules: one('PrivilegeEscalation', { denied: [pod()], admitted: [context({ allowPrivilegeEscalation: false })] }),
  },
  {
    pack: 'kyverno.require_run_as_non_root_user',
    rules: one('NonRootUser', {
      denied: [ofPod({ runAsUser: 0 }), context({ runAsUser: 0 })],
      admitted: [pod(), context({ runAsUser: 1 })],
    }),
  },
  {
    pack: 'kyverno.require_run_as_nonroot',
    rules: one('NonRoot', {
      denied: [pod(), context({ runAsNonRoot: false })],
      admitted: [ofPod({ runAsNonRoot: true }), context({ runAsNonRoot: true })],
    }),
  },
  {
    pack: 'kyverno.restrict_seccomp_strict',
    rules: one('SeccompStrict', {
      denied: [pod(), context({ seccompProfile: { type: 'Unconfined' } })],
      admitted: [
        ofPod({ seccompProfile: { type: 'RuntimeDefault' } }),
        context({ seccompProfile: { type: 'Localhost' } }),
      ],
    }),
  },
  {
    pack: 'kyverno.restrict_volume_types',
    rules: one('VolumeTypes', {
      denied: [pod({ volumes: [{ name: 'a', nfs: { server: 'a', path: '/' } }] })],
      admitted: [pod({ volumes: [{ name: 'a', configMap: { name: 'a' } }] })],
    }),
  },
  {
    pack: 'kyverno.podsecurity_subrule_baseline',
    rules: one('Baseline', { denied: [context({ privileged: true })], admitted: [pod()] }),
  },
  {
    pack: 'kyverno.restricted_exclude_seccomp',
    rules: one('RestrictedButSeccomp', {
      denied: [pod(), podOf({ securityContext: strict }, { hostNetwork: true })],
      admitted: [
        context(strict),
        podOf({ securityContext: strict }, { securityContext: { seccompProfile: { type: 'Unconfined' } } }),
      ],
    }),
  },
  {
    pack: 'kyverno.add_psa_namespace_reporting',
    rules: one('NamespaceLabels', {
      denied: [namespace({})],
      admitted: [namespace({ 'pod-security.kubernetes.io/warn': 'baseline' })],
    }),
  },
  {
    pack: 'kyverno.deny_privileged_profile',
    rules: one('PrivilegedNamespace', {
      denied: [by(['developers'], namespace({ 'pod-security.kubernetes.io/enforce': 'privileged' }))],
      admitted: [
        by(['system:masters'], namespace({ 'pod-security.kubernetes.io/enforce': 'privileged' })),
        by(['developers'], namespace({ 'pod-security.kubernetes.io/enforce': 'baseline' })),
      ],
    }),
  },
];
