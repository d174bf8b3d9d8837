// Kubernetes' own types: the union `Object` of every built-in kind, from the table that `gen/kubernetes.ts` makes. A type is
// decoded when it is first asked for, so that a policy pays for the kinds that it names.
//
// What may be missing follows Go, in which the API server writes: a missing string is empty, so is a missing list or map
// (also where the schema requires one: Go writes null); numbers, flags, times and objects are `T?`. `spec` is always there.
// Quantities (`500m`, `1Gi`) are strings, as the API server writes them in admission; values that are integer or text
// (ports, `maxUnavailable`) are `dyn`; `date-time` is a timestamp; base64 stays a string.

import type {
  Const,
  Field,
  Held,
  Holder,
  KubernetesResource,
  RecordType,
  Type,
  UnionType,
  Variant,
} from '../semantic/types.ts';
import { emptyConst } from './json-schema.ts';
import type { PodFields } from './pod-template.ts';
import { kubernetesDoc } from './kubernetes-docs.ts';
import { kubernetesKinds, kubernetesTypes } from './kubernetes.generated.ts';

/**
 * Two types that are one here, with the fields of the wider: an ephemeral container is a container that may name a target, so
 * that all containers of a pod are one list, `spec.containers + spec.initContainers + spec.ephemeralContainers`.
 */
const container = { read: 'core.v1.Container', wider: 'core.v1.EphemeralContainer' } as const;

/** A template of pods is read as a pod, so that what is said of pods can be said of templates. */
const template = { schema: 'core.v1.PodTemplateSpec', read: 'core.v1.Pod' } as const;

/** A kind that a custom resource definition adds. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly record: RecordType;
  /** Names of the fields that lead to the template of the pods that it makes, whose type is `podRecord()`. */
  readonly podTemplate?: () => readonly string[] | undefined;
  readonly resources?: readonly KubernetesResource[];
}

interface KnownKind {
  readonly tag: readonly [apiVersion: string, kind: string];
  readonly qualified: string;
  readonly record: () => RecordType;
  readonly podTemplate: (() => readonly string[] | undefined) | undefined;
  readonly resources: readonly KubernetesResource[] | undefined;
}

/**
 * The objects of `CONNECT`. The API server makes them of a request's query, so the schema has them as parameters of paths alone; these
 * are their fields in k8s.io/api/core/v1 (types.go).
 */
const connectTypes: Readonly<Record<string, string>> = {
  'core.v1.NodeProxyOptions': 'apiVersion:s kind:s path:s',
  'core.v1.PodAttachOptions': 'apiVersion:s container:s kind:s stderr:b stdin:b stdout:b tty:b',
  'core.v1.PodExecOptions': 'apiVersion:s command:[s container:s kind:s stderr:b stdin:b stdout:b tty:b',
  'core.v1.PodPortForwardOptions': 'apiVersion:s kind:s ports:[i',
  'core.v1.PodProxyOptions': 'apiVersion:s kind:s path:s',
  'core.v1.ServiceProxyOptions': 'apiVersion:s kind:s path:s',
};

/** Where the built-in kinds that make pods have the template of them; a test compares with the schema. */
const podTemplates: Readonly<Record<string, readonly string[]>> = {
  'apps.v1.DaemonSet': ['spec', 'template'],
  'apps.v1.Deployment': ['spec', 'template'],
  'apps.v1.ReplicaSet': ['spec', 'template'],
  'apps.v1.StatefulSet': ['spec', 'template'],
  'batch.v1.CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  'batch.v1.Job': ['spec', 'template'],
  'core.v1.PodTemplate': ['template'],
  'core.v1.ReplicationController': ['spec', 'template'],
};

/**
 * What a pod does not have of its template. Kubernetes gives a pod the namespace of what makes it and a name after that, and
 * ignores what the template says of either.
 */
const ofThePodsMaker: Held['outer'] = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']];

const records = new Map<string, RecordType>();

