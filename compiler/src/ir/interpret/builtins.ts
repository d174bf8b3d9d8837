// The builtins of the language, one entry an overload: CEL's meaning, from the specification and its extension libraries.
// Families with more to them have files of their own; arguments have the kinds that the checker promised.

import { pathOnly } from '@rdp/language';
import type { BuiltinId } from '@rdp/language';
import { viewOf } from '../../pattern/normalize-text.ts';
import type { ViewForm } from '../../pattern/view-text.ts';
import { type Builtin, intArg, itemsArg, textArg, truth } from './builtin-arguments.ts';
import { checkDigitBuiltins } from './check-digits.ts';
import { checkedAddressBuiltins } from './checked-addresses.ts';
import { compareValues, isNumber } from './compare-values.ts';
import { conversionBuiltins } from './builtins-conversion.ts';
import { mathBuiltins } from './builtins-math.ts';
import { textBuiltins } from './builtins-text.ts';
import { timeBuiltins } from './builtins-time.ts';
import { pathNormalized, pathSegment, queryParams, queryValues } from './http.ts';
import { entropy, isIban, isUsSsnArea } from './validators.ts';
import { bool, fail, float, int, list, none, some, string, type Value } from './value.ts';

/** The result of the builtin `id`; raises `EvaluationError`. */
export function callBuiltin(id: BuiltinId, args: readonly Value[]): Value {
  return builtins[id](...args);
}

/** Sizes of strings are code points. */
function sizeOf(value: Value | undefined): Value {
  switch (value?.kind) {
    case 'string':
      return int(BigInt([...value.value].length));
    case 'bytes':
      return int(BigInt(value.value.length));
    case 'list':
      return int(BigInt(value.items.length));
    case 'map':
      return int(BigInt(value.entries.length));
    default:
      return fail('no_such_overload');
  }
}

/** CEL's zero values: what a message would have without the field. */
function isZero(value: Value): boolean {
  switch (value.kind) {
    case 'bool':
      return !value.value;
    case 'int':
    case 'uint':
      return value.value === 0n;
    case 'float':
      return value.value === 0;
    case 'string':
    case 'bytes':
      return value.value.length === 0;
    case 'null':
    case 'none':
      return true;
    case 'duration':
      return value.nanos === 0n;
    case 'quantity':
      return value.amount === 0n;
    case 'list':
      return value.items.length === 0;
    case 'map':
      return value.entries.length === 0;
    case 'timestamp':
    case 'type':
    case 'some':
    case 'record':
    case 'union':
      return false;
  }
}

function typeName(value: Value): string {
  switch (value.kind) {
    case 'float':
      return 'double';
    case 'null':
      return 'null_type';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'none':
    case 'some':
      return 'optional_type';
    case 'quantity':
      return 'int';
    case 'record':
    case 'union':
      return 'map';
    default:
      return value.kind;
  }
}

/** Of two numbers the one that `wanted` says (1: greater, -1: less); the first when they are equal or without an order. */
function extreme(wanted: 1 | -1): Builtin {
  return (a, b) => {
    if (!a || !b || !isNumber(a) || !isNumber(b)) return fail('no_such_overload');
    return compareValues(b, a) === wanted ? b : a;
  };
}

const concat: Builtin = (a, b) => {
  if (a?.kind === 'string' && b?.kind === 'string') return joined(a, b);
  if (a?.kind === 'bytes' && b?.kind === 'bytes')
    return { kind: 'bytes', value: Uint8Array.from([...a.value, ...b.value]) };
  if (a?.kind === 'list' && b?.kind === 'list') return list([...a.items, ...b.items]);
  return fail('no_such_overload');
};

/** Text that was joined with nothing still stands where it stood. */
function joined(a: Value & { readonly kind: 'string' }, b: Value & { readonly kind: 'string' }): Value {
  if (a.value === '') return b;
  return b.value === '' ? a : string(a.value + b.value);
}

