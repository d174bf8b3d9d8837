// The grammar of JSON (RFC 8259) over bytes in memory: white space, strings, numbers, and whole values that are skipped but
// checked. This is where a decision spends its time: sixteen bytes a step with SIMD, eight without.
// INVARIANT: the document is UTF-8 and 64 NULs stand behind it. NUL is no JSON outside or inside of strings, so nothing here
// asks for the end. A function that returns a place returns 0 for a fault and has set `malformed` and `malformed_at`.

import { ensure } from './heap';

/** Reasons, in the order of the contract's words; compiler/src/wasm/reader.ts mirrors the numbers. */
export const INVALID_UTF8: i32 = 1;
export const INVALID_JSON: i32 = 2;
export const WRONG_TYPE: i32 = 3;
export const MISSING_FIELD: i32 = 4;
export const DUPLICATE_KEY: i32 = 5;
export const TOO_DEEP: i32 = 6;
export const NOT_IN_RANGE: i32 = 7;

/** Nested arrays and objects that a document may have. */
export const DEEPEST: u32 = 512;

/** Why the document cannot be read; 0: nothing is wrong so far. */
export let malformed: i32 = 0;
/** Where the value starts that is at fault. */
export let malformed_at: usize = 0;
/** The name of the field that is missing, as a text; 0: none is, or another fault was noted. */
export let malformed_field: u64 = 0;

/** Notes the fault; 0. */
export function fault(reason: i32, place: usize): usize {
  malformed = reason;
  malformed_at = place;
  malformed_field = 0;
  return 0;
}

/** Notes that the object at `place` lacks `field`, a text; 0. */
export function missing_field(place: usize, field: u64): usize {
  fault(MISSING_FIELD, place);
  malformed_field = field;
  return 0;
}

/** A fault that is already noted stands at `place` instead; 0. */
export function fault_at(place: usize): usize {
  malformed_at = place;
  return 0;
}

/** Forgets faults, before a document is read. */
export function clear_faults(): void {
  malformed = 0;
  malformed_at = 0;
  malformed_field = 0;
}

/** First byte at or after `p` that is no white space. */
// @ts-ignore: decorator
@inline
export function skip_space(p: usize): usize {
  return load<u8>(p) > 0x20 ? p : skip_spaces(p);
}

export function skip_spaces(p: usize): usize {
  if (load<u8>(p) == 0x20 && load<u8>(p, 1) > 0x20) return p + 1;
  if (ASC_FEATURE_SIMD) {
    // By its low nibble a byte finds the one white space that it can be: 0 space, 9 tab, 10 and 13 line ends.
    const table = i8x16(0x20, -1, -1, -1, -1, -1, -1, -1, -1, 9, 10, -1, -1, 13, -1, -16);
    let others: i32;
    for (;;) {
      const bytes = v128.load(p);
      others = i8x16.bitmask(i8x16.eq(i8x16.swizzle(table, v128.and(bytes, i8x16.splat(15))), bytes)) ^ 0xffff;
      if (others != 0) break;
      p += 16;
    }
    return p + ctz(others);
  } else {
    for (;;) {
      // Indentation is mostly spaces.
      while (load<u64>(p) == 0x2020202020202020) p += 8;
      const c = load<u8>(p);
      if (c > 0x20 || (c != 0x20 && c != 0x0a && c != 0x0d && c != 0x09)) break;
      p++;
    }
    return p;
  }
}

// The bytes that end a run of plain text. They are loaded, because three constant vectors at each use would double the code.
const STOPS = memory.data<u8>([0x22, 0x5c, 0x1f]);

/** A bit for each of the 16 bytes that is a quote, a backslash or a control character. */
// @ts-ignore: decorator
@inline
function stops_of(bytes: v128, quote: v128, slash: v128, control: v128): u32 {
  return i8x16.bitmask(
    v128.or(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, slash)), i8x16.le_u(bytes, control)),
  );
}

/** The high bit of each byte of a word that is a quote, a backslash or a control character; those above the first may lie. */
// @ts-ignore: decorator
@inline
function stops_of_word(bytes: u64): u64 {
  const quote = bytes ^ 0x2222222222222222;
  const slash = bytes ^ 0x5c5c5c5c5c5c5c5c;
  return (
    (((quote - 0x0101010101010101) & ~quote) |
      ((slash - 0x0101010101010101) & ~slash) |
      ((bytes - 0x2020202020202020) & ~bytes)) &
    0x8080808080808080
  );
}

// With SIMD: where the last 64 bytes that were looked at begin, and which of them are stops. Short strings follow one another
// in the same block, so that the next stop is mostly a shift away and does not wait for memory.
let block: usize = 0;
let block_stops: u64 = 0;

/** Whether any text that was scanned since `forget_block` is not ASCII; SIMD only. Outside of texts nothing else is JSON. */
export let beyond_ascii: bool = false;

/** Said when memory changes under what was scanned. */
export function forget_block(): void {
  block = 0;
  block_stops = 0;
  beyond_ascii = false;
}

