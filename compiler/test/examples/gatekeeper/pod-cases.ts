// Packs of Gatekeeper's library on what Pod Security Policies asked of pods.

import { type PackCases, pod, podOf, type Subject } from '../../std/kubernetes/case.ts';

const context = (of: Subject): Subject => podOf({ securityContext: of });
const ofPod = (of: Subject): Subject => pod({ securityContext: of });
const both = (spec: Subject, container: Subject): Subject =>
  podOf({ securityContext: container }, { securityContext: spec });
const annotated = (key: string, value: string): Subject => pod({}, { annotations: { [key]: value } });
const volume = (of: Subject, mount: Subject = {}): Subject =>
  podOf({ volumeMounts: [{ name: 'data', mountPath: '/data', ...mount }] }, { volumes: [{ name: 'data', ...of }] });
const hostPath = (path: string, mount: Subject = {}): Subject => volume({ hostPath: { path } }, mount);
const exempt = (of: Subject): Subject => podOf({ image: 'tools/a', ...of });
const updated = (object: Subject): Subject => ({
  request: { operation: 'UPDATE', namespace: 'shop', object, oldObject: object },
});

export const podPacks: readonly PackCases[] = [
  {
    pack: 'gatekeeper.allow_privilege_escalation',
    settings: 'exempt_images ["tools/*"]',
    rules: {
      AllowPrivilegeEscalation: {
        denied: [pod(), context({ allowPrivilegeEscalation: true })],
        admitted: [context({ allowPrivilegeEscalation: false }), exempt({})],
      },
    },
  },
  {
    pack: 'gatekeeper.app_armor_profiles',
    settings: 'allowed_profiles ["runtime/default", "localhost/web"]',
    rules: {
      AppArmorProfiles: {
        denied: [
          annotated('container.apparmor.security.beta.kubernetes.io/web', 'unconfined'),
          context({ appArmorProfile: { type: 'Unconfined' } }),
          ofPod({ appArmorProfile: { type: 'Localhost', localhostProfile: 'other' } }),
        ],
        admitted: [
          pod(),
          context({ appArmorProfile: { type: 'Localhost', localhostProfile: 'web' } }),
          ofPod({ appArmorProfile: { type: 'RuntimeDefault' } }),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.capabilities',
    settings: 'allowed_capabilities ["CHOWN"], required_drop_capabilities ["NET_RAW"]',
    rules: {
      AddedCapabilities: {
        denied: [context({ capabilities: { add: ['KILL'] } })],
        admitted: [context({ capabilities: { add: ['chown'] } }), pod()],
      },
      DroppedCapabilities: {
        denied: [pod(), context({ capabilities: { drop: ['KILL'] } })],
        admitted: [context({ capabilities: { drop: ['net_raw'] } }), context({ capabilities: { drop: ['ALL'] } })],
      },
    },
  },
  {
    pack: 'gatekeeper.flex_volumes',
    settings: 'allowed_drivers ["example/lvm"]',
    rules: {
      FlexVolumes: {
        denied: [volume({ flexVolume: { driver: 'other' } })],
        admitted: [volume({ flexVolume: { driver: 'example/lvm' } }), pod()],
      },
    },
  },
  {
    pack: 'gatekeeper.forbidden_sysctls',
    settings: 'forbidden_sysctls ["kernel.*"], allowed_sysctls ["net.*", "kernel.a"]',
    rules: {
      ForbiddenSysctls: {
        denied: [
          ofPod({ sysctls: [{ name: 'kernel.a', value: '1' }] }),
          ofPod({ sysctls: [{ name: 'vm.a', value: '1' }] }),
        ],
        admitted: [ofPod({ sysctls: [{ name: 'net.a', value: '1' }] }), pod()],
      },
    },
  },
  {
    pack: 'gatekeeper.fs_group',
    settings: 'rule "MayRunAs", ranges ["1-1000", "2000-2000"]',
    rules: {
      FsGroup: {
        denied: [ofPod({ fsGroup: 1001 }), ofPod({ fsGroup: 0 })],
        admitted: [ofPod({ fsGroup: 2000 }), pod(), updated(ofPod({ fsGroup: 0 }))],
      },
    },
  },
  {
    pack: 'gatekeeper.fs_group',
    settings: 'rule "MustRunAs", ranges ["1-9"]',
    rules: { FsGroup: { denied: [pod(), ofPod({ fsGroup: 10 })], admitted: [ofPod({ fsGroup: 9 })] } },
  },
  { pack: 'gatekeeper.fs_group', rules: { FsGroup: { denied: [], admitted: [pod(), ofPod({ fsGroup: 7 })] } } },
  {
    pack: 'gatekeeper.host_filesystem',
    settings: 'paths ["/data/"], read_only_paths ["/foo"]',
    rules: {
      HostFilesystem: {
        denied: [hostPath('/etc'), hostPath('/database'), hostPath('/foo'), hostPath('/fool', { readOnly: true })],
        admitted: [
          hostPath('/data'),
          hostPath('/data/web'),
          hostPath('/foo/bar', { readOnly: true }),
          volume({ emptyDir: {} }),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.host_filesystem',
    settings: 'paths ["/"]',
    rules: { HostFilesystem: { denied: [], admitted: [hostPath('/etc')] } },
  },
  {
    pack: 'gatekeeper.host_namespaces',
    rules: {
      HostNamespaces: {
        denied: [pod({ hostPID: true }), pod({ hostIPC: true })],
        admitted: [pod({ hostNetwork: true })],
      },
    },
  },
  {
    pack: 'gatekeeper.host_network_ports',
    settings: 'min 80, max 9000',
    rules: {
      HostNetwork: { denied: [pod({ hostNetwork: true })], admitted: [pod()] },
      HostPorts: {
        denied: [podOf({ ports: [{ hostPort: 9001 }] }), podOf({ ports: [{ hostPort: 79 }] })],
        admitted: [podOf({ ports: [{ hostPort: 80 }, { containerPort: 1 }] })],
      },
    },
  },
  {
    pack: 'gatekeeper.host_probes_lifecycle',
    rules: {
      HostProbesLifecycle: {
        denied: [podOf({ livenessProbe: { httpGet: { host: 'a', port: 1 } } })],
        admitted: [podOf({ livenessProbe: { httpGet: { port: 1 } } })],
      },
    },
  },
  {
    pack: 'gatekeeper.host_process',
    rules: {
      HostProcess: {
        denied: [ofPod({ windowsOptions: { hostProcess: true } }), context({ windowsOptions: { hostProcess: true } })],
        admitted: [pod()],
      },
    },
  },
  {
    pack: 'gatekeeper.privileged_container',
    settings: 'exempt_images ["tools/a"]',
    rules: {
      PrivilegedContainer: {
        denied: [context({ privileged: true })],
        admitted: [pod(), exempt({ securityContext: { privileged: true } })],
      },
    },
  },
  {
    pack: 'gatekeeper.proc_mount',
    rules: {
      ProcMount: { denied: [context({ procMount: 'Unmasked' })], admitted: [context({ procMount: 'Default' }), pod()] },
    },
  },
  {
    pack: 'gatekeeper.proc_mount',
    settings: 'allowed_type "Unmasked"',
    rules: { ProcMount: { denied: [], admitted: [context({ procMount: 'Unmasked' })] } },
  },
  {
    pack: 'gatekeeper.read_only_root_filesystem',
    rules: {
      ReadOnlyRootFilesystem: {
        denied: [pod(), context({ readOnlyRootFilesystem: false })],
        admitted: [context({ readOnlyRootFilesystem: true })],
      },
    },
  },
  {
    pack: 'gatekeeper.seccomp_profiles',
    settings:
      'allowed_profiles ["runtime/default", "Localhost", "localhost/b.json"], allowed_localhost_files ["a.json"]',
    rules: {
      SeccompProfiles: {
        denied: [
          pod(),
          ofPod({ seccompProfile: { type: 'Unconfined' } }),
          ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'c.json' } }),
          annotated('seccomp.security.alpha.kubernetes.io/pod', 'unconfined'),
        ],
        admitted: [
          ofPod({ seccompProfile: { type: 'RuntimeDefault' } }),
          context({ seccompProfile: { type: 'Localhost', localhostProfile: 'a.json' } }),
          ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'b.json' } }),
          annotated('seccomp.security.alpha.kubernetes.io/pod', 'docker/default'),
          annotated('container.seccomp.security.alpha.kubernetes.io/web', 'runtime/default'),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.seccomp_profiles',
    settings: 'allowed_profiles ["*"]',
    rules: { SeccompProfiles: { denied: [], admitted: [pod(), ofPod({ seccompProfile: { type: 'Unconfined' } })] } },
  },
  {
    pack: 'gatekeeper.seccomp_profiles_v2',
    settings: 'allowed_profiles ["RuntimeDefault", "Localhost"], allowed_localhost_files ["*"]',
    rules: {
      SeccompProfilesV2: {
        denied: [pod(), annotated('seccomp.security.alpha.kubernetes.io/pod', 'runtime/default')],
        admitted: [
          ofPod({ seccompProfile: { type: 'RuntimeDefault' } }),
          ofPod({ seccompProfile: { type: 'Localhost', localhostProfile: 'c.json' } }),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.se_linux',
    settings: 'allowed_contexts ["system_u:object_r:svirt_sandbox_file_t:s0:c123,c456"]',
    rules: {
      SeLinux: {
        denied: [ofPod({ seLinuxOptions: { level: 's1' } }), context({ seLinuxOptions: { user: 'sysadm_u' } })],
        admitted: [
          context({ seLinuxOptions: { level: 's0:c123,c456', role: 'object_r', user: 'system_u' } }),
          pod(),
          ofPod({ seLinuxOptions: {} }),
        ],
      },
    },
  },
  {
    pack: 'gatekeeper.allowed_users',
    settings:
      'user_rule "MustRunAs", users ["100-200"], group_rule "MayRunAs", groups ["1-9"], supplemental_rule "MustRunAs", supplemental_groups ["1-9"], fs_group_rule "MustRunAs", fs_groups ["1-9"]',
    rules: {
      Users: {
        denied: [pod(), ofPod({ runAsUser: 99 }), both({ runAsUser: 100 }, { runAsUser: 201 })],
        admitted: [ofPod({ runAsUser: 200 }), both({ runAsUser: 1 }, { runAsUser: 100 })],
      },
      Groups: { denied: [ofPod({ runAsGroup: 10 })], admitted: [pod(), ofPod({ runAsGroup: 9 })] },
      SupplementalGroups: {
        denied: [pod(), ofPod({ supplementalGroups: [1, 10] })],
        admitted: [ofPod({ supplementalGroups: [1, 9] })],
      },
      FsGroups: { denied: [pod(), ofPod({ fsGroup: 0 })], admitted: [ofPod({ fsGroup: 1 })] },
    },
  },
  {
    pack: 'gatekeeper.allowed_users',
    settings: 'user_rule "MustRunAsNonRoot"',
    rules: {
      Users: {
        denied: [pod(), ofPod({ runAsUser: 0 }), both({ runAsNonRoot: true }, { runAsNonRoot: false })],
        admitted: [ofPod({ runAsUser: 7 }), ofPod({ runAsNonRoot: true }), context({ runAsNonRoot: true })],
      },
    },
  },
  {
    pack: 'gatekeeper.volume_types_allowed',
    settings: 'volumes ["configMap", "emptyDir"]',
    rules: {
      VolumeTypes: {
        denied: [hostPath('/'), volume({ nfs: { server: 'a', path: '/' } })],
        admitted: [volume({ emptyDir: {} }), pod()],
      },
    },
  },
];
