// Calls of builtins: an instruction where there is one, otherwise the kernel function of the same name.
// INVARIANT: a kernel function has the overload's id as its name and takes the arguments in their order.

import type { BuiltinId, CoreExpr, Type } from '@rdp/language';
import { callKernel, checkError, compileExpr, frameOffsets, raise } from './context.ts';
import type { FunctionContext } from './context.ts';
import { placeHashKeyPath, pushConst } from './constants.ts';
import { pushEqual } from './equality.ts';
import { builtinMayFail } from '../../ir/may-fail.ts';
import { pushViewText } from './view.ts';
import { errorCodes, loadSlot, machineOf, storeSlot } from './representation.ts';

type CallExpr = CoreExpr & { readonly op: 'call' };

/** Builtins that are a few instructions on arguments that are on the stack. */
const instructions: Readonly<Partial<Record<BuiltinId, readonly string[]>>> = {
  float_add: ['f64.add'],
  float_sub: ['f64.sub'],
  float_mul: ['f64.mul'],
  float_div: ['f64.div'],
  float_neg: ['f64.neg'],
  float_abs: ['f64.abs'],
  float_ceil: ['f64.ceil'],
  float_floor: ['f64.floor'],
  float_trunc: ['f64.trunc'],
  float_of_int: ['f64.convert_i64_s'],
  float_of_uint: ['f64.convert_i64_u'],
  int_bit_and: ['i64.and'],
  int_bit_or: ['i64.or'],
  int_bit_xor: ['i64.xor'],
  uint_bit_and: ['i64.and'],
  uint_bit_or: ['i64.or'],
  uint_bit_xor: ['i64.xor'],
  uint_abs: [],
  bytes_of_string: [],
};

/** Leaves the builtin's result on the stack. */
export function compileCall(f: FunctionContext, expr: CallExpr): void {
  const { b } = f;
  switch (expr.builtin) {
    case 'optional_of_non_zero':
      return compileNonZero(f, expr);
    case 'optional_value':
      return compileOptionalValue(f, expr);
    case 'string_hash':
      return compileHash(f, expr);
    case 'text_normalized':
    case 'text_normalized_leet':
      return compileNormalized(f, expr);
    default:
      break;
  }
  for (const arg of expr.args) compileExpr(f, arg);
  if (isZoned(expr.builtin) && expr.args.length === 1) b.i64(f.entry.module.data.text(''));
  const inline = instructions[expr.builtin];
  if (inline) {
    b.op(...inline);
    return;
  }
  if (expr.builtin === 'int_bit_not' || expr.builtin === 'uint_bit_not') {
    b.i64(-1n).op('i64.xor');
    return;
  }
  callKernel(b, expr.builtin);
  if (builtinMayFail(expr.builtin)) checkError(f);
}

/** Getters of timestamps take a zone, which may be left out. */
function isZoned(builtin: BuiltinId): boolean {
  return (
    builtin.startsWith('timestamp_') &&
    /_(?:full_year|month|day_of_(?:year|month|week)|date|hours|minutes|seconds|milliseconds)$/.test(builtin)
  );
}

/** The keyed hash of a text: the key is asked for each time, since most decisions need none. */
function compileHash(f: FunctionContext, expr: CallExpr): void {
  for (const arg of expr.args) compileExpr(f, arg);
  f.b.get(f.frame).memory('i32.load', frameOffsets.data).i32(placeHashKeyPath(f.entry));
  callKernel(f.b, 'string_hash');
  checkError(f);
}

function compileNormalized(f: FunctionContext, expr: CallExpr): void {
  const [arg] = expr.args;
  if (!arg) return;
  const view = expr.builtin === 'text_normalized' ? 'normalized' : 'normalized-leet';
  pushViewText(f.entry, f.b, { view, text: () => compileExpr(f, arg) });
}

function compileNonZero(f: FunctionContext, expr: CallExpr): void {
  const { b } = f;
  const arg = expr.args[0];
  if (!arg) return;
  const value = b.local(machineOf(arg.type));
  const slot = b.local('i32');
  compileExpr(f, arg);
  b.set(value);
  b.get(value);
  pushIsZero(f, arg.type);
  b.if(
    'i32',
    () => b.i32(0),
    () => {
      b.i32(8);
      callKernel(b, 'alloc').tee(slot).get(value);
      storeSlot(b, arg.type);
      b.get(slot);
    },
  );
}

/** Takes a value from the stack, leaves whether it is CEL's zero of its type. */
function pushIsZero(f: FunctionContext, type: Type): void {
  const { b, entry } = f;
  switch (type.kind) {
    case 'bool':
    case 'optional':
      // An optional is zero when it is none.
      b.op('i32.eqz');
      return;
    case 'int':
    case 'uint':
    case 'quantity':
      b.op('i64.eqz');
      return;
    case 'float':
      b.f64(0).op('f64.eq');
      return;
    case 'string':
    case 'bytes':
      b.op('i32.wrap_i64', 'i32.eqz');
      return;
    case 'duration':
      pushConst(entry, b, { kind: 'duration', nanos: 0n }, type);
      return pushEqual(entry, b, type);
    case 'list':
    case 'set':
    case 'map':
      b.memory('i32.load').op('i32.eqz');
      return;
    case 'dyn':
      callKernel(b, 'dyn_is_zero');
      return;
    default:
      b.op('drop').i32(type.kind === 'null' || type.kind === 'never' ? 1 : 0);
  }
}

function compileOptionalValue(f: FunctionContext, expr: CallExpr): void {
  const { b } = f;
  const optional = b.local('i32');
  const arg = expr.args[0];
  if (arg) compileExpr(f, arg);
  b.tee(optional)
    .op('i32.eqz')
    .if(undefined, () => raise(f, errorCodes.invalid_argument));
  b.get(optional);
  loadSlot(b, expr.type);
}
