// Doubles from and to text: read correctly rounded, printed as the shortest text that reads back, in JavaScript's form.
// Nearly all numbers take the exact fast paths; the others use natural numbers of any size, so no tables are needed.

import { alloc } from './heap';
import {
  big_add,
  big_bits,
  big_compare,
  big_copy,
  big_divide,
  big_new,
  big_scale,
  big_scale_ten,
  big_set,
  big_shift,
  big_subtract,
} from './ops-big';
import { put_digits } from './ops-number';
import { ERROR_INVALID_ARGUMENT, fail, text } from './ops-value';

/** 10^power, exact up to 22. */
function ten(power: u32): f64 {
  let value: f64 = 1;
  for (; power > 0; power--) value *= 10;
  return value;
}

/** Digits beyond these cannot change the result but for being not zero. */
const MAX_DIGITS: u32 = 780;

/** The double nearest to decimal text: `[+-] digits [. digits] [e [+-] digits]`; fails on other text. */
export function float_parse(start: usize, length: u32): f64 {
  let p = start;
  const end = p + length;
  let sign: f64 = 1;
  if (p < end && (load<u8>(p) == 0x2d || load<u8>(p) == 0x2b)) {
    if (load<u8>(p) == 0x2d) sign = -1;
    p++;
  }
  const digits = p;
  let mantissa: u64 = 0;
  let count: u32 = 0;
  let significant: u32 = 0;
  let exponent: i32 = 0;
  let point = false;
  while (p < end) {
    const c = <u32>load<u8>(p);
    if (c == 0x2e && !point) point = true;
    else if (c - 0x30 < 10) {
      count++;
      if (significant > 0 || c != 0x30) {
        significant++;
        if (significant <= 19) mantissa = mantissa * 10 + (c - 0x30);
      }
      if (point) exponent--;
    } else break;
    p++;
  }
  const behind = p;
  let wrong = count == 0;
  if (!wrong && p < end && (load<u8>(p) | 0x20) == 0x65) {
    p++;
    const negative = p < end && load<u8>(p) == 0x2d;
    if (p < end && (negative || load<u8>(p) == 0x2b)) p++;
    wrong = p >= end;
    let value: i32 = 0;
    while (p < end && <u32>load<u8>(p) - 0x30 < 10) {
      if (value < 100000000) value = value * 10 + (<i32>load<u8>(p) - 0x30);
      p++;
    }
    exponent += negative ? -value : value;
  }
  if (wrong || p != end) {
    fail(ERROR_INVALID_ARGUMENT);
    return 0;
  }
  if (significant == 0) return sign * 0.0;
  if (significant <= 19 && mantissa <= 9007199254740992) {
    if (exponent >= 0 && exponent <= 22) return sign * (<f64>mantissa * ten(exponent));
    if (exponent < 0 && exponent >= -22) return sign * (<f64>mantissa / ten(-exponent));
  }
  if (<i32>significant + exponent > 310) return sign * Infinity;
  if (<i32>significant + exponent < -330) return sign * 0.0;
  return sign * parse_exactly(digits, behind, significant, exponent);
}

function parse_exactly(digits: usize, behind: usize, significant: u32, exponent: i32): f64 {
  const over = big_new(0);
  let taken: u32 = 0;
  for (let p = digits; p < behind; p++) {
    const c = <u32>load<u8>(p);
    if (c == 0x2e || (taken == 0 && c == 0x30)) continue;
    if (taken < MAX_DIGITS) big_scale(over, 10, c - 0x30);
    else if (taken == MAX_DIGITS) big_scale(over, 10, 1);
    taken++;
  }
  if (significant > MAX_DIGITS) exponent += significant - MAX_DIGITS - 1;
  const under = big_new(1);
  if (exponent >= 0) big_scale_ten(over, exponent);
  else big_scale_ten(under, -exponent);
  // over / under = quotient × 2^(shift - 63), with the quotient's first bit or the second one set.
  const shift = <i32>big_bits(over) - <i32>big_bits(under);
  if (shift > 0) big_shift(under, shift);
  else big_shift(over, -shift);
  let quotient: u64 = 0;
  for (let i = 0; i < 64; i++) {
    quotient <<= 1;
    if (big_compare(over, under) >= 0) {
      big_subtract(over, under);
      quotient |= 1;
    }
    big_shift(over, 1);
  }
  const sticky = load<u32>(over) != 0;
  const lead = <i32>clz<u64>(quotient);
  quotient <<= lead;
  const power = shift - lead;
  if (power > 1023) return Infinity;
  const drop = power >= -1022 ? 11 : 11 - 1022 - power;
  if (drop > 64) return 0;
  let mantissa = drop == 64 ? 0 : quotient >> drop;
  const half = (<u64>1) << (drop - 1);
  const rest = quotient & (half | (half - 1));
  if (rest > half || (rest == half && (sticky || (mantissa & 1) != 0))) mantissa++;
  return reinterpret<f64>(power >= -1022 ? ((<u64>(power + 1022)) << 52) + mantissa : mantissa);
}

