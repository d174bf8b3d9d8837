// A manifest as its author wrote it to the object that an API server would ask about: versions that servers have left behind are
// the version that took their place, and numbers where Kubernetes has text (quantities: `cpu: 2`) are text. Defaults are not filled in:
// rules say what a missing field means. Documents that come from an API server need none of this, and do not get it.
//
// Source of the versions: Kubernetes, "Deprecated API Migration Guide"; a version stands here where its fields are those of the version
// that took its place, but for Ingress, whose backends are rewritten as the server's conversion does.

import { kubernetesObject, type RecordType, type Type } from '@rdp/language';

/** Versions by the kinds that left them, and the version that took their place. */
const replaced: readonly (readonly [versions: readonly string[], kinds: readonly string[], by: string])[] = [
  [
    ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2'],
    ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
    'apps/v1',
  ],
  [['batch/v1beta1', 'batch/v2alpha1'], ['CronJob'], 'batch/v1'],
  [
    ['extensions/v1beta1', 'networking.k8s.io/v1beta1'],
    ['Ingress', 'IngressClass', 'NetworkPolicy'],
    'networking.k8s.io/v1',
  ],
  [['policy/v1beta1'], ['PodDisruptionBudget'], 'policy/v1'],
  [
    ['rbac.authorization.k8s.io/v1alpha1', 'rbac.authorization.k8s.io/v1beta1'],
    ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
    'rbac.authorization.k8s.io/v1',
  ],
  [['autoscaling/v2beta2'], ['HorizontalPodAutoscaler'], 'autoscaling/v2'],
  [
    ['storage.k8s.io/v1beta1'],
    ['CSIDriver', 'CSINode', 'CSIStorageCapacity', 'StorageClass', 'VolumeAttachment'],
    'storage.k8s.io/v1',
  ],
];

type Json = Readonly<Record<string, unknown>>;

/** The object that a server would ask about; anything that is no object with a kind stays as it is. */
export function asAdmitted(manifest: unknown): unknown {
  if (!isJson(manifest) || typeof manifest['apiVersion'] !== 'string' || typeof manifest['kind'] !== 'string')
    return manifest;
  const renewed = renew(manifest, manifest['apiVersion'], manifest['kind']);
  const record = recordOf(String(renewed['apiVersion']), String(renewed['kind']));
  return record === undefined ? renewed : withTexts(renewed, { kind: 'record', record });
}

function renew(object: Json, apiVersion: string, kind: string): Json {
  const row = replaced.find(([versions, kinds]) => versions.includes(apiVersion) && kinds.includes(kind));
  if (row === undefined) return object;
  const renewed = { ...object, apiVersion: row[2] };
  return kind === 'Ingress' && isJson(object['spec']) ? { ...renewed, spec: renewIngress(object['spec']) } : renewed;
}

/** `spec` of an Ingress with backends as v1 has them: `{serviceName, servicePort}` is `{service: {name, port}}`. */
function renewIngress({ backend, rules, ...spec }: Json): Json {
  return {
    ...spec,
    ...(backend === undefined ? {} : { defaultBackend: renewBackend(backend) }),
    ...(Array.isArray(rules) ? { rules: rules.map(renewRule) } : {}),
  };
}

function renewRule(rule: unknown): unknown {
  const http = isJson(rule) ? rule['http'] : undefined;
  if (!isJson(rule) || !isJson(http) || !Array.isArray(http['paths'])) return rule;
  const paths = http['paths'].map((path: unknown) =>
    isJson(path) ? { pathType: 'ImplementationSpecific', ...path, backend: renewBackend(path['backend']) } : path,
  );
  return { ...rule, http: { ...http, paths } };
}

function renewBackend(backend: unknown): unknown {
  if (!isJson(backend) || backend['serviceName'] === undefined) return backend;
  const { serviceName, servicePort, ...rest } = backend;
  const port = typeof servicePort === 'number' ? { number: servicePort } : { name: servicePort };
  return { ...rest, service: { name: serviceName, port } };
}

let recordsByKind: ReadonlyMap<string, RecordType> | undefined;

/** The record of a built-in kind. */
function recordOf(apiVersion: string, kind: string): RecordType | undefined {
  if (recordsByKind === undefined) {
    const union = kubernetesObject([]);
    const variants = union.variantNames().flatMap((name) => union.variant(name) ?? []);
    recordsByKind = new Map(variants.map(({ tag, record }) => [tag.join(' '), record]));
  }
  return recordsByKind.get(`${apiVersion} ${kind}`);
}

/** The value with text where its type has text and it has a number. */
function withTexts(value: unknown, type: Type): unknown {
  switch (type.kind) {
    case 'string':
      return typeof value === 'number' ? String(value) : value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => withTexts(item, type.of)) : value;
    case 'map':
      return isJson(value) ? mapValues(value, (item) => withTexts(item, type.value)) : value;
    case 'record': {
      const fields = type.record.fields();
      const typeOf = new Map([...fields.values()].map((field) => [field.wire, field.type]));
      if (!isJson(value)) return value;
      const whole = { ...missingSpec(value, type.record), ...value };
      return mapValues(whole, (item, key) => {
        const of = typeOf.get(key);
        return of === undefined ? item : withTexts(item, of);
      });
    }
    default:
      return value;
  }
}

/** A server has no object without the spec and the template that its kind has: they are there, and empty. */
function missingSpec(value: Json, record: RecordType): Json {
  const missing = ['spec', 'template'].filter((name) => {
    const field = record.fields().get(name);
    return field?.presence === 'required' && field.type.kind === 'record' && (value[name] ?? undefined) === undefined;
  });
  return Object.fromEntries(missing.map((name) => [name, {}]));
}

function mapValues(object: Json, change: (value: unknown, key: string) => unknown): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