/** `Object`: an object of any kind, built in or in `custom`. Kinds have a short name (`Pod`) where only one has it. */
export function kubernetesObject(custom: readonly CustomKind[]): UnionType {
  const kinds = [...builtInKinds(), ...custom.map(customKind)];
  const byName = new Map<string, KnownKind>();
  const shared = new Set<string>();
  for (const known of kinds) {
    byName.set(known.qualified, known);
    const [, kind] = known.tag;
    if (shared.has(kind)) continue;
    if (byName.has(kind)) {
      byName.delete(kind);
      shared.add(kind);
    } else byName.set(kind, known);
  }
  const variants = new Map<KnownKind, Variant>();
  let holders: readonly Holder[] | undefined;
  return {
    name: 'Object',
    base: baseRecord(),
    discriminators: ['apiVersion', 'kind'],
    variantNames: () => [...byName.keys()],
    customNames: () => custom.map((kind) => customKind(kind).qualified),
    variant: (name) => {
      const known = byName.get(name);
      return known && variantOf(known);
    },
  };

  function variantOf(known: KnownKind): Variant {
    const [, kind] = known.tag;
    const variant = variants.get(known) ?? {
      name: byName.has(kind) ? kind : known.qualified,
      tag: known.tag,
      record: known.record(),
      ...(known.resources ? { resources: known.resources } : {}),
      ...(known.qualified === 'core.v1.Pod' ? { held: { holders: podHolders, outer: ofThePodsMaker } } : {}),
    };
    variants.set(known, variant);
    return variant;
  }

  function podHolders(): readonly Holder[] {
    return (holders ??= kinds.flatMap((known) => {
      const names = known.podTemplate?.();
      if (names === undefined) return [];
      const variant = variantOf(known);
      return [{ variant, path: fieldsAlong(variant.record, names) }];
    }));
  }
}

/** The fields of these names, each of the record that the one before leads to. */
function fieldsAlong(record: RecordType, [name = '', ...rest]: readonly string[]): readonly Field[] {
  const field = record.fields().get(name);
  if (field?.type.kind !== 'record') return [];
  return rest.length === 0 ? [field] : [field, ...fieldsAlong(field.type.record, rest)];
}

/** The qualified names of all built-in kinds, e.g. `apps.v1.Deployment`. */
export function builtInKindNames(): readonly string[] {
  return builtInKinds().map((known) => known.qualified);
}

/**
 * The type that `k8s.NAME` stands for: `PodSpec` where only one group and version has the name, else `rbac.v1.Subject`.
 * Undefined for anything else.
 */
export function kubernetesType(name: string): Type | undefined {
  const qualified = name.includes('.') ? name : typesByShortName().get(name);
  if (qualified === undefined || !Object.hasOwn(kubernetesTypes, qualified)) return undefined;
  return { kind: 'record', record: namedRecord(qualified) };
}

/** What `kubernetesType` takes without group and version. */
export function kubernetesTypeNames(): Iterable<string> {
  return [...typesByShortName()].flatMap(([short, qualified]) => (qualified === undefined ? [] : [short]));
}

/** Whether some type's qualified name begins with `path`: a group, or group and version. */
export function isKubernetesGroup(path: string): boolean {
  return Object.keys(kubernetesTypes).some((qualified) => qualified.startsWith(`${path}.`));
}

let shortNames: ReadonlyMap<string, string | undefined> | undefined;

/** Short names to qualified ones; undefined where several have the name. */
function typesByShortName(): ReadonlyMap<string, string | undefined> {
  if (shortNames !== undefined) return shortNames;
  const names = new Map<string, string | undefined>();
  for (const qualified of Object.keys(kubernetesTypes)) {
    const short = qualified.slice(qualified.lastIndexOf('.') + 1);
    names.set(short, names.has(short) ? undefined : qualified);
  }
  shortNames = names;
  return names;
}

/** `v1 Pod` → whether Kubernetes has such a kind. */
export function isBuiltInKind(apiVersion: string, kind: string): boolean {
  return kubernetesKinds.some((row) => row.startsWith(`${apiVersion} ${kind} `));
}

/** A pod, and the template of one: a pod without name and status. */
export function podRecord(): RecordType {
  return namedRecord(template.read);
}

/** The names of the fields of a pod's template, its spec and its containers. */
export function podFields(): PodFields {
  return (fieldsOfPods ??= {
    template: new Set(podRecord().fields().keys()),
    spec: new Set(namedRecord('core.v1.PodSpec').fields().keys()),
    container: new Set(namedRecord('core.v1.Container').fields().keys()),
  });
}

let fieldsOfPods: PodFields | undefined;

/** Whether a record is one of Kubernetes' own types, whose values a Go program writes, and none of a custom kind. */
export function isKubernetesRecord(record: RecordType): boolean {
  return [...records.values()].includes(record);
}

/** The metadata of every object. */
export function objectMeta(): RecordType {
  return namedRecord('meta.v1.ObjectMeta');
}

/** `metadata` as all kinds have it: an object without is read as one with empty metadata. */
export function metadataField(): Field {
  return {
    name: 'metadata',
    wire: 'metadata',
    type: { kind: 'record', record: objectMeta() },
    presence: 'default',
    default: emptyRecord(objectMeta()),
    doc: kubernetesDoc('Object', 'metadata'),
  };
}