/** Digits of the last `shortest` or `rounded`: their address and count; the value is 0.DIGITS × 10^point. */
let digits_at: usize = 0;
let digits_count: i32 = 0;
let digits_point: i32 = 0;

function keep_digits(p: usize, end: usize, point: i32): void {
  while (end > p + 1 && load<u8>(end - 1) == 0x30) end--;
  digits_at = p;
  digits_count = <i32>(end - p);
  digits_point = point;
}

/** The shortest digits of a positive finite double that read back as the same. */
function shortest(value: f64): void {
  // At most 15 digits name at most one double each, so the first that reads back is the shortest.
  if (value < 9007199254740992.0) {
    for (let k: u32 = 0; k <= 22; k++) {
      const scale = ten(k);
      const scaled = nearest<f64>(value * scale);
      if (scaled > (k == 0 ? 9007199254740992.0 : 999999999999999.0)) break;
      if (scaled / scale == value) {
        const end = alloc(24) + 24;
        const p = put_digits(end, <u64>scaled);
        keep_digits(p, end, <i32>(end - p) - <i32>k);
        return;
      }
    }
  }
  shortest_exactly(value);
}

/** Steele and White's free-format algorithm, as Dragon4 scales it. */
function shortest_exactly(value: f64): void {
  const bits = reinterpret<u64>(value);
  const biased = <i32>(bits >> 52);
  const fraction = bits & 0xfffffffffffff;
  const mantissa = biased == 0 ? fraction : fraction | 0x10000000000000;
  const exponent = biased == 0 ? -1074 : biased - 1075;
  const even = (mantissa & 1) == 0;
  const narrow = fraction == 0 && biased > 1;
  const r = big_new(mantissa);
  const s = big_new(1);
  const plus = big_new(1);
  const minus = big_new(1);
  const up = exponent > 0 ? exponent : 0;
  const down = exponent > 0 ? 0 : -exponent;
  big_shift(r, up + (narrow ? 2 : 1));
  big_shift(s, down + (narrow ? 2 : 1));
  big_shift(plus, up + (narrow ? 1 : 0));
  big_shift(minus, up);
  // An estimate of the power of ten from the binary one; never too large, at most one too small.
  let point = <i32>ceil<f64>(<f64>(exponent + 63 - <i32>clz<u64>(mantissa)) * 0.30102999566398114 - 1e-10);
  if (point >= 0) big_scale_ten(s, point);
  else {
    big_scale_ten(r, -point);
    big_scale_ten(plus, -point);
    big_scale_ten(minus, -point);
  }
  const sum = big_new(0);
  big_copy(sum, r);
  big_add(sum, plus);
  const order = big_compare(sum, s);
  if (even ? order >= 0 : order > 0) point++;
  else {
    big_scale(r, 10, 0);
    big_scale(plus, 10, 0);
    big_scale(minus, 10, 0);
  }
  const start = alloc(32);
  let to = start;
  while (true) {
    let digit: u32 = 0;
    while (big_compare(r, s) >= 0) {
      big_subtract(r, s);
      digit++;
    }
    const low = big_compare(r, minus);
    big_copy(sum, r);
    big_add(sum, plus);
    const high = big_compare(sum, s);
    const can_end = even ? low <= 0 : low < 0;
    const can_rise = even ? high >= 0 : high > 0;
    if (can_end || can_rise) {
      if (can_end && can_rise) {
        big_shift(r, 1);
        const half = big_compare(r, s);
        if (half > 0 || (half == 0 && (digit & 1) != 0)) digit++;
      } else if (can_rise) digit++;
      store<u8>(to++, 0x30 + digit);
      break;
    }
    store<u8>(to++, 0x30 + digit);
    big_scale(r, 10, 0);
    big_scale(plus, 10, 0);
    big_scale(minus, 10, 0);
  }
  keep_digits(start, to, point);
}

