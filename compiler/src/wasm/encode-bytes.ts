// Numbers and names as the WebAssembly binary format writes them. Every function appends to `out`.

/** Unsigned LEB128 of an integer below 2^32. */
export function writeUnsigned(out: number[], value: number): void {
  let rest = value >>> 0;
  while (rest >= 0x80) {
    out.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  out.push(rest);
}

/** Signed LEB128. */
export function writeSigned(out: number[], value: bigint): void {
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) {
      out.push(low);
      return;
    }
    out.push(low | 0x80);
  }
}

/** IEEE 754 double, little-endian. */
export function writeFloat64(out: number[], value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  for (let index = 0; index < 8; index++) out.push(view.getUint8(index));
}

/** Appends without the argument limit of a spread. */
export function writeBytes(out: number[], bytes: ArrayLike<number>): void {
  for (let index = 0; index < bytes.length; index++) out.push(bytes[index] ?? 0);
}

const utf8 = new TextEncoder();

/** Length, then UTF-8. */
export function writeName(out: number[], name: string): void {
  const bytes = utf8.encode(name);
  writeUnsigned(out, bytes.length);
  writeBytes(out, bytes);
}

/** One array after the other. */
export function concatBytes(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Section id, length, content; nothing when the content is empty. */
export function section(id: number, content: ArrayLike<number>): readonly ArrayLike<number>[] {
  if (content.length === 0) return [];
  const head = [id];
  writeUnsigned(head, content.length);
  return [head, content];
}
