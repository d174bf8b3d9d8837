// JSON Schema (draft 4 to 2020-12, and the dialects of OpenAPI 3.0 and of custom resources) → types. What cannot be said as a
// type (conditions, exclusions, unions of different shapes) becomes `dyn`, never something narrower than the schema.
//
// INVARIANT: never throws, never loops, reads each schema object once: a record's fields are read when asked for, and what
// refers to itself in any other way is `dyn`.

import type { Const, Field, RecordType, Type } from '../semantic/types.ts';
import type { ImportProblem } from './problem.ts';

/** How a dialect reads what may be missing. */
export type Presence =
  /** As the schema says: what is not required is `T?`, unless it has a scalar default. */
  | 'schema'
  /** As Kubernetes' own types: strings, lists and maps that are missing are empty. */
  | 'kubernetes';

export interface SchemaImport {
  /** The document that `$ref` is resolved in. */
  readonly document: unknown;
  readonly presence: Presence;
}

export interface SchemaReader {
  /** The type of the schema at `at` (a JSON Pointer, for problems); `name` names its record, and those inside it. */
  readonly type: (schema: unknown, name: string, at: string) => Type;
  /** Grows while fields of records are read. */
  readonly problems: readonly ImportProblem[];
}

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const dyn: Type = { kind: 'dyn' };
const nothing: Type = { kind: 'null' };
const string: Type = { kind: 'string', sensitive: false };
const longestChain = 32;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the type of `schema`, a whole document, is. */
export function importJsonSchema(
  schema: unknown,
  name: string,
): { readonly type: Type; readonly problems: readonly ImportProblem[] } {
  if (!isObject(schema) && typeof schema !== 'boolean') {
    return { type: dyn, problems: [{ code: 'invalid-document', expected: 'a JSON Schema', at: '' }] };
  }
  const reader = readSchemas({ document: schema, presence: 'schema' });
  return { type: reader.type(schema, name, ''), problems: reader.problems };
}

const schemas = new WeakMap<Field, object>();

/** The schema that a field was read from, as it is in its document; undefined for a field that no document describes. */
export function schemaOf(field: Field): object | undefined {
  return schemas.get(field);
}

