// Validators of patterns: whether a candidate's text is what it looks like.

import { alloc } from './heap';
import { code_point, width } from './ops-text';
import { at, size } from './ops-value';

/** Copies text without blanks and hyphens to `to`, letters in upper case; returns the address behind it. */
function compact(s: u64, to: usize): usize {
  const end = at(s) + size(s);
  for (let p = at(s); p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c != 0x20 && c != 0x2d) store<u8>(to++, c - 0x61 < 26 ? c ^ 0x20 : c);
  }
  return to;
}

/** At least two digits whose Luhn sum is a multiple of ten. */
export function luhn(s: u64): bool {
  const start = alloc(size(s));
  const end = compact(s, start);
  let sum: u32 = 0;
  let twice = false;
  if (end - start < 2) return false;
  for (let p = end; p > start; ) {
    let digit = <u32>load<u8>(--p) - 0x30;
    if (digit > 9) return false;
    if (twice) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    twice = !twice;
  }
  return sum % 10 == 0;
}

/** Nine digits whose area, group and serial number are given out. */
export function us_ssn_area(s: u64): bool {
  const start = alloc(size(s));
  const end = compact(s, start);
  if (end - start != 9) return false;
  let number: u32 = 0;
  for (let p = start; p < end; p++) {
    const digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return false;
    number = number * 10 + digit;
  }
  const area = number / 1000000;
  return area != 0 && area != 666 && area < 900 && (number / 10000) % 100 != 0 && number % 10000 != 0;
}

/** ISO 13616: mod 97 of the rearranged number is 1. */
export function iban(s: u64): bool {
  const start = alloc(size(s));
  const end = compact(s, start);
  const length = <u32>(end - start);
  if (length < 15 || length > 34) return false;
  let rest: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const place = (i + 4) % length;
    const c = <u32>load<u8>(start + place);
    const digit = c - 0x30;
    const letter = c - 0x41;
    if (digit > 9 && letter > 25) return false;
    if (place < 2 ? letter > 25 : place < 4 && digit > 9) return false;
    rest = digit <= 9 ? (rest * 10 + digit) % 97 : (rest * 100 + letter + 10) % 97;
  }
  return rest == 1;
}

/**
 * Base-2 logarithm of a positive normal number, bit for bit what V8's `Math.log2` gives (FreeBSD's e_log2.c).
 */
function log2(value: f64): f64 {
  let bits = reinterpret<u64>(value);
  let hx = <i32>(bits >> 32);
  const lx = <u32>bits;
  if (hx == 0x3ff00000 && lx == 0) return 0;
  let k: i32 = (hx >> 20) - 1023;
  hx &= 0x000fffff;
  const i = (hx + 0x95f64) & 0x100000;
  const high = <u64>(<u32>(hx | (i ^ 0x3ff00000)));
  bits = (high << 32) | <u64>lx;
  k += i >> 20;
  const x = reinterpret<f64>(bits);
  const y = <f64>k;
  const f = x - 1.0;
  const hfsq = 0.5 * f * f;
  const s = f / (2.0 + f);
  let z = s * s;
  let w = z * z;
  const t1 = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const t2 =
    z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const r = s * (hfsq + (t2 + t1));
  const hi = reinterpret<f64>(reinterpret<u64>(f - hfsq) & 0xffffffff00000000);
  const lo = f - hi - hfsq + r;
  const val_hi = hi * 1.44269504072144627571;
  let val_lo = (lo + hi) * 1.67517131648865118353e-10 + lo * 1.44269504072144627571;
  w = y + val_hi;
  val_lo += y - w + val_hi;
  return val_lo + w;
}

/** Shannon entropy in bits a code point; 0 for empty text. Terms are added in the order in which code points first stand. */
export function entropy(s: u64): f64 {
  const end = at(s) + size(s);
  // Pairs of code point and count, found by linear probing.
  let slots: u32 = 16;
  while (slots < size(s) << 1) slots <<= 1;
  const table = alloc(slots << 3);
  memory.fill(table, 0, slots << 3);
  const order = alloc(size(s) << 2);
  let kinds: u32 = 0;
  let total: u32 = 0;
  for (let p = at(s); p < end; p += width(<u32>load<u8>(p))) {
    const c = code_point(p);
    let place = (c * 0x9e3779b1) & (slots - 1);
    while (load<u32>(table + (place << 3), 4) != 0 && load<u32>(table + (place << 3)) != c) place = (place + 1) & (slots - 1);
    const count = load<u32>(table + (place << 3), 4);
    if (count == 0) {
      store<u32>(table + (place << 3), c);
      store<u32>(order + (kinds++ << 2), place);
    }
    store<u32>(table + (place << 3), count + 1, 4);
    total++;
  }
  let sum: f64 = 0;
  for (let i: u32 = 0; i < kinds; i++) {
    const share = <f64>load<u32>(table + (load<u32>(order + (i << 2)) << 3), 4) / <f64>total;
    sum -= share * log2(share);
  }
  return sum;
}
