// The Go modules of go.mod → a real API server with its store and its client. The versions are pinned there; a build from nothing takes
// about ten minutes of one core and 2.5 GB, one with Go's cache a minute, one with nothing changed a second.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Paths of the programs. */
export interface KubernetesPrograms {
  readonly etcd: string;
  readonly apiServer: string;
  readonly kubectl: string;
  /** `1.37.2` */
  readonly version: string;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/kubernetes/', import.meta.url));

/** The programs, or what the build said. */
export function buildKubernetes(): KubernetesPrograms | string {
  const version = /^\tk8s\.io\/kubernetes v([0-9.]+)/m.exec(readFileSync(`${folder}go.mod`, 'utf8'))?.[1];
  if (version === undefined) return 'go.mod names no version of k8s.io/kubernetes';
  const [major = '', minor = ''] = version.split('.');
  const stamps = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  const stamp = Object.entries(stamps).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  mkdirSync(cache, { recursive: true });
  for (const [name, program] of [
    ['etcd', 'go.etcd.io/etcd/server/v3'],
    ['kube-apiserver', 'k8s.io/kubernetes/cmd/kube-apiserver'],
    ['kubectl', 'k8s.io/kubernetes/cmd/kubectl'],
  ] as const) {
    const flags = ['-trimpath', '-ldflags', ['-s', '-w', ...stamp].join(' ')];
    const { status, stderr, error } = spawnSync('go', ['build', ...flags, '-o', `${cache}${name}`, program], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    if (status !== 0) return error?.message ?? stderr;
  }
  return { etcd: `${cache}etcd`, apiServer: `${cache}kube-apiserver`, kubectl: `${cache}kubectl`, version };
}