/** A reader of the schemas of one document. Asked twice for one schema object it gives the same record. */
export function readSchemas(options: SchemaImport): SchemaReader {
  const problems: ImportProblem[] = [];
  const shapes = new Map<Json, Type>();
  const members = new Map<Json, Members>();
  const objectLike = new Map<Json, boolean>();
  const nullables = new Map<Json, Json>();
  const reported = new Set<string>();

  function follow(schema: unknown, at: string): { readonly schema: unknown; readonly name: string | undefined } {
    let current = schema;
    let name: string | undefined;
    for (let step = 0; isObject(current) && typeof current['$ref'] === 'string'; step++) {
      const reference = current['$ref'];
      const target = step < longestChain ? resolvePointer(options.document, reference) : undefined;
      if (target === undefined) {
        if (!reported.has(reference)) problems.push({ code: 'unresolved-reference', reference, at });
        reported.add(reference);
        return { schema: {}, name: undefined };
      }
      // Keywords beside `$ref` count in 2020-12; only the one that widens matters here.
      const nullable = current['nullable'] === true;
      name = decodePointer(reference.slice(reference.lastIndexOf('/') + 1));
      current = nullable && isObject(target) ? asNullable(target) : target;
    }
    return { schema: current, name };
  }

  function asNullable(schema: Json): Json {
    const known = nullables.get(schema) ?? { ...schema, nullable: true };
    nullables.set(schema, known);
    return known;
  }

  function type(schema: unknown, name: string, at: string): Type {
    const followed = follow(schema, at);
    return shape(followed.schema, followed.name ?? name, at);
  }

  function shape(schema: unknown, name: string, at: string): Type {
    if (!isObject(schema)) return dyn;
    const known = shapes.get(schema);
    if (known !== undefined) return known;
    shapes.set(schema, dyn); // for what refers to itself
    const of = shapeOnce(schema, name, at);
    shapes.set(schema, of);
    return of;
  }

  function shapeOnce(schema: Json, name: string, at: string): Type {
    const variants = [list(schema['oneOf']), list(schema['anyOf'])].find((found) => found.length > 0);
    if (schema['x-kubernetes-int-or-string'] === true || schema['not'] !== undefined) {
      if (schema['type'] === undefined && !isObject(schema['properties'])) return dyn;
    }
    if (schema['const'] !== undefined) return constantType([schema['const']]);
    const declared = declaredType(schema);
    if (declared === undefined && Array.isArray(schema['enum'])) return constantType(schema['enum']);
    if (isObjectSchema(schema, declared)) return objectType(schema, name, at);
    if (declared === undefined && variants !== undefined) return unionOf(variants, name, at);
    if (declared === undefined && Array.isArray(schema['allOf']))
      return intersectionOf(schema, schema['allOf'], name, at);
    switch (declared) {
      case 'string':
        return stringType(schema);
      case 'boolean':
        return { kind: 'bool' };
      case 'integer':
        return { kind: schema['format'] === 'uint64' ? 'uint' : 'int' };
      case 'number':
        return { kind: 'float' };
      case 'array': {
        const items = schema['items'];
        // Items by position (draft 4 lists, `prefixItems`) have no one type.
        const positional = Array.isArray(items) || schema['prefixItems'] !== undefined;
        return { kind: 'list', of: positional ? dyn : element(type(items, `${name}Item`, `${at}/items`), items) };
      }
      case 'null':
        return nothing;
      default:
        return dyn;
    }
  }

  /** Elements and values that may be null cannot have the type of those that are not. */
  function element(of: Type, schema: unknown): Type {
    return allowsNull(follow(schema, '').schema) ? dyn : of;
  }

  function objectType(schema: Json, name: string, at: string): Type {
    const { properties, additional, open } = membersOf(schema, at);
    if (properties.size === 0) {
      if (
        schema['x-kubernetes-preserve-unknown-fields'] === true ||
        schema['x-kubernetes-embedded-resource'] === true
      ) {
        return dyn;
      }
      if (isObject(additional)) {
        const of = type(additional, `${name}Value`, `${at}/additionalProperties`);
        return { kind: 'map', key: string, value: element(of, additional) };
      }
      if (open && additional !== false) return { kind: 'map', key: string, value: dyn };
    }
    let fields: ReadonlyMap<string, Field> | undefined;
    const record: RecordType = {
      name,
      doc: text(schema['description']),
      fields: () => (fields ??= new Map([...properties].map(([key, member]) => [key, field(key, member, name)]))),
    };
    return { kind: 'record', record };
  }

  function field(wire: string, member: Member, owner: string): Field {
    const of = type(member.schema, `${owner}${upperFirst(wire)}`, member.at);
    const followed = follow(member.schema, member.at).schema;
    const doc = text(
      isObject(member.schema) ? (member.schema['description'] ?? propertyOf(followed, 'description')) : '',
    );
    const read = decided(wire, of, { doc, required: member.required, followed });
    if (isObject(member.schema)) schemas.set(read, member.schema);
    return read;
  }

  function decided(
    wire: string,
    of: Type,
    { doc, required, followed }: { readonly doc: string; readonly required: boolean; readonly followed: unknown },
  ): Field {
    const base = { name: wire, wire, type: of, doc };
    // Kubernetes writes empty lists and maps as null, required or not.
    const empty = options.presence === 'kubernetes' && (of.kind === 'list' || of.kind === 'map');
    const nullable = allowsNull(followed) || of.kind === 'null';
    if (required && !nullable && !empty) return { ...base, presence: 'required' };
    const fallback = nullable && options.presence === 'schema' ? undefined : defaultOf(of, followed);
    return fallback === undefined
      ? { ...base, presence: 'optional' }
      : { ...base, presence: 'default', default: fallback };
  }

  function defaultOf(of: Type, schema: unknown): Const | undefined {
    const written = propertyOf(schema, 'default');
    const scalar = written === undefined ? undefined : scalarConst(of, written);
    if (scalar !== undefined || options.presence === 'schema') return scalar;
    return emptyConst(of);
  }

  /** The members of an object schema, with all that `allOf` and variants add. */
  function membersOf(schema: Json, at: string): Members {
    const known = members.get(schema);
    if (known !== undefined) return known;
    const properties = new Map<string, Member>();
    members.set(schema, { properties, additional: undefined, open: true }); // for what refers to itself
    const required = new Set(strings(schema['required']));
    let additional: unknown = schema['additionalProperties'];
    let open = additional === undefined || additional === true;
    for (const [key, value] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
      properties.set(key, { schema: value, required: false, at: `${at}/properties/${encodePointer(key)}` });
    }
    for (const part of partsOf(schema, ['allOf'], at)) {
      const inner = membersOf(part.schema, part.at);
      for (const [key, member] of inner.properties) {
        properties.set(key, properties.get(key) ?? member);
        if (member.required) required.add(key);
      }
      if (isObject(inner.additional)) additional ??= inner.additional;
      open &&= inner.open;
      for (const key of strings(part.schema['required'])) required.add(key);
    }
    for (const part of partsOf(schema, ['oneOf', 'anyOf'], at)) {
      for (const [key, member] of membersOf(part.schema, part.at).properties) {
        properties.set(key, mergeMember(properties.get(key), { ...member, required: false }));
      }
    }
    for (const [key, member] of properties) if (required.has(key)) properties.set(key, { ...member, required: true });
    const found = { properties, additional, open };
    members.set(schema, found);
    return found;
  }

  /** One key in two variants: the same type, or anything. */
  function mergeMember(known: Member | undefined, other: Member): Member {
    if (known === undefined) return other;
    const same = sameType(type(known.schema, '', known.at), type(other.schema, '', other.at));
    return same ? known : { schema: {}, required: known.required, at: known.at };
  }

  /** The schemas under `keywords` that are objects, followed. */
  function partsOf(
    schema: Json,
    keywords: readonly string[],
    at: string,
  ): readonly { readonly schema: Json; readonly at: string }[] {
    return keywords.flatMap((keyword) =>
      list(schema[keyword]).flatMap((part, index) => {
        const place = `${at}/${keyword}/${index}`;
        const inner = follow(part, place).schema;
        return isObject(inner) ? [{ schema: inner, at: place }] : [];
      }),
    );
  }

  function isObjectSchema(schema: Json, declared: string | undefined): boolean {
    if (declared === 'object') return true;
    if (declared !== undefined) return false;
    if (isObject(schema['properties']) || isObject(schema['additionalProperties'])) return true;
    const known = objectLike.get(schema);
    if (known !== undefined) return known;
    objectLike.set(schema, false); // for what refers to itself
    const parts = partsOf(schema, ['allOf', 'oneOf', 'anyOf'], '').filter((part) => !isNullSchema(part.schema));
    const found = parts.length > 0 && parts.every((part) => isObjectSchema(part.schema, declaredType(part.schema)));
    objectLike.set(schema, found);
    return found;
  }

  function unionOf(variants: readonly unknown[], name: string, at: string): Type {
    const types = variants
      .map((variant) => follow(variant, at))
      .filter((variant) => !isNullSchema(variant.schema))
      .map((variant) => shape(variant.schema, variant.name ?? name, at));
    const [first] = types;
    return first !== undefined && types.every((other) => sameType(first, other)) ? first : dyn;
  }

  /** `allOf` of schemas that are no objects: the first that says a type, narrowed by the others, is that type. */
  function intersectionOf(schema: Json, parts: readonly unknown[], name: string, at: string): Type {
    for (const [index, part] of parts.entries()) {
      const followed = follow(part, `${at}/allOf/${index}`);
      if (followed.schema === schema) continue;
      const of = shape(followed.schema, followed.name ?? name, `${at}/allOf/${index}`);
      if (of.kind !== 'dyn') return of;
    }
    return dyn;
  }

  return { type, problems };
}

