// The packs of the library as cases apply them: by name, with settings where a pack has to be given some.

/** One application of a pack. */
export interface AppliedPack {
  /** As it is shown, and as its rules' names begin. */
  readonly name: string;
  readonly imports: readonly string[];
  readonly rules: string;
}

/** `pod_security.baseline` → its application, with settings as they are written between the braces of `apply`. */
export function applied(pack: string, settings = ''): AppliedPack {
  const [of = '', name = ''] = pack.split('.');
  return {
    name: pack,
    imports: [`std.k8s.${of}`],
    rules: `apply ${pack} to Cluster as ${of}_${name} { ${settings} }`,
  };
}

/** Every pack that has an opinion on ordinary manifests, as a cluster would begin with it. */
export const libraryPacks: readonly AppliedPack[] = [
  applied('pod_security.baseline'),
  applied('pod_security.restricted'),
  applied('images.no_latest'),
  applied('images.pinned'),
  applied('images.pulled'),
  applied('images.trusted', 'places ["registry.k8s.io", "quay.io"]'),
  applied('rbac.roles'),
  applied('rbac.bindings'),
  applied('secrets.spelled_out'),
  applied('secrets.mounted'),
  applied('exposure.services'),
  applied('exposure.ingresses'),
  applied('network.policies'),
  applied('network.namespaces'),
  applied('resources.required'),
  applied('resources.bounded', 'cpu "4", memory "16Gi", ratio 4.0'),
  applied('resources.probed'),
  applied('resources.replicated'),
  applied('workloads.read_only_root'),
  applied('workloads.own_identity'),
  applied('workloads.no_runtime_socket'),
  applied('workloads.host_paths'),
  applied('models.contained'),
  applied('models.inside'),
  applied('models.accelerators_bounded'),
];
