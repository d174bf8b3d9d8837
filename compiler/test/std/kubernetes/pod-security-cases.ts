// Pod Security Standards, control by control, and where a version of the standards makes the difference.

import { deployment, type PackCases, pod, podOf, type RuleCases, type Subject, thing } from './case.ts';

const context = (of: Subject): Subject => podOf({ securityContext: of });
const podContext = (of: Subject, more: Subject = {}): Subject => pod({ securityContext: of, ...more });
const annotated = (key: string, value: string): Subject => pod({}, { annotations: { [key]: value } });
const mounted = (of: Subject): Subject => pod({ volumes: [{ name: 'data', ...of }] });
const hardened = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};
const hard = (more: Subject = {}, spec: Subject = {}): Subject =>
  podOf({ securityContext: { ...hardened, ...more } }, spec);

const windows = { os: { name: 'windows' } };
const ownUsers = { hostUsers: false };

/** The controls of the newest version, and the versions before and after each change. */
export const podSecurityPacks: readonly PackCases[] = [
  {
    pack: 'pod_security.baseline',
    rules: {
      HostNamespaces: {
        denied: [
          pod({ hostNetwork: true }),
          pod({ hostPID: true }),
          pod({ hostIPC: true }),
          deployment({}, pod({ hostPID: true })),
          thing('batch/v1', 'CronJob', {
            spec: {
              schedule: '* * * * *',
              jobTemplate: { spec: { template: { spec: { hostIPC: true, containers: [] } } } },
            },
          }),
        ],
        admitted: [pod(), pod({ hostNetwork: false }), deployment({}), thing('v1', 'Service', { spec: {} })],
      },
      Privileged: {
        denied: [
          context({ privileged: true }),
          pod({ initContainers: [{ name: 'init', securityContext: { privileged: true } }] }),
          pod({
            ephemeralContainers: [{ name: 'look', targetContainerName: 'web', securityContext: { privileged: true } }],
          }),
        ],
        admitted: [context({ privileged: false }), context({})],
      },
      Capabilities: {
        denied: [
          context({ capabilities: { add: ['NET_RAW'] } }),
          context({ capabilities: { add: ['CHOWN', 'SYS_ADMIN'] } }),
        ],
        admitted: [
          context({ capabilities: { add: ['NET_BIND_SERVICE', 'CHOWN'] } }),
          context({ capabilities: { drop: ['ALL'] } }),
        ],
      },
      HostPathVolumes: { denied: [mounted({ hostPath: { path: '/' } })], admitted: [mounted({ emptyDir: {} })] },
      HostPorts: {
        denied: [podOf({ ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 81 }] })],
        admitted: [podOf({ ports: [{ containerPort: 80, hostPort: 0 }] })],
      },
      HostProbesAndHostLifecycle: {
        denied: [
          podOf({ livenessProbe: { httpGet: { host: '10.0.0.1', port: 80 } } }),
          podOf({ startupProbe: { tcpSocket: { host: 'db', port: 80 } } }),
          podOf({ lifecycle: { preStop: { httpGet: { host: 'db', port: 80 } } } }),
        ],
        admitted: [
          podOf({ readinessProbe: { httpGet: { port: 80 } } }),
          podOf({ lifecycle: { postStart: { exec: { command: ['x'] } } } }),
        ],
      },
      AppArmor: {
        denied: [
          annotated('container.apparmor.security.beta.kubernetes.io/web', 'unconfined'),
          podContext({ appArmorProfile: { type: 'Unconfined' } }),
          context({ appArmorProfile: { type: 'Unconfined' } }),
        ],
        admitted: [
          annotated('container.apparmor.security.beta.kubernetes.io/web', 'localhost/web'),
          annotated('container.apparmor.security.beta.kubernetes.io/web', ''),
          context({ appArmorProfile: { type: 'Localhost', localhostProfile: 'web' } }),
        ],
      },
      SeLinux: {
        denied: [
          context({ seLinuxOptions: { type: 'spc_t' } }),
          podContext({ seLinuxOptions: { user: 'system_u' } }),
          podContext({ seLinuxOptions: { role: 'sysadm_r' } }),
        ],
        admitted: [
          context({ seLinuxOptions: { type: 'container_engine_t', level: 's0' } }),
          podContext({ seLinuxOptions: {} }),
        ],
      },
      ProcMount: {
        denied: [context({ procMount: 'Unmasked' })],
        admitted: [context({ procMount: 'Default' }), podOf({ securityContext: { procMount: 'Unmasked' } }, ownUsers)],
      },
      Seccomp: {
        denied: [
          podContext({ seccompProfile: { type: 'Unconfined' } }),
          context({ seccompProfile: { type: 'Unconfined' } }),
        ],
        admitted: [pod(), context({ seccompProfile: { type: 'Localhost', localhostProfile: 'web.json' } })],
      },
      Sysctls: {
        denied: [podContext({ sysctls: [{ name: 'kernel.msgmax', value: '1' }] })],
        admitted: [podContext({ sysctls: [{ name: 'net.ipv4.tcp_rmem', value: '1' }] })],
      },
      WindowsHostProcess: {
        denied: [
          podContext({ windowsOptions: { hostProcess: true } }),
          context({ windowsOptions: { hostProcess: true } }),
        ],
        admitted: [context({ windowsOptions: { hostProcess: false } }), podContext({ windowsOptions: {} })],
      },
    },
  },
  ...version(
    'baseline',
    34,
    'HostProbesAndHostLifecycle',
    podOf({ livenessProbe: { tcpSocket: { host: 'db', port: 1 } } }),
  ),
  ...version('baseline', 31, 'SeLinux', context({ seLinuxOptions: { type: 'container_engine_t' } }), 'before'),
  ...version('baseline', 35, 'ProcMount', podOf({ securityContext: { procMount: 'Unmasked' } }, ownUsers), 'before'),
  ...version(
    'baseline',
    27,
    'Sysctls',
    podContext({ sysctls: [{ name: 'net.ipv4.ip_local_reserved_ports', value: '1' }] }),
    'before',
  ),
  ...version(
    'baseline',
    29,
    'Sysctls',
    podContext({ sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '1' }] }),
    'before',
  ),
  ...version('baseline', 32, 'Sysctls', podContext({ sysctls: [{ name: 'net.ipv4.tcp_wmem', value: '1' }] }), 'before'),
  ...version(
    'baseline',
    37,
    'Sysctls',
    podContext({ sysctls: [{ name: 'net.ipv4.tcp_notsent_lowat', value: '1' }] }),
    'before',
  ),
  ...version('baseline', 19, 'Seccomp', context({ seccompProfile: { type: 'Unconfined' } })),
  ...version('baseline', 19, 'Seccomp', annotated('seccomp.security.alpha.kubernetes.io/pod', 'unconfined'), 'before'),
  ...version(
    'baseline',
    19,
    'Seccomp',
    annotated('container.seccomp.security.alpha.kubernetes.io/web', 'unconfined'),
    'before',
  ),
  {
    pack: 'pod_security.restricted',
    rules: {
      Baseline: { denied: [pod({ hostNetwork: true }), context({ privileged: true })], admitted: [pod(), hard()] },
      RestrictedVolumes: {
        denied: [mounted({ nfs: { server: 'db', path: '/' } }), mounted({ hostPath: { path: '/' } }), mounted({})],
        admitted: [mounted({ configMap: { name: 'web' } }), mounted({ image: { reference: 'models' } }), hard()],
      },
      PrivilegeEscalation: {
        denied: [pod(), hard({ allowPrivilegeEscalation: true })],
        admitted: [hard(), podOf({}, windows)],
      },
      RunAsNonRoot: {
        denied: [pod(), hard({ runAsNonRoot: false }), hard({}, { securityContext: { runAsNonRoot: false } })],
        admitted: [hard(), podContext({ runAsNonRoot: true }), podOf({}, ownUsers)],
      },
      RunAsUser: {
        denied: [hard({ runAsUser: 0 }), podContext({ runAsUser: 0 })],
        admitted: [hard({ runAsUser: 1000 }), hard(), podOf({ securityContext: { runAsUser: 0 } }, ownUsers)],
      },
      SeccompProfile: {
        denied: [pod(), hard({ seccompProfile: { type: 'Unconfined' } })],
        admitted: [hard(), podContext({ seccompProfile: { type: 'RuntimeDefault' } }), podOf({}, windows)],
      },
      DropCapabilities: {
        denied: [
          pod(),
          hard({ capabilities: { drop: ['NET_RAW'] } }),
          hard({ capabilities: { drop: ['ALL'], add: ['CHOWN'] } }),
        ],
        admitted: [hard({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), podOf({}, windows)],
      },
      ProcMountRestricted: {
        denied: [podOf({ securityContext: { procMount: 'Unmasked' } }, ownUsers)],
        admitted: [hard(), hard({ procMount: 'Default' })],
      },
    },
  },
  ...version('restricted', 8, 'PrivilegeEscalation', pod()),
  ...version('restricted', 25, 'PrivilegeEscalation', podOf({}, windows), 'before'),
  ...version('restricted', 19, 'SeccompProfile', pod()),
  ...version('restricted', 25, 'SeccompProfile', podOf({}, windows), 'before'),
  ...version('restricted', 22, 'DropCapabilities', pod()),
  ...version('restricted', 25, 'DropCapabilities', podOf({}, windows), 'before'),
  ...version('restricted', 23, 'RunAsUser', hard({ runAsUser: 0 })),
  ...version('restricted', 35, 'RunAsUser', podOf({ securityContext: { runAsUser: 0 } }, ownUsers), 'before'),
  ...version('restricted', 35, 'RunAsNonRoot', podOf({}, ownUsers), 'before'),
  ...version('restricted', 35, 'ProcMountRestricted', podOf({ securityContext: { procMount: 'Unmasked' } }, ownUsers)),
];

/** A rule that denies a pod since version `minor`, or until the one before, and admits it on the other side. */
function version(
  level: string,
  minor: number,
  rule: string,
  subject: Subject,
  denies: 'since' | 'before' = 'since',
): readonly PackCases[] {
  const at = (of: number, cases: RuleCases): PackCases => ({
    pack: `pod_security.${level}`,
    settings: `minor ${of}`,
    rules: { [rule]: cases },
  });
  const denied = { denied: [subject], admitted: [] };
  const admitted = { denied: [], admitted: [subject] };
  return denies === 'since'
    ? [at(minor - 1, admitted), at(minor, denied)]
    : [at(minor - 1, denied), at(minor, admitted)];
}
