// The lines behind the first of a normalised view (compiler/src/pattern/view-lines.ts in its plain form): digits read as
// letters, hidden characters, letters that stand apart, and runs that are percent-encoded, hexadecimal or base64 text.
// INVARIANT: what is read stands in `[out, out + first_size)`; `out` moves when the view grows.

import { alloc } from './heap';
import { code_point, width } from './ops-text';
import { at, size } from './ops-value';
import { digit_value, first_size, out, place_from, place_to, put, put_nowhere, put_plain, repeat_first_line, selector_byte } from './view';

/** Decoded bytes of one run; room for as many as the first line has. */
let scratch: usize = 0;

/** Adds the lines of a view whose first line stands. `hides`: 1 tag characters, 2 runs of variation selectors. */
export function append_lines(s: u64, hides: u32, leet: u32): void {
  scratch = 0;
  if (leet != 0 && read_leet(0, false)) read_leet(repeat_first_line(), true);
  if ((hides & 1) != 0) append_tags(s);
  if ((hides & 2) != 0) append_selectors(s);
  append_spaced();
  append_percent();
  append_hex_pairs();
  append_encoded();
}

/** The byte at `place` of the first line; 0 outside. */
// @ts-ignore: decorator
@inline
function byte_at(place: u32): u32 {
  return place < first_size ? <u32>load<u8>(out + place) : 0;
}

// @ts-ignore: decorator
@inline
function is_digit(c: u32): bool {
  return c - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
function is_letter(c: u32): bool {
  return (c | 0x20) - 0x61 < 26;
}

// By byte: 1 letter or digit, those of other scripts included; 2 sign of base64 or base64url; 4 what is written for a letter,
// 8 that or an ASCII letter or digit; 16 hexadecimal digit.
const CLASSES = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 12, 0, 0, 12, 0, 0, 0, 0, 0, 0, 14, 0, 2, 0, 2, 31, 31, 27, 31, 31, 31, 27, 31, 31, 31, 0, 0, 0, 0, 0, 0,
  12, 27, 27, 27, 27, 27, 27, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 0, 0, 0, 0, 2,
  0, 27, 27, 27, 27, 27, 27, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 0, 12, 0, 0, 0,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
]);

// @ts-ignore: decorator
@inline
function is_word(c: u32): bool {
  return (load<u8>(CLASSES + c) & 1) != 0;
}

/** The letter that a digit or sign is written for, or 0. */
function leet_letter(c: u32): u32 {
  if (c == 0x30) return 0x6f; // 0 o
  if (c == 0x31 || c == 0x21) return 0x69; // 1 ! i
  if (c == 0x33) return 0x65; // 3 e
  if (c == 0x34 || c == 0x40) return 0x61; // 4 @ a
  if (c == 0x35 || c == 0x24) return 0x73; // 5 $ s
  if (c == 0x37 || c == 0x2b) return 0x74; // 7 + t
  if (c == 0x38) return 0x62; // 8 b
  if (c == 0x39) return 0x67; // 9 g
  return c == 0x7c ? 0x6c : 0; // | l
}

/** Whether any digit or sign is read as a letter; with `write`, it becomes that in the copy of the first line at `base`. */
function read_leet(base: u32, write: bool): bool {
  let i: u32 = 0;
  while (i < first_size) {
    if ((load<u8>(CLASSES + byte_at(i)) & 4) == 0) {
      i++;
      continue;
    }
    // The word around it.
    let start = i;
    while (start > 0 && (load<u8>(CLASSES + byte_at(start - 1)) & 8) != 0) start--;
    let end = start;
    let letters = false;
    for (; (load<u8>(CLASSES + byte_at(end)) & 8) != 0; end++) if (is_letter(byte_at(end))) letters = true;
    for (let place = i; letters && place < end; place++) {
      const c = byte_at(place);
      const next = place + 1 < end ? byte_at(place + 1) : 0;
      const letter = leet_letter(c);
      if (letter == 0 || !(is_digit(c) || is_digit(next) || is_letter(next))) continue;
      if (!write) return true;
      store<u8>(out + base + place, letter);
    }
    i = end;
  }
  return false;
}

/** Tag characters are ASCII that no font shows. */
function append_tags(s: u64): void {
  const start = at(s);
  const end = start + size(s);
  put_nowhere(10);
  for (let p = start; p < end; p += width(<u32>load<u8>(p))) {
    if (load<u8>(p) != 0xf3) continue;
    const c = code_point(p);
    if (c - 0xe0020 < 0x5f) put_plain(c - 0xe0000, <u32>(p - start), <u32>(p - start) + 4);
  }
}

