// Addresses that carry a checksum: base58check (Bitcoin and its kin, WIF keys) and bech32 with bech32m (BIP 173, BIP 350).
// INVARIANT: the whole text is judged, nothing in it is passed over; the working memory is given back.

import { alloc, heap, set_heap } from './heap';
import { at, size } from './ops-value';
import { sha256 } from './sha256';

/** Nothing that base58check is used for is longer; the work is quadratic. */
const BASE58_LIMIT: u32 = 128;

/** The code of bech32 tells errors in no longer text. */
const BECH32_LIMIT: u32 = 1023;

/** The alphabet is 1-9 A-H J-N P-Z a-k m-z: what its digits count, or 58. */
function base58_digit(byte: u32): u32 {
  if (byte - 0x31 < 9) return byte - 0x31;
  if (byte - 0x41 < 8) return byte - 0x41 + 9;
  if (byte - 0x4a < 5) return byte - 0x4a + 17;
  if (byte - 0x50 < 11) return byte - 0x50 + 22;
  if (byte - 0x61 < 11) return byte - 0x61 + 33;
  return byte - 0x6d < 14 ? byte - 0x6d + 44 : 58;
}

/** The last four bytes begin the SHA-256 of the SHA-256 of the others. */
export function base58check(s: u64): bool {
  const length = size(s);
  if (length < 6 || length > BASE58_LIMIT) return false;
  const saved = heap;
  const bytes = alloc(<usize>length + 32);
  const digest = bytes + length;
  // A number of `used` bytes that ends at `digest`; a leading 1 is a zero byte.
  let used: u32 = 0;
  let zeros: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    let carry = base58_digit(<u32>load<u8>(at(s) + i));
    if (carry == 58) {
      set_heap(saved);
      return false;
    }
    if (carry == 0 && used == 0) zeros++;
    for (let j: u32 = 0; j < used; j++) {
      carry += <u32>load<u8>(digest - 1 - j) * 58;
      store<u8>(digest - 1 - j, carry);
      carry >>= 8;
    }
    if (carry > 0) store<u8>(digest - 1 - used++, carry);
  }
  const total = used + zeros;
  memory.fill(digest - total, 0, zeros);
  let same = false;
  if (total > 4) {
    const check = load<u32>(digest - 4);
    const scratch = digest - total;
    // The digest goes behind the number, whose checksum has been read.
    sha256(scratch, total - 4, digest);
    sha256(digest, 32, digest);
    same = load<u32>(digest) == check;
  }
  set_heap(saved);
  return same;
}

// What `0` to `9`, six of nothing and `a` to `z` count in bech32; 255: it is not in the alphabet.
const BECH32 = memory.data<u8>([
  15, 255, 10, 17, 21, 20, 26, 30, 7, 5, 255, 255, 255, 255, 255, 255, 29, 255, 24, 13, 25, 9, 8, 23, 255, 18, 22, 31, 27, 19, 255,
  1, 0, 3, 16, 11, 28, 12, 14, 6, 4, 2,
]);

function polymod(sum: u32, value: u32): u32 {
  const top = sum >>> 25;
  let next = ((sum & 0x1ffffff) << 5) ^ value;
  if ((top & 1) != 0) next ^= 0x3b6a57b2;
  if ((top & 2) != 0) next ^= 0x26508e6d;
  if ((top & 4) != 0) next ^= 0x1ea119fa;
  if ((top & 8) != 0) next ^= 0x3d4233dd;
  if ((top & 16) != 0) next ^= 0x2a1462b3;
  return next;
}

/** The remainder of the code, 0 for what is no such text: mixed case, no `1`, fewer than six characters behind it. */
function bech32_rest(s: u64): u32 {
  const length = size(s);
  if (length < 8 || length > BECH32_LIMIT) return 0;
  let mark: u32 = 0;
  let lower = false;
  let upper = false;
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(at(s) + i);
    if (byte < 33 || byte > 126) return 0;
    if (byte == 0x31) mark = i;
    if (byte - 0x61 < 26) lower = true;
    if (byte - 0x41 < 26) upper = true;
  }
  if ((lower && upper) || mark == 0 || mark + 7 > length) return 0;
  let sum: u32 = 1;
  for (let i: u32 = 0; i < mark; i++) sum = polymod(sum, lower_case(<u32>load<u8>(at(s) + i)) >> 5);
  sum = polymod(sum, 0);
  for (let i: u32 = 0; i < mark; i++) sum = polymod(sum, lower_case(<u32>load<u8>(at(s) + i)) & 31);
  for (let i = mark + 1; i < length; i++) {
    const byte = lower_case(<u32>load<u8>(at(s) + i));
    const place = byte - 0x30 < 10 ? byte - 0x30 : byte - 0x61 < 26 ? byte - 0x51 : 10;
    const value = <u32>load<u8>(BECH32 + place);
    if (value == 255) return 0;
    sum = polymod(sum, value);
  }
  return sum;
}

function lower_case(byte: u32): u32 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}

/** BIP 173. */
export function bech32(s: u64): bool {
  return bech32_rest(s) == 1;
}

/** BIP 350: the same code with another constant. */
export function bech32m(s: u64): bool {
  return bech32_rest(s) == 0x2bc830a3;
}