/** The same as `string_stop` where the block has no more stops. */
function stop_in_blocks(p: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const quote = v128.load8_splat(STOPS);
    const slash = v128.load8_splat(STOPS, 1);
    const control = v128.load8_splat(STOPS, 2);
    if (p - block < 64) p = block + 64;
    let stops: u64;
    let seen = i8x16.splat(0);
    for (;;) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);
      stops =
        <u64>(stops_of(a, quote, slash, control) | (stops_of(b, quote, slash, control) << 16)) |
        (<u64>(stops_of(c, quote, slash, control) | (stops_of(d, quote, slash, control) << 16)) << 32);
      seen = v128.or(seen, v128.or(v128.or(a, b), v128.or(c, d)));
      if (stops != 0) break;
      p += 64;
    }
    if (i8x16.bitmask(seen) != 0) beyond_ascii = true;
    block = p;
    block_stops = stops;
    return p + <usize>ctz(stops);
  } else return p;
}

/**
 * Copies text from `p` to `to` until it stops, and returns the place of the stop: quote, backslash or control character.
 * Up to 32 bytes more are written.
 */
export function copy_text(p: usize, to: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const quote = v128.load8_splat(STOPS);
    const slash = v128.load8_splat(STOPS, 1);
    const control = v128.load8_splat(STOPS, 2);
    let stops: u32;
    for (;;) {
      ensure(to + 64);
      const a = v128.load(p);
      const b = v128.load(p, 16);
      v128.store(to, a);
      v128.store(to, b, 16);
      if (i8x16.bitmask(v128.or(a, b)) != 0) beyond_ascii = true;
      stops = stops_of(a, quote, slash, control) | (stops_of(b, quote, slash, control) << 16);
      if (stops != 0) break;
      p += 32;
      to += 32;
    }
    return p + ctz(stops);
  } else {
    let stops: u64;
    for (;;) {
      ensure(to + 64);
      const bytes = load<u64>(p);
      store<u64>(to, bytes);
      stops = stops_of_word(bytes);
      if (stops != 0) break;
      p += 8;
      to += 8;
    }
    return p + <usize>(ctz(stops) >> 3);
  }
}

/** First quote, backslash or control character at or after `p`. */
// @ts-ignore: decorator
@inline
export function string_stop(p: usize): usize {
  if (ASC_FEATURE_SIMD) {
    const inside = p - block;
    const stops: u64 = inside < 64 ? block_stops >> inside : 0;
    return stops == 0 ? stop_in_blocks(p) : p + <usize>ctz(stops);
  } else {
    let stops: u64;
    for (;;) {
      stops = stops_of_word(load<u64>(p));
      if (stops != 0) break;
      p += 8;
    }
    return p + <usize>(ctz(stops) >> 3);
  }
}

// The same where they are not hot: called, not copied.

export function past_space(p: usize): usize {
  return skip_space(p);
}

export function past_text(p: usize): usize {
  return string_stop(p);
}

export function past_number(p: usize): usize {
  return number_end(p);
}

export function past_word(p: usize): usize {
  return word_end(p);
}

/** Value of a hexadecimal digit, or 16 and more. */
// @ts-ignore: decorator
@inline
function hex_digit(c: u32): u32 {
  if (c - 0x30 < 10) return c - 0x30;
  const letter = (c | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : 16;
}

/** The four hexadecimal digits at `p`; above 0xffff when they are not. */
export function hex_escape(p: usize): u32 {
  let value: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = hex_digit(<u32>load<u8>(p + i));
    if (digit > 15) return 0x10000;
    value = (value << 4) | digit;
  }
  return value;
}

/** What stands for the escape `\c`; 0 when there is no such one. */
export function short_escape(c: u32): u32 {
  if (c == 0x22 || c == 0x5c || c == 0x2f) return c;
  if (c == 0x62) return 8;
  if (c == 0x66) return 12;
  if (c == 0x6e) return 10;
  if (c == 0x72) return 13;
  return c == 0x74 ? 9 : 0;
}

/** Past the escape whose backslash is at `p`; 0 when it is none, or a lone surrogate. */
export function skip_escape(p: usize): usize {
  const c = <u32>load<u8>(p, 1);
  if (c != 0x75) return short_escape(c) == 0 ? 0 : p + 2;
  const code = hex_escape(p + 2);
  if (code > 0xffff) return 0;
  if ((code & 0xf800) != 0xd800) return p + 6;
  if (code >= 0xdc00 || load<u16>(p, 6) != 0x755c) return 0;
  const low = hex_escape(p + 8);
  return (low & 0x1fc00) == 0xdc00 ? p + 12 : 0;
}

/** The rest of a string that has escapes or is at fault, from what stopped it at `p`: its closing quote, or 0. */
export function string_end_slow(p: usize): usize {
  while (load<u8>(p) == 0x5c) {
    p = skip_escape(p);
    if (p == 0) return 0;
    p = past_text(p);
  }
  return load<u8>(p) == 0x22 ? p : 0;
}

