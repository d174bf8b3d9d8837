// Declared fields to a record type. Fields are resolved when they are first read, so that types may be recursive; a check
// reads them all, so that faults in them are found whether a rule uses them or not.

import type { FieldDecl } from '../../syntax/ast.ts';
import type { Scope } from '../scope.ts';
import type { FileUnit } from '../symbols.ts';
import { spanIn } from '../symbols.ts';
import type { Const, Field, RecordType, Type } from '../types.ts';
import type { Binder } from './binder.ts';
import { report } from './binder.ts';
import { inferConst } from './expressions.ts';
import { remembered } from './memo.ts';
import { resolveType } from './resolve-type.ts';

/** A record whose fields are declared in `unit`. */
export function bindRecord(
  binder: Binder,
  options: {
    readonly unit: FileUnit;
    readonly name: string;
    readonly doc: string;
    readonly fields: readonly FieldDecl[];
    readonly scope: Scope;
  },
): RecordType {
  const { unit } = options;
  let known: ReadonlyMap<string, Field> | undefined;
  let pending: Map<string, Field> | undefined;
  const read = (): ReadonlyMap<string, Field> => {
    const fields = new Map<string, Field>();
    pending = fields;
    const wires = new Set<string>();
    for (const decl of options.fields) {
      if (decl.name.text === '') continue;
      if (fields.has(decl.name.text)) {
        report(binder, 'duplicate-field', { unit, node: decl.name }, { name: decl.name.text });
        continue;
      }
      const field = bindField(binder, unit, decl, options.scope);
      if (wires.has(field.wire)) {
        report(binder, 'duplicate-field', { unit, node: decl.wire ?? decl.name }, { name: field.wire });
      }
      wires.add(field.wire);
      const place = spanIn(unit, decl.name);
      binder.recorder?.declared.set(field, place).set(`${options.name}.${field.name}`, place);
      fields.set(field.name, field);
    }
    pending = undefined;
    return fields;
  };
  // Of the library's records there is nothing to say again.
  const isSaidAgain = binder.memo !== undefined && binder.ownPaths.has(unit.file.path);
  return {
    name: options.name,
    doc: options.doc,
    fields: () => {
      if (known && !isSaidAgain) return known;
      // A default may construct the record itself; it then sees the fields that come before.
      if (pending) return pending;
      known = isSaidAgain ? remembered(binder, options.fields, options.name, read) : read();
      return known;
    },
  };
}

function bindField(binder: Binder, unit: FileUnit, decl: FieldDecl, scope: Scope): Field {
  const type = resolveType(binder, unit, decl.type, scope);
  const base = { name: decl.name.text, wire: decl.wire?.value ?? decl.name.text, doc: decl.doc };
  if (type.kind === 'optional') return { ...base, type: type.of, presence: 'optional' };
  if (decl.default === undefined) return { ...base, type, presence: 'required' };
  const value: Const | undefined =
    emptyUnion(type, decl) ?? inferConst(binder, { unit, expr: decl.default, scope, expected: type });
  if (value === undefined) return { ...base, type: { kind: 'unknown' }, presence: 'required' };
  return { ...base, type, presence: 'default', default: value };
}

/** `Object {}`: an object of no kind, whose fields have their defaults. */
function emptyUnion(type: Type, decl: FieldDecl): Const | undefined {
  if (type.kind !== 'union' || decl.default?.kind !== 'construct' || decl.default.fields.length > 0) return undefined;
  const fields = new Map<string, Const>();
  for (const field of type.union.base.fields().values()) {
    if (field.presence === 'default' && field.default !== undefined) fields.set(field.name, field.default);
  }
  return { kind: 'record', record: type.union.base, fields };
}
