// Functions and operators of the language → those of CEL that an API server has. A row says which have the same meaning there, and
// from which minor version on a server takes them in new policies; what has no row is refused.
// INVARIANT: a server compiles new policies as the version before it would (`MinCompatibilityVersion`), so a function that came with
// 1.34 is written for 1.35 and later alone.
// Source of the versions: `baseOpts` of k8s.io/apiserver/pkg/cel/environment/base.go.

import { builtinRows, type BuiltinId, type BuiltinRow, type CoreExpr } from '@rdp/language';
import { binary, call, celInt, celName, celString, conditional, indexed, listOf, method } from './cel.ts';
import type { Cel, CelOperator } from './cel.ts';
import type { Emission } from './emission.ts';

/** Always there. */
const always: readonly BuiltinId[] = [
  'int_add',
  'int_sub',
  'int_mul',
  'int_div',
  'int_mod',
  'int_neg',
  'uint_add',
  'uint_sub',
  'uint_mul',
  'uint_div',
  'uint_mod',
  'float_add',
  'float_sub',
  'float_mul',
  'float_div',
  'float_neg',
  'string_concat',
  'list_concat',
  'timestamp_add',
  'timestamp_add_left',
  'timestamp_sub',
  'timestamp_diff',
  'duration_add',
  'duration_sub',
  'dyn_add',
  'dyn_sub',
  'dyn_mul',
  'dyn_div',
  'dyn_mod',
  'dyn_size',
  'string_size',
  'list_size',
  'map_size',
  'string_starts_with',
  'string_ends_with',
  'string_contains',
  'string_char_at',
  'string_index_of',
  'string_index_of_from',
  'string_last_index_of',
  'string_last_index_of_to',
  'string_lower_ascii',
  'string_upper_ascii',
  'string_replace',
  'string_replace_n',
  'string_split',
  'string_split_n',
  'string_substring',
  'string_substring_range',
  'string_trim',
  'string_join',
  'string_join_with',
  'int_of_uint',
  'int_of_string',
  'int_of_timestamp',
  'uint_of_int',
  'uint_of_string',
  'float_of_int',
  'float_of_uint',
  'string_of_bool',
  'string_of_int',
  'string_of_uint',
  'timestamp_of_string',
  'duration_of_string',
  'string_of_timestamp',
  'string_of_duration',
  'dyn_to_int',
  'dyn_to_string',
  'dyn_type',
  'timestamp_full_year',
  'timestamp_month',
  'timestamp_day_of_year',
  'timestamp_day_of_month',
  'timestamp_date',
  'timestamp_day_of_week',
  'timestamp_hours',
  'timestamp_minutes',
  'timestamp_seconds',
  'timestamp_milliseconds',
  'duration_hours',
  'duration_minutes',
  'duration_seconds',
];

/** The minor version with which a function came. */
const introduced: Readonly<Partial<Record<BuiltinId, number>>> = { string_reverse: 29, list_flatten: 34 };

const rows: ReadonlyMap<BuiltinId, BuiltinRow> = new Map(builtinRows.map((row) => [row.id, row]));
const known: ReadonlySet<BuiltinId> = new Set(always);

/** A call of a builtin. */
export function emitBuiltin(em: Emission, expr: CoreExpr & { readonly op: 'call' }): Cel {
  const { builtin } = expr;
  if (builtin === 'list_size') expr.args.forEach((arg) => em.orderless.add(arg));
  const args = expr.args.map((arg) => em.recursion.value(em, arg));
  const [first] = args;
  if (first === undefined) return em.refuse(`\`${builtin}\` has no form in CEL`);
  // A dynamic value where a condition is wanted: CEL asks the same of it.
  if (builtin === 'dyn_bool') return first;
  if (builtin === 'float_of_string') return floatOf(em, first);
  const larger = builtin === 'int_max' || builtin === 'uint_max';
  if (larger || builtin === 'int_min' || builtin === 'uint_min') return method(listOf(args), larger ? 'max' : 'min');
  const since = introduced[builtin];
  const row = rows.get(builtin);
  if (row === undefined || (since === undefined && !known.has(builtin))) {
    return em.refuse(`Kubernetes' CEL has no \`${nameOf(row) ?? builtin}\` of this meaning`);
  }
  if (since !== undefined && since > em.minor - 1) {
    return em.refuse(
      `Kubernetes 1.${em.minor} takes no new policies with \`${nameOf(row) ?? builtin}\` (1.${since + 1} does)`,
    );
  }
  return written(row, first, args);
}

/** Numbers as people write them. Go reads more (`0x1p-2`), and has an error where a number is too large for a float. */
const plainNumber = '^[+-]?(?:[0-9]{1,200}\\.?[0-9]{0,200}|\\.[0-9]{1,200})(?:[eE][+-]?[0-9]{1,2})?$';

/** The number that a text says. It is an error for other texts: for `inf`, `nan` and exponents of three digits, too. */
function floatOf(em: Emission, text: Cel): Cel {
  const name = em.freshName('number');
  const number = celName(name);
  const none = indexed(listOf([number]), celInt(1n));
  const body = conditional(
    method(number, 'matches', celString(plainNumber)),
    call('double', number),
    call('double', none),
  );
  return indexed({ op: 'macro', macro: 'map', of: listOf([text]), variables: [name], body }, celInt(0n));
}

/** As the function is written: operator, method or function. */
function written({ written: form }: BuiltinRow, first: Cel, args: readonly Cel[]): Cel {
  const operator = /^_ (\S+) _$/.exec(form)?.[1];
  const [, second] = args;
  // The table has no other operators than CEL's.
  if (operator !== undefined && second !== undefined) return binary(operator as CelOperator, first, second);
  if (form === '-_') return { op: 'unary', operator: '-', of: first };
  const dot = form.lastIndexOf('.');
  return dot < 0 ? call(form, first) : method(first, form.slice(dot + 1), ...args.slice(1));
}

function nameOf(row: BuiltinRow | undefined): string | undefined {
  return row === undefined || row.written === '' ? undefined : row.written.slice(row.written.lastIndexOf('.') + 1);
}
