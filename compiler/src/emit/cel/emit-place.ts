// Fields of the object under admission → CEL on what an API server gives: maps as JSON has them. A field that is not there, and one that
// is null where Go writes null for nothing, read as the language says: empty, the default, or none.
// INVARIANT: every read of a field goes through here; nothing reads a field that may be missing without asking.
// Source of the values: `SchemalessTypedToVal` and `ConvertObjectToUnstructured` of k8s.io/apiserver, which agree: times are texts,
// missing lists and maps are left out or null, bytes are base64.

import { isKubernetesRecord, type Const, type CoreExpr, type Field, type RecordType, type Type } from '@rdp/language';
import {
  both,
  celBool,
  celName,
  celNull,
  conditional,
  isBool,
  isPath,
  method,
  binary,
  optionalSelect,
  select,
  call,
  type Cel,
} from './cel.ts';
import { emitConst } from './emit-constant.ts';
import { present, type Emission, type Maybe } from './emission.ts';

type FieldExpr = CoreExpr & { readonly op: 'field' };

/** `maybe`, or `otherwise` where it is missing. */
export function orElse(maybe: Maybe, otherwise: Cel): Cel {
  if (isBool(maybe.there, true)) return maybe.value;
  if (isBool(maybe.there, false)) return otherwise;
  return maybe.optional
    ? method(maybe.optional, 'orValue', otherwise)
    : conditional(maybe.there, maybe.value, otherwise);
}

/** A field whose type is not optional. */
export function emitField(em: Emission, expr: FieldExpr): Cel {
  const { field } = expr;
  const read = readField(em, expr);
  if (field.presence === 'required') return cooked(em, read.value, field.type);
  const empty = field.default === undefined ? celNull : emitConst(em, field.default, field.type);
  const value = orElse(withPayload(em, read, field.type), empty);
  return isCollection(field.type) ? hoisted(em, expr, value) : value;
}

/** A field whose type is optional: whether it is there, and its payload. */
export function emitOptionalField(em: Emission, expr: FieldExpr): Maybe {
  return withPayload(em, readField(em, expr), expr.field.type);
}

/** A field that is a record or a union. */
export function emitFieldPlace(em: Emission, expr: FieldExpr): Maybe {
  const read = readField(em, expr);
  return expr.field.presence === 'required' ? { ...read, there: celBool(true), optional: undefined } : read;
}

/** The field as it stands in the object. */
function readField(em: Emission, { of, field }: FieldExpr): Maybe {
  if (of.op === 'input') return readEvent(em, field);
  const place = em.recursion.place(em, of);
  if (isRequestPart(place.value)) return readRequest(em, place.value, field);
  return step(place, field, !isOfNamespace(place.value) && mayBeNull(of, field));
}

/** `place.field`, for a field that may be missing or null. */
function step(place: Maybe, field: Field, nullable: boolean): Maybe {
  const value = select(place.value, field.wire);
  const base = isBool(place.there, true) ? place.value : place.optional;
  const has: Cel = { op: 'has', of: place.value, field: field.wire };
  const found = optionalSelect(place.value, field.wire);
  const filled = !isPath(place.value)
    ? nullable
      ? binary('!=', method(found, 'orValue', celNull), celNull)
      : method(found, 'hasValue')
    : nullable
      ? both(has, binary('!=', value, celNull))
      : has;
  return {
    there: both(place.there, filled),
    value,
    optional: nullable || base === undefined ? undefined : optionalSelect(base, field.wire),
  };
}

/**
 * Whether null may stand there. In built-in kinds Go writes null for lists, maps and times that are nothing, and keeps it in free JSON;
 * schemas of custom kinds allow null for anything.
 */
function mayBeNull(of: CoreExpr, { type }: Field): boolean {
  if (type.kind === 'list' || type.kind === 'set' || type.kind === 'map') return true;
  if (type.kind === 'timestamp' || type.kind === 'dyn') return true;
  return of.type.kind === 'record' && !isKubernetesRecord(of.type.record);
}

/** Of the namespace a server gives what it has a type for, and leaves out what is nothing. */
function isOfNamespace(place: Cel): boolean {
  return place.op === 'select' ? isOfNamespace(place.of) : place.op === 'name' && place.name === 'namespaceObject';
}

/** What a rule calls by the names of the event. */
function readEvent(em: Emission, field: Field): Maybe {
  switch (field.wire) {
    case 'object': {
      const value = celName('object');
      return em.objectMayBeNull ? { there: binary('!=', value, celNull), value, optional: undefined } : present(value);
    }
    case 'oldObject':
    case 'namespaceObject': {
      const value = celName(field.wire);
      return { there: binary('!=', value, celNull), value, optional: undefined };
    }
    default:
      return readRequest(em, celName('request'), field);
  }
}

