// Programs for tests of code generation: one entrypoint an expression, whose rule writes the expression's value into the
// decision, so that value or error can be compared.

import type { Const, CoreExpr, CoreRule, Field, RecordType, Type } from '@rdp/language';
import type { Ir } from '../../src/ir/ir.ts';
import { lowerProgram } from '../../src/ir/lower.ts';

export const bool: Type = { kind: 'bool' };
export const int: Type = { kind: 'int' };
export const uint: Type = { kind: 'uint' };
export const float: Type = { kind: 'float' };
export const string: Type = { kind: 'string', sensitive: false };
export const bytes: Type = { kind: 'bytes' };
export const timestamp: Type = { kind: 'timestamp' };
export const duration: Type = { kind: 'duration' };
export const dyn: Type = { kind: 'dyn' };
export const list = (of: Type): Type => ({ kind: 'list', of });
export const map = (key: Type, value: Type): Type => ({ kind: 'map', key, value });
export const optional = (of: Type): Type => ({ kind: 'optional', of });

export function recordType(name: string, fields: Readonly<Record<string, Type>>): RecordType {
  const made = new Map(
    Object.entries(fields).map(([key, type]): [string, Field] => [
      key,
      type.kind === 'optional'
        ? { name: key, wire: key, type: type.of, presence: 'optional', doc: '' }
        : { name: key, wire: key, type, presence: 'required', doc: '' },
    ]),
  );
  return { name, doc: '', fields: () => made };
}

const inner = recordType('Inner', { a: int, b: optional(string) });
export const innerType: Type = { kind: 'record', record: inner };

/** A field of every type, and two or three of the scalar ones. */
export const inputFields: Readonly<Record<string, Type>> = {
  b1: bool,
  b2: bool,
  i1: int,
  i2: int,
  u1: uint,
  u2: uint,
  f1: float,
  f2: float,
  s1: string,
  s2: string,
  s3: string,
  y1: bytes,
  y2: bytes,
  t1: timestamp,
  t2: timestamp,
  d1: duration,
  d2: duration,
  x1: dyn,
  x2: dyn,
  li: list(int),
  li2: list(int),
  ls: list(string),
  ls2: list(string),
  lls: list(list(string)),
  lx: list(dyn),
  mi: map(string, int),
  mi2: map(string, int),
  oi: optional(int),
  os: optional(string),
  r1: innerType,
  r2: innerType,
  lr: list(innerType),
};

export const inputType: RecordType = recordType('Input', inputFields);

const input: CoreExpr = { op: 'input', type: { kind: 'record', record: inputType } };

/** A field of the input. */
export function field(name: string): CoreExpr {
  const found = inputType.fields().get(name);
  if (!found) throw new Error(`no field ${name}`);
  return {
    op: 'field',
    of: input,
    field: found,
    type: found.presence === 'optional' ? optional(found.type) : found.type,
  };
}

export const constant = (value: Const, type: Type): CoreExpr => ({ op: 'const', value, type });
export const text = (value: string): CoreExpr => constant({ kind: 'string', value }, string);
export const number = (value: number | bigint): CoreExpr => constant({ kind: 'int', value: BigInt(value) }, int);
export const truth = (value: boolean): CoreExpr => constant({ kind: 'bool', value }, bool);

export const file = { path: 'test.rdp', text: 'line one\nline two\n' } as const;

/** A rule that always fires and writes the value of `expr`. */
export function writingRule(name: string, expr: CoreExpr): CoreRule {
  return {
    name,
    verb: 'discover',
    mode: 'enforce',
    span: { file, start: 0, end: 0 },
    condition: undefined,
    finds: [],
    scores: [],
    threshold: 0,
    exemptions: [],
    severity: 'low',
    covers: [],
    message: undefined,
    records: [{ kind: 'value', fields: [{ name: 'value', value: expr }] }],
    flows: [],
    action: undefined,
    facts: [],
  };
}

/** One entrypoint with these rules. */
export function policyOf(
  rules: readonly CoreRule[],
  more: { readonly defaultDeny: boolean; readonly onMalformed: 'block' | 'alert' | 'allow' },
): Ir {
  const entrypoint = {
    name: 'test/rules',
    surface: 'Test',
    surfaceKind: 'data',
    event: 'rules',
    at: ['outer'],
    input: inputType,
  };
  return lowerProgram({ package: 'test', data: [], entrypoints: [{ ...entrypoint, ...more, rules }] });
}

/** One entrypoint for each named expression. */
export function programOf(cases: Readonly<Record<string, CoreExpr>>): Ir {
  return lowerProgram({
    package: 'test',
    data: [],
    entrypoints: Object.entries(cases).map(([name, expr]) => ({
      name: `test/${name}`,
      surface: 'Test',
      surfaceKind: 'data',
      event: name,
      at: [],
      input: inputType,
      defaultDeny: false,
      onMalformed: 'block',
      rules: [writingRule(`Rule_${name}`, expr)],
    })),
  });
}
