// SHA-256 of bytes in hexadecimal, as digests of images and names by content are written.

import { sha256 } from '../../ir/interpret/sha256.ts';

/** 64 small hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return [...sha256(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
