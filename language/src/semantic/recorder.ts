// What a check notes for tools while it goes: what names stand for, the types of expressions, which names can be seen where.
// Only an editor hands one in; a compile has none and pays nothing for it. Keys are nodes of the trees of the same snapshot.

import type { Span } from '../source/source-file.ts';
import type { Expr, Name, Node, Setting } from '../syntax/ast.ts';
import type { Binding, Scope } from './scope.ts';
import type { SettingsCheck } from './setting-schema.ts';
import type { Field, RecordType, Type } from './types.ts';

/** Where an expression stands. */
export interface Place {
  readonly scope: Scope;
  /** The type that is wanted there, as far as that is known. */
  readonly expected: Type | undefined;
}

/** A field, and the record that it was looked up in. */
export interface FieldUse {
  readonly field: Field;
  readonly record: RecordType;
}

/** Filled by `bind` and `infer`; a node that is bound twice has what came last. */
export interface Recorder {
  readonly types: Map<Expr, Type>;
  readonly bindings: Map<Name, Binding>;
  readonly fields: Map<Name, FieldUse>;
  readonly places: Map<Expr, Place>;
  /** Where fields that are declared in `.rdp` have their names; by `record.field` too, for records that change a field. */
  readonly declared: Map<Field | string, Span>;
  /** Whose fields are written between the braces of a literal. */
  readonly records: Map<Node, RecordType>;
  /** Which settings are known where these are written. */
  readonly settings: Map<readonly Setting[], SettingsCheck>;
}

/** An empty recorder. */
export function createRecorder(): Recorder {
  return {
    types: new Map(),
    bindings: new Map(),
    fields: new Map(),
    places: new Map(),
    declared: new Map(),
    records: new Map(),
    settings: new Map(),
  };
}