/** `apiVersion` or `kind`. */
export function typeField(name: string): Field {
  return {
    name,
    wire: name,
    type: { kind: 'string', sensitive: false },
    presence: 'default',
    default: { kind: 'string', value: '' },
    doc: kubernetesDoc('Object', name),
  };
}

function builtInKinds(): readonly KnownKind[] {
  const connect = Object.keys(connectTypes).map((type) => `v1 ${type.slice(type.lastIndexOf('.') + 1)} ${type}`);
  return [...kubernetesKinds, ...connect].map((row) => {
    const [apiVersion = '', kind = '', type = ''] = row.split(' ');
    return {
      tag: [apiVersion, kind],
      qualified: type,
      record: () => namedRecord(type),
      podTemplate: () => podTemplates[type],
      resources: undefined,
    };
  });
}

function customKind({ group, version, kind, record, podTemplate, resources }: CustomKind): KnownKind {
  const first = group.split('.')[0] ?? group;
  return {
    tag: [`${group}/${version}`, kind],
    qualified: `${first.replaceAll('-', '_')}.${version}.${kind}`,
    record: () => record,
    podTemplate,
    resources,
  };
}

function baseRecord(): RecordType {
  let fields: ReadonlyMap<string, Field> | undefined;
  return {
    name: 'Object',
    doc: 'A Kubernetes object of any kind.',
    fields: () =>
      (fields ??= new Map(
        [typeField('apiVersion'), typeField('kind'), metadataField()].map((field) => [field.name, field]),
      )),
  };
}

function namedRecord(named: string): RecordType {
  const type = named === container.wider ? container.read : named === template.schema ? template.read : named;
  const known = records.get(type);
  if (known !== undefined) return known;
  let fields: ReadonlyMap<string, Field> | undefined;
  const record: RecordType = {
    name: type.slice(type.lastIndexOf('.') + 1),
    doc: '',
    fields: () => (fields ??= decodeFields(type)),
  };
  records.set(type, record);
  return record;
}

function decodeFields(type: string): ReadonlyMap<string, Field> {
  const inside = type.slice(0, type.lastIndexOf('.'));
  const text = kubernetesTypes[type === container.read ? container.wider : type] ?? connectTypes[type] ?? '';
  // A kind has `apiVersion`, `kind` and `metadata`; these are fields of the base too and must read alike.
  const isKind = / kind:s metadata:meta\.v1\.ObjectMeta/.test(text);
  const fields = (text === '' ? [] : text.split(' ')).map((part): Field => {
    const colon = part.indexOf(':');
    const required = part[colon - 1] === '!';
    const name = part.slice(0, required ? colon - 1 : colon);
    if (isKind && name === 'metadata') return metadataField();
    const doc = kubernetesDoc(type.slice(type.lastIndexOf('.') + 1), name);
    const own = decodeType(part.slice(colon + 1), inside);
    return decodeField({ name, doc, type: own, required: required || (isKind && name === 'spec') });
  });
  return new Map(fields.map((field) => [field.name, field]));
}

function decodeField(decoded: {
  readonly name: string;
  readonly doc: string;
  readonly type: Type;
  readonly required: boolean;
}): Field {
  const { name, doc, type, required } = decoded;
  const empty = emptyConst(type);
  const base = { name, wire: name, type, doc };
  if (empty !== undefined && (type.kind !== 'string' || !required))
    return { ...base, presence: 'default', default: empty };
  return { ...base, presence: required && type.kind !== 'timestamp' ? 'required' : 'optional' };
}

function decodeType(code: string, inside: string): Type {
  switch (code[0]) {
    case '[':
      return { kind: 'list', of: decodeType(code.slice(1), inside) };
    case '{':
      return { kind: 'map', key: { kind: 'string', sensitive: false }, value: decodeType(code.slice(1), inside) };
    default:
      break;
  }
  switch (code) {
    case 's':
      return { kind: 'string', sensitive: false };
    case 'b':
      return { kind: 'bool' };
    case 'i':
      return { kind: 'int' };
    case 'f':
      return { kind: 'float' };
    case 't':
      return { kind: 'timestamp' };
    case 'd':
      return { kind: 'dyn' };
    default:
      break;
  }
  return { kind: 'record', record: namedRecord(code.includes('.') ? code : `${inside}.${code}`) };
}

/** The constant that a missing record reads as: every default, and nothing else. */
function emptyRecord(record: RecordType): Const {
  const fields = new Map<string, Const>();
  for (const field of record.fields().values()) if (field.default !== undefined) fields.set(field.name, field.default);
  return { kind: 'record', record, fields };
}
