// What runtime and compiler ask of `node:zlib`: the checksum of frames (CRC-32 of IEEE 802.3, reflected, as in gzip), and how small a
// text gets.

import { gzipSync as gzip, strToU8 } from 'fflate';

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array, start = 0): number {
  let value = ~start;
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}

export function gzipSync(content: string | Uint8Array): Uint8Array {
  return gzip(typeof content === 'string' ? strToU8(content) : content);
}
