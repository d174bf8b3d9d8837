// Arithmetic on int, uint and float. Integers are 64 bits wide; a result outside is the error `overflow`.

import type { BuiltinId } from '@rdp/language';
import type { Builtin } from './builtin-arguments.ts';
import { bool, fail, float, int, type Value } from './value.ts';

type Integer = 'int' | 'uint';

/** `value` when it fits the kind; otherwise `overflow`. */
export function checkedInteger(kind: Integer, value: bigint): Value {
  const fits = kind === 'int' ? BigInt.asIntN(64, value) === value : BigInt.asUintN(64, value) === value;
  return fits ? { kind, value } : fail('overflow');
}

function wrapped(kind: Integer, value: bigint): Value {
  return { kind, value: kind === 'int' ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value) };
}

function integers(compute: (a: bigint, b: bigint) => bigint): Builtin {
  return (a, b) => {
    if ((a?.kind !== 'int' && a?.kind !== 'uint') || a.kind !== b?.kind) return fail('no_such_overload');
    return checkedInteger(a.kind, compute(a.value, b.value));
  };
}

function oneInteger(compute: (a: bigint) => bigint): Builtin {
  return (a) =>
    a?.kind === 'int' || a?.kind === 'uint' ? checkedInteger(a.kind, compute(a.value)) : fail('no_such_overload');
}

function bits(compute: (a: bigint, b: bigint) => bigint): Builtin {
  return (a, b) => {
    if ((a?.kind !== 'int' && a?.kind !== 'uint') || a.kind !== b?.kind) return fail('no_such_overload');
    return wrapped(a.kind, compute(a.value, b.value));
  };
}

/** Shifts do not look at the sign; more than 63 places leave nothing. */
function shift(direction: 'left' | 'right'): Builtin {
  return (a, by) => {
    if ((a?.kind !== 'int' && a?.kind !== 'uint') || by?.kind !== 'int') return fail('no_such_overload');
    if (by.value < 0n) return fail('invalid_argument');
    if (by.value > 63n) return wrapped(a.kind, 0n);
    const unsigned = BigInt.asUintN(64, a.value);
    return wrapped(a.kind, direction === 'left' ? unsigned << by.value : unsigned >> by.value);
  };
}

function floats(compute: (a: number, b: number) => number): Builtin {
  return (a, b) =>
    a?.kind === 'float' && b?.kind === 'float' ? float(compute(a.value, b.value)) : fail('no_such_overload');
}

function oneFloat(compute: (a: number) => number): Builtin {
  return (a) => (a?.kind === 'float' ? float(compute(a.value)) : fail('no_such_overload'));
}

function floatTest(test: (a: number) => boolean): Builtin {
  return (a) => (a?.kind === 'float' ? bool(test(a.value)) : fail('no_such_overload'));
}

/** Ties away from zero. */
function roundAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}

const add = integers((a, b) => a + b);
const sub = integers((a, b) => a - b);
const mul = integers((a, b) => a * b);
const div = integers((a, b) => (b === 0n ? fail('division_by_zero') : a / b));
/** The remainder overflows where the quotient does. */
const mod = integers((a, b) => {
  if (b === 0n) return fail('division_by_zero');
  return a === -(2n ** 63n) && b === -1n ? fail('overflow') : a % b;
});
const max = integers((a, b) => (b > a ? b : a));
const min = integers((a, b) => (b < a ? b : a));
const sign = oneInteger((a) => (a > 0n ? 1n : a < 0n ? -1n : 0n));
const abs = oneInteger((a) => (a < 0n ? -a : a));
const and = bits((a, b) => a & b);
const or = bits((a, b) => a | b);
const xor = bits((a, b) => a ^ b);
const not = bits((a) => ~a);

type MathId = Extract<
  BuiltinId,
  | `${'int' | 'uint'}_${'add' | 'sub' | 'mul' | 'div' | 'mod' | 'max' | 'min' | 'abs' | 'sign'}`
  | `${'int' | 'uint'}_${'bit_and' | 'bit_or' | 'bit_xor' | 'bit_not' | 'shift_left' | 'shift_right'}`
  | `float_${'add' | 'sub' | 'mul' | 'div' | 'neg' | 'max' | 'min' | 'abs' | 'sign' | 'ceil' | 'floor' | 'round'}`
  | `float_${'trunc' | 'is_inf' | 'is_nan' | 'is_finite'}`
  | 'int_neg'
>;

/** Arithmetic, by overload. */
export const mathBuiltins: Readonly<Record<MathId, Builtin>> = {
  int_add: add,
  int_sub: sub,
  int_mul: mul,
  int_div: div,
  int_mod: mod,
  int_neg: oneInteger((a) => -a),
  uint_add: add,
  uint_sub: sub,
  uint_mul: mul,
  uint_div: div,
  uint_mod: mod,
  float_add: floats((a, b) => a + b),
  float_sub: floats((a, b) => a - b),
  float_mul: floats((a, b) => a * b),
  float_div: floats((a, b) => a / b),
  float_neg: oneFloat((a) => -a),
  int_max: max,
  int_min: min,
  uint_max: max,
  uint_min: min,
  float_max: floats((a, b) => (b > a ? b : a)),
  float_min: floats((a, b) => (b < a ? b : a)),
  int_abs: abs,
  uint_abs: abs,
  float_abs: oneFloat(Math.abs),
  int_sign: sign,
  uint_sign: sign,
  float_sign: oneFloat(Math.sign),
  float_ceil: oneFloat(Math.ceil),
  float_floor: oneFloat(Math.floor),
  float_round: oneFloat(roundAway),
  float_trunc: oneFloat(Math.trunc),
  float_is_inf: floatTest((a) => Math.abs(a) === Infinity),
  float_is_nan: floatTest(Number.isNaN),
  float_is_finite: floatTest(Number.isFinite),
  int_bit_and: and,
  int_bit_or: or,
  int_bit_xor: xor,
  int_bit_not: (a) => (a ? not(a, int(0n)) : fail('no_such_overload')),
  uint_bit_and: and,
  uint_bit_or: or,
  uint_bit_xor: xor,
  uint_bit_not: (a) => (a ? not(a, { kind: 'uint', value: 0n }) : fail('no_such_overload')),
  int_shift_left: shift('left'),
  int_shift_right: shift('right'),
  uint_shift_left: shift('left'),
  uint_shift_right: shift('right'),
};
