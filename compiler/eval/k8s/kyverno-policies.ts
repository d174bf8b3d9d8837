// Policies of Kyverno's library, by their folder: which pack of `examples/kyverno` says the same, with which settings, and which rule of
// the pack stands for which of the policy's where there are several.

import type { Manifest } from './manifests.ts';

/** What says the same as a policy. */
export interface KyvernoPolicy {
  readonly pack: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By rule of the policy. */
  readonly rules?: Readonly<Record<string, string>>;
  /** Data documents, from the values that a test gives for what a policy looks up. */
  readonly data?: (values: Readonly<Record<string, unknown>>, object: Manifest) => Readonly<Record<string, unknown>>;
}

const named = (folder: string, rest: Omit<KyvernoPolicy, 'pack'> = {}): readonly [string, KyvernoPolicy] => [
  folder,
  { pack: (folder.split('/').at(-1) ?? folder).replaceAll('-', '_'), ...rest },
];

/** By folder of the library. */
export const kyvernoPolicies: ReadonlyMap<string, KyvernoPolicy> = new Map([
  named('best-practices/disallow-cri-sock-mount'),
  named('best-practices/disallow-default-namespace'),
  named('best-practices/disallow-empty-ingress-host'),
  named('best-practices/disallow-helm-tiller'),
  named('best-practices/disallow-latest-tag', {
    rules: { 'require-image-tag': 'RequireImageTag', 'validate-image-tag': 'NoLatest' },
  }),
  named('best-practices/require-drop-all'),
  named('best-practices/require-drop-cap-net-raw'),
  named('best-practices/require-labels'),
  ['best-practices/require-pod-requests-limits', { pack: 'require_requests_limits' }],
  named('best-practices/require-probes'),
  named('best-practices/require-ro-rootfs'),
  named('best-practices/restrict-image-registries', { settings: { registries: ['eu.foo.io/*', 'bar.io/*'] } }),
  named('best-practices/restrict-node-port'),
  named('best-practices/restrict-service-external-ips'),
  named('other/advanced-restrict-image-registries', { settings: { registries: ['docker.io/*'] } }),
  named('other/allowed-pod-priorities', {
    data: (values) => ({ 'data/pod-priorities.json': byPrefix(values, 'podprioritydict.data.') }),
  }),
  named('other/block-updates-deletes'),
  named('other/check-env-vars'),
  named('other/check-serviceaccount-secrets'),
  named('other/deny-secret-service-account-token-type'),
  named('other/disallow-all-secrets', {
    rules: {
      'secrets-not-from-env': 'SecretsFromEnv',
      'secrets-not-from-envfrom': 'SecretsFromEnvFrom',
      'secrets-not-from-volumes': 'SecretsFromVolumes',
    },
  }),
  named('other/disallow-secrets-from-env-vars', {
    rules: { 'secrets-not-from-env-vars': 'NoSecretVariable', 'secrets-not-from-envfrom': 'NoSecretVariables' },
  }),
  named('other/forbid-cpu-limits'),
  named('other/imagepullpolicy-always'),
  named('other/limit-configmap-for-sa', {
    settings: {
      namespaces: ['any-namespace', 'another-namespace'],
      names: ['any-configmap-name-good', 'another-configmap-name'],
    },
  }),
  named('other/limit-containers-per-pod'),
  named('other/limit-hostpath-type-pv'),
  named('other/limit-hostpath-vols'),
  named('other/memory-requests-equal-limits'),
  named('other/metadata-match-regex'),
  named('other/nfs-subdir-external-provisioner-storage-path'),
  named('other/pdb-maxunavailable'),
  named('other/prevent-cr8escape'),
  named('other/require-annotations'),
  named('other/require-emptydir-requests-limits'),
  named('other/require-image-checksum'),
  named('other/require-imagepullsecrets'),
  named('other/require-ingress-https', { rules: { 'has-annotation': 'HttpsAnnotation', 'has-tls': 'HttpsTls' } }),
  named('other/require-netpol'),
  named('other/require-non-root-groups', {
    rules: {
      'check-runasgroup': 'RunAsGroup',
      'check-supplementalgroups': 'SupplementalGroups',
      'check-fsgroup': 'FsGroup',
    },
  }),
  named('other/require-pod-priorityclassname'),
  named('other/require-reasonable-pdbs'),
  named('other/require-unique-external-dns', {
    data: (values) => ({ 'data/dns-names.json': namesOf(values['alldns'], ['elsewhere/other']) }),
  }),
  named('other/require-unique-uid-per-workload', {
    data: (values) => ({
      'data/workload-users.json': namesOf(values['uidsAllPodsExceptSameOwnerAsRequestObject'], ['other']),
    }),
  }),
  named('other/restrict-annotations'),
  named('other/restrict-automount-sa-token'),
  named('other/restrict-binding-clusteradmin'),
  named('other/restrict-binding-system-groups', {
    rules: {
      'restrict-anonymous': 'Anonymous',
      'restrict-unauthenticated': 'Unauthenticated',
      'restrict-masters': 'Masters',
    },
  }),
  named('other/restrict-clusterrole-nodesproxy'),
  named('other/restrict-controlplane-scheduling', {
    rules: {
      'restrict-controlplane-scheduling-master': 'ControlPlaneMaster',
      'restrict-controlplane-scheduling-control-plane': 'ControlPlane',
    },
  }),
  named('other/restrict-ingress-classes'),
  named('other/restrict-jobs'),
  named('other/restrict-networkpolicy-empty-podselector'),
  named('other/restrict-node-affinity'),
  named('other/restrict-node-selection', {
    rules: { 'restrict-nodeselector': 'NodeSelector', 'restrict-nodename': 'NodeName' },
  }),
  named('other/restrict-pod-count-per-node', {
    data: (values) => ({ 'data/pods-per-node.json': { minikube: Number(values['podcounts'] ?? 0) } }),
  }),
  named('other/restrict-sa-automount-sa-token'),
  named('other/restrict-secrets-by-label', {
    rules: {
      'secrets-lookup-from-env': 'ProtectedSecretVariable',
      'secrets-lookup-from-envfrom': 'ProtectedSecretVariables',
      'secrets-lookup-from-volumes': 'ProtectedSecretVolume',
    },
    data: ({ status }, object) => ({
      'data/secret-status.json': Object.fromEntries(secretsOf(object).map((name) => [`default/${name}`, status ?? ''])),
    }),
  }),
  named('other/restrict-service-account', {
    data: (values) => ({ 'data/account-images.json': byPrefix(values, 'saMap.data.') }),
  }),
  named('other/restrict-service-port-range'),
  named('pod-security/baseline/disallow-capabilities'),
  named('pod-security/baseline/disallow-host-namespaces'),
  named('pod-security/baseline/disallow-host-path'),
  named('pod-security/baseline/disallow-host-ports'),
  named('pod-security/baseline/disallow-host-ports-range'),
  named('pod-security/baseline/disallow-host-process'),
  named('pod-security/baseline/disallow-privileged-containers'),
  named('pod-security/baseline/disallow-proc-mount'),
  named('pod-security/baseline/disallow-selinux', {
    rules: { 'selinux-type': 'SelinuxType', 'selinux-user-role': 'SelinuxUserRole' },
  }),
  named('pod-security/baseline/restrict-apparmor-profiles'),
  named('pod-security/baseline/restrict-seccomp'),
  named('pod-security/baseline/restrict-sysctls'),
  named('pod-security/restricted/disallow-capabilities-strict', {
    rules: { 'require-drop-all': 'DropAllCapabilities', 'adding-capabilities-strict': 'AddOnlyBind' },
  }),
  named('pod-security/restricted/disallow-privilege-escalation'),
  named('pod-security/restricted/require-run-as-non-root-user'),
  named('pod-security/restricted/require-run-as-nonroot'),
  named('pod-security/restricted/restrict-seccomp-strict'),
  named('pod-security/restricted/restrict-volume-types'),
  named('pod-security/subrule/podsecurity-subrule-baseline'),
  named('pod-security/subrule/restricted/restricted-exclude-seccomp'),
  named('psa/add-psa-namespace-reporting'),
  named('psa/deny-privileged-profile'),
]);

/** Values whose names begin so, by the rest of the name; lists that are written as JSON text are lists. */
function byPrefix(values: Readonly<Record<string, unknown>>, prefix: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), JSON.parse(String(value)) as unknown]),
  );
}

/** JSON text of a list to an object with `value` at each of its items. */
function namesOf(list: unknown, value: unknown): Readonly<Record<string, unknown>> {
  const names = JSON.parse(String(list ?? '[]')) as readonly unknown[]; // what tests of the library give
  return Object.fromEntries(names.map((name) => [String(name), value]));
}

/** Names of the secrets that an object refers to. */
function secretsOf(object: Manifest): readonly string[] {
  const found = JSON.stringify(object).matchAll(
    /"(?:secretKeyRef|secretRef|secret)":\{[^{}]*"(?:name|secretName)":"([^"]+)"/g,
  );
  return [...found].map(([, name = '']) => name);
}
