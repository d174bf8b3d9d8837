// Pods for every control of the Pod Security Standards: one that asks for nothing, and changes of it, each of which touches one control,
// in the pod, in a container or in an init container. Whether a pod meets a level is not said here: the server and the policy say it.

import type { KubernetesObject } from './client.ts';

/** A change of the pod that asks for nothing. */
export interface PodChange {
  readonly name: string;
  readonly pod: KubernetesObject;
}

type Fields = Readonly<Record<string, unknown>>;

const capabilities: readonly string[] = `
  AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT
  NET_RAW SYS_ADMIN NET_ADMIN ALL CAP_CHOWN chown
`
  .trim()
  .split(/\s+/);

/** Sources of volumes, each as the API has it. */
const volumes: Readonly<Record<string, Fields>> = {
  configMap: { configMap: { name: 'settings' } },
  csi: { csi: { driver: 'csi.example' } },
  downwardAPI: { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
  emptyDir: { emptyDir: {} },
  ephemeral: {
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  },
  persistentVolumeClaim: { persistentVolumeClaim: { claimName: 'data' } },
  projected: { projected: { sources: [{ configMap: { name: 'settings' } }] } },
  secret: { secret: { secretName: 'token' } },
  hostPath: { hostPath: { path: '/' } },
  'hostPath of a file': { hostPath: { path: '/etc/hosts', type: 'File' } },
  nfs: { nfs: { server: 'files.example', path: '/' } },
  iscsi: { iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } },
  fc: { fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } },
  rbd: { rbd: { monitors: ['10.0.0.1'], image: 'disk' } },
  cephfs: { cephfs: { monitors: ['10.0.0.1'] } },
  gcePersistentDisk: { gcePersistentDisk: { pdName: 'disk' } },
  azureDisk: { azureDisk: { diskName: 'disk', diskURI: 'https://disks.example/disk' } },
  vsphereVolume: { vsphereVolume: { volumePath: '[disks] disk' } },
  scaleIO: { scaleIO: { gateway: 'gateway', system: 'system', volumeName: 'disk', secretRef: { name: 'token' } } },
  flexVolume: { flexVolume: { driver: 'example/flex' } },
};

const sysctls: readonly string[] = `
  kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range
  net.ipv4.ip_unprivileged_port_start net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time
  net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes net.ipv4.tcp_rmem
  net.ipv4.tcp_wmem net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat kernel.msgmax net.core.somaxconn
  fs.mqueue.msg_max net/ipv4/tcp_syncookies
`
  .trim()
  .split(/\s+/);

/** What a container may say, in `securityContext` unless the field is another one. */
const containerChanges: Readonly<Record<string, Fields>> = {
  privileged: { securityContext: { privileged: true, allowPrivilegeEscalation: true } },
  'not privileged': { securityContext: { privileged: false } },
  'privilege escalation allowed': { securityContext: { allowPrivilegeEscalation: true } },
  'privilege escalation left open': { securityContext: { allowPrivilegeEscalation: undefined } },
  'no capabilities dropped': { securityContext: { capabilities: undefined } },
  'one capability dropped': { securityContext: { capabilities: { drop: ['NET_RAW'] } } },
  'all capabilities dropped, in small letters': { securityContext: { capabilities: { drop: ['all'] } } },
  'may be root': { securityContext: { runAsNonRoot: false } },
  'says nothing of root': { securityContext: { runAsNonRoot: undefined } },
  'user 0': { securityContext: { runAsUser: 0 } },
  'user 1000': { securityContext: { runAsUser: 1000 } },
  'seccomp unconfined': { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  'seccomp of the node': { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'own.json' } } },
  'says nothing of seccomp': { securityContext: { seccompProfile: undefined } },
  'AppArmor unconfined': { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
  'AppArmor of the node': { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'own' } } },
  'AppArmor of the runtime': { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
  'SELinux for containers': { securityContext: { seLinuxOptions: { type: 'container_t' } } },
  'SELinux for container engines': { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } },
  'SELinux for virtual machines': { securityContext: { seLinuxOptions: { type: 'container_kvm_t', level: 's0' } } },
  'SELinux of another type': { securityContext: { seLinuxOptions: { type: 'spc_t' } } },
  'SELinux user': { securityContext: { seLinuxOptions: { user: 'system_u' } } },
  'SELinux role': { securityContext: { seLinuxOptions: { role: 'system_r' } } },
  'the usual /proc': { securityContext: { procMount: 'Default' } },
  'a port': { ports: [{ containerPort: 8080 }] },
  'a port of the node': { ports: [{ containerPort: 8080, hostPort: 8080 }] },
  'a probe': { livenessProbe: { httpGet: { path: '/', port: 8080 } } },
  'a probe of another host': { livenessProbe: { httpGet: { path: '/', port: 8080, host: '10.0.0.1' } } },
  'readiness at another host': { readinessProbe: { tcpSocket: { port: 8080, host: '10.0.0.1' } } },
  'a hook to another host': { lifecycle: { postStart: { httpGet: { path: '/', port: 8080, host: '10.0.0.1' } } } },
  ...Object.fromEntries(
    capabilities.map((name) => [
      `capability ${name}`,
      { securityContext: { capabilities: { drop: ['ALL'], add: [name] } } },
    ]),
  ),
};

