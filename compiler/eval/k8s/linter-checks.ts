// Checks of three linters, and the rules of the library that ask the same of an object. Checks that need other objects, components of
// the cluster, Pod Security Policies (which Kubernetes has no more) or opinions that the library does not have (priority classes,
// spread, names) are not here.

/** One check: who has it, and which rules are meant. */
export interface LinterCheck {
  readonly linter: 'polaris' | 'kube-linter' | 'kubescape';
  readonly check: string;
  readonly pack: string;
  readonly settings: string;
  /** Of the pack; any of them is a finding. */
  readonly rules: readonly string[];
}

type Row = readonly [
  pack: string,
  settings: string,
  rules: string,
  polaris: string,
  kubeLinter: string,
  kubescape: string,
];

/** By rules; each column of names is a linter's. */
const rows: readonly Row[] = [
  [
    'pod_security.baseline',
    '',
    'HostNamespaces',
    'hostIPCSet hostPIDSet hostNetworkSet',
    'host-ipc host-pid host-network',
    'host-pid-ipc-privileges host-ipc-privileges host-pid-privileges host-network-access',
  ],
  ['pod_security.baseline', '', 'HostPorts', 'hostPortSet', '', 'container-hostPort'],
  ['pod_security.baseline', '', 'HostPathVolumes', 'hostPathSet', '', 'alert-any-hostpath'],
  ['pod_security.baseline', '', 'WindowsHostProcess', 'hostProcess', '', 'set-hostprocess-true'],
  ['pod_security.baseline', '', 'ProcMount', 'procMount', 'unsafe-proc-mount', 'set-procmount-default'],
  ['pod_security.baseline', '', 'Privileged', 'runAsPrivileged', 'privileged-container', ''],
  ['pod_security.baseline', '', 'Privileged Capabilities', '', '', 'rule-privileged-container'],
  ['pod_security.baseline', '', 'Capabilities', 'dangerousCapabilities', '', 'insecure-capabilities'],
  ['pod_security.baseline', '', 'Sysctls', '', 'unsafe-sysctls', ''],
  [
    'pod_security.restricted',
    '',
    'PrivilegeEscalation',
    'privilegeEscalationAllowed',
    '',
    ' rule-allow-privilege-escalation',
  ],
  ['pod_security.restricted', '', 'RunAsNonRoot', '', '', 'non-root-containers'],
  ['pod_security.restricted', '', 'SeccompProfile', '', '', 'set-seccomp-profile'],
  ['pod_security.restricted', '', 'DropCapabilities', '', '', 'drop-capability-netraw psp-required-drop-capabilities'],
  ['images.no_latest', '', 'NoLatest', 'tagNotSpecified', 'latest-tag', ''],
  ['images.pinned', '', 'PinnedByDigest', '', '', 'image-not-pinned-to-digest'],
  ['images.pulled', '', 'AlwaysPull', 'pullPolicyNotAlways', '', ''],
  [
    'workloads.read_only_root',
    '',
    'ReadOnlyRoot',
    'notReadOnlyRootFilesystem',
    'no-read-only-root-fs',
    'immutable-container-filesystem',
  ],
  ['workloads.no_runtime_socket', '', 'RuntimeSocket', '', 'docker-sock', 'containers-mounting-docker-socket'],
  ['workloads.host_paths', '', 'SensitivePaths', '', 'sensitive-host-mounts', ''],
  ['workloads.own_identity', '', 'TokenOnDemand', '', 'default-service-account', ''],
  ['workloads.own_namespace', '', 'NotInDefault', '', '', 'pods-in-default-namespace'],
  [
    'resources.probed',
    'readiness false',
    'Probes',
    'livenessProbeMissing',
    'no-liveness-probe',
    'configured-liveness-probe',
  ],
  [
    'resources.probed',
    'liveness false',
    'Probes',
    'readinessProbeMissing',
    'no-readiness-probe',
    'configured-readiness-probe',
  ],
  ['resources.required', 'limits ["cpu"], requests []', 'Resources', 'cpuLimitsMissing', '', 'resources-cpu-limits'],
  [
    'resources.required',
    'limits ["memory"], requests []',
    'Resources',
    'memoryLimitsMissing',
    '',
    'resources-memory-limits',
  ],
  [
    'resources.required',
    'limits [], requests ["cpu"]',
    'Resources',
    'cpuRequestsMissing',
    '',
    'resources-cpu-requests',
  ],
  [
    'resources.required',
    'limits [], requests ["memory"]',
    'Resources',
    'memoryRequestsMissing',
    '',
    'resources-memory-requests',
  ],
  [
    'resources.required',
    'limits ["cpu"], requests ["cpu"]',
    'Resources',
    '',
    'unset-cpu-requirements',
    'resources-cpu-limit-and-request',
  ],
  [
    'resources.required',
    'limits ["memory"], requests ["memory"]',
    'Resources',
    '',
    'unset-memory-requirements',
    'resources-memory-limit-and-request',
  ],
  ['resources.replicated', '', 'Replicas', 'deploymentMissingReplicas', '', ''],
  ['resources.replicated', 'least 3', 'Replicas', '', 'minimum-three-replicas', ''],
  [
    'secrets.spelled_out',
    '',
    'NoSecretInPod NoSecretByName',
    'sensitiveContainerEnvVar',
    'env-var-secret',
    'rule-credentials-in-env-var',
  ],
  [
    'secrets.spelled_out',
    '',
    'NoSecretInConfigMap NoSecretByNameInConfigMap',
    'sensitiveConfigmapContent',
    '',
    'rule-credentials-configmap',
  ],
  ['secrets.mounted', '', 'SecretsAsFiles', '', 'read-secret-from-env-var', 'rule-secrets-in-env-var'],
  [
    'rbac.roles',
    '',
    'EnteringPods EnteringPodsInNamespace',
    'clusterrolePodExecAttach rolePodExecAttach',
    '',
    'exec-into-container-v1 rule-can-portforward-v1',
  ],
  ['rbac.roles', '', 'Wildcards WildcardsInNamespace', '', 'wildcard-in-rules', ''],
  ['rbac.roles', '', 'Secrets', '', 'access-to-secrets', 'rule-can-list-get-secrets-v1'],
  [
    'rbac.roles',
    '',
    'Escalation EscalationInNamespace',
    '',
    '',
    'rule-can-bind-escalate rule-can-impersonate-users-groups-v1 rule-can-create-service-account-token rule-can-create-pv rule-can-access-proxy-subresource',
  ],
  ['rbac.bindings', '', 'ClusterAdmin', '', 'cluster-admin-role-binding', 'cluster-admin-role'],
  ['rbac.bindings', '', 'Anonymous AnonymousInNamespace', '', '', 'anonymous-access-enabled'],
  ['exposure.services', '', 'NodePorts LoadBalancers', '', 'exposed-services', ''],
  ['exposure.ingresses', '', 'Encrypted', 'tlsSettingsMissing', '', 'ingress-no-tls'],
  [
    'network.namespaces',
    '',
    'Labelled NotPrivileged',
    '',
    '',
    'pod-security-admission-baseline-applied-1 pod-security-admission-restricted-applied-1',
  ],
];

/** All checks that are covered. */
export const linterChecks: readonly LinterCheck[] = rows.flatMap(
  ([pack, settings, rules, polaris, kubeLinter, kubescape]) =>
    (
      [
        ['polaris', polaris],
        ['kube-linter', kubeLinter],
        ['kubescape', kubescape],
      ] as const
    ).flatMap(([linter, names]) =>
      names
        .split(' ')
        .filter((check) => check !== '')
        .map((check) => ({ linter, check, pack, settings, rules: rules.split(' ') })),
    ),
);
