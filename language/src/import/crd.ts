// A CustomResourceDefinition (its YAML as a value), or one kind's JSON schema as catalogs publish it → kinds for the union
// `Object`. Schemas are read as Kubernetes reads its own types: missing strings, lists and maps are empty.

import type { Field, RecordType } from '../semantic/types.ts';
import { isObject, list, readSchemas, text } from './json-schema.ts';
import type { SchemaReader } from './json-schema.ts';
import { isBuiltInKind, metadataField, podFields, podRecord, typeField } from './kubernetes.ts';
import { customResources } from './kubernetes-resources.ts';
import type { CustomKind } from './kubernetes.ts';
import { findPodTemplate } from './pod-template.ts';
import type { ImportProblem } from './problem.ts';

/** What a catalog's schema does not say itself; its file name does: `GROUP/kind_version.json`. */
export interface KindName {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface CrdImport {
  readonly kinds: readonly CustomKind[];
  /** Grows while fields of records are read. */
  readonly problems: readonly ImportProblem[];
}

/** The kinds that `document` defines: one for each served version. `name` is needed for a bare JSON schema. */
export function importCrd(document: unknown, name?: KindName): CrdImport {
  if (!isObject(document)) return fault('a CustomResourceDefinition', '');
  const reader = readSchemas({ document, presence: 'kubernetes' });
  if (document['kind'] !== 'CustomResourceDefinition') {
    const found = name ?? kindOfSchema(document);
    if (found === undefined || !isObject(document['properties'])) return fault('a CustomResourceDefinition', '');
    return { kinds: [customKind(found, document, reader, '')], problems: reader.problems };
  }
  const spec = document['spec'];
  if (!isObject(spec)) return fault('a CustomResourceDefinition with a `spec`', '/spec');
  const group = text(spec['group']);
  const kind = isObject(spec['names']) ? text(spec['names']['kind']) : '';
  if (group === '' || kind === '') return fault('a CustomResourceDefinition with group and kind', '/spec');
  const kinds: CustomKind[] = [];
  const repeated: ImportProblem[] = [];
  for (const [index, version] of list(spec['versions']).entries()) {
    if (!isObject(version) || version['served'] === false) continue;
    const at = `/spec/versions/${index}/schema/openAPIV3Schema`;
    const schema = isObject(version['schema']) ? version['schema']['openAPIV3Schema'] : undefined;
    if (!isObject(schema)) return fault('a CustomResourceDefinition with a schema for each version', at);
    const named = { group, version: text(version['name']), kind };
    if (isBuiltInKind(`${group}/${named.version}`, kind)) repeated.push({ code: 'repeated-kind', kind });
    else {
      const resources = customResources(spec, version);
      kinds.push({ ...customKind(named, schema, reader, at), ...(resources ? { resources } : {}) });
    }
  }
  if (kinds.length === 0 && repeated.length === 0)
    return fault('a CustomResourceDefinition that serves a version', '/spec');
  return { kinds, problems: repeated.length > 0 ? repeated : reader.problems };
}

/** `GROUP/kind_version.json` → what is in it; the kind's capitals are lost there, so `kind` is lower-case. */
export function kindOfCatalogPath(path: string): KindName | undefined {
  const parts = /(?:^|\/)([^/]+)\/([^/_]+)_([^/_.]+)\.json$/.exec(path);
  return parts === null ? undefined : { group: parts[1] ?? '', kind: parts[2] ?? '', version: parts[3] ?? '' };
}

/** Some catalogs say the kind in `x-kubernetes-group-version-kind`. */
function kindOfSchema(schema: Readonly<Record<string, unknown>>): KindName | undefined {
  const [first] = list(schema['x-kubernetes-group-version-kind']);
  if (!isObject(first)) return undefined;
  return { group: text(first['group']), version: text(first['version']), kind: text(first['kind']) };
}

/** The schema's record with `apiVersion`, `kind` and `metadata` as all kinds have them; `spec` is there if it is described. */
function customKind(name: KindName, schema: unknown, reader: SchemaReader, at: string): CustomKind {
  const type = reader.type(schema, name.kind, at);
  let fields: ReadonlyMap<string, Field> | undefined;
  let template: { readonly path: readonly string[] | undefined } | undefined;
  const podTemplate = (): readonly string[] | undefined =>
    (template ??= { path: findPodTemplate(schema, podFields()) }).path;
  const record: RecordType = {
    name: name.kind,
    doc: isObject(schema) ? text(schema['description']) : '',
    fields: () => {
      if (fields) return fields;
      const described = kindFields(type.kind === 'record' ? type.record.fields() : new Map<string, Field>());
      return (fields = withPodAt(described, podTemplate() ?? []));
    },
  };
  return { ...name, record, podTemplate };
}

/** `fields` with a pod's record at the end of the path. */
function withPodAt(fields: ReadonlyMap<string, Field>, [name, ...rest]: readonly string[]): ReadonlyMap<string, Field> {
  const field = name === undefined ? undefined : fields.get(name);
  if (field?.type.kind !== 'record') return fields;
  const { record } = field.type;
  const inner =
    rest.length === 0 ? podRecord() : { ...record, fields: () => (known ??= withPodAt(record.fields(), rest)) };
  let known: ReadonlyMap<string, Field> | undefined;
  return new Map(fields).set(field.name, { ...field, type: { kind: 'record', record: inner } });
}

function kindFields(described: ReadonlyMap<string, Field>): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const field of [typeField('apiVersion'), typeField('kind'), metadataField()]) fields.set(field.name, field);
  for (const field of described.values()) {
    if (fields.has(field.name)) continue;
    const { default: _, ...rest } = field;
    const always = field.name === 'spec' && field.type.kind === 'record';
    fields.set(field.name, always ? { ...rest, presence: 'required' } : field);
  }
  return fields;
}

function fault(expected: string, at: string): CrdImport {
  return { kinds: [], problems: [{ code: 'invalid-document', expected, at }] };
}
