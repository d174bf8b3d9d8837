// The code of one function → where it holds indexes. What the linker must know to move a function into another module.
// INVARIANT: an instruction that it does not know is refused, never skipped. Instructions: what AssemblyScript emits with
// bulk memory, sign extension, saturating conversions and SIMD128.

/** An index as it stands in code: unsigned LEB128 at `[from, to)`. */
export interface IndexUse {
  readonly kind: 'function' | 'global' | 'type';
  readonly from: number;
  readonly to: number;
  readonly index: number;
}

/** Reads numbers at a moving place. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Unsigned LEB128. */
export function readUnsigned(cursor: Cursor): number {
  let value = 0;
  let shift = 0;
  for (;;) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw new Error('the kernel ends too early');
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
    shift += 7;
  }
}

/** Skips a LEB128 of any width and sign. */
function skipNumber(cursor: Cursor): void {
  while ((cursor.bytes[cursor.at++] ?? 0) >= 0x80);
}

function skipBlockType(cursor: Cursor): void {
  const byte = cursor.bytes[cursor.at] ?? 0;
  // A value type or "empty" is one byte from 0x40 up; a type index would be a relocation, which the kernel never needs.
  if (byte < 0x40) throw new Error('the kernel has a block with a type index');
  cursor.at++;
}

function skipMemoryPlace(cursor: Cursor): void {
  skipNumber(cursor);
  skipNumber(cursor);
}

/** All uses of indexes in the instructions at `[from, to)`. */
export function scanCode(bytes: Uint8Array, from: number, to: number): readonly IndexUse[] {
  const uses: IndexUse[] = [];
  const cursor: Cursor = { bytes, at: from };
  const use = (kind: IndexUse['kind']): void => {
    const start = cursor.at;
    const index = readUnsigned(cursor);
    uses.push({ kind, from: start, to: cursor.at, index });
  };
  while (cursor.at < to) {
    const opcode = bytes[cursor.at++] ?? 0;
    if (opcode >= 0x02 && opcode <= 0x04) skipBlockType(cursor);
    else if (opcode === 0x0c || opcode === 0x0d || (opcode >= 0x20 && opcode <= 0x22)) skipNumber(cursor);
    else if (opcode === 0x0e) for (let count = readUnsigned(cursor) + 1; count > 0; count--) skipNumber(cursor);
    else if (opcode === 0x10) use('function');
    else if (opcode === 0x11) {
      use('type');
      skipNumber(cursor);
    } else if (opcode === 0x23 || opcode === 0x24) use('global');
    else if (opcode >= 0x28 && opcode <= 0x3e) skipMemoryPlace(cursor);
    else if (opcode === 0x3f || opcode === 0x40) cursor.at++;
    else if (opcode === 0x41 || opcode === 0x42) skipNumber(cursor);
    else if (opcode === 0x43) cursor.at += 4;
    else if (opcode === 0x44) cursor.at += 8;
    else if (opcode === 0x1c) cursor.at += readUnsigned(cursor);
    else if (opcode === 0xfc) skipBulk(cursor);
    else if (opcode === 0xfd) skipVector(cursor);
    else if (!isPlain(opcode)) throw new Error(`the kernel has instruction 0x${opcode.toString(16)}`);
  }
  return uses;
}

const isPlain = (opcode: number): boolean =>
  opcode <= 0x01 ||
  opcode === 0x05 ||
  opcode === 0x0b ||
  opcode === 0x0f ||
  opcode === 0x1a ||
  opcode === 0x1b ||
  (opcode >= 0x45 && opcode <= 0xc4);

function skipBulk(cursor: Cursor): void {
  const operator = readUnsigned(cursor);
  if (operator === 10) cursor.at += 2;
  else if (operator === 11) cursor.at += 1;
  else if (operator > 7) throw new Error(`the kernel has instruction 0xfc ${operator}`);
}

function skipVector(cursor: Cursor): void {
  const operator = readUnsigned(cursor);
  if (operator <= 11 || operator === 92 || operator === 93) skipMemoryPlace(cursor);
  else if (operator === 12 || operator === 13) cursor.at += 16;
  else if (operator >= 21 && operator <= 34) cursor.at++;
  else if (operator >= 84 && operator <= 91) {
    skipMemoryPlace(cursor);
    cursor.at++;
  }
}
