// Natural numbers of any size, as far as exact reading and printing of floats needs them: {u32 count, count × u32 limbs, low
// first}, no leading zero limb; zero has none. Sizes are bounded by what a double can hold (MAX_LIMBS).

import { alloc } from './heap';

/** 5120 bits: 2^1074 × 10^324 × a few, and 800 decimal digits by a power of two, both fit. */
const MAX_LIMBS: u32 = 168;

export function big_new(value: u64): usize {
  const big = alloc(4 + (MAX_LIMBS << 2));
  big_set(big, value);
  return big;
}

export function big_set(big: usize, value: u64): void {
  store<u64>(big, value, 4);
  store<u32>(big, value == 0 ? 0 : value >> 32 == 0 ? 1 : 2);
}

export function big_copy(to: usize, from: usize): void {
  memory.copy(to, from, 4 + (load<u32>(from) << 2));
}

/** `big = big × factor + plus` */
export function big_scale(big: usize, factor: u32, plus: u32): void {
  const count = load<u32>(big);
  let carry: u64 = plus;
  let p = big + 4;
  const end = p + (count << 2);
  while (p < end) {
    carry += <u64>load<u32>(p) * factor;
    store<u32>(p, <u32>carry);
    carry >>= 32;
    p += 4;
  }
  if (carry != 0) {
    store<u32>(p, <u32>carry);
    store<u32>(big, count + 1);
  }
}

/** `big = big × 10^power` */
export function big_scale_ten(big: usize, power: u32): void {
  while (power >= 9) {
    big_scale(big, 1000000000, 0);
    power -= 9;
  }
  while (power > 0) {
    big_scale(big, 10, 0);
    power--;
  }
}

/** `big = big << bits` */
export function big_shift(big: usize, bits: u32): void {
  const count = load<u32>(big);
  if (count == 0) return;
  const limbs = bits >> 5;
  if (limbs > 0) {
    memory.copy(big + 4 + (limbs << 2), big + 4, count << 2);
    memory.fill(big + 4, 0, limbs << 2);
    store<u32>(big, count + limbs);
  }
  if ((bits & 31) != 0) big_scale(big, 1 << (bits & 31), 0);
}

export function big_bits(big: usize): u32 {
  const count = load<u32>(big);
  return count == 0 ? 0 : (count << 5) - <u32>clz<u32>(load<u32>(big + (count << 2)));
}

/** Negative, 0, positive. */
export function big_compare(a: usize, b: usize): i32 {
  const count = load<u32>(a);
  const other = load<u32>(b);
  if (count != other) return count < other ? -1 : 1;
  for (let i = count; i > 0; i--) {
    const left = load<u32>(a + (i << 2));
    const right = load<u32>(b + (i << 2));
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

/** `a = a + b` */
export function big_add(a: usize, b: usize): void {
  let count = load<u32>(a);
  const other = load<u32>(b);
  while (count < other) store<u32>(a + (++count << 2), 0);
  let carry: u64 = 0;
  for (let i: u32 = 1; i <= count; i++) {
    carry += <u64>load<u32>(a + (i << 2)) + (i <= other ? <u64>load<u32>(b + (i << 2)) : 0);
    store<u32>(a + (i << 2), <u32>carry);
    carry >>= 32;
  }
  if (carry != 0) store<u32>(a + (++count << 2), <u32>carry);
  store<u32>(a, count);
}

/** `a = a - b`; `a` is not less. */
export function big_subtract(a: usize, b: usize): void {
  let count = load<u32>(a);
  const other = load<u32>(b);
  let borrow: i64 = 0;
  for (let i: u32 = 1; i <= count; i++) {
    borrow += <i64>load<u32>(a + (i << 2)) - (i <= other ? <i64>load<u32>(b + (i << 2)) : 0);
    store<u32>(a + (i << 2), <u32>borrow);
    borrow >>= 32;
  }
  while (count > 0 && load<u32>(a + (count << 2)) == 0) count--;
  store<u32>(a, count);
}

/** `big = big / divisor`; returns the rest. */
export function big_divide(big: usize, divisor: u32): u32 {
  let count = load<u32>(big);
  let rest: u64 = 0;
  for (let i = count; i > 0; i--) {
    rest = (rest << 32) | <u64>load<u32>(big + (i << 2));
    store<u32>(big + (i << 2), <u32>(rest / divisor));
    rest %= divisor;
  }
  while (count > 0 && load<u32>(big + (count << 2)) == 0) count--;
  store<u32>(big, count);
  return <u32>rest;
}
