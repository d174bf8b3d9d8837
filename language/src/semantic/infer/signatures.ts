// The table of builtins, read once into shapes that argument types are matched with. A shape is a type with `T`, `K`, `V`
// standing for any type, the same one within a row.

import { builtinRows } from '../builtins.ts';
import type { BuiltinId } from '../builtins.ts';
import {
  boolType,
  bytesType,
  coercionCost,
  durationType,
  dynType,
  floatType,
  intType,
  joinTypes,
  listOf,
  mapOf,
  optionalOf,
  settleType,
  stringType,
  timestampType,
  typeType,
  uintType,
  withSensitivity,
} from '../relate-types.ts';
import type { Type } from '../types.ts';

export type Shape =
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'list' | 'optional'; readonly of: Shape }
  | { readonly kind: 'map'; readonly key: Shape; readonly value: Shape };

export interface Signature {
  readonly id: BuiltinId;
  readonly params: readonly Shape[];
  readonly result: Shape;
  /** As messages show it: `(string, int)`. */
  readonly text: string;
}

const namedTypes: ReadonlyMap<string, Type> = new Map([
  ['bool', boolType],
  ['bytes', bytesType],
  ['duration', durationType],
  ['dyn', dynType],
  ['float', floatType],
  ['int', intType],
  ['string', stringType],
  ['timestamp', timestampType],
  ['type', typeType],
  ['uint', uintType],
]);

/** Splits `a, map<b, c>` at the commas that are outside of `<…>`. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '<') depth++;
    else if (char === '>') depth--;
    else if (i === text.length || (char === ',' && depth === 0)) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return parts;
}

function parseShape(text: string): Shape {
  const open = text.indexOf('<');
  if (open === -1) {
    const type = namedTypes.get(text);
    return type ? { kind: 'type', type } : { kind: 'variable', name: text };
  }
  const parts = splitTop(text.slice(open + 1, -1)).map(parseShape);
  const first: Shape = parts[0] ?? { kind: 'type', type: dynType };
  const head = text.slice(0, open);
  if (head === 'map') return { kind: 'map', key: first, value: parts[1] ?? first };
  return { kind: head === 'optional' ? 'optional' : 'list', of: first };
}

type Row = (typeof builtinRows)[number];

const signatures = new Map<Row, Signature>();

/** Read when it is first asked for: a policy uses few of them. */
function signatureOf(row: Row): Signature {
  const known = signatures.get(row);
  if (known) return known;
  const signature: Signature = {
    id: row.id,
    params: splitTop(row.params).map(parseShape),
    result: parseShape(row.result),
    text: `(${row.params})`,
  };
  signatures.set(row, signature);
  return signature;
}

function rowsBy(nameOf: (written: string) => string): ReadonlyMap<string, readonly Row[]> {
  const rows = new Map<string, Row[]>();
  for (const row of builtinRows) {
    const name = nameOf(row.written);
    if (name === '') continue;
    const known = rows.get(name);
    if (known) known.push(row);
    else rows.set(name, [row]);
  }
  return rows;
}

const table = rowsBy((written) => written);

/** The overloads that are written like this: `_ + _`, `size`, `math.abs`, `string.trim`. */
export function signaturesOf(written: string): readonly Signature[] {
  return (table.get(written) ?? []).map(signatureOf);
}

const namespaces: ReadonlySet<string> = new Set(['math', 'strings', 'base64', 'optional', 'cel']);

/** Whether `name` is a namespace of functions (`math.abs`), where nothing else has the name. */
export function isNamespace(name: string): boolean {
  return namespaces.has(name);
}

function isMethod(written: string): boolean {
  const dot = written.indexOf('.');
  return dot !== -1 && !namespaces.has(written.slice(0, dot));
}

const methods = rowsBy((written) => (isMethod(written) ? written.slice(written.lastIndexOf('.') + 1) : ''));

/** The overloads of the method `name`, of every receiver; the receiver is the first parameter. */
export function methodsOf(name: string): readonly Signature[] {
  return (methods.get(name) ?? []).map(signatureOf);
}

/** Every function that is called by its plain or namespaced name, and every method; for suggestions. */
export function functionNames(): readonly string[] {
  return [...table.keys()].filter(
    (written) => !written.includes('_ ') && !written.startsWith('-') && !isMethod(written),
  );
}

/** Every method name. */
export function methodNames(): readonly string[] {
  return [...methods.keys()];
}

/** What the variables of a shape stand for. */
export type Assignment = Map<string, Type>;

/**
 * What it costs to use a value of `type` for `shape` (see `coercionCost`), and what its variables then stand for; undefined
 * when it cannot be used.
 */
export function matchShape(shape: Shape, type: Type, assignment: Assignment): number | undefined {
  switch (shape.kind) {
    case 'type':
      return coercionCost(withSensitivity(type, 'plain'), shape.type);
    case 'variable': {
      const known = assignment.get(shape.name);
      const joined = known === undefined ? type : joinTypes(known, type);
      if (joined !== undefined) {
        assignment.set(shape.name, joined);
        return 0;
      }
      if (
        known === undefined ||
        coercionCost(known, dynType) === undefined ||
        coercionCost(type, dynType) === undefined
      ) {
        return undefined;
      }
      assignment.set(shape.name, dynType);
      return 2;
    }
    case 'list':
      if (type.kind === 'list' || type.kind === 'set') return matchShape(shape.of, type.of, assignment);
      return type.kind === 'dyn' ? fromDyn(shape, assignment) : undefined;
    case 'optional':
      return type.kind === 'optional' ? matchShape(shape.of, type.of, assignment) : undefined;
    case 'map': {
      if (type.kind === 'dyn') return fromDyn(shape, assignment);
      if (type.kind !== 'map') return undefined;
      const key = matchShape(shape.key, type.key, assignment);
      const value = matchShape(shape.value, type.value, assignment);
      return key === undefined || value === undefined ? undefined : Math.max(key, value);
    }
  }
}

/** A dynamic value used as a list or map: what is in it is dynamic too. */
function fromDyn(shape: Shape, assignment: Assignment): number {
  for (const name of variablesOf(shape)) if (!assignment.has(name)) assignment.set(name, dynType);
  return 3;
}

function variablesOf(shape: Shape): readonly string[] {
  switch (shape.kind) {
    case 'type':
      return [];
    case 'variable':
      return [shape.name];
    case 'map':
      return [...variablesOf(shape.key), ...variablesOf(shape.value)];
    default:
      return variablesOf(shape.of);
  }
}

/** The type that a shape is under an assignment. */
export function typeOfShape(shape: Shape, assignment: ReadonlyMap<string, Type>): Type {
  switch (shape.kind) {
    case 'type':
      return shape.type;
    case 'variable':
      return settleType(assignment.get(shape.name) ?? dynType);
    case 'list':
      return listOf(typeOfShape(shape.of, assignment));
    case 'optional':
      return optionalOf(typeOfShape(shape.of, assignment));
    case 'map':
      return mapOf(typeOfShape(shape.key, assignment), typeOfShape(shape.value, assignment));
  }
}
