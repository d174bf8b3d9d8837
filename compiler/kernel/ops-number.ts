// Integers: checked arithmetic, conversions, text. A function that may have no value calls `fail` and returns 0.

import { alloc } from './heap';
import { float_parse } from './ops-float';
import {
  ERROR_DIVISION_BY_ZERO,
  ERROR_INVALID_ARGUMENT,
  ERROR_OVERFLOW,
  at,
  fail,
  size,
  text,
} from './ops-value';

export function int_add(a: i64, b: i64): i64 {
  const sum = a + b;
  if (((a ^ sum) & (b ^ sum)) < 0) fail(ERROR_OVERFLOW);
  return sum;
}

export function int_sub(a: i64, b: i64): i64 {
  const difference = a - b;
  if (((a ^ b) & (a ^ difference)) < 0) fail(ERROR_OVERFLOW);
  return difference;
}

export function int_mul(a: i64, b: i64): i64 {
  const product = a * b;
  // The product of two 32-bit numbers always fits.
  if (<i64>(<i32>a) == a && <i64>(<i32>b) == b) return product;
  if (a != 0 && ((a == -1 && b == i64.MIN_VALUE) || (b == -1 && a == i64.MIN_VALUE) || product / a != b)) fail(ERROR_OVERFLOW);
  return product;
}

export function int_div(a: i64, b: i64): i64 {
  if (b == 0) {
    fail(ERROR_DIVISION_BY_ZERO);
    return 0;
  }
  if (b == -1) return int_neg(a);
  return a / b;
}

export function int_mod(a: i64, b: i64): i64 {
  if (b == 0) {
    fail(ERROR_DIVISION_BY_ZERO);
    return 0;
  }
  if (b == -1) {
    if (a == i64.MIN_VALUE) fail(ERROR_OVERFLOW);
    return 0;
  }
  return a % b;
}

export function int_neg(a: i64): i64 {
  if (a == i64.MIN_VALUE) fail(ERROR_OVERFLOW);
  return -a;
}

export function uint_add(a: u64, b: u64): u64 {
  if (a + b < a) fail(ERROR_OVERFLOW);
  return a + b;
}

export function uint_sub(a: u64, b: u64): u64 {
  if (a < b) fail(ERROR_OVERFLOW);
  return a - b;
}

export function uint_mul(a: u64, b: u64): u64 {
  if (a != 0 && (a * b) / a != b) fail(ERROR_OVERFLOW);
  return a * b;
}

export function uint_div(a: u64, b: u64): u64 {
  if (b == 0) {
    fail(ERROR_DIVISION_BY_ZERO);
    return 0;
  }
  return a / b;
}

export function uint_mod(a: u64, b: u64): u64 {
  if (b == 0) {
    fail(ERROR_DIVISION_BY_ZERO);
    return 0;
  }
  return a % b;
}

export function int_abs(a: i64): i64 {
  return a < 0 ? int_neg(a) : a;
}

export function uint_abs(a: u64): u64 {
  return a;
}

export function int_sign(a: i64): i64 {
  return a > 0 ? 1 : a >> 63;
}

export function uint_sign(a: u64): u64 {
  return a == 0 ? 0 : 1;
}

export function int_shift_left(a: i64, by: i64): i64 {
  if (by < 0) fail(ERROR_INVALID_ARGUMENT);
  return <u64>by > 63 ? 0 : a << by;
}

/** Without regard to the sign, as in CEL. */
export function int_shift_right(a: i64, by: i64): i64 {
  if (by < 0) fail(ERROR_INVALID_ARGUMENT);
  return <u64>by > 63 ? 0 : <i64>(<u64>a >> by);
}

export function uint_shift_left(a: u64, by: i64): u64 {
  return <u64>int_shift_left(<i64>a, by);
}

export function uint_shift_right(a: u64, by: i64): u64 {
  return <u64>int_shift_right(<i64>a, by);
}

export function int_of_uint(a: u64): i64 {
  if (<i64>a < 0) fail(ERROR_OVERFLOW);
  return <i64>a;
}

export function uint_of_int(a: i64): u64 {
  if (a < 0) fail(ERROR_OVERFLOW);
  return <u64>a;
}

/** Towards zero; the ends of the range are out of it, as in CEL. */
export function int_of_float(a: f64): i64 {
  if (!(a > -9223372036854775808.0 && a < 9223372036854775808.0)) {
    fail(ERROR_OVERFLOW);
    return 0;
  }
  return <i64>a;
}

export function uint_of_float(a: f64): u64 {
  if (!(a >= 0.0 && a < 18446744073709551616.0)) {
    fail(ERROR_OVERFLOW);
    return 0;
  }
  return <u64>a;
}