function append_selectors(s: u64): void {
  const start = at(s);
  const end = start + size(s);
  const bytes = alloc(size(s));
  for (let p = start; p < end; p += width(<u32>load<u8>(p))) {
    if (selector_byte(code_point(p)) < 0) continue;
    const from = p;
    let count: u32 = 0;
    let run: u32 = 0;
    let behind = p;
    while (behind < end) {
      const byte = selector_byte(code_point(behind));
      if (byte < 0) break;
      // The selector that asks for an emoji's colours stands before the data.
      if (count > 0 || byte != 15) store<u8>(bytes + count++, byte);
      run++;
      p = behind;
      behind += width(<u32>load<u8>(behind));
    }
    if (run > 1 && count > 1) append_bytes(bytes, count, <u32>(from - start), <u32>(behind - start));
  }
}

/** Whether a letter stands at `place` of the first line, and no letter or digit beside it. */
function is_alone(place: u32): bool {
  return (
    is_letter(byte_at(place)) && !is_word(place == 0 ? 0 : byte_at(place - 1)) && !is_word(byte_at(place + 1))
  );
}

/** A blank, a tab, or an ASCII sign. */
function is_joint(c: u32): bool {
  return c == 9 || (c - 0x20 < 0x5f && !is_word(c));
}

/** The letter alone that comes next after the one at `place`, behind one to three joints; 0: there is none. */
function next_alone(place: u32): u32 {
  let next = place + 1;
  while (next - place <= 3 && is_joint(byte_at(next))) next++;
  return next == place + 1 || !is_alone(next) ? 0 : next;
}

function is_blank(c: u32): bool {
  return c == 0x20 || c == 9;
}

/** Whether what stands at `place` ends a character that blanks divide from others: a blank, a line feed, the end. */
function divides(place: u32): bool {
  const c = byte_at(place);
  return c == 10 || is_blank(c) || place >= first_size;
}

/** The ASCII character between blanks that comes next after the one at `place`, behind one to three blanks; 0: there is none. */
function next_between_blanks(place: u32): u32 {
  let next = place + 1;
  while (next - place <= 3 && is_blank(byte_at(next))) next++;
  return next == place + 1 || !is_visible(byte_at(next)) || !divides(next + 1) ? 0 : next;
}

/** What comes next in a run of characters that stand apart: letters alone, or all that blanks divide. */
function next_apart(place: u32, blanks: bool): u32 {
  return blanks ? next_between_blanks(place) : next_alone(place);
}

/** A line of what stands apart from the letter at `from` on, when it has four letters and, by blanks, not letters alone. Where it ends. */
function append_run(from: u32, blanks: bool): u32 {
  let letters: u32 = 1;
  let others: u32 = 0;
  let last = from;
  for (let next = next_apart(from, blanks); next != 0; next = next_apart(next, blanks)) {
    last = next;
    if (is_letter(byte_at(next))) letters++;
    else others++;
  }
  if (letters >= 4 && (!blanks || others > 0)) put_spaced(from, last, blanks);
  return last;
}

function append_spaced(): void {
  let i: u32 = 0;
  let blanks_until: u32 = 0;
  while (i < first_size) {
    if (!is_letter(byte_at(i))) {
      i++;
      continue;
    }
    // Four letters with something between them are seven bytes, and no two of them of a word: behind two such a run can begin.
    if (i + 7 < first_size) {
      const start = out + i;
      let pair: u32 = 6;
      while (pair > 0 && (load<u8>(CLASSES + <usize>load<u8>(start + pair)) & load<u8>(CLASSES + <usize>load<u8>(start + pair, 1)) & 1) == 0) pair--;
      if (pair > 0) {
        i += pair + 1;
        continue;
      }
    }
    if (!is_alone(i)) {
      i++;
      continue;
    }
    const last = append_run(i, false);
    if (i >= blanks_until && (i == 0 || divides(i - 1))) blanks_until = append_run(i, true) + 1;
    i = last + 1;
  }
}

/** What stands between the letters alone at `place` and `next`: its first character << 2 | how many there are. */
function sign_between(place: u32, next: u32): u32 {
  return (byte_at(place + 1) << 2) | (next - place - 1);
}

/** Whether the letters beside `sign` are of one word rather than of two; `next`: what stands behind the second, 0 nothing. */
function begins_word(sign: u32, next: u32): bool {
  if (next == 0 || next == sign || (next & 3) > (sign & 3)) return true;
  return (next & 3) == (sign & 3) && sign >> 2 != 0x20 && sign >> 2 != 9;
}

