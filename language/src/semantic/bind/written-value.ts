// A value as a policy writes it → the same without what its literals leave out: records become maps of the members that are named. A
// literal record has all its fields in core, with defaults where the policy says nothing.

import type { CoreExpr } from '../core.ts';
import { dynType, isDynamic, stringType } from '../relate-types.ts';
import type { Const, Field, RecordType, Type } from '../types.ts';

/** The value; undefined when it copies a record of the document. */
export function asWritten(core: CoreExpr): CoreExpr | undefined {
  return hasRecord(core.type) ? written(core) : core;
}

/** A list whose elements are as they are written; undefined when it is none of elements, or one copies a record. */
export function eachAsWritten(core: CoreExpr): CoreExpr | undefined {
  if (core.type.kind !== 'list') return undefined;
  const { of } = core.type;
  if (core.op === 'const' && core.value.kind === 'list')
    return eachAsWritten({
      op: 'list',
      items: core.value.items.map((value) => ({ op: 'const', value, type: of })),
      optionals: [],
      type: core.type,
    });
  if (core.op !== 'list' || core.optionals.length > 0) return undefined;
  const items = core.items.map(asWritten);
  const [first] = items;
  return items.every((item) => item !== undefined)
    ? { op: 'list', items, optionals: [], type: { kind: 'list', of: first?.type ?? of } }
    : undefined;
}

function hasRecord(type: Type): boolean {
  switch (type.kind) {
    case 'record':
    case 'union':
      return true;
    case 'list':
    case 'set':
    case 'optional':
      return hasRecord(type.of);
    case 'map':
      return hasRecord(type.value);
    default:
      return false;
  }
}

/** As a dynamic value. */
function written(core: CoreExpr): CoreExpr | undefined {
  if (!hasRecord(core.type)) return isDynamic(core.type) ? toDyn(core) : undefined;
  switch (core.op) {
    case 'record': {
      const fields = [...core.record.fields().values()].flatMap((field) => {
        const value = core.fields.get(field.name);
        return value === undefined || isLeftOut(field, value) ? [] : [{ field, value }];
      });
      return writtenFields(fields);
    }
    case 'const':
      return core.value.kind === 'none' ? undefined : writtenConst(core.value, core.type);
    case 'list': {
      const items = core.items.map(written);
      return items.every((item) => item !== undefined)
        ? toDyn({ op: 'list', items, optionals: core.optionals, type: { kind: 'list', of: dynType } })
        : undefined;
    }
    case 'map': {
      const entries = core.entries.map(({ key, value, optional }) => ({ key, value: written(value), optional }));
      return mapOf(entries);
    }
    case 'some':
      return written(core.of);
    case 'if': {
      const [then, otherwise] = [written(core.then), written(core.else)];
      return then && otherwise && { op: 'if', condition: core.condition, then, else: otherwise, type: dynType };
    }
    case 'let': {
      const body = written(core.body);
      return body && { ...core, body, type: dynType };
    }
    default:
      return undefined;
  }
}

interface Member {
  readonly field: Field;
  readonly value: CoreExpr;
}

function writtenFields(members: readonly Member[]): CoreExpr | undefined {
  return mapOf(
    members.map(({ field, value }) => {
      const key: CoreExpr = { op: 'const', value: { kind: 'string', value: field.wire }, type: stringType };
      if (value.type.kind !== 'optional' || value.op === 'some' || value.op === 'const')
        return { key, value: written(value.op === 'some' ? value.of : value), optional: false };
      // What may be none is left out then.
      return isDynamic(value.type.of)
        ? { key, value: value, optional: true }
        : { key, value: undefined, optional: true };
    }),
  );
}

function mapOf(
  entries: readonly { readonly key: CoreExpr; readonly value: CoreExpr | undefined; readonly optional: boolean }[],
): CoreExpr | undefined {
  const found = entries.flatMap(({ key, value, optional }) => {
    if (value === undefined) return [];
    return [{ key, value: optional ? optionalDyn(value) : value, optional }];
  });
  if (found.length < entries.length) return undefined;
  return toDyn({ op: 'map', entries: found, type: { kind: 'map', key: stringType, value: dynType } });
}

/** An optional of a dynamic value. */
function optionalDyn(value: CoreExpr): CoreExpr {
  const inner: Type = value.type.kind === 'optional' ? value.type.of : value.type;
  if (inner.kind === 'dyn') return value;
  const type: Type = { kind: 'optional', of: dynType };
  const none: CoreExpr = { op: 'const', value: { kind: 'none' }, type };
  const some: CoreExpr = { op: 'some', of: toDyn({ op: 'unwrap', of: value, type: inner }), type };
  return { op: 'if', condition: { op: 'is-some', of: value, type: { kind: 'bool' } }, then: some, else: none, type };
}

function writtenConst(value: Const, type: Type): CoreExpr | undefined {
  if (type.kind === 'optional') return writtenConst(value, type.of);
  if (value.kind === 'record') {
    const record: RecordType = value.record;
    return writtenFields(
      [...record.fields().values()].flatMap((field) => {
        const inner = value.fields.get(field.name);
        if (inner === undefined) return [];
        const core: CoreExpr = { op: 'const', value: inner, type: field.type };
        return isLeftOut(field, core) ? [] : [{ field, value: core }];
      }),
    );
  }
  if (value.kind === 'list' && (type.kind === 'list' || type.kind === 'set')) {
    const items = value.items.map((item) => writtenConst(item, type.of));
    return items.every((item) => item !== undefined)
      ? toDyn({ op: 'list', items, optionals: [], type: { kind: 'list', of: dynType } })
      : undefined;
  }
  if (value.kind === 'map' && type.kind === 'map')
    return mapOf(
      value.entries.map(([key, item]) => ({
        key: { op: 'const', value: key, type: type.key },
        value: writtenConst(item, type.value),
        optional: false,
      })),
    );
  return toDyn({ op: 'const', value, type });
}

/** Whether a field has what it would have if it were not there. */
function isLeftOut(field: Field, value: CoreExpr): boolean {
  if (value.op !== 'const') return false;
  if (field.presence === 'optional') return value.value.kind === 'none';
  if (field.presence !== 'default' || field.default === undefined) return false;
  return isEmpty(value.value) && isEmpty(field.default);
}

/** The defaults of Kubernetes' own types. */
function isEmpty(value: Const): boolean {
  switch (value.kind) {
    case 'string':
      return value.value === '';
    case 'list':
      return value.items.length === 0;
    case 'map':
      return value.entries.length === 0;
    case 'record':
      return [...value.fields.values()].every(isEmpty);
    default:
      return false;
  }
}

function toDyn(core: CoreExpr): CoreExpr {
  return core.type.kind === 'dyn' ? core : { op: 'to-dyn', of: core, type: dynType };
}