/** Fields of `request` that a policy sees (`BuildRequestType` of k8s.io/apiserver); those that are always there are true. */
const requestFields: Readonly<Record<string, boolean>> = {
  request: false,
  'request.kind': true,
  'request.kind.group': true,
  'request.kind.version': true,
  'request.kind.kind': true,
  'request.resource': true,
  'request.resource.group': true,
  'request.resource.version': true,
  'request.resource.resource': true,
  'request.requestKind': true,
  'request.requestKind.group': true,
  'request.requestKind.version': true,
  'request.requestKind.kind': true,
  'request.requestResource': true,
  'request.requestResource.group': true,
  'request.requestResource.version': true,
  'request.requestResource.resource': true,
  'request.requestSubResource': false,
  'request.subResource': false,
  'request.name': false,
  'request.namespace': false,
  'request.operation': true,
  'request.dryRun': false,
  'request.userInfo': true,
  'request.userInfo.username': false,
  'request.userInfo.uid': false,
  'request.userInfo.groups': false,
  'request.userInfo.extra': false,
};

function requestPath(place: Cel): string | undefined {
  if (place.op === 'name') return place.name === 'request' ? 'request' : undefined;
  if (place.op !== 'select' || place.optional) return undefined;
  const of = requestPath(place.of);
  return of === undefined ? undefined : `${of}.${place.field}`;
}

function isRequestPart(place: Cel): boolean {
  const path = requestPath(place);
  return path !== undefined && Object.hasOwn(requestFields, path);
}

function readRequest(em: Emission, of: Cel, field: Field): Maybe {
  const always = requestFields[`${requestPath(of) ?? ''}.${field.wire}`];
  if (always === undefined) return present(em.refuse(`a native policy does not see \`${field.name}\` of the request`));
  const value = select(of, field.wire);
  if (always) return present(value);
  return { there: { op: 'has', of, field: field.wire }, value, optional: optionalSelect(of, field.wire) };
}

/** The payload as the language has it, where JSON has it otherwise. */
function withPayload(em: Emission, maybe: Maybe, type: Type): Maybe {
  if (!needsCooking(type)) return maybe;
  return { there: maybe.there, value: cooked(em, maybe.value, type), optional: undefined };
}

/** Whether JSON has values of `type` in another form. */
function needsCooking(type: Type): boolean {
  switch (type.kind) {
    case 'float':
    case 'uint':
    case 'bytes':
    case 'timestamp':
    case 'duration':
    case 'optional':
      return true;
    case 'list':
    case 'set':
      return needsCooking(type.of);
    case 'map':
      return type.key.kind !== 'string' || needsCooking(type.value);
    default:
      return false;
  }
}

/** The value of `type` that stands in an object as `raw`. */
export function cooked(em: Emission, raw: Cel, type: Type): Cel {
  if (!needsCooking(type)) return raw;
  switch (type.kind) {
    case 'float':
      return call('double', raw);
    case 'uint':
      return call('uint', raw);
    case 'timestamp':
      return call('timestamp', raw);
    case 'duration':
      return call('duration', raw);
    case 'list':
    case 'set': {
      const item = em.freshName('item');
      return { op: 'macro', macro: 'map', of: raw, variables: [item], body: cooked(em, celName(item), type.of) };
    }
    default:
      return em.refuse(`CEL has no plain form for a field of type \`${type.kind}\``);
  }
}

function isCollection(type: Type): boolean {
  return type.kind === 'list' || type.kind === 'set' || type.kind === 'map';
}

/** A long read that does not depend on a macro's variable is a variable of the policy, so that it is made and said once. */
function hoisted(em: Emission, expr: FieldExpr, value: Cel): Cel {
  const key = pathOfField(expr);
  if (key === undefined || value.op !== 'conditional' || !dependsOnObjectAlone(value)) return value;
  return em.variable(`field ${key}`, expr.field.name, () => value);
}

function pathOfField(expr: CoreExpr): string | undefined {
  switch (expr.op) {
    case 'input':
      return 'input';
    case 'variant-cast':
      return `${pathOfField(expr.of) ?? '?'} as ${expr.variant.name}`;
    case 'unwrap':
      return pathOfField(expr.of);
    case 'field': {
      const of = pathOfField(expr.of);
      return of === undefined ? undefined : `${of}.${expr.field.wire}`;
    }
    default:
      return undefined;
  }
}

function dependsOnObjectAlone(value: Cel): boolean {
  const of = value.op === 'conditional' ? value.then : value;
  return isPath(of);
}

/** `{}`, `[]` and the like: what a record that is missing reads as has the defaults of its fields, and nothing else. */
export function isEmptyRecord(value: Const, record: RecordType): boolean {
  if (value.kind !== 'record') return false;
  const fields = record.fields();
  return [...value.fields].every(([name, given]) => given === fields.get(name)?.default || given.kind === 'none');
}