function put_spaced(from: u32, last: u32, blanks: bool): void {
  put_nowhere(10);
  put_plain(byte_at(from), place_from(from), place_to(from));
  let joint: u32 = 0;
  let place = from;
  while (place < last) {
    const next = next_apart(place, blanks);
    const behind = next_apart(next, blanks);
    const sign = sign_between(place, next);
    const joins = joint == 0 ? begins_word(sign, behind == 0 ? 0 : sign_between(next, behind)) : joint == sign;
    joint = joins ? sign : 0;
    if (!joins) put_nowhere(0x20);
    put_plain(byte_at(next), place_from(next), place_to(next));
    place = next;
  }
}

function append_percent(): void {
  let i: u32 = 0;
  while (i < first_size) {
    const sign = next_percent(i);
    if (sign == first_size) return;
    let start = sign;
    while (start > i && is_visible(byte_at(start - 1))) start--;
    let end = sign;
    while (is_visible(byte_at(end))) end++;
    if (percent_word(start, end, false)) {
      put_nowhere(10);
      percent_word(start, end, true);
    }
    i = end;
  }
}

// @ts-ignore: decorator
@inline
function is_visible(c: u32): bool {
  return c - 0x21 < 0x5e;
}

/** The first `%` at or after `place`, or the end of the first line. */
function next_percent(place: u32): u32 {
  const end = out + first_size;
  let p = out + place;
  while (p + 8 <= end) {
    const bytes = load<u64>(p) ^ 0x2525252525252525;
    const stops = (bytes - 0x0101010101010101) & ~bytes & 0x8080808080808080;
    if (stops != 0) return <u32>(p - out) + (<u32>ctz(stops) >> 3);
    p += 8;
  }
  while (p < end && load<u8>(p) != 0x25) p++;
  return <u32>(p - out);
}

/** Whether a word holds percent-encoded text; with `write`, adds it decoded. */
function percent_word(start: u32, end: u32, write: bool): bool {
  let i = start;
  while (i < end) {
    let count: u32 = 0;
    const bytes = room_for_bytes();
    for (let place = i; place + 2 < end && byte_at(place) == 0x25; place += 3) {
      const high = digit_value(byte_at(place + 1), 16);
      const low = digit_value(byte_at(place + 2), 16);
      if (high < 0 || low < 0) break;
      store<u8>(bytes + count++, (high << 4) | low);
    }
    if (is_printable(bytes, count)) {
      if (!write) return true;
      for (let p = bytes; p < bytes + count; ) {
        const length = width(<u32>load<u8>(p));
        put(code_point(p), place_from(i), place_to(i + length * 3 - 1));
        p += length;
        i += length * 3;
      }
      continue;
    }
    // What is no text stays as it is.
    for (let rest = max<u32>(1, count * 3); rest > 0; rest--) {
      if (write) put_plain(byte_at(i) == 0x2b ? 0x20 : byte_at(i), place_from(i), place_to(i));
      i++;
    }
  }
  return false;
}

function room_for_bytes(): usize {
  if (scratch == 0) scratch = alloc(first_size + 8);
  return scratch;
}

/** The value of a sign of base64 or base64url, or -1. */
function sextet(c: u32): i32 {
  if (c - 0x41 < 26) return <i32>c - 0x41;
  if (c - 0x61 < 26) return <i32>c - 0x61 + 26;
  if (is_digit(c)) return <i32>c - 0x30 + 52;
  if (c == 0x2b || c == 0x2d) return 62;
  return c == 0x2f || c == 0x5f ? 63 : -1;
}

/** The byte of the two hexadecimal digits at `place`, or -1. */
function hex_byte(place: u32): i32 {
  const high = digit_value(byte_at(place), 16);
  const low = digit_value(byte_at(place + 1), 16);
  return high < 0 || low < 0 ? -1 : (high << 4) | low;
}

