// A kernel's bytes, as asc makes them → its functions with holes for indexes, its globals and data: what the linker picks
// from. Happens when the kernel is built, so that a compile reads no WebAssembly.
// INVARIANT: names are unique: an exported function has the name of its export, another one that of its debug name.
// Reads only what asc emits: one imported memory, no table, no passive data.

import { valueTypeCodes } from '../../src/wasm/encode-function.ts';
import type { FunctionType, ValueType } from '../../src/wasm/encode-function.ts';
import { holeKinds } from '../../src/wasm/kernel-data.ts';
import type { KernelData, KernelFunction } from '../../src/wasm/kernel-data.ts';
import { readUnsigned, scanCode } from './scan-code.ts';
import type { Cursor } from './scan-code.ts';

const typeNames: ReadonlyMap<number, ValueType> = new Map(
  Object.entries(valueTypeCodes).map(([name, code]) => [code, name as ValueType]), // its keys are the value types
);

const utf8 = new TextDecoder();

function readName(cursor: Cursor): string {
  const length = readUnsigned(cursor);
  cursor.at += length;
  return utf8.decode(cursor.bytes.subarray(cursor.at - length, cursor.at));
}

function readVector<T>(cursor: Cursor, read: (index: number) => T): readonly T[] {
  const count = readUnsigned(cursor);
  return Array.from({ length: count }, (_, index) => read(index));
}

function readType(cursor: Cursor): ValueType {
  const type = typeNames.get(cursor.bytes[cursor.at++] ?? 0);
  if (type === undefined) throw new Error('the kernel has a type that the linker does not know');
  return type;
}

/** `i32.const` or `i64.const` with `end`. */
function readConstant(cursor: Cursor): bigint {
  const wide = cursor.bytes[cursor.at++] === 0x42;
  let value = 0n;
  let shift = 0n;
  let byte: number;
  do {
    byte = cursor.bytes[cursor.at++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
  } while (byte >= 0x80);
  cursor.at++;
  return BigInt.asIntN(Math.min(Number(shift), wide ? 64 : 32), value);
}

interface Section {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

function readSections(bytes: Uint8Array): readonly Section[] {
  const sections: Section[] = [];
  const cursor: Cursor = { bytes, at: 8 };
  while (cursor.at < bytes.length) {
    const id = bytes[cursor.at++] ?? 0;
    const length = readUnsigned(cursor);
    sections.push({ id, from: cursor.at, to: cursor.at + length });
    cursor.at += length;
  }
  return sections;
}

/** The last part of asc's debug names: `compiler/kernel/heap/alloc` → `alloc`. */
const shortName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Reads a kernel; throws when the build made something that the linker does not know. */
export function parseKernel(bytes: Uint8Array): KernelData {
  const sections = readSections(bytes);
  const section = <T>(id: number, read: (cursor: Cursor) => T, absent: T): T => {
    const found = sections.find((candidate) => candidate.id === id);
    return found === undefined ? absent : read({ bytes, at: found.from });
  };

  const types = section<readonly FunctionType[]>(
    1,
    (cursor) =>
      readVector(cursor, () => {
        cursor.at++;
        return {
          params: readVector(cursor, () => readType(cursor)),
          results: readVector(cursor, () => readType(cursor)),
        };
      }),
    [],
  );
  const imports: string[] = [];
  section(
    2,
    (cursor) =>
      readVector(cursor, () => {
        const name = `${readName(cursor)}.${readName(cursor)}`;
        if (cursor.bytes[cursor.at++] === 0x02) {
          const limits = cursor.bytes[cursor.at++] ?? 0;
          readUnsigned(cursor);
          if (limits !== 0) readUnsigned(cursor);
        } else {
          imports.push(name);
          readUnsigned(cursor);
        }
      }),
    [],
  );

  const functionTypes = section(3, (cursor) => readVector(cursor, () => readUnsigned(cursor)), []);
  const globalRows = section(
    6,
    (cursor) =>
      readVector(cursor, () => {
        const type = readType(cursor);
        const mutable = cursor.bytes[cursor.at++] === 1;
        return { type, mutable, value: readConstant(cursor) };
      }),
    [],
  );
  const exports = section(
    7,
    (cursor) =>
      readVector(cursor, () => {
        const name = readName(cursor);
        const kind = cursor.bytes[cursor.at++] ?? 0;
        return { name, kind, index: readUnsigned(cursor) };
      }),
    [],
  );

  const functionNames = nameFunctions(bytes, sections, { imports: imports.length, exports });
  const globalNames = globalRows.map(
    (_, index) => exports.find((item) => item.kind === 3 && item.index === index)?.name ?? `global${index}`,
  );

  const bodies = section<readonly KernelFunction[]>(
    10,
    (cursor) =>
      readVector(cursor, (index) => {
        const length = readUnsigned(cursor);
        const end = cursor.at + length;
        const locals = readVector(cursor, () => {
          const count = readUnsigned(cursor);
          const type = readType(cursor);
          return Array.from({ length: count }, () => type);
        }).flat();
        const from = cursor.at;
        cursor.at = end;
        const code: number[] = [];
        const holes: number[] = [];
        let copied = from;
        for (const use of scanCode(bytes, from, end - 1)) {
          code.push(...bytes.subarray(copied, use.from));
          copied = use.to;
          holes.push(code.length, holeKinds.indexOf(use.kind), use.index);
        }
        code.push(...bytes.subarray(copied, end - 1));
        return {
          name: functionNames(imports.length + index),
          type: functionTypes[index] ?? 0,
          locals,
          code: base64(code),
          holes,
        };
      }),
    [],
  );

  const data = section(
    11,
    (cursor) =>
      readVector(cursor, () => {
        if (readUnsigned(cursor) !== 0) throw new Error('the kernel has passive data');
        const offset = Number(readConstant(cursor));
        const length = readUnsigned(cursor);
        cursor.at += length;
        return { offset, bytes: base64(bytes.subarray(cursor.at - length, cursor.at)) };
      }),
    [],
  );

  return {
    types,
    imports,
    functions: bodies,
    exports: exports.filter((item) => item.kind === 0).map((item) => [item.name, item.index - imports.length]),
    globals: globalRows.map((row, index) => ({ name: globalNames[index] ?? '', ...row, value: String(row.value) })),
    data,
  };
}

const base64 = (bytes: ArrayLike<number>): string => Buffer.from(Uint8Array.from(bytes)).toString('base64');

function nameFunctions(
  bytes: Uint8Array,
  sections: readonly Section[],
  module: { readonly imports: number; readonly exports: readonly { name: string; kind: number; index: number }[] },
): (index: number) => string {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const item of module.exports) {
    if (item.kind !== 0 || names.has(item.index)) continue;
    names.set(item.index, item.name);
    taken.add(item.name);
  }
  for (const found of sections) {
    const cursor: Cursor = { bytes, at: found.from };
    if (found.id !== 0 || readName(cursor) !== 'name') continue;
    while (cursor.at < found.to) {
      const kind = bytes[cursor.at++];
      const end = readUnsigned(cursor) + cursor.at;
      if (kind === 1) {
        readVector(cursor, () => {
          const index = readUnsigned(cursor);
          const long = readName(cursor);
          if (index < module.imports || names.has(index)) return;
          const name = taken.has(shortName(long)) ? long : shortName(long);
          taken.add(name);
          names.set(index, name);
        });
      }
      cursor.at = end;
    }
  }
  return (index) => names.get(index) ?? `function${index}`;
}
