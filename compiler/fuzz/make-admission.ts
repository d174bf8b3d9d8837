// Random policies and documents of Kubernetes admission: objects that say themselves what they are, with their keys in any
// order, so that fields come before the kind that they belong to is known.

import { mutateBytes, type Closeness } from './make-document.ts';
import { makeBefore } from './make-update.ts';
import type { Random } from './random.ts';

const conditions = [
  'object is Pod && object.spec.containers.exists(c, c.securityContext?.privileged ?? false)',
  'object is Pod && object.spec.containers.all(c, c.image.startsWith("a/"))',
  'object is Pod && (object.spec.hostNetwork ?? false)',
  'object is Pod && object.spec.volumes.exists(v, v.hostPath != none)',
  'object is Deployment && (object.spec.replicas ?? 1) > 2',
  'object is Deployment && object.spec.template.spec.containers.exists(c, !c.image.contains("@"))',
  'object is Service && object.spec.type == "NodePort"',
  'object is ConfigMap && "k" in object.data',
  'object is ConfigMap && object.data["k"] == "v"',
  'object is Pod || object is Service',
  'object.metadata.namespace == "kube-system"',
  'object.metadata.labels[?"owner"] == none',
  'object.metadata.annotations.exists(k, k.startsWith("x/"))',
  'operation in ["CREATE", "UPDATE"] && namespace != ""',
  'old_object != none && old_object.kind == object.kind',
  'old_object != none && old_object.metadata.name != object.metadata.name',
  'object.kind == "Widget" && object.apiVersion.endsWith("/v1")',
  'user.groups.exists(g, g == "admins") || user.name == "root"',
  'object is Pod && size(object.spec.containers) > 1 && object.metadata.name.matches(re"^[a-z]+$")',
  'kind.kind == "Pod" && dry_run',
  'object is Pod && object.metadata.namespace == "shop" && object.metadata.name != ""',
  'object is Pod && object.metadata.labels[?"app"] != none && object.kind != "Pod"',
  'old_object is Pod && old_object.spec.containers.exists(c, c.image == "")',
  'old_object is Pod && object is Pod && old_object.metadata.labels == object.metadata.labels',
  'object is Pod && object is Deployment && object.spec.replicas == none',
  'object is ConfigMap && object.metadata.annotations["x/a"] == "1"',
  'operation == "UPDATE" && object is Pod && object.metadata.labels[?"app"] == none',
  'size(object.metadata.finalizers) == 0 && object.metadata.labels[?"owner"] != optional.of("a")',
  'object is CronJob && object.spec.jobTemplate.spec?.suspend == optional.of(true)',
];

/** Changes for rules on pods, and for rules on anything. */
const podChanges = [
  'object.metadata.labels["a/b"] = namespace',
  'object.metadata.labels["app"] = "y"',
  'object.metadata.annotations = { "x/a": object.kind }',
  'object.metadata.namespace = "shop"',
  'object.spec.securityContext.seccompProfile.type = "RuntimeDefault"',
  'object.spec.hostNetwork = false',
  'object.spec.containers[0].securityContext = { privileged: false, runAsUser: 1 }',
  'object.spec.containers[1].image = "a/b:1"',
  'object.spec.tolerations = object.spec.tolerations + [{ key: object.metadata.name }, { key: "b", operator: "Exists" }]',
  'object.spec.tolerations = object.spec.tolerations + [{ key: "c" }]',
];
const changes = ['object.metadata.labels["team"] = "a"', 'object.metadata.annotations["x/~"] = user.name'];

const surfaces = [
  '{}',
  '{}',
  '{ namespaces ["sh*"], default deny }',
  '{ exclude_namespaces ["kube-*"], subresources ["*"] }',
  '{ namespace_labels "owner in (a), app!=y", default deny }',
  '{ object_labels "!app" }',
  '{ allow_existing_violations false }',
  '{ allow_existing_violations false, default deny }',
];

/** A random policy in the package `fuzz.k`. */
export function makeAdmissionPolicy(random: Random): string {
  const rules = Array.from({ length: 1 + random.below(8) }, (_, i) => {
    const condition = random.chance(0.3)
      ? `(${random.pick(conditions)}) ${random.pick(['&&', '||'])} !(${random.pick(conditions)})`
      : random.pick(conditions);
    const message = random.pick(['"no"', '"{object.kind} {namespace}"', '"{object.metadata.name}"']);
    const action = random.pick([
      `block ${message}`,
      `alert ${message}`,
      'quarantine object.metadata.name',
      'approve by object.metadata.name',
      'permit',
    ]);
    if (random.chance(0.3))
      return `discover R${i} on S.admission {\n  when ${condition}\n  flow object.kind -> object.metadata.name\n}`;
    if (random.chance(0.3)) {
      const [what, change] = random.chance(0.7)
        ? [`object is Pod && (${condition})`, random.pick(podChanges)]
        : [condition, random.pick(changes)];
      return `defend R${i} on S.admission {\n  when ${what}\n  set ${change}\n}`;
    }
    return `defend R${i} on S.admission {\n  when ${condition}\n  ${action}\n}`;
  });
  return `package fuzz.k\nsurface S: k8s ${random.pick(surfaces)}\n${rules.join('\n')}\n`;
}