function append_hex_pairs(): void {
  let i: u32 = 0;
  // Eight pairs and what is between them.
  while (i + 23 <= first_size) {
    // The last three of them are two digits and a sign; what is something else there is in no run that begins before.
    const a = <u32>load<u8>(CLASSES + byte_at(i + 20));
    const b = <u32>load<u8>(CLASSES + byte_at(i + 21));
    const c = <u32>load<u8>(CLASSES + byte_at(i + 22));
    if ((a & b & c & 1) != 0 || (a & 17) == 1 || (b & 17) == 1 || (c & 17) == 1) {
      i += 21;
      continue;
    }
    // The second sign stands where the first does, with a digit behind both.
    if (load<u8>(out + i, 2) != load<u8>(out + i, 5) || hex_byte(i + 3) < 0) {
      i++;
      continue;
    }
    const joint = byte_at(i + 2);
    if ((i > 0 && is_word(byte_at(i - 1))) || joint == 10 || joint == 0x25) {
      i++;
      continue;
    }
    const bytes = room_for_bytes();
    let count: u32 = 0;
    let end = i;
    for (let place = i; ; place += 3) {
      const byte = hex_byte(place);
      if (byte < 0 || is_word(byte_at(place + 2))) break;
      store<u8>(bytes + count++, byte);
      end = place + 2;
      if (byte_at(end) != joint) break;
    }
    if (count >= 8) append_bytes(bytes, count, place_from(i), place_to(end - 1));
    i = count >= 8 ? end : i + 1;
  }
}

function append_encoded(): void {
  let i: u32 = 0;
  while (i + 12 <= first_size) {
    // From the far end of the shortest run: what is no sign of base64 there is in no run that begins here.
    const start = out + i;
    let left: u32 = 12;
    while (left > 0 && (load<u8>(CLASSES + <usize>load<u8>(start + left - 1)) & 2) != 0) left--;
    if (left > 0) {
      i += left;
      continue;
    }
    let end = i + 12;
    while ((load<u8>(CLASSES + byte_at(end)) & 2) != 0) end++;
    let behind = end;
    while (behind < end + 2 && byte_at(behind) == 0x3d) behind++;
    const bytes = room_for_bytes();
    const from = place_from(i);
    if (!append_bytes(bytes, hex_bytes(bytes, i, end), from, place_to(end - 1)))
      append_bytes(bytes, base64_bytes(bytes, i, end), from, place_to(behind - 1));
    i = end + 1;
  }
}

/** Decodes at least sixteen hexadecimal digits, `0x` before them or not; how many bytes, 0 when it is something else. */
function hex_bytes(bytes: usize, start: u32, end: u32): u32 {
  if (byte_at(start) == 0x30 && (byte_at(start + 1) | 0x20) == 0x78) start += 2;
  if (end - start < 16 || ((end - start) & 1) != 0) return 0;
  let count: u32 = 0;
  for (let place = start; place < end; place += 2) {
    const high = digit_value(byte_at(place), 16);
    const low = digit_value(byte_at(place + 1), 16);
    if (high < 0 || low < 0) return 0;
    store<u8>(bytes + count++, (high << 4) | low);
  }
  return count;
}

/** Decodes base64; UTF-16 (little-endian) of ASCII, the form that command lines encode, as ASCII. How many bytes. */
function base64_bytes(bytes: usize, start: u32, end: u32): u32 {
  let bits: u32 = 0;
  let held: u32 = 0;
  let count: u32 = 0;
  let wide = true;
  for (let place = start; place < end; place++) {
    bits = (bits << 6) | <u32>sextet(byte_at(place));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    // A byte that no text begins with ends most runs here.
    if ((count & 1) != 0 && byte != 0) wide = false;
    store<u8>(bytes + count++, byte);
  }
  if (!wide || (count & 1) != 0) return count;
  for (let i: u32 = 0; i < count; i += 2) store<u8>(bytes + (i >> 1), load<u8>(bytes + i));
  return count >> 1;
}

/** A line of decoded text, all of it at one place; whether it was text. */
function append_bytes(bytes: usize, count: u32, from: u32, to: u32): bool {
  if (!is_printable(bytes, count)) return false;
  put_nowhere(10);
  for (let p = bytes; p < bytes + count; p += width(<u32>load<u8>(p))) put(code_point(p), from, to);
  return true;
}

/** Whether bytes are UTF-8 (no surrogates, nothing overlong) without control characters, and not empty. */
function is_printable(bytes: usize, count: u32): bool {
  const end = bytes + count;
  for (let p = bytes; p < end; ) {
    const lead = <u32>load<u8>(p);
    if (lead < 0x80) {
      if (lead == 0x7f || (lead < 0x20 && lead != 9 && lead != 10 && lead != 13)) return false;
      p++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return false;
    const length = width(lead);
    if (p + length > end) return false;
    for (let i: u32 = 1; i < length; i++) if ((load<u8>(p + i) & 0xc0) != 0x80) return false;
    const c = code_point(p);
    if (length == 3 && (c < 0x800 || (c & 0xfffff800) == 0xd800)) return false;
    if (length == 4 && (c < 0x10000 || c > 0x10ffff)) return false;
    p += length;
  }
  return count > 0;
}