interface Member {
  readonly schema: unknown;
  readonly required: boolean;
  readonly at: string;
}

interface Members {
  readonly properties: Map<string, Member>;
  readonly additional: unknown;
  /** Nothing forbids further members. */
  readonly open: boolean;
}

/** The one type that `type` names, `null` aside; undefined when there is none or several. */
function declaredType(schema: Json): string | undefined {
  const declared = schema['type'];
  if (typeof declared === 'string') return declared;
  if (!Array.isArray(declared)) return undefined;
  const others = declared.filter((name) => name !== 'null');
  if (others.length === 0) return 'null';
  const [only] = others;
  return others.length === 1 && typeof only === 'string' ? only : 'any';
}

/** Whether the schema says that null is a value, in any of the ways there are. */
export function allowsNull(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  if (schema['nullable'] === true || schema['x-nullable'] === true) return true;
  if (schema['type'] === 'null' || (Array.isArray(schema['type']) && schema['type'].includes('null'))) return true;
  if (Array.isArray(schema['enum']) && schema['enum'].includes(null)) return true;
  return [...list(schema['oneOf']), ...list(schema['anyOf'])].some(isNullSchema);
}

function isNullSchema(schema: unknown): boolean {
  return isObject(schema) && (schema['type'] === 'null' || schema['const'] === null);
}

