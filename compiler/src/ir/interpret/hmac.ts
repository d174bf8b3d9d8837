// HMAC-SHA-256 (RFC 2104, FIPS 198-1), and the key that an enforcer gives for the hashes of redactions.

import { lookupKey } from './compare-values.ts';
import { sha256 } from './sha256.ts';
import { fail, string, type Value } from './value.ts';

const encoder = new TextEncoder();

/** Bytes of the shortest key: half of the digest, as RFC 2104 asks of a truncated one. */
const shortestKey = 16;

/** The key at `rdp/hash_key` of the data document; raises `EvaluationError` where there is none, or too short a one. */
export function hashKey(data: Value | undefined): Uint8Array {
  let value = data;
  for (const part of ['rdp', 'hash_key']) value = value?.kind === 'map' ? lookupKey(value, string(part)) : undefined;
  const key = encoder.encode(value?.kind === 'string' ? value.value : '');
  return key.length < shortestKey ? fail('no_hash_key') : key;
}

/** The 32 bytes of the code. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? sha256(key) : key);
  const inner = sha256(Uint8Array.from([...block.map((byte) => byte ^ 0x36), ...message]));
  return sha256(Uint8Array.from([...block.map((byte) => byte ^ 0x5c), ...inner]));
}

/** The token of a text: the first half of its code, in hexadecimal. The same text has the same token under one key. */
export function hashToken(key: Uint8Array, text: string): string {
  const code = hmacSha256(key, encoder.encode(text)).subarray(0, 16);
  return [...code].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
