// Gatekeeper's constraints to applications of the packs of `examples/gatekeeper`: each template's parameters as settings of its pack.
// Where a template takes objects, the pack takes texts: ranges as `1-5`, SELinux contexts as `user:role:type:level`, APIs as
// `group/version Kind`. A label or annotation with an expression of its own is an application of its own.

type Json = Readonly<Record<string, unknown>>;

/** A pack and its settings. */
export interface Application {
  readonly pack: string;
  readonly settings: Json;
}

type Template = (parameters: Json) => readonly Application[];

/** What a constraint of a template is, by the name of the template's folder; undefined where no pack is the template's. */
export function applicationsOf(template: string, parameters: Json): readonly Application[] | undefined {
  return templates[template]?.(parameters);
}

/** The folders of the templates that have a pack. */
export function templateNames(): readonly string[] {
  return Object.keys(templates);
}

/**
 * A template whose parameters are settings, under these names. `missing`: what a parameter that is not given comes to there, where a pack
 * has to be given one.
 */
function plain(pack: string, names: Readonly<Record<string, string>> = {}, missing: Json = {}): Template {
  const all = { exemptImages: 'exempt_images', ...names };
  return (parameters) => {
    const given = Object.entries(all).filter(([name]) => parameters[name] !== undefined);
    const settings = Object.fromEntries(given.map(([name, setting]) => [setting, parameters[name]]));
    return [{ pack, settings: { ...missing, ...settings } }];
  };
}