/** Every text in a dynamic value, at every depth; keys are none. */
function textsIn(value: Value): readonly Value[] {
  if (value.kind === 'string') return [value];
  if (value.kind === 'list') return value.items.flatMap(textsIn);
  return value.kind === 'map' ? value.entries.flatMap(([, item]) => textsIn(item)) : [];
}

function normalized(text: Value | undefined, form: ViewForm): Value {
  const { points } = viewOf(textArg(text), form);
  return string(points.map((code) => String.fromCodePoint(code)).join(''));
}

/** The typed overload for the kinds that two dynamic operands have. */
function dynamic(name: 'add' | 'sub' | 'mul' | 'div' | 'mod'): Builtin {
  return (a, b) => {
    if (!a || !b) return fail('no_such_overload');
    if (name === 'add' && ['string', 'bytes', 'list'].includes(a.kind)) return concat(a, b);
    const same = a.kind === b.kind;
    const id = same && (isNumber(a) || a.kind === 'duration') ? `${a.kind}_${name}` : timeOverload(name, a, b);
    const found = Object.hasOwn(builtins, id) ? builtins[id as BuiltinId] : undefined; // an own key is an id
    return found ? found(a, b) : fail('no_such_overload');
  };
}

function timeOverload(name: string, a: Value, b: Value): string {
  if (a.kind === 'timestamp' && b.kind === 'timestamp') return name === 'sub' ? 'timestamp_diff' : '';
  if (a.kind === 'timestamp' && b.kind === 'duration') return `timestamp_${name}`;
  return a.kind === 'duration' && b.kind === 'timestamp' && name === 'add' ? 'timestamp_add_left' : '';
}

const builtins: Readonly<Record<BuiltinId, Builtin>> = {
  ...mathBuiltins,
  ...textBuiltins,
  ...conversionBuiltins,
  ...timeBuiltins,
  ...checkDigitBuiltins,
  ...checkedAddressBuiltins,
  text_normalized: (a) => normalized(a, 'normalized'),
  text_normalized_leet: (a) => normalized(a, 'normalized-leet'),
  string_concat: concat,
  bytes_concat: concat,
  list_concat: concat,
  list_flatten: (a) => list(itemsArg(a).flatMap(itemsArg)),
  dyn_add: dynamic('add'),
  dyn_sub: dynamic('sub'),
  dyn_mul: dynamic('mul'),
  dyn_div: dynamic('div'),
  dyn_mod: dynamic('mod'),
  dyn_neg: (a) => {
    if (a?.kind === 'int') return mathBuiltins.int_neg(a);
    return a?.kind === 'float' ? float(-a.value) : fail('no_such_overload');
  },
  dyn_bool: (a) => bool(truth(a)),
  dyn_max: extreme(1),
  dyn_min: extreme(-1),
  dyn_type: (a) => (a ? { kind: 'type', name: typeName(a) } : fail('no_such_overload')),
  string_size: sizeOf,
  bytes_size: sizeOf,
  list_size: sizeOf,
  map_size: sizeOf,
  dyn_size: sizeOf,
  dyn_texts: (a) => list(a ? textsIn(a) : fail('no_such_overload')),
  optional_of_non_zero: (a) => (!a || isZero(a) ? none : some(a)),
  optional_value: (a) => (a?.kind === 'some' ? a.of : fail('invalid_argument')),
  us_ssn_area: (a) => bool(isUsSsnArea(textArg(a))),
  iban: (a) => bool(isIban(textArg(a))),
  entropy: (a) => float(entropy(textArg(a))),
  path_normalized: (a) => string(pathNormalized(textArg(a))),
  path_only: (a) => string(pathOnly(textArg(a))),
  path_segment: (a, b) => string(pathSegment(textArg(a), intArg(b))),
  query_params: (a) => ({
    kind: 'map',
    entries: queryParams(textArg(a)).map(([key, value]): [Value, Value] => [string(key), string(value)]),
  }),
  query_values: (a, b) => list(queryValues(textArg(a), textArg(b)).map(string)),
};