function put_zeros(to: usize, count: i32): usize {
  for (; count > 0; count--) store<u8>(to++, 0x30);
  return to;
}

function put_kept(to: usize, from: i32, count: i32): usize {
  memory.copy(to, digits_at + from, count);
  return to + count;
}

/** Writes a finite double as JavaScript does, at most 25 bytes; returns the address behind it. */
export function float_print(to: usize, value: f64): usize {
  if (value == 0) {
    store<u8>(to, 0x30);
    return to + 1;
  }
  if (value < 0) {
    store<u8>(to++, 0x2d);
    value = -value;
  }
  shortest(value);
  const count = digits_count;
  const point = digits_point;
  if (point > 0 && point <= 21) {
    if (count <= point) return put_zeros(put_kept(to, 0, count), point - count);
    to = put_kept(to, 0, point);
    store<u8>(to++, 0x2e);
    return put_kept(to, point, count - point);
  }
  if (point <= 0 && point > -6) {
    store<u16>(to, 0x2e30);
    return put_kept(put_zeros(to + 2, -point), 0, count);
  }
  to = put_kept(to, 0, 1);
  if (count > 1) {
    store<u8>(to++, 0x2e);
    to = put_kept(to, 1, count - 1);
  }
  store<u8>(to++, 0x65);
  const exponent = point - 1;
  store<u8>(to++, exponent < 0 ? 0x2d : 0x2b);
  const end = to + 3;
  const p = put_digits(end, <u64>abs<i32>(exponent));
  memory.copy(to, p, end - p);
  return to + (end - p);
}

// `NaN`, `Infinity`, `-Infinity`
const NOT_FINITE = memory.data<u8>([
  0x4e, 0x61, 0x4e, 0x2d, 0x49, 0x6e, 0x66, 0x69, 0x6e, 0x69, 0x74, 0x79,
]);

/** The name of a double that is not finite, as JavaScript has it. */
export function float_name(value: f64): u64 {
  if (value != value) return text(NOT_FINITE, 3);
  return value < 0 ? text(NOT_FINITE + 3, 9) : text(NOT_FINITE + 4, 8);
}

/** As in JSON, but minus zero keeps its sign. */
export function string_of_float(value: f64): u64 {
  if (!(value - value == 0)) return float_name(value);
  const start = alloc(32);
  store<u8>(start, 0x2d);
  const from = start + (value == 0 && is_negative(value) ? 1 : 0);
  return text(start, <u32>(float_print(from, value) - start));
}

/** A finite double as a natural number of units of 10^-places, rounded to nearest, ties to even, without its sign. */
function scaled_big(value: f64, places: u32): usize {
  const bits = reinterpret<u64>(abs<f64>(value));
  const biased = <i32>(bits >> 52);
  const fraction = bits & 0xfffffffffffff;
  const exponent = biased == 0 ? -1074 : biased - 1075;
  const big = big_new(biased == 0 ? fraction : fraction | 0x10000000000000);
  big_scale_ten(big, places);
  if (exponent >= 0) {
    big_shift(big, exponent);
    return big;
  }
  let down = <u32>-exponent - 1;
  let rest: u32 = 0;
  while (down >= 31) {
    rest |= big_divide(big, 0x80000000);
    down -= 31;
  }
  rest |= big_divide(big, 1 << down);
  // One more bit, the half.
  if (big_divide(big, 2) != 0 && (rest != 0 || (load<u32>(big) > 0 && (load<u32>(big, 4) & 1) != 0))) {
    big_add(big, big_new(1));
  }
  return big;
}

