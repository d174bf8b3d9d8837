// An API server → whose pod has an address now: `NAMESPACE/NAME` of the workload that made it.
//
// INVARIANT: an address is somebody's only while one pod has it that runs and is to go on running. Addresses of nodes (pods in the node's
// network), of pods that ended or end, those that two pods claim, and all of them when the API server has said nothing for a
// while, are nobody's: addresses are given to others when pods end.

import { isObject } from '../load/read-json.ts';
import type { LogLines } from '../telemetry/log-lines.ts';
import type { ApiServer, ClusterObject } from './api-server.ts';
import { followList } from './follow-list.ts';

/** Who calls from an address. */
export type PodAnswer =
  | { readonly kind: 'workload'; readonly name: string }
  /** No pod that could call has it. */
  | { readonly kind: 'nobody' }
  /** The API server has said nothing yet, or for too long. */
  | { readonly kind: 'unheard' };

export interface PodSource {
  /** What is known now. */
  readonly find: (address: string) => PodAnswer;
  /** The same, after waiting a moment for a pod that has just begun. */
  readonly wait: (address: string) => Promise<PodAnswer>;
  /** `waiting` until the first list; `unheard` when the API server has said nothing for too long. */
  readonly state: () => 'waiting' | 'ready' | 'unheard';
  readonly count: () => number;
  readonly stop: () => void;
}

/** Ended pods keep the address that they had. */
const path = '/api/v1/pods?fieldSelector=status.phase!%3DSucceeded%2Cstatus.phase!%3DFailed';
/** Seconds of a watch: each end of one proves that nothing was missed. */
const watchSeconds = 20;
/** Milliseconds of silence after which nothing is known. */
const longestSilence = 30_000;
/** Milliseconds that a call waits for its pod to be told of: kubelets say addresses a second or two after they are given. */
const patience = 3000;

/** Milliseconds. */
export interface PodTimes {
  readonly silence: number;
  readonly wait: number;
}

/** Begins at once; never rejects. */
export function watchPods(
  api: ApiServer,
  log: LogLines,
  { silence: longest, wait: longestWait }: PodTimes = { silence: longestSilence, wait: patience },
): PodSource {
  /** By address the pods that have it, by their identity. */
  const known = new Map<string, Map<string, string>>();
  const addresses = new Map<string, readonly string[]>();
  let waiting: (() => void)[] = [];

  const forget = (uid: string): void => {
    for (const address of addresses.get(uid) ?? []) {
      const pods = known.get(address);
      pods?.delete(uid);
      if (pods?.size === 0) known.delete(address);
    }
    addresses.delete(uid);
  };
  const keep = (object: ClusterObject): void => {
    const pod = podOf(object);
    if (pod === undefined) return;
    forget(pod.uid);
    addresses.set(pod.uid, pod.addresses);
    for (const address of pod.addresses) {
      const pods = known.get(address) ?? new Map<string, string>();
      known.set(address, pods.set(pod.uid, pod.workload));
    }
  };
  const wake = (): void => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  const follower = followList(
    api,
    { path, watchSeconds, keep: slim },
    {
      listed: (objects) => {
        known.clear();
        addresses.clear();
        objects.forEach(keep);
        wake();
      },
      changed: (object) => {
        keep(object);
        wake();
      },
      gone: (object) => forget(podOf(object)?.uid ?? ''),
      failed: (problem, failures) => void log.write({ level: 'error', event: 'pods_unreadable', problem, failures }),
    },
  );

  const state = (): ReturnType<PodSource['state']> =>
    follower.state() === 'waiting' ? 'waiting' : follower.silence() <= longest ? 'ready' : 'unheard';
  const find = (address: string): PodAnswer => {
    if (state() !== 'ready') return { kind: 'unheard' };
    const [name, another] = [...(known.get(address)?.values() ?? [])];
    return name === undefined || name === '' || another !== undefined ? { kind: 'nobody' } : { kind: 'workload', name };
  };
  return {
    find,
    wait: async (address) => {
      const end = performance.now() + longestWait;
      for (;;) {
        const answer = find(address);
        const left = end - performance.now();
        if (answer.kind === 'workload' || left <= 0) return answer;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          waiting.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    state,
    count: () => addresses.size,
    stop: follower.stop,
  };
}

interface Pod {
  readonly uid: string;
  /** Empty for a pod that cannot be told by an address. */
  readonly addresses: readonly string[];
  /** Empty while it ends: it still has its address, and nobody calls from it any more but over connections that are there. */
  readonly workload: string;
}

/** What is needed of a pod: lists of them are large. */
function slim(object: ClusterObject): ClusterObject {
  const { metadata, spec, status } = object;
  const { name, namespace, uid, labels, ownerReferences, deletionTimestamp } = isObject(metadata) ? metadata : {};
  const { hostNetwork } = isObject(spec) ? spec : {};
  const { phase, podIP, podIPs } = isObject(status) ? status : {};
  return {
    metadata: { name, namespace, uid, labels, ownerReferences, deletionTimestamp },
    spec: { hostNetwork },
    status: { phase, podIP, podIPs },
  };
}

function podOf(object: ClusterObject): Pod | undefined {
  const { metadata, spec, status } = object;
  if (!isObject(metadata)) return undefined;
  const { uid, name, namespace, deletionTimestamp } = metadata;
  if (typeof uid !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  const { phase, podIP, podIPs } = isObject(status) ? status : {};
  const isNodes = isObject(spec) && spec['hostNetwork'] === true;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  const all = [podIP, ...(Array.isArray(podIPs) ? podIPs.map((one) => (isObject(one) ? one['ip'] : undefined)) : [])];
  return {
    uid,
    addresses:
      isNodes || isOver ? [] : [...new Set(all.filter((one) => typeof one === 'string' && one !== ''))].map(String),
    workload:
      deletionTimestamp === undefined || deletionTimestamp === null ? `${namespace}/${makerOf(metadata, name)}` : '',
  };
}

/**
 * Who made a pod, one step beyond what its owner is named: a Deployment by its replica set, a CronJob by its job, so that neither a rollout nor
 * a run is somebody new.
 */
function makerOf(metadata: Readonly<Record<string, unknown>>, name: string): string {
  const { ownerReferences, labels } = metadata;
  const owners: readonly unknown[] = Array.isArray(ownerReferences) ? ownerReferences : [];
  const owner = owners.find((one) => isObject(one) && one['controller'] === true);
  if (!isObject(owner) || typeof owner['name'] !== 'string') return name;
  const { kind, name: made } = { kind: owner['kind'], name: owner['name'] };
  const hash = isObject(labels) ? labels['pod-template-hash'] : undefined;
  if (kind === 'ReplicaSet' && typeof hash === 'string' && hash !== '' && made.endsWith(`-${hash}`))
    return made.slice(0, -hash.length - 1);
  // Jobs of a CronJob are named after the minute they are for, counted from 1970.
  return kind === 'Job' ? made.replace(/(?<=.)-[0-9]{8,}$/, '') : made;
}
