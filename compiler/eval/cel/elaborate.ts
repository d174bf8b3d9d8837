// One conformance case to core: its variables become fields of an event (or constants, where JSON has no such value), its expression is parsed
// and inferred like any in a policy.

import { diagnose, infer, parseExpression } from '@rdp/language';
import type { Binding, CoreExpr, Diagnostic, Field, RecordType, Type } from '@rdp/language';
import type { CelCase, CelType, CelValue } from './cases.ts';
import { constantOf, dynConstant } from './constants.ts';

/** A case that can be evaluated. */
export interface Elaborated {
  readonly core: CoreExpr;
  /** The type of the event that carries the variables. */
  readonly input: RecordType;
  /** Values of the event's fields: of all variables that JSON has a value for. The others are constants in `core`. */
  readonly variables: ReadonlyMap<string, CelValue>;
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
  const fields = new Map<string, Field>();
  const input: RecordType = { name: 'Variables', doc: '', fields: () => fields };
  const event: CoreExpr = { op: 'input', type: { kind: 'record', record: input } };
  const variables = new Map<string, CelValue>();
  const bindings = new Map<string, Binding>();
  for (const { name, type: celType } of test.variables) {
    const value = test.bindings.get(name);
    if (value === undefined) continue;
    const type = typeOf(celType);
    if (isJson(value)) {
      const field: Field = { name, wire: name, type, presence: 'required', doc: '' };
      fields.set(name, field);
      variables.set(name, value);
      bindings.set(name, { kind: 'value', core: { op: 'field', of: event, field, type } });
    } else {
      const core: CoreExpr = type.kind === 'dyn' ? dynConstant(value) : { op: 'const', value: constantOf(value), type };
      bindings.set(name, { kind: 'value', core });
    }
  }
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

function isJson(value: CelValue): boolean {
  switch (value.kind) {
    case 'null':
    case 'bool':
    case 'string':
      return true;
    case 'int':
      return BigInt(Number(value.value)) === value.value;
    case 'list':
      return value.items.every(isJson);
    case 'map':
      return value.entries.every(([key, of]) => key.kind === 'string' && isJson(of));
    default:
      return false;
  }
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
