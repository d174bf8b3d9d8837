// The values of the interpreter: each says itself what it is, so that a dynamic value needs no other form. A string that
// was read from the document knows where it stands there. Also the error values that evaluation raises.
// INVARIANT: strings hold no lone surrogates; lists and maps keep the order of the document or the literal.

import type { Const, RecordType, Type, UnionType, Unit, Variant } from '@rdp/language';

export type Value =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | StringValue
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'null' }
  | { readonly kind: 'timestamp' | 'duration'; readonly nanos: bigint }
  | { readonly kind: 'quantity'; readonly unit: Unit; readonly amount: bigint }
  | { readonly kind: 'type'; readonly name: string }
  | ListValue
  | MapValue
  | RecordValue
  | UnionValue
  | { readonly kind: 'none' }
  | { readonly kind: 'some'; readonly of: Value };

export interface StringValue {
  readonly kind: 'string';
  readonly value: string;
  /** Set when the text stands in the input document. */
  readonly origin?: Origin;
}

/** Where a string stands: its JSON Pointer, and the bytes between its quotes. */
export interface Origin {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Sets are lists too. */
export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Value[];
}

export interface MapValue {
  readonly kind: 'map';
  readonly entries: readonly (readonly [Value, Value])[];
}

/** By field name; an optional field that is not there is left out. */
export interface RecordValue {
  readonly kind: 'record';
  readonly record: RecordType;
  readonly fields: ReadonlyMap<string, Value>;
}

interface UnionValue {
  readonly kind: 'union';
  readonly union: UnionType;
  readonly base: RecordValue;
  /** The variant that the object says it is, where a rule names it. */
  readonly variant: { readonly of: Variant; readonly value: RecordValue } | undefined;
}

/** Why an expression has no value; decisions carry the word. */
export type ErrorWord =
  | 'overflow'
  | 'division_by_zero'
  | 'no_such_key'
  | 'out_of_range'
  | 'no_such_overload'
  | 'invalid_argument'
  | 'no_hash_key'
  | 'conflicting_set'
  | 'unknown_provider';

/** Raised where an expression has no value, and caught where CEL absorbs it or a rule ends. */
export class EvaluationError extends Error {
  readonly word: ErrorWord;
  constructor(word: ErrorWord) {
    super(word);
    this.word = word;
  }
}

/** Ends the evaluation of the nearest expression that absorbs errors. */
export function fail(word: ErrorWord): never {
  throw new EvaluationError(word);
}

export const bool = (value: boolean): Value => ({ kind: 'bool', value });
export const int = (value: bigint): Value => ({ kind: 'int', value });
export const float = (value: number): Value => ({ kind: 'float', value });
export const string = (value: string): StringValue => ({ kind: 'string', value });
export const list = (items: readonly Value[]): ListValue => ({ kind: 'list', items });
export const none: Value = { kind: 'none' };
export const some = (of: Value): Value => ({ kind: 'some', of });

/** The value of a constant of `type`; a record's fields that are left out take their defaults. */
export function valueOfConst(value: Const, type: Type): Value {
  if (type.kind === 'optional') return value.kind === 'none' ? none : some(valueOfConst(value, type.of));
  switch (value.kind) {
    case 'bool':
      return bool(value.value);
    case 'int':
    case 'uint':
      return { kind: value.kind, value: value.value };
    case 'float':
      return float(value.value);
    case 'string':
      return type.kind === 'type' ? { kind: 'type', name: value.value } : string(value.value);
    case 'bytes':
      return { kind: 'bytes', value: value.value };
    case 'null':
      return { kind: 'null' };
    case 'none':
      return none;
    case 'duration':
    case 'timestamp':
      return { kind: value.kind, nanos: value.nanos };
    case 'quantity':
      return { kind: 'quantity', unit: value.unit, amount: value.amount };
    case 'list': {
      const of: Type = type.kind === 'list' || type.kind === 'set' ? type.of : { kind: 'dyn' };
      return list(value.items.map((item) => valueOfConst(item, of)));
    }
    case 'map': {
      const [key, item]: readonly [Type, Type] =
        type.kind === 'map' ? [type.key, type.value] : [{ kind: 'dyn' }, { kind: 'dyn' }];
      return {
        kind: 'map',
        entries: value.entries.map(([k, v]) => [valueOfConst(k, key), valueOfConst(v, item)]),
      };
    }
    case 'record': {
      const record = recordOfConst(value);
      return type.kind === 'union' ? { kind: 'union', union: type.union, base: record, variant: undefined } : record;
    }
  }
}

function recordOfConst(value: Const & { readonly kind: 'record' }): RecordValue {
  const fields = new Map<string, Value>();
  for (const field of value.record.fields().values()) {
    const given = value.fields.get(field.name) ?? (field.presence === 'default' ? field.default : undefined);
    if (given && !(field.presence === 'optional' && given.kind === 'none'))
      fields.set(field.name, valueOfConst(given, field.type));
  }
  return { kind: 'record', record: value.record, fields };
}
