// Check digits: what identifiers of all countries are validated with. A text is read as its ASCII letters and digits alone, in
// their order: 0 to 9, and A to Z (or a to z) for 10 to 35; everything between them is passed over.
// INVARIANT: every function has a result for every text, nothing fails; only `translate` allocates.

import { alloc } from './heap';
import { code_point, width } from './ops-text';
import { at, size, text } from './ops-value';

const NONE: u32 = 255;

/** What a byte counts: 0 to 35, or NONE. */
// @ts-ignore: decorator
@inline
function value_of(byte: u32): u32 {
  const digit = byte - 0x30;
  if (digit < 10) return digit;
  const letter = (byte | 0x20) - 0x61;
  return letter < 26 ? letter + 10 : NONE;
}

/** Luhn's sum in a radix: from the right every second value counts twice, as the sum of its two digits. */
export function luhn_radix(s: u64, radix: i64): bool {
  if (radix < 2 || radix > 36) return false;
  const base = <u32>radix;
  let sum: u64 = 0;
  let count: u32 = 0;
  for (let p = at(s) + size(s); p > at(s); ) {
    let value = value_of(<u32>load<u8>(--p));
    if (value == NONE) continue;
    if (value >= base) return false;
    if ((count++ & 1) != 0) {
      value <<= 1;
      if (value >= base) value -= base - 1;
    }
    sum += <u64>value;
  }
  return count > 1 && sum % <u64>base == 0;
}

/** At least two digits whose Luhn sum is a multiple of ten. */
export function luhn(s: u64): bool {
  return luhn_radix(s, 10);
}

// Verhoeff's permutation of the digits by place: row i is row 1 applied i times. The dihedral group needs no table.
const PERMUTED = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 5, 7, 6, 2, 8, 3, 0, 9, 4, 5, 8, 0, 3, 7, 9, 6, 1, 4, 2, 8, 9, 1, 6, 0, 4, 3, 5, 2, 7, 9, 4,
  5, 3, 1, 2, 6, 8, 7, 0, 4, 2, 8, 6, 5, 7, 3, 9, 0, 1, 2, 7, 9, 3, 8, 0, 6, 4, 1, 5, 7, 0, 4, 6, 9, 1, 3, 2, 5, 8,
]);

/** Product in the dihedral group of order ten: 0 to 4 turn, 5 to 9 turn and mirror. */
function dihedral(a: u32, b: u32): u32 {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5;
  return b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 10) % 5;
}

/** Verhoeff's check: at least two digits. */
export function verhoeff(s: u64): bool {
  let check: u32 = 0;
  let count: u32 = 0;
  for (let p = at(s) + size(s); p > at(s); ) {
    const value = value_of(<u32>load<u8>(--p));
    if (value == NONE) continue;
    if (value > 9) return false;
    check = dihedral(check, <u32>load<u8>(PERMUTED + (count++ % 8) * 10 + value));
  }
  return count > 1 && check == 0;
}

/**
 * ISO/IEC 7064, a pure system of radix 2: the sum of the values by powers of 2 is 1. The highest value has a sign of its own (X
 * also as x), which is a check character alone.
 */
function pure_system(s: u64, modulus: u32, sign: u32): bool {
  const end = at(s) + size(s);
  let rest: u32 = 0;
  let count: u32 = 0;
  let closed = false;
  for (let p = at(s); p < end; p++) {
    const byte = <u32>load<u8>(p);
    const check = byte == sign || (sign == 0x58 && byte == 0x78);
    const value = check ? modulus - 1 : value_of(byte);
    if (value == NONE) continue;
    if (closed || value >= modulus || (!check && value == modulus - 1)) return false;
    closed = check;
    rest = ((rest << 1) + value) % modulus;
    count++;
  }
  return count > 1 && rest == 1;
}

/** ISO/IEC 7064 MOD 11-2: digits and a check digit or X. */
export function mod11_2(s: u64): bool {
  return pure_system(s, 11, 0x58);
}

/** ISO/IEC 7064 MOD 37-2: letters and digits with a check character of them or `*`. */
export function mod37_2(s: u64): bool {
  return pure_system(s, 37, 0x2a);
}

/** The number that letters and digits write, letters as two digits, divided by `modulus`: the rest; -1 when there is none. */
export function remainder(s: u64, modulus: i64): i64 {
  if (modulus < 1 || modulus > 1000000000000000) return -1;
  const end = at(s) + size(s);
  let rest: i64 = 0;
  let any = false;
  for (let p = at(s); p < end; p++) {
    const value = value_of(<u32>load<u8>(p));
    if (value == NONE) continue;
    any = true;
    rest = (rest * (value > 9 ? 100 : 10) + <i64>value) % modulus;
  }
  return any ? rest : -1;
}

/** ISO/IEC 7064 MOD 97-10: the number is 1 modulo 97. */
export function mod97_10(s: u64): bool {
  return remainder(s, 97) == 1;
}

/** ISO/IEC 7064, a hybrid system of `modulus` and `modulus + 1`. */
function hybrid_system(s: u64, modulus: u32): bool {
  const end = at(s) + size(s);
  // Halves: what is doubled next.
  let product = modulus;
  let sum: u32 = 0;
  let count: u32 = 0;
  for (let p = at(s); p < end; p++) {
    const value = value_of(<u32>load<u8>(p));
    if (value == NONE) continue;
    if (value >= modulus) return false;
    sum = (product + value) % modulus;
    product = ((sum == 0 ? modulus : sum) << 1) % (modulus + 1);
    count++;
  }
  return count > 1 && sum == 1;
}

