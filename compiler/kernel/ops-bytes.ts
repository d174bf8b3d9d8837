// Bytes: base64, and the text that they are.

import { alloc } from './heap';
import { code_point, width } from './ops-text';
import { ERROR_INVALID_ARGUMENT, at, fail, size, text } from './ops-value';

const BASE64 = memory.data<u8>([
  0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55,
  0x56, 0x57, 0x58, 0x59, 0x5a, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70,
  0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x2b,
  0x2f,
]);

export function base64_encode(bytes: u64): u64 {
  const length = size(bytes);
  const copy = alloc(((length + 2) / 3) << 2);
  let to = copy;
  for (let i: u32 = 0; i < length; i += 3) {
    const p = at(bytes) + i;
    const left = length - i;
    const group =
      (<u32>load<u8>(p) << 16) | (left > 1 ? <u32>load<u8>(p, 1) << 8 : 0) | (left > 2 ? <u32>load<u8>(p, 2) : 0);
    store<u8>(to, load<u8>(BASE64 + (group >> 18)));
    store<u8>(to, load<u8>(BASE64 + ((group >> 12) & 63)), 1);
    store<u8>(to, left > 1 ? load<u8>(BASE64 + ((group >> 6) & 63)) : 0x3d, 2);
    store<u8>(to, left > 2 ? load<u8>(BASE64 + (group & 63)) : 0x3d, 3);
    to += 4;
  }
  return text(copy, <u32>(to - copy));
}

function base64_digit(c: u32): u32 {
  if (c - 0x41 < 26) return c - 0x41;
  if (c - 0x61 < 26) return c - 0x61 + 26;
  if (c - 0x30 < 10) return c - 0x30 + 52;
  return c == 0x2b ? 62 : c == 0x2f ? 63 : 64;
}

/** Standard alphabet; the padding may be missing. */
export function base64_decode(s: u64): u64 {
  let length = size(s);
  const padded = (length & 3) == 0;
  if (padded && length > 0 && load<u8>(at(s) + length - 1) == 0x3d) {
    length--;
    if (load<u8>(at(s) + length - 1) == 0x3d) length--;
  }
  if ((length & 3) == 1) {
    fail(ERROR_INVALID_ARGUMENT);
    return 0;
  }
  const copy = alloc(length);
  let to = copy;
  let bits: u32 = 0;
  let held: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const digit = base64_digit(<u32>load<u8>(at(s) + i));
    if (digit == 64) {
      fail(ERROR_INVALID_ARGUMENT);
      return 0;
    }
    held = (held << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      store<u8>(to++, held >> bits);
    }
  }
  return text(copy, <u32>(to - copy));
}

/** Whether bytes are UTF-8 (no surrogates, nothing overlong). */
export function is_utf8(p: usize, end: usize): bool {
  while (p < end) {
    const lead = <u32>load<u8>(p);
    if (lead < 0x80) {
      p++;
      continue;
    }
    const step = width(lead);
    if (lead < 0xc2 || lead > 0xf4 || p + step > end) return false;
    for (let i: u32 = 1; i < step; i++) if ((load<u8>(p + i) & 0xc0) != 0x80) return false;
    const c = code_point(p);
    if ((step == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (step == 4 && (c < 0x10000 || c > 0x10ffff))) return false;
    p += step;
  }
  return true;
}

export function string_of_bytes(bytes: u64): u64 {
  if (!is_utf8(at(bytes), at(bytes) + size(bytes))) fail(ERROR_INVALID_ARGUMENT);
  return bytes;
}

export function bytes_of_string(s: u64): u64 {
  return s;
}
