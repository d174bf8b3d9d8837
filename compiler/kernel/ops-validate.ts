// Validators of patterns: whether a candidate's text is what it looks like.

import { alloc } from './heap';
import { id_number, id_part, id_value, remainder } from './ops-check-digit';
import { code_point, width } from './ops-text';
import { at, size } from './ops-value';

/** Nine digits whose area, group and serial number are given out. */
export function us_ssn_area(s: u64): bool {
  if (id_value(s, 9) >= 0) return false;
  const area = id_number(s, 0, 3);
  return area > 0 && area != 666 && area < 900 && id_number(s, 3, 2) > 0 && id_number(s, 5, 4) > 0;
}

// Lengths per country, two letters and a number: the registry of ISO 13616 (SWIFT, release 99), and the countries whose banks use
// the format without being in it.
const IBAN_LENGTHS = memory.data<u8>([
  65, 68, 24, 65, 69, 23, 65, 76, 28, 65, 79, 25, 65, 84, 20, 65, 90, 28, 66, 65, 20, 66, 69, 16, 66, 70, 28, 66, 71,
  22, 66, 72, 22, 66, 73, 27, 66, 74, 28, 66, 82, 29, 66, 89, 28, 67, 70, 27, 67, 71, 27, 67, 72, 21, 67, 73, 28, 67,
  77, 27, 67, 82, 22, 67, 86, 25, 67, 89, 28, 67, 90, 24, 68, 69, 22, 68, 74, 27, 68, 75, 18, 68, 79, 28, 68, 90, 26,
  69, 69, 20, 69, 71, 29, 69, 83, 24, 70, 73, 18, 70, 75, 18, 70, 79, 18, 70, 82, 27, 71, 65, 27, 71, 66, 22, 71, 69,
  22, 71, 73, 23, 71, 76, 18, 71, 81, 27, 71, 82, 27, 71, 84, 28, 71, 87, 25, 72, 78, 28, 72, 82, 21, 72, 85, 28, 73,
  69, 22, 73, 76, 23, 73, 81, 23, 73, 82, 26, 73, 83, 26, 73, 84, 27, 74, 79, 30, 75, 77, 27, 75, 87, 30, 75, 90, 20,
  76, 66, 28, 76, 67, 32, 76, 73, 21, 76, 84, 20, 76, 85, 20, 76, 86, 21, 76, 89, 25, 77, 65, 28, 77, 67, 27, 77, 68,
  24, 77, 69, 22, 77, 71, 27, 77, 75, 19, 77, 76, 28, 77, 78, 20, 77, 82, 27, 77, 84, 31, 77, 85, 30, 77, 90, 25, 78,
  69, 28, 78, 73, 28, 78, 76, 18, 78, 79, 15, 79, 77, 23, 80, 75, 24, 80, 76, 28, 80, 83, 29, 80, 84, 25, 81, 65, 29,
  82, 79, 24, 82, 83, 22, 82, 85, 33, 83, 65, 24, 83, 67, 31, 83, 68, 18, 83, 69, 24, 83, 73, 19, 83, 75, 24, 83, 77,
  27, 83, 78, 28, 83, 79, 23, 83, 84, 25, 83, 86, 28, 84, 68, 27, 84, 71, 28, 84, 76, 23, 84, 78, 24, 84, 82, 26, 85,
  65, 29, 86, 65, 22, 86, 71, 24, 88, 75, 20, 89, 69, 30,
]);
const IBAN_COUNTRIES: usize = 111;

/** ISO 13616: a country of the registry with its length, check digits 02 to 98, and mod 97 of the rearranged number is 1. */
export function iban(s: u64): bool {
  const first = id_value(s, 0);
  const second = id_value(s, 1);
  if (first < 10 || second < 10) return false;
  let length: i64 = 0;
  for (let p = IBAN_LENGTHS; p < IBAN_LENGTHS + IBAN_COUNTRIES * 3; p += 3)
    if (<i64>load<u8>(p) - 55 == first && <i64>load<u8>(p, 1) - 55 == second) length = <i64>load<u8>(p, 2);
  if (length == 0 || id_value(s, length - 1) < 0 || id_value(s, length) >= 0) return false;
  const check = id_number(s, 2, 2);
  if (check < 2 || check > 98) return false;
  // The first four characters count as if they stood last: 6 more digits, of which the check digits are the end.
  const rest = remainder(id_part(s, 4, length - 4), 97);
  return (rest * 1000000 + first * 10000 + second * 100 + check) % 97 == 1;
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