/** A random AdmissionReview. */
export function makeReview(random: Random, closeness: Closeness): Uint8Array {
  const faults = closeness === 'near' ? 0.03 : 0;
  const json: Json = (value) => {
    if (random.chance(faults)) return random.pick(['null', '1', '"x"', '{}', '[]', 'true', '{"kind":"Pod"}']);
    if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).filter(([, item]) => item !== undefined && !random.chance(faults));
    const texts = members.map(([key, item]) => `${JSON.stringify(key)}:${json(item)}`);
    const again = texts[0];
    if (again !== undefined && random.chance(faults)) texts.push(again);
    for (let i = texts.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [texts[i], texts[j]] = [texts[j] ?? '', texts[i] ?? ''];
    }
    return `{${texts.join(',')}}`;
  };
  const object = maybe(random, makeObject(random));
  const before = random.chance(0.4) ? random.pick([null, makeObject(random)]) : makeBefore(random, object);
  const review = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'u-1',
      operation: random.pick(['CREATE', 'UPDATE', 'DELETE']),
      kind: { group: '', version: 'v1', kind: random.pick(['Pod', 'Service']) },
      name: maybe(random, 'n'),
      namespace: maybe(random, random.pick(['shop', 'kube-system', ''])),
      userInfo: maybe(random, { username: 'root', groups: random.pick([[], ['admins'], ['a', 'b']]) }),
      object,
      oldObject: maybe(random, before),
      subResource: random.chance(0.1) ? random.pick(['status', 'scale', '']) : undefined,
      namespaceObject: random.chance(0.3) ? random.pick([null, makeObject(random)]) : undefined,
      dryRun: maybe(random, random.chance(0.5)),
    },
  };
  const bytes = Buffer.from(json(review));
  return closeness === 'broken' ? mutateBytes(random, bytes) : bytes;
}

type Json = (value: unknown) => string;

function maybe<T>(random: Random, value: T): T | undefined {
  return random.chance(0.8) ? value : undefined;
}

function makeObject(random: Random): unknown {
  const metadata = {
    name: maybe(random, random.pick(['web', 'w-1', ''])),
    namespace: maybe(random, random.pick(['shop', 'kube-system'])),
    labels: maybe(random, random.pick([{}, { owner: 'a' }, { app: 'x', owner: '' }])),
    annotations: maybe(random, random.pick([{}, { 'x/a': '1' }])),
    uid: maybe(random, 'unused'),
  };
  const [apiVersion, kind] = random.pick([
    ['v1', 'Pod'],
    ['v1', 'Pod'],
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['batch/v1', 'CronJob'],
    ['v1', 'ReplicationController'],
    ['v1', 'Service'],
    ['v1', 'ConfigMap'],
    ['shop.example/v1', 'Widget'],
    ['apps/v1', 'Pod'],
  ] as const);
  const labels = maybe(random, random.pick([{}, { app: 'x' }]));
  const template = { metadata: random.pick([{}, null, { labels, name: 'of-template' }]), spec: podSpec(random) };
  const jobTemplate = { spec: maybe(random, { suspend: random.chance(0.5), template }) };
  const spec: Readonly<Record<string, unknown>> = {
    Pod: podSpec(random),
    Deployment: { replicas: maybe(random, random.below(5)), selector: {}, template },
    StatefulSet: { selector: {}, serviceName: '', template },
    CronJob: { schedule: '', jobTemplate },
    ReplicationController: { template: maybe(random, template) },
    Service: { type: maybe(random, random.pick(['NodePort', 'ClusterIP'])), ports: [] },
    Widget: { containers: 7 },
  };
  return {
    apiVersion,
    kind,
    metadata,
    spec: spec[kind],
    data: kind === 'ConfigMap' ? random.pick([{ k: 'v' }, {}, undefined]) : undefined,
  };
}

function podSpec(random: Random): unknown {
  const container = (): unknown => ({
    name: 'c',
    image: random.pick(['a/b:1', 'c@sha256:00', '']),
    securityContext: random.pick([undefined, null, {}, { privileged: true }, { privileged: false, runAsUser: 0 }]),
    resources: maybe(random, { limits: { cpu: '1', memory: '1Gi' } }),
    env: maybe(random, [{ name: 'A', value: 'b' }]),
  });
  return {
    containers: Array.from({ length: random.below(3) }, container),
    hostNetwork: random.pick([undefined, true, false]),
    volumes: random.pick([undefined, [], [{ name: 'v', hostPath: { path: '/' } }], [{ name: 'w', emptyDir: {} }]]),
  };
}
