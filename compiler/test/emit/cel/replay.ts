// What a real API server can be asked to compare: the policies of the corpus, objects that it accepts, and what the module decides about
// a request. The server fills in defaults, so the caller builds the request from the object that the server gives back.

import type { NativeObject } from '../../../src/emit/k8s/policy-object.ts';
import { native, nativeRules } from './corpus.ts';
import { decidedPolicy, decisionsOf, ruleOf, type RuleDecision } from './decided.ts';
import type { Request } from './reviews.ts';

/** One policy. */
export interface ReplayCase {
  /** The source of its rule. */
  readonly name: string;
  /** The policy and its binding. */
  readonly objects: readonly NativeObject[];
  /** `Deny` refuses what fires, `Warn` warns, `Audit` says nothing to who asks. An error refuses whatever the action is. */
  readonly action: string;
  /** What the module decides about the `request` of an AdmissionReview. */
  readonly decide: (request: Request) => RuleDecision | undefined;
}

/** The policies of the corpus for a server of that minor version; their names are those of one rule, so they come one at a time. */
export function replayCases(minor: number): readonly ReplayCase[] {
  return [...native.map(ruleOf), ...nativeRules].flatMap((source) => {
    const { entrypoint, ir, policies } = decidedPolicy(source, { minor });
    const index = entrypoint.rules.length - 1;
    const made = policies.native.find((policy) => policy.index === index);
    if (made === undefined) return [];
    const decide = (request: Request): RuleDecision | undefined => decisionsOf(ir, entrypoint, request)[index];
    return [{ name: source, objects: made.objects, action: made.action, decide }];
  });
}

/** Objects that a server accepts in the namespace `default` without any policy. */
export const replayObjects: readonly object[] = [
  pod('web', {}, {}),
  pod('web', { owner: 'a' }, { hostNetwork: true }),
  pod('w-1', { app: 'x' }, { securityContext: { runAsNonRoot: false, runAsUser: 0 } }),
  pod('web-two', {}, { securityContext: { seccompProfile: { type: 'Unconfined' } }, priority: 0 }),
  pod('web', {}, { volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
  pod('web', {}, {}, { image: 'c@sha256:0000000000000000000000000000000000000000000000000000000000000000' }),
  pod('web', {}, {}, { image: 'b', securityContext: { privileged: true } }),
  pod('web', {}, {}, { securityContext: { capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] } } }),
  pod('web', {}, {}, { securityContext: { capabilities: { add: ['SYS_ADMIN'] } } }),
  pod('web', {}, {}, { ports: [{ containerPort: 80, hostPort: 80 }] }),
  pod('web', {}, { serviceAccountName: 'robot', initContainers: [{ name: 'i', image: 'a/b:1' }] }),
  deployment('web', 3, {}),
  deployment('w-1', 0, { hostNetwork: true }),
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', labels: { owner: 'a' } },
    spec: {
      schedule: '0 3 * * *',
      suspend: true,
      jobTemplate: { spec: { template: { spec: { ...podSpec({}), restartPolicy: 'Never' } } } },
    },
  },
  service('web', 'NodePort', 'http'),
  service('w-1', 'ClusterIP', 80),
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data: { k: 'v' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'other', annotations: { 'x/a': '1' } },
    data: { k: 'w', x: '' },
  },
];

function pod(name: string, labels: object, spec: object, container: object = {}): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec: { ...podSpec(container), ...spec } };
}

function podSpec(container: object): object {
  return { containers: [{ name: 'c', image: 'a/b:1', ...container }] };
}

function deployment(name: string, replicas: number, spec: object): object {
  const labels = { app: 'x' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...podSpec({}), ...spec } },
    },
  };
}

function service(name: string, type: string, targetPort: number | string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type, selector: { app: 'x' }, ports: [{ port: 80, targetPort }] },
  };
}