/** First byte at or after `p` that is no digit. Numbers are short: vectors were slower. */
// @ts-ignore: decorator
@inline
export function digits_end(p: usize): usize {
  while (<u32>load<u8>(p) - 0x30 < 10) p++;
  return p;
}

/** Past the number at `p`; 0 when it is none. Notes no fault. */
// @ts-ignore: decorator
@inline
export function number_end(p: usize): usize {
  let start = p;
  if (load<u8>(p) == 0x2d) start = ++p;
  p = digits_end(p);
  // No digit at all, or a zero before others.
  if (p == start || (load<u8>(start) == 0x30 && p != start + 1)) return 0;
  const c = <u32>load<u8>(p);
  return c == 0x2e || (c | 0x20) == 0x65 ? fraction_end(p) : p;
}

/** Past fraction and exponent, of which one begins at `p`; 0 when there are none. */
function fraction_end(p: usize): usize {
  if (load<u8>(p) == 0x2e) {
    const start = p + 1;
    p = digits_end(start);
    if (p == start) return 0;
  }
  if ((load<u8>(p) | 0x20) == 0x65) {
    let start = p + 1;
    const sign = load<u8>(start);
    if (sign == 0x2b || sign == 0x2d) start++;
    p = digits_end(start);
    if (p == start) return 0;
  }
  return p;
}

/** Past `true`, `false` or `null` at `p`; 0 when it is none. */
// @ts-ignore: decorator
@inline
export function word_end(p: usize): usize {
  const word = load<u32>(p);
  if (word == 0x65757274 || word == 0x6c6c756e) return p + 4;
  return word == 0x736c6166 && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
}

/** Rows of 64 levels of nesting that are not at hand; scratch. */
const LEVELS = memory.data(72);

/** Past the string, number or word at `start`, whose first byte is `c`; 0 when it is none. Notes no fault. */
export function past_scalar(start: usize, c: u32): usize {
  if (c == 0x22) {
    let p = ASC_FEATURE_SIMD ? string_stop(start + 1) : past_text(start + 1);
    if (load<u8>(p) != 0x22) p = string_end_slow(p);
    return p == 0 ? 0 : p + 1;
  }
  return c <= 0x39 ? past_number(start) : past_word(start);
}

/**
 * Past the value at `start`, which is at the depth `depth` (0: the document itself). A fault stands at `start`.
 * The kind of each open array or object is one bit of `kinds`, innermost lowest: 1 for an object.
 */
export function skip_value(start: usize, depth: u32): usize {
  const first = <u32>load<u8>(start);
  let p = start;
  if ((first & 0xdf) != 0x5b) {
    p = past_scalar(start, first);
    return p == 0 ? fault(INVALID_JSON, start) : p;
  }
  let kinds: u64 = 0;
  let open: u32 = 0;
  for (;;) {
    if ((<u32>kinds & 1) != 0) {
      if (load<u8>(p) != 0x22) break;
      p = string_stop(p + 1);
      // Most keys end with `":`.
      if (load<u16>(p) == 0x3a22) p += 2;
      else {
        if (load<u8>(p) != 0x22) {
          p = string_end_slow(p);
          if (p == 0) break;
        }
        p = skip_space(p + 1);
        if (load<u8>(p) != 0x3a) break;
        p++;
      }
      p = skip_space(p);
    }
    const c = <u32>load<u8>(p);
    if (c == 0x22) {
      p = string_stop(p + 1);
      if (load<u16>(p) == 0x2c22) {
        p = skip_space(p + 2);
        continue;
      }
      if (load<u8>(p) != 0x22) {
        p = string_end_slow(p);
        if (p == 0) break;
      }
      p++;
    } else if ((c & 0xdf) == 0x5b) {
      if (open + depth == DEEPEST) return fault(TOO_DEEP, start);
      if ((open & 63) == 0 && open != 0) store<u64>(LEVELS + <usize>(open >> 6 << 3), kinds);
      open++;
      kinds = (kinds << 1) | <u64>((c >> 5) & 1);
      p = skip_space(p + 1);
      if (load<u8>(p) != c + 2) continue;
      p++;
      open--;
      if (open == 0) return p;
      kinds = (open & 63) == 0 ? load<u64>(LEVELS + <usize>(open >> 6 << 3)) : kinds >> 1;
    } else {
      p = c <= 0x39 ? number_end(p) : word_end(p);
      if (p == 0) break;
    }
    // Behind a value: on to the next one, or out of as many arrays and objects as end here.
    for (;;) {
      let next = <u32>load<u8>(p);
      if (next <= 0x20) {
        p = skip_spaces(p);
        next = <u32>load<u8>(p);
      }
      if (next == 0x2c) {
        p = skip_space(p + 1);
        break;
      }
      if (next != (0x5d | (<u32>kinds & 1) << 5)) return fault(INVALID_JSON, start);
      p++;
      open--;
      if (open == 0) return p;
      kinds = (open & 63) == 0 ? load<u64>(LEVELS + <usize>(open >> 6 << 3)) : kinds >> 1;
    }
  }
  return fault(INVALID_JSON, start);
}
