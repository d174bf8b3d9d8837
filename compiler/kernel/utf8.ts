// Whether a document is UTF-8, before anything in it is read. With SIMD: the range lookup of John Keiser and Daniel Lemire,
// "Validating UTF-8 In Less Than One Instruction Per Byte" (2021); three table lookups find every fault of two adjacent
// bytes. INVARIANT: no surrogates, nothing overlong, nothing above U+10FFFF; 64 NULs stand behind the document.

// @ts-ignore: decorator
@inline const TOO_SHORT: i8 = 1;
// @ts-ignore: decorator
@inline const TOO_LONG: i8 = 2;
// @ts-ignore: decorator
@inline const OVERLONG_3: i8 = 4;
// @ts-ignore: decorator
@inline const TOO_LARGE: i8 = 8;
// @ts-ignore: decorator
@inline const SURROGATE: i8 = 16;
// @ts-ignore: decorator
@inline const OVERLONG_2: i8 = 32;
/** Also overlong with four bytes. */
// @ts-ignore: decorator
@inline const TOO_LARGE_1000: i8 = 64;
// @ts-ignore: decorator
@inline const TWO_CONTS: i8 = -128;
// @ts-ignore: decorator
@inline const CARRY: i8 = TOO_SHORT | TOO_LONG | TWO_CONTS;
// @ts-ignore: decorator
@inline const HIGH: i8 = CARRY | TOO_LARGE | TOO_LARGE_1000;
// @ts-ignore: decorator
@inline const LATE: i8 = TOO_LONG | OVERLONG_2 | TWO_CONTS;

// @ts-ignore: decorator
@inline
function faults(bytes: v128, before: v128): v128 {
  const first_high = i8x16(
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
    TWO_CONTS, TWO_CONTS, TWO_CONTS, TWO_CONTS,
    TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000,
  );
  const first_low = i8x16(
    CARRY | OVERLONG_3 | OVERLONG_2 | TOO_LARGE_1000, CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE,
    HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH, HIGH | SURROGATE, HIGH, HIGH,
  );
  const second_high = i8x16(
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    LATE | OVERLONG_3 | TOO_LARGE_1000, LATE | OVERLONG_3 | TOO_LARGE, LATE | SURROGATE | TOO_LARGE, LATE | SURROGATE | TOO_LARGE,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
  );
  const nibble = i8x16.splat(15);
  const one = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  const pairs = v128.and(
    v128.and(
      i8x16.swizzle(first_high, v128.and(i16x8.shr_u(one, 4), nibble)),
      i8x16.swizzle(first_low, v128.and(one, nibble)),
    ),
    i8x16.swizzle(second_high, v128.and(i16x8.shr_u(bytes, 4), nibble)),
  );
  const two = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const three = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const thirds = v128.or(i8x16.sub_sat_u(two, i8x16.splat(0x60)), i8x16.sub_sat_u(three, i8x16.splat(0x70)));
  return v128.xor(v128.and(thirds, i8x16.splat(-128)), pairs);
}

/** Bytes of a character that `bytes` ends in the middle of. */
// @ts-ignore: decorator
@inline
function unfinished(bytes: v128): v128 {
  return i8x16.sub_sat_u(bytes, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -17, -33, -65));
}

/** Whether `[start, end)` is UTF-8. */
export function document_is_utf8(start: usize, end: usize): bool {
  let p = start;
  if (ASC_FEATURE_SIMD) {
    let wrong = i8x16.splat(0);
    let before = i8x16.splat(0);
    let open = i8x16.splat(0);
    // The NULs behind the end are read, too: they end a character that was cut off.
    while (p <= end) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);
      if (i8x16.bitmask(v128.or(v128.or(a, b), v128.or(c, d))) == 0) {
        wrong = v128.or(wrong, open);
        open = i8x16.splat(0);
      } else {
        for (let part: usize = 0; part < 64; part += 16) {
          const bytes = v128.load(p + part);
          wrong = v128.or(wrong, faults(bytes, before));
          before = bytes;
        }
        open = unfinished(d);
      }
      before = d;
      p += 64;
    }
    return !v128.any_true(v128.or(wrong, open));
  } else {
    for (;;) {
      while ((load<u64>(p) & 0x8080808080808080) == 0) {
        p += 8;
        if (p >= end) return true;
      }
      while (p < end) {
        const lead = <u32>load<u8>(p);
        if (lead < 0x80) {
          p++;
          break;
        }
        const second = <u32>load<u8>(p, 1);
        if (lead < 0xe0) {
          if (lead < 0xc2 || (second & 0xc0) != 0x80) return false;
          p += 2;
        } else if (lead < 0xf0) {
          const least: u32 = lead == 0xe0 ? 0xa0 : 0x80;
          const most: u32 = lead == 0xed ? 0x9f : 0xbf;
          if (second < least || second > most || (load<u8>(p, 2) & 0xc0) != 0x80) return false;
          p += 3;
        } else {
          const least: u32 = lead == 0xf0 ? 0x90 : 0x80;
          const most: u32 = lead == 0xf4 ? 0x8f : 0xbf;
          if (lead > 0xf4 || second < least || second > most || (load<u16>(p, 2) & 0xc0c0) != 0x8080) return false;
          p += 4;
        }
      }
      if (p >= end) return true;
    }
  }
  return false;
}