/** What a pod may say, in `spec`. */
const podChanges: Readonly<Record<string, Fields>> = {
  'asks for nothing': {},
  "the node's network": { hostNetwork: true },
  "the node's processes": { hostPID: true },
  "the node's memory": { hostIPC: true },
  'not the network of the node': { hostNetwork: false },
  'may be root': { securityContext: { runAsNonRoot: false } },
  'says nothing of root': { securityContext: { runAsNonRoot: undefined } },
  'user 0': { securityContext: { runAsUser: 0 } },
  'user 1000': { securityContext: { runAsUser: 1000 } },
  'seccomp unconfined': { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  'says nothing of seccomp': { securityContext: { seccompProfile: undefined } },
  'AppArmor unconfined': { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
  'AppArmor of the node': { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: 'own' } } },
  'SELinux of another type': { securityContext: { seLinuxOptions: { type: 'spc_t' } } },
  'SELinux for container engines': { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } },
  'SELinux user': { securityContext: { seLinuxOptions: { user: 'system_u' } } },
  'processes of a Windows node': { hostNetwork: true, securityContext: { windowsOptions: { hostProcess: true } } },
  'users of its own': { hostUsers: false },
  'users of its own, may be root': { hostUsers: false, securityContext: { runAsNonRoot: false, runAsUser: 0 } },
  ...Object.fromEntries(
    sysctls.map((name) => [`sysctl ${name}`, { securityContext: { sysctls: [{ name, value: '1' }] } }]),
  ),
  ...Object.fromEntries(
    Object.entries(volumes).map(([name, source]) => [`volume ${name}`, { volumes: [{ name: 'data', ...source }] }]),
  ),
};

const annotations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AppArmor unconfined by annotation': { 'container.apparmor.security.beta.kubernetes.io/app': 'unconfined' },
  'AppArmor of the node by annotation': { 'container.apparmor.security.beta.kubernetes.io/app': 'localhost/own' },
  'AppArmor of the runtime by annotation': { 'container.apparmor.security.beta.kubernetes.io/app': 'runtime/default' },
};

/** Pods for Windows, which are exempt from what only Linux has. */
const windowsChanges: Readonly<Record<string, { readonly spec: Fields; readonly container: Fields }>> = {
  'asks for nothing': { spec: {}, container: {} },
  'may be root': { spec: { securityContext: { runAsNonRoot: false } }, container: {} },
  'a process of the node': {
    spec: { hostNetwork: true, securityContext: { runAsNonRoot: true, windowsOptions: { hostProcess: true } } },
    container: {},
  },
  'a container is a process of the node': {
    spec: { hostNetwork: true },
    container: { securityContext: { windowsOptions: { hostProcess: true } } },
  },
};

/** All of them, named and in the namespace `default` unless a request says another. */
export function podVariants(): readonly PodChange[] {
  const plain = Object.entries(podChanges).map(([name, spec]) => ({ name, ...podOf({ spec }) }));
  const contained = Object.entries(containerChanges).flatMap(([name, container]) => [
    { name: `a container: ${name}`, ...podOf({ container }) },
    { name: `an init container: ${name}`, ...podOf({ init: container }) },
  ]);
  // The server takes it of a pod with users of its own alone.
  const unmasked = { securityContext: { procMount: 'Unmasked' } };
  const proc = [
    { name: 'a container: all of /proc', ...podOf({ spec: { hostUsers: false }, container: unmasked }) },
    { name: 'an init container: all of /proc', ...podOf({ spec: { hostUsers: false }, init: unmasked }) },
  ];
  const said = Object.entries(annotations).map(([name, own]) => ({ name, ...podOf({ annotations: own }) }));
  const windows = Object.entries(windowsChanges).map(([name, { spec, container }]) => ({
    name: `Windows: ${name}`,
    ...windowsPod(spec, container),
  }));
  const all: readonly (Fields & { readonly name: string })[] = [...plain, ...contained, ...proc, ...said, ...windows];
  return all.map(({ name, ...pod }, index) => ({
    name,
    pod: { ...pod, metadata: { ...(pod['metadata'] as object), name: `pod-${index}` } }, // made below
  }));
}

interface PodParts {
  readonly spec?: Fields;
  readonly container?: Fields;
  /** An init container with these changes stands beside the container. */
  readonly init?: Fields;
  readonly annotations?: Readonly<Record<string, string>>;
}

function podOf({
  spec = {},
  container = {},
  init,
  annotations: own = {},
}: PodParts): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', annotations: own, labels: { app: 'shop' } },
    spec: {
      ...spec,
      securityContext: merged({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } }, spec),
      containers: [containerOf('app', container)],
      ...(init === undefined ? {} : { initContainers: [containerOf('init', init)] }),
    },
  };
}

function containerOf(name: string, changes: Fields): object {
  const { lifecycle, livenessProbe, readinessProbe, ...others } = changes;
  // Hooks and probes of init containers are for those that go on running.
  const running = [lifecycle, livenessProbe, readinessProbe].some((part) => part !== undefined) && name === 'init';
  return {
    name,
    image: 'registry.example/app:1',
    ...others,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(livenessProbe === undefined ? {} : { livenessProbe }),
    ...(readinessProbe === undefined ? {} : { readinessProbe }),
    ...(running ? { restartPolicy: 'Always' } : {}),
    securityContext: merged({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }, changes),
  };
}

function windowsPod(spec: Fields, container: Fields): Readonly<Record<string, unknown>> {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: {
      os: { name: 'windows' },
      ...spec,
      securityContext: merged({ runAsNonRoot: true }, spec),
      containers: [{ name: 'app', image: 'registry.example/app:1', ...container }],
    },
  };
}

/** `base` with what `changes` say of the security context; undefined takes a field out. */
function merged(base: Fields, { securityContext }: Fields): object {
  return { ...base, ...(securityContext as object | undefined) }; // as written above
}