/** Fixed notation with `places` (at most 100) digits behind the point. */
export function float_fixed(value: f64, places: u32): u64 {
  if (!(value - value == 0)) return float_name(value);
  const big = scaled_big(value, places);
  const end = alloc(448) + 448;
  let p = end;
  let written: u32 = 0;
  while (load<u32>(big) != 0 || written <= places) {
    if (written == places && places > 0) store<u8>(--p, 0x2e);
    store<u8>(--p, 0x30 + big_divide(big, 10));
    written++;
  }
  if (is_negative(value)) store<u8>(--p, 0x2d);
  return text(p, <u32>(end - p));
}

function is_negative(value: f64): bool {
  return <i64>reinterpret<u64>(value) < 0;
}

/** Scientific notation with `places` (at most 100) digits behind the point and an exponent of at least two digits. */
export function float_scientific(value: f64, places: u32): u64 {
  if (!(value - value == 0)) return float_name(value);
  const start = alloc(places + 16);
  let to = start;
  if (is_negative(value)) store<u8>(to++, 0x2d);
  value = abs<f64>(value);
  let exponent: i32 = 0;
  const r = big_new(0);
  const s = big_new(1);
  if (value != 0) {
    const bits = reinterpret<u64>(value);
    const biased = <i32>(bits >> 52);
    const fraction = bits & 0xfffffffffffff;
    const power = biased == 0 ? -1074 : biased - 1075;
    big_set(r, biased == 0 ? fraction : fraction | 0x10000000000000);
    if (power > 0) big_shift(r, power);
    else big_shift(s, -power);
    shortest(value);
    exponent = digits_point - 1;
    if (exponent >= 0) big_scale_ten(s, exponent);
    else big_scale_ten(r, -exponent);
    // Shortest digits may round up to the next power of ten.
    if (big_compare(r, s) < 0) {
      big_scale(r, 10, 0);
      exponent--;
    }
  }
  const first = to;
  let digit: u32 = 0;
  for (let i: u32 = 0; i <= places; i++) {
    digit = 0;
    while (big_compare(r, s) >= 0) {
      big_subtract(r, s);
      digit++;
    }
    store<u8>(to++, 0x30 + digit);
    if (i == 0 && places > 0) store<u8>(to++, 0x2e);
    big_scale(r, 10, 0);
  }
  // The rest decides: more than 5 rounds up, 5 to even.
  big_scale(s, 5, 0);
  const half = big_compare(r, s);
  if (value != 0 && (half > 0 || (half == 0 && (digit & 1) != 0))) {
    let p = to - 1;
    while (true) {
      const c = <u32>load<u8>(p);
      if (c == 0x39) store<u8>(p, 0x30);
      else if (c != 0x2e) {
        store<u8>(p, c + 1);
        break;
      }
      if (p == first) {
        store<u8>(first, 0x31);
        exponent++;
        break;
      }
      p--;
    }
  }
  store<u8>(to++, 0x65);
  store<u8>(to++, exponent < 0 ? 0x2d : 0x2b);
  exponent = abs<i32>(exponent);
  if (exponent < 10) store<u8>(to++, 0x30);
  const end = to + 3;
  const p = put_digits(end, <u64>exponent);
  memory.copy(to, p, end - p);
  return text(start, <u32>(to + (end - p) - start));
}

export function float_max(a: f64, b: f64): f64 {
  return b > a ? b : a;
}

export function float_min(a: f64, b: f64): f64 {
  return b < a ? b : a;
}

export function float_sign(a: f64): f64 {
  return a > 0 ? 1 : a < 0 ? -1 : a;
}

/** Ties away from zero. */
export function float_round(a: f64): f64 {
  const whole = trunc<f64>(a);
  return abs<f64>(a - whole) >= 0.5 ? whole + copysign<f64>(1, a) : whole;
}

export function float_is_inf(a: f64): bool {
  return abs<f64>(a) == Infinity;
}

export function float_is_nan(a: f64): bool {
  return a != a;
}

export function float_is_finite(a: f64): bool {
  return a - a == 0;
}
