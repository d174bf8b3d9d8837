// HMAC-SHA-256 (RFC 2104, FIPS 198-1), and the key that an enforcer gives for the hashes of redactions: the text at
// `rdp/hash_key` of the data document. INVARIANT: the key and what comes of it stay below the decision's text.

import { alloc, heap, set_heap } from './heap';
import { data_find } from './ops-dyn';
import { TAG_STRING, at, error, fail, size, tag, text } from './ops-value';
import { sha256 } from './sha256';

/** Why a decision with a hash blocks; compiler/src/wasm/codegen/representation.ts has the number, too. */
const ERROR_NO_HASH_KEY: i32 = 7;

/** Bytes of the shortest key: half of the digest, as RFC 2104 asks of a truncated one. */
const SHORTEST: u32 = 16;

/** The key in the data document, whose path is in the two slots at `keys`; sets the error where there is none. */
export function data_hash_key(data: usize, keys: usize): u64 {
  const value = data_find(data, keys, 2);
  if (error == 0 && tag(value) == TAG_STRING) {
    const key = load<u64>(value, 8);
    if (size(key) >= SHORTEST) return key;
  }
  fail(ERROR_NO_HASH_KEY);
  return 0;
}

/** The first half of the code of `[from, to)` under a key, in hexadecimal, at `out`: 32 bytes. */
export function hash_digits(key: u64, from: usize, to: usize, out: usize): void {
  const saved = heap;
  const code = alloc(32);
  hmac_sha256(key, from, <u32>(to - from), code);
  for (let i: usize = 0; i < 16; i++) {
    const byte = <u32>load<u8>(code + i);
    store<u8>(out + (i << 1), (byte >> 4) + ((byte >> 4) < 10 ? 0x30 : 0x57));
    store<u8>(out + (i << 1), (byte & 15) + ((byte & 15) < 10 ? 0x30 : 0x57), 1);
  }
  set_heap(saved);
}

/** The token of a text; sets the error where there is no key. */
export function string_hash(s: u64, data: usize, keys: usize): u64 {
  const key = data_hash_key(data, keys);
  if (error != 0) return 0;
  const out = alloc(32);
  hash_digits(key, at(s), at(s) + size(s), out);
  return text(out, 32);
}

/** Writes the 32 bytes of the code of `length` bytes at `from` under a key to `to`. */
export function hmac_sha256(key: u64, from: usize, length: u32, to: usize): void {
  const saved = heap;
  const inner = alloc(64 + length);
  const outer = alloc(96);
  memory.fill(inner, 0, 64);
  if (size(key) > 64) sha256(at(key), size(key), inner);
  else memory.copy(inner, at(key), size(key));
  for (let i: usize = 0; i < 64; i += 8) {
    const bytes = load<u64>(inner + i);
    store<u64>(outer + i, bytes ^ 0x5c5c5c5c5c5c5c5c);
    store<u64>(inner + i, bytes ^ 0x3636363636363636);
  }
  memory.copy(inner + 64, from, length);
  sha256(inner, 64 + length, outer + 64);
  sha256(outer, 96, to);
  set_heap(saved);
}
