// Requests of admission for tests: objects with the fields that rules read, as an API server gives them: fields that are missing, and
// null where Go writes null, kinds that hold pods and kinds that nobody asks for.

import { makeBefore } from '../../../fuzz/make-update.ts';
import { randomFrom, type Random } from '../../../fuzz/random.ts';

/** The request of an AdmissionReview. */
export type Request = Readonly<Record<string, unknown>>;

/** A request that `seed` determines. */
export function makeRequest(seed: number): Request {
  const random = randomFrom(seed);
  const operation = random.pick(['CREATE', 'CREATE', 'UPDATE', 'DELETE']);
  const kind = random.pick(kinds);
  const object = operation === 'DELETE' ? null : makeObject(random, kind);
  const oldObject =
    operation === 'CREATE'
      ? null
      : object !== null && random.chance(0.6)
        ? makeBefore(random, object)
        : makeObject(random, kind);
  const [apiVersion, name] = kind;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return {
    uid: 'u-1',
    kind: { group, version, kind: name },
    resource: { group, version, resource: `${name.toLowerCase()}s` },
    operation,
    ...optional(random, 'name', random.pick(['web', 'w-1'])),
    ...namespaceOf(random),
    requestKind: { group, version, kind: name },
    ...(random.chance(0.1) ? { subResource: 'status' } : {}),
    userInfo: {
      username: random.pick(['root', 'kim']),
      ...optional(random, 'groups', random.pick([['admins'], ['a', 'b'], ['backup-operators']])),
    },
    dryRun: random.chance(0.2),
    object,
    oldObject,
  };
}

/** A namespace with what the server knows of it; or none. */
function namespaceOf(random: Random): Readonly<Record<string, unknown>> {
  const namespace = random.pick(['shop', 'kube-system', undefined]);
  if (namespace === undefined) return {};
  const labels = random.pick([{}, { labels: { team: 'a' } }, { labels: { team: 'b', x: '' } }]);
  return {
    namespace,
    namespaceObject: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, ...labels } },
  };
}

function optional(random: Random, name: string, value: unknown): Readonly<Record<string, unknown>> {
  return random.chance(0.8) ? { [name]: value } : {};
}

const images = ['a/b:1', 'c@sha256:00', 'registry.k8s.io/pause:3.10', 'b', 'B/x:latest', ''];

const kinds = [
  ['v1', 'Pod'],
  ['v1', 'Pod'],
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'CronJob'],
  ['v1', 'ReplicationController'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['storage.platform.example/v1', 'Backup'],
] as const;

function makeObject(random: Random, [apiVersion, kind]: (typeof kinds)[number]): unknown {
  const template = { metadata: metadataOf(random), spec: podSpec(random) };
  const spec: Readonly<Record<string, unknown>> = {
    Pod: podSpec(random),
    Deployment: { ...optional(random, 'replicas', random.below(5)), selector: null, strategy: {}, template },
    StatefulSet: { selector: null, serviceName: '', updateStrategy: {}, template },
    CronJob: {
      schedule: '',
      jobTemplate: {
        metadata: { creationTimestamp: null },
        spec: { ...optional(random, 'suspend', random.chance(0.5)), template },
      },
    },
    ReplicationController: optional(random, 'template', template),
    Service: {
      ...optional(random, 'type', random.pick(['NodePort', 'ClusterIP'])),
      ...optional(random, 'ports', [{ port: 80, targetPort: random.pick([80, 'http', 8080]) }]),
    },
    Backup: optional(random, 'retentionDays', random.pick([null, 3, 30])),
  };
  return {
    apiVersion,
    kind,
    metadata: metadataOf(random),
    ...(spec[kind] === undefined ? {} : { spec: spec[kind] }),
    ...(kind === 'ConfigMap' ? optional(random, 'data', random.pick([{ k: 'v' }, { k: 'w', x: '' }])) : {}),
    ...(kind === 'Backup' ? {} : { status: {} }),
  };
}

function metadataOf(random: Random): unknown {
  return {
    ...optional(random, 'name', random.pick(['web', 'w-1', 'WEB', 'quote"\\ \n'])),
    ...optional(random, 'namespace', random.pick(['shop', 'kube-system'])),
    ...optional(random, 'labels', random.pick([{ owner: 'a' }, { app: 'x', owner: '' }, { app: 'x' }])),
    ...optional(random, 'annotations', random.pick([{ 'x/a': '1' }, { y: '' }])),
    creationTimestamp: random.pick([null, null, '2026-01-01T00:00:00Z', '2024-05-06T07:08:09Z']),
  };
}

function podSpec(random: Random): unknown {
  const container = (name: string): unknown => ({
    name,
    ...optional(random, 'image', random.pick(images)),
    ...optional(
      random,
      'securityContext',
      random.pick([
        {},
        { privileged: true },
        { privileged: false, runAsUser: 0 },
        { capabilities: {} },
        { capabilities: { add: ['NET_BIND_SERVICE'] } },
        { capabilities: { add: ['NET_BIND_SERVICE', 'SYS_ADMIN'], drop: ['ALL'] } },
      ]),
    ),
    ...optional(random, 'ports', [{ containerPort: 80 }, { containerPort: 81, hostPort: random.below(2) }]),
    ...optional(random, 'env', [{ name: 'A', value: 'b' }]),
    resources: random.pick([{}, { limits: { cpu: '1' } }, { limits: { cpu: '2', memory: '1Gi' } }]),
  });
  const containers = ['c', 'v', 'w'].slice(0, random.below(4)).map(container);
  return {
    containers: containers.length === 0 ? random.pick([null, []]) : containers,
    ...(random.chance(0.3) ? { initContainers: [container('i')] } : {}),
    // Go leaves out what is false, unless it is a pointer.
    ...(random.chance(0.4) ? { hostNetwork: true } : {}),
    ...optional(random, 'serviceAccountName', random.pick(['default', 'robot'])),
    ...optional(random, 'priority', random.pick([5, 7])),
    ...optional(random, 'terminationGracePeriodSeconds', random.pick([5, 30])),
    ...optional(
      random,
      'securityContext',
      random.pick([
        {},
        { runAsNonRoot: true },
        { runAsNonRoot: false, runAsUser: 0 },
        { runAsUser: 1000, seccompProfile: { type: 'Unconfined' } },
        { seccompProfile: { type: 'RuntimeDefault' } },
      ]),
    ),
    ...optional(
      random,
      'volumes',
      random.pick([
        [{ name: 'v', hostPath: { path: '/' } }],
        [{ name: 'w', emptyDir: {} }],
        [{ name: 'c', configMap: {} }],
      ]),
    ),
  };
}