const templates: Readonly<Record<string, Template>> = {
  allowedrepos: plain('allowed_repos', { repos: 'repos' }, { repos: [] }),
  allowedreposv2: plain('allowed_repos_v2', { allowedImages: 'allowed_images' }, { allowed_images: [] }),
  'automount-serviceaccount-token': plain('automount_service_account_token'),
  'block-endpoint-edit-default-role': plain('block_endpoint_edit_default_role'),
  'block-loadbalancer-services': plain('block_load_balancer'),
  'block-nodeport-services': plain('block_node_port'),
  'block-wildcard-ingress': plain('block_wildcard_ingress'),
  containerlimits: plain('container_limits', { cpu: 'cpu', memory: 'memory' }),
  containerrequests: plain('container_requests', { cpu: 'cpu', memory: 'memory' }),
  containerresourceratios: plain(
    'container_resource_ratios',
    { ratio: 'ratio', cpuRatio: 'cpu_ratio' },
    { ratio: '1e18' },
  ),
  containerresources: plain('container_resources', { limits: 'limits', requests: 'requests' }),
  disallowanonymous: plain('disallow_anonymous', {
    allowedRoles: 'allowed_roles',
    disallowAuthenticated: 'disallow_authenticated',
  }),
  disallowedrepos: plain('disallowed_repos', { repos: 'repos' }, { repos: [] }),
  disallowedtags: plain('disallowed_tags', { tags: 'tags' }, { tags: [] }),
  disallowinteractive: plain('disallow_interactive'),
  ephemeralstoragelimit: plain('ephemeral_storage_limit', { 'ephemeral-storage': 'ephemeral_storage' }),
  externalip: plain('external_ips', { allowedIPs: 'allowed_ips' }),
  horizontalpodautoscaler: (parameters) => [
    {
      pack: 'horizontal_pod_autoscaler',
      settings: {
        ranges: rangesOf(parameters['ranges'], 'min_replicas', 'max_replicas'),
        minimum_replica_spread: parameters['minimumReplicaSpread'] ?? 0,
        enforce_scale_target_ref: parameters['enforceScaleTargetRef'] ?? false,
      },
    },
  ],
  httpsonly: plain('https_only', { tlsOptional: 'tls_optional' }),
  imagedigests: plain('image_digests'),
  noupdateserviceaccount: plain('no_update_service_account', {
    allowedUsers: 'allowed_users',
    allowedGroups: 'allowed_groups',
  }),
  poddisruptionbudget: plain('pod_disruption_budget'),
  replicalimits: (parameters) => [
    {
      pack: 'replica_limits',
      settings: { ranges: rangesOf(parameters['ranges'], 'min_replicas', 'max_replicas') },
    },
  ],
  requiredannotations: (parameters) => keyed(parameters['annotations'], 'annotation'),
  requiredlabels: (parameters) => keyed(parameters['labels'], 'label'),
  requiredprobes: plain('required_probes', { probes: 'probes', probeTypes: 'probe_types' }),
  storageclass: plain('storage_class', { allowedStorageClasses: 'allowed_storage_classes' }),
  uniqueingresshost: plain('unique_ingress_host'),
  uniqueserviceselector: plain('unique_service_selector'),
  verifydeprecatedapi: (parameters) => [
    {
      pack: 'verify_deprecated_api',
      settings: {
        apis: listOf(parameters['kvs']).flatMap((row) =>
          textsOf(row['kinds']).map((kind) => `${String(row['deprecatedAPI'])} ${kind}`),
        ),
      },
    },
  ],
  'allow-privilege-escalation': plain('allow_privilege_escalation'),
  apparmor: plain('app_armor_profiles', { allowedProfiles: 'allowed_profiles' }, { allowed_profiles: [] }),
  capabilities: plain('capabilities', {
    allowedCapabilities: 'allowed_capabilities',
    requiredDropCapabilities: 'required_drop_capabilities',
  }),
  'flexvolume-drivers': (parameters) => [
    {
      pack: 'flex_volumes',
      settings: { allowed_drivers: listOf(parameters['allowedFlexVolumes']).map((row) => String(row['driver'])) },
    },
  ],
  'forbidden-sysctls': plain('forbidden_sysctls', {
    forbiddenSysctls: 'forbidden_sysctls',
    allowedSysctls: 'allowed_sysctls',
  }),
  fsgroup: (parameters) => [
    {
      pack: 'fs_group',
      settings: { rule: parameters['rule'] ?? 'RunAsAny', ranges: rangesOf(parameters['ranges'], 'min', 'max') },
    },
  ],
  'host-filesystem': (parameters) => {
    const rows = listOf(parameters['allowedHostPaths']);
    const paths = (readOnly: boolean): readonly string[] =>
      rows.filter((row) => (row['readOnly'] === true) === readOnly).map((row) => String(row['pathPrefix']));
    return [{ pack: 'host_filesystem', settings: { paths: paths(false), read_only_paths: paths(true) } }];
  },
  'host-namespaces': plain('host_namespaces'),
  'host-network-ports': plain('host_network_ports', { hostNetwork: 'host_network', min: 'min', max: 'max' }),
  'host-probes-lifecycle': plain('host_probes_lifecycle'),
  'host-process': plain('host_process'),
  'privileged-containers': plain('privileged_container'),
  'proc-mount': plain('proc_mount', { procMount: 'allowed_type' }),
  'read-only-root-filesystem': plain('read_only_root_filesystem'),
  seccomp: plain('seccomp_profiles', {
    allowedProfiles: 'allowed_profiles',
    allowedLocalhostFiles: 'allowed_localhost_files',
  }),
  seccompv2: plain('seccomp_profiles_v2', {
    allowedProfiles: 'allowed_profiles',
    allowedLocalhostFiles: 'allowed_localhost_files',
  }),
  selinux: (parameters) => [
    {
      pack: 'se_linux',
      settings: {
        allowed_contexts: listOf(parameters['allowedSELinuxOptions']).map((row) =>
          ['user', 'role', 'type', 'level'].map((part) => String(row[part] ?? '')).join(':'),
        ),
        exempt_images: textsOf(parameters['exemptImages']),
      },
    },
  ],
  users: (parameters) => {
    const rule = (name: string): string => String(jsonOf(parameters[name])['rule'] ?? 'RunAsAny');
    const ranges = (name: string): readonly string[] => rangesOf(jsonOf(parameters[name])['ranges'], 'min', 'max');
    return [
      {
        pack: 'allowed_users',
        settings: {
          user_rule: rule('runAsUser'),
          users: ranges('runAsUser'),
          group_rule: rule('runAsGroup'),
          groups: ranges('runAsGroup'),
          supplemental_rule: rule('supplementalGroups'),
          supplemental_groups: ranges('supplementalGroups'),
          fs_group_rule: rule('fsGroup'),
          fs_groups: ranges('fsGroup'),
          exempt_images: textsOf(parameters['exemptImages']),
        },
      },
    ];
  },
  volumes: plain('volume_types_allowed', { volumes: 'volumes' }),
};

/** Rows `{key, allowedRegex}` to the pack that asks for the keys, and one for each expression. */
function keyed(rows: unknown, what: 'label' | 'annotation'): readonly Application[] {
  const all = listOf(rows);
  const required = { pack: `required_${what}s`, settings: { [`${what}s`]: all.map((row) => String(row['key'])) } };
  const values = all
    .filter((row) => typeof row['allowedRegex'] === 'string' && row['allowedRegex'] !== '')
    .map((row) => ({ pack: `${what}_value`, settings: { [what]: row['key'], pattern: row['allowedRegex'] } }));
  return [required, ...values];
}

function rangesOf(rows: unknown, min: string, max: string): readonly string[] {
  return listOf(rows).map((row) => `${String(row[min])}-${String(row[max])}`);
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(jsonOf) : [];
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function jsonOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