/** ISO/IEC 7064 MOD 11,10: digits alone. */
export function mod11_10(s: u64): bool {
  return hybrid_system(s, 10);
}

/** ISO/IEC 7064 MOD 37,36: letters and digits. */
export function mod37_36(s: u64): bool {
  return hybrid_system(s, 36);
}

/** Sum of the values times the weights, which begin again when they are used up; 64 bits, as they wrap. No weights: 0. */
export function weighted_sum(s: u64, weights: usize): i64 {
  const count = load<u32>(weights);
  if (count == 0) return 0;
  const items = <usize>load<u32>(weights, 4);
  const end = at(s) + size(s);
  let sum: i64 = 0;
  let i: u32 = 0;
  for (let p = at(s); p < end; p++) {
    const value = value_of(<u32>load<u8>(p));
    if (value == NONE) continue;
    sum += <i64>value * load<i64>(items + (<usize>i << 3));
    if (++i == count) i = 0;
  }
  return sum;
}

/** The same, but of each product the sum of its decimal digits counts, without its sign. */
export function weighted_digit_sum(s: u64, weights: usize): i64 {
  const count = load<u32>(weights);
  if (count == 0) return 0;
  const items = <usize>load<u32>(weights, 4);
  const end = at(s) + size(s);
  let sum: i64 = 0;
  let i: u32 = 0;
  for (let p = at(s); p < end; p++) {
    const value = value_of(<u32>load<u8>(p));
    if (value == NONE) continue;
    const product = <i64>value * load<i64>(items + (<usize>i << 3));
    let rest = product < 0 ? <u64>(-product) : <u64>product;
    while (rest > 0) {
      sum += <i64>(rest % 10);
      rest /= 10;
    }
    if (++i == count) i = 0;
  }
  return sum;
}

/** Address of the letter or digit at `place`, from 0; the end of the text when there is none. */
function find_place(s: u64, place: i64): usize {
  const end = at(s) + size(s);
  let left = place;
  for (let p = at(s); p < end; p++) {
    if (value_of(<u32>load<u8>(p)) == NONE) continue;
    if (left == 0) return p;
    left--;
  }
  return end;
}

/** The value at a place; behind the last from -1 backwards; -1 when nothing stands there. */
export function id_value(s: u64, place: i64): i64 {
  const end = at(s) + size(s);
  if (place >= 0) {
    const p = find_place(s, place);
    return p == end ? -1 : <i64>value_of(<u32>load<u8>(p));
  }
  let left = place;
  for (let p = end; p > at(s); ) {
    const value = value_of(<u32>load<u8>(--p));
    if (value != NONE && ++left == 0) return <i64>value;
  }
  return -1;
}

/** The number of `count` digits (1 to 18) from a place; -1 when others, or too few, stand there. */
export function id_number(s: u64, from: i64, count: i64): i64 {
  if (from < 0 || count < 1 || count > 18) return -1;
  const end = at(s) + size(s);
  let number: i64 = 0;
  let left = count;
  for (let p = find_place(s, from); p < end; p++) {
    const value = value_of(<u32>load<u8>(p));
    if (value == NONE) continue;
    if (value > 9) return -1;
    number = number * 10 + <i64>value;
    if (--left == 0) return number;
  }
  return -1;
}

/** The text from the letter or digit at `from` to the one `count` places on, or to the last one. */
export function id_part(s: u64, from: i64, count: i64): u64 {
  const end = at(s) + size(s);
  const start = from < 0 || count < 1 ? end : find_place(s, from);
  let stop = start;
  let left = count;
  for (let p = start; p < end && left > 0; p++) {
    if (value_of(<u32>load<u8>(p)) == NONE) continue;
    stop = p + 1;
    left--;
  }
  return text(start, <u32>(stop - start));
}

/** Every code point that stands in `from` becomes the one at its place in `to`, or goes when `to` is shorter. */
export function translate(s: u64, from: u64, to: u64): u64 {
  const end = at(s) + size(s);
  const from_end = at(from) + size(from);
  const to_end = at(to) + size(to);
  const copy = alloc(<usize>size(s) << 2);
  let out = copy;
  for (let p = at(s); p < end; p += width(<u32>load<u8>(p))) {
    const char = code_point(p);
    let source = p;
    let length = width(<u32>load<u8>(p));
    let q = at(to);
    for (let f = at(from); f < from_end; f += width(<u32>load<u8>(f))) {
      if (code_point(f) == char) {
        source = q;
        length = q < to_end ? width(<u32>load<u8>(q)) : 0;
        break;
      }
      if (q < to_end) q += width(<u32>load<u8>(q));
    }
    memory.copy(out, source, length);
    out += length;
  }
  return text(copy, <u32>(out - copy));
}

/** Whether the Gregorian calendar has the day; of a year of two digits, 00 is a leap year. */
export function valid_day(year: i64, month: i64, day: i64): bool {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const days: i64 = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  return day <= days;
}