export function float_of_int(a: i64): f64 {
  return <f64>a;
}

export function float_of_uint(a: u64): f64 {
  return <f64>a;
}

/** Decimal digits `[p, end)`; fails when there are none, or others, or too many. */
function parse_digits(p: usize, end: usize): u64 {
  if (p >= end) fail(ERROR_INVALID_ARGUMENT);
  let value: u64 = 0;
  while (p < end) {
    const digit = <u64>(<u32>load<u8>(p) - 0x30);
    if (digit > 9) {
      fail(ERROR_INVALID_ARGUMENT);
      return 0;
    }
    if (value > 1844674407370955161 || (value == 1844674407370955161 && digit > 5)) {
      fail(ERROR_INVALID_ARGUMENT);
      return 0;
    }
    value = value * 10 + digit;
    p++;
  }
  return value;
}

export function int_of_string(s: u64): i64 {
  let p = at(s);
  const end = p + size(s);
  const first = p < end ? <u32>load<u8>(p) : 0;
  if (first == 0x2d || first == 0x2b) p++;
  const value = parse_digits(p, end);
  if (value > (first == 0x2d ? 9223372036854775808 : 9223372036854775807)) fail(ERROR_INVALID_ARGUMENT);
  return first == 0x2d ? -(<i64>value) : <i64>value;
}

export function uint_of_string(s: u64): u64 {
  let p = at(s);
  const end = p + size(s);
  if (p < end && load<u8>(p) == 0x2b) p++;
  return parse_digits(p, end);
}

/** Writes an unsigned decimal that ends before `end`; returns its address. */
export function put_digits(end: usize, value: u64): usize {
  let p = end;
  do {
    store<u8>(--p, 0x30 + (value % 10));
    value /= 10;
  } while (value != 0);
  return p;
}

export function string_of_uint(value: u64): u64 {
  const end = alloc(24) + 24;
  const p = put_digits(end, value);
  return text(p, <u32>(end - p));
}

export function string_of_int(value: i64): u64 {
  const end = alloc(24) + 24;
  let p = put_digits(end, <u64>(value < 0 ? -value : value));
  if (value < 0) store<u8>(--p, 0x2d);
  return text(p, <u32>(end - p));
}

const WORDS = memory.data<u8>([0x74, 0x72, 0x75, 0x65, 0x66, 0x61, 0x6c, 0x73, 0x65]);

export function string_of_bool(value: bool): u64 {
  return value ? text(WORDS, 4) : text(WORDS + 4, 5);
}

/** What CEL takes: 1, t, true, TRUE, True and their opposites. */
export function bool_of_string(s: u64): bool {
  const p = at(s);
  const length = size(s);
  if (length == 1) {
    const c = <u32>load<u8>(p);
    if (c == 0x31 || c == 0x74) return true;
    if (c == 0x30 || c == 0x66) return false;
  }
  if (length == 4) {
    const word = load<u32>(p);
    if (word == 0x65757274 || word == 0x45555254 || word == 0x65757254) return true;
  }
  if (length == 5) {
    const word = load<u32>(p);
    const last = <u32>load<u8>(p, 4);
    if ((word == 0x736c6166 && last == 0x65) || (word == 0x534c4146 && last == 0x45) || (word == 0x736c6146 && last == 0x65))
      return false;
  }
  fail(ERROR_INVALID_ARGUMENT);
  return false;
}

/** Whether text is a word of lower-case letters in any case. */
function is_word(p: usize, end: usize, word: u64, length: u32): bool {
  if (end - p != length) return false;
  while (p < end) {
    if ((<u64>load<u8>(p) | 0x20) != (word & 0xff)) return false;
    word >>= 8;
    p++;
  }
  return true;
}

/** Also takes `nan`, `inf` and `infinity` in any case. */
export function float_of_string(s: u64): f64 {
  let p = at(s);
  const end = p + size(s);
  const sign = p < end ? <u32>load<u8>(p) : 0;
  if (sign == 0x2d || sign == 0x2b) p++;
  // "nan", "inf", "infinity"
  if (is_word(p, end, 0x6e616e, 3)) return NaN;
  if (is_word(p, end, 0x666e69, 3) || is_word(p, end, 0x7974696e69666e69, 8)) return sign == 0x2d ? -Infinity : Infinity;
  return float_parse(at(s), size(s));
}

export function int_max(a: i64, b: i64): i64 {
  return max<i64>(a, b);
}

export function int_min(a: i64, b: i64): i64 {
  return min<i64>(a, b);
}

export function uint_max(a: u64, b: u64): u64 {
  return max<u64>(a, b);
}

export function uint_min(a: u64, b: u64): u64 {
  return min<u64>(a, b);
}