function stringType(schema: Json): Type {
  return schema['format'] === 'date-time' ? { kind: 'timestamp' } : string;
}

function constantType(values: readonly unknown[]): Type {
  const kinds = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  if (kinds.size !== 1) return dyn;
  const [kind] = kinds;
  if (kind === 'string') return string;
  if (kind === 'boolean') return { kind: 'bool' };
  return kind === 'number' && values.every((value) => value === null || Number.isSafeInteger(value))
    ? { kind: 'int' }
    : dyn;
}

/** `value` as a constant of a scalar type; undefined when it is none. */
export function scalarConst(of: Type, value: unknown): Const | undefined {
  switch (of.kind) {
    case 'string':
      return typeof value === 'string' ? { kind: 'string', value } : undefined;
    case 'bool':
      return typeof value === 'boolean' ? { kind: 'bool', value } : undefined;
    case 'int':
      return typeof value === 'number' && Number.isSafeInteger(value)
        ? { kind: 'int', value: BigInt(value) }
        : undefined;
    case 'float':
      return typeof value === 'number' ? { kind: 'float', value } : undefined;
    default:
      return undefined;
  }
}

/** What Kubernetes reads where such a value is missing; undefined when that is nothing. */
export function emptyConst(of: Type): Const | undefined {
  switch (of.kind) {
    case 'string':
      return { kind: 'string', value: '' };
    case 'list':
      return { kind: 'list', items: [] };
    case 'map':
      return { kind: 'map', entries: [] };
    default:
      return undefined;
  }
}

function sameType(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'record' && b.kind === 'record') return a.record === b.record;
  if (a.kind === 'list' && b.kind === 'list') return sameType(a.of, b.of);
  if (a.kind === 'map' && b.kind === 'map') return sameType(a.value, b.value);
  return true;
}

/** What a local reference (`#/a/b`, with `~0 ~1` and percent escapes) stands for. */
export function resolvePointer(document: unknown, reference: string): unknown {
  if (reference === '#') return document;
  if (!reference.startsWith('#/')) return undefined;
  let current: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const key = decodePointer(part);
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}

function decodePointer(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain; // a percent sign that begins no escape
  }
}

export function encodePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((item): item is string => typeof item === 'string');
}

function propertyOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

export function upperFirst(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
