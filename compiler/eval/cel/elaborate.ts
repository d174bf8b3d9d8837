// One conformance case to core: its variables become fields of an event, their values constants, its expression is parsed
// and inferred like any in a policy.

import { diagnose, infer, parseExpression } from '@rdp/language';
import type { Binding, Const, CoreExpr, Diagnostic, Field, RecordType, Type } from '@rdp/language';
import type { CelCase, CelType, CelValue } from './cases.ts';

/** A case that can be evaluated. */
export interface Elaborated {
  readonly core: CoreExpr;
  /** The type of the event that carries the variables. */
  readonly input: RecordType;
  readonly variables: ReadonlyMap<string, { readonly type: Type; readonly value: CelValue }>;
}

/** The case in core, or what the language has against it. */
export function elaborate(
  test: CelCase,
):
  | { readonly kind: 'core'; readonly elaborated: Elaborated }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] } {
  const file = { path: 'case.cel', text: test.expr };
  const parsed = parseExpression(file);
  const diagnostics = [...parsed.diagnostics];
  const variables = variablesOf(test);
  const fields = new Map<string, Field>(
    [...variables].map(([name, { type }]) => [name, { name, wire: name, type, presence: 'required', doc: '' }]),
  );
  const input: RecordType = { name: 'Variables', doc: '', fields: () => fields };
  const event: CoreExpr = { op: 'input', type: { kind: 'record', record: input } };
  const bindings = new Map<string, Binding>(
    [...fields].map(([name, field]) => [
      name,
      { kind: 'value', core: { op: 'field', of: event, field, type: field.type } },
    ]),
  );
  let locals = 0;
  const core = infer(
    { file, report: (diagnostic) => diagnostics.push(diagnostic), freshLocal: () => locals++ },
    parsed.expr,
    { lookup: (name) => bindings.get(name), names: () => bindings.keys() },
  );
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  if (errors.length > 0) return { kind: 'refused', diagnostics: errors };
  // An error that inference forgot to say would leave a hole in core.
  if (core.type.kind === 'unknown') {
    const span = { file, start: 0, end: test.expr.length };
    return { kind: 'refused', diagnostics: [diagnose('unknown-name', span, { name: test.expr })] };
  }
  return { kind: 'core', elaborated: { core, input, variables } };
}

function variablesOf(test: CelCase): ReadonlyMap<string, { readonly type: Type; readonly value: CelValue }> {
  const variables = new Map<string, { readonly type: Type; readonly value: CelValue }>();
  for (const { name, type } of test.variables) {
    const value = test.bindings.get(name);
    if (value !== undefined) variables.set(name, { type: typeOf(type), value });
  }
  return variables;
}

const primitives: ReadonlyMap<unknown, Type> = new Map<unknown, Type>([
  ['BOOL', { kind: 'bool' }],
  ['INT64', { kind: 'int' }],
  ['UINT64', { kind: 'uint' }],
  ['DOUBLE', { kind: 'float' }],
  ['STRING', { kind: 'string', sensitive: false }],
  ['BYTES', { kind: 'bytes' }],
]);

/** A type of CEL's environment as one of the language; `dyn` when it has no counterpart. */
export function typeOf(type: CelType): Type {
  const primitive = primitives.get(type['primitive']);
  if (primitive !== undefined) return primitive;
  const name = type['message_type'];
  if (name === 'google.protobuf.Timestamp' || type['well_known'] === 'TIMESTAMP') return { kind: 'timestamp' };
  if (name === 'google.protobuf.Duration' || type['well_known'] === 'DURATION') return { kind: 'duration' };
  const list = part(type, 'list_type');
  if (list !== undefined) return { kind: 'list', of: typeOf(part(list, 'elem_type') ?? {}) };
  const map = part(type, 'map_type');
  if (map === undefined) return { kind: 'dyn' };
  return { kind: 'map', key: typeOf(part(map, 'key_type') ?? {}), value: typeOf(part(map, 'value_type') ?? {}) };
}

function part(type: CelType, name: string): CelType | undefined {
  const value = type[name];
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : undefined;
}

/** A value as a constant of the language. Messages have none. */
export function constantOf(value: CelValue): Const {
  switch (value.kind) {
    case 'double':
      return { kind: 'float', value: value.value };
    case 'type':
      return { kind: 'string', value: value.value };
    case 'list':
      return { kind: 'list', items: value.items.map(constantOf) };
    case 'map':
      return { kind: 'map', entries: value.entries.map(([key, of]) => [constantOf(key), constantOf(of)]) };
    case 'message':
      return { kind: 'null' };
    default:
      return value;
  }
}
