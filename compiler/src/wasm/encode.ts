// A module as data → its bytes. Gives types, functions and globals their indexes, resolves relocations, writes the name section.
//
// INVARIANT: the same module gives the same bytes; nothing is reordered, types are numbered by first use.
// Says nothing of what the functions do and leaves validation to the engine.

import { concatBytes, section, writeBytes, writeName, writeSigned, writeUnsigned } from './encode-bytes.ts';
import { valueTypeCodes } from './encode-function.ts';
import type { FunctionBody, FunctionReference, FunctionType, Relocation, ValueType } from './encode-function.ts';

export interface GlobalDefinition {
  readonly name: string;
  readonly type: 'i32' | 'i64';
  readonly mutable: boolean;
  readonly value: bigint;
}

/** Bytes of memory: at `offset` when the module starts, or, without offset, where `memory.init` puts them. */
export interface DataSegment {
  readonly offset: number | undefined;
  readonly bytes: Uint8Array;
}

export interface WasmModule {
  /** Imported, or its own without module and name; without a maximum. */
  readonly memory: { readonly module?: string; readonly name?: string; readonly minPages: number };
  readonly imports: readonly { readonly module: string; readonly name: string; readonly function: FunctionReference }[];
  readonly functions: readonly FunctionBody[];
  readonly globals: readonly GlobalDefinition[];
  /** Table 0, when there is any: functions by name, from index 0. */
  readonly table: readonly string[];
  readonly exports: readonly {
    readonly name: string;
    readonly kind: 'function' | 'memory' | 'global';
    readonly of: string;
  }[];
  readonly start: string | undefined;
  /** Functions whose names stand in the name section. */
  readonly isNamed: (name: string) => boolean;
  readonly data: readonly DataSegment[];
  readonly customSections: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const typeKey = (type: FunctionType): string => `${type.params.join()}>${type.results.join()}`;

function vector<T>(items: readonly T[], write: (out: number[], item: T, index: number) => void): number[] {
  if (items.length === 0) return [];
  const out: number[] = [];
  writeUnsigned(out, items.length);
  items.forEach((item, index) => write(out, item, index));
  return out;
}

/** Numbers of names; unknown names are a fault of the caller. */
function numbering(kind: string, names: readonly string[]): (name: string) => number {
  const indexes = new Map(names.map((name, index) => [name, index]));
  if (indexes.size !== names.length) throw new Error(`two ${kind}s have one name`);
  return (name) => {
    const index = indexes.get(name);
    if (index === undefined) throw new Error(`no ${kind} \`${name}\``);
    return index;
  };
}

/** The binary form of `module`. */
export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const types: FunctionType[] = [];
  const typeIndexes = new Map<string, number>();
  const typeIndex = (type: FunctionType): number => {
    const key = typeKey(type);
    const known = typeIndexes.get(key);
    if (known !== undefined) return known;
    typeIndexes.set(key, types.length);
    return types.push(type) - 1;
  };
  const functionIndex = numbering('function', [
    ...module.imports.map((item) => item.function.name),
    ...module.functions.map((item) => item.name),
  ]);
  const globalIndex = numbering(
    'global',
    module.globals.map((global) => global.name),
  );

  const importSection: number[] = [];
  const { memory } = module;
  const memoryLimits: number[] = [0x00];
  writeUnsigned(memoryLimits, memory.minPages);
  const isImported = memory.module !== undefined && memory.name !== undefined;
  writeUnsigned(importSection, module.imports.length + (isImported ? 1 : 0));
  if (isImported) {
    writeName(importSection, memory.module);
    writeName(importSection, memory.name);
    importSection.push(0x02, ...memoryLimits);
  }
  for (const item of module.imports) {
    writeName(importSection, item.module);
    writeName(importSection, item.name);
    importSection.push(0x00);
    writeUnsigned(importSection, typeIndex(item.function.type));
  }
  const functionSection = vector(module.functions, (out, item) => writeUnsigned(out, typeIndex(item.type)));
  const tableSection = module.table.length === 0 ? [] : tableOf(module.table.length);
  const globalSection = vector(module.globals, (out, global) => {
    out.push(valueTypeCodes[global.type], global.mutable ? 1 : 0, global.type === 'i32' ? 0x41 : 0x42);
    writeSigned(out, global.type === 'i32' ? BigInt.asIntN(32, global.value) : BigInt.asIntN(64, global.value));
    out.push(0x0b);
  });
  const exportSection = vector(module.exports, (out, item) => {
    writeName(out, item.name);
    if (item.kind === 'memory') out.push(0x02, 0x00);
    else {
      out.push(item.kind === 'function' ? 0x00 : 0x03);
      writeUnsigned(out, item.kind === 'function' ? functionIndex(item.of) : globalIndex(item.of));
    }
  });
  const startSection: number[] = [];
  if (module.start !== undefined) writeUnsigned(startSection, functionIndex(module.start));
  const elementSection: number[] = [];
  if (module.table.length > 0) {
    elementSection.push(0x01, 0x00, 0x41, 0x00, 0x0b);
    writeBytes(
      elementSection,
      vector(module.table, (out, name) => writeUnsigned(out, functionIndex(name))),
    );
  }
  const dataCount = module.data.some((segment) => segment.offset === undefined) ? [module.data.length] : [];
  const codeSection = encodeCode(module.functions, { functionIndex, globalIndex, typeIndex });
  const typeSection = vector(types, (out, type) => {
    out.push(0x60);
    writeBytes(out, typeList(type.params));
    writeBytes(out, typeList(type.results));
  });

  const custom = [nameSection(module), ...module.customSections].flatMap((item) => {
    const name: number[] = [];
    writeName(name, item.name);
    return section(0, concatBytes([name, item.bytes]));
  });
  return concatBytes([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, typeSection),
    ...section(2, importSection),
    ...section(3, functionSection),
    ...section(4, tableSection),
    ...section(5, isImported ? [] : [1, ...memoryLimits]),
    ...section(6, globalSection),
    ...section(7, exportSection),
    ...section(8, startSection),
    ...section(9, elementSection),
    ...section(12, dataCount),
    ...section(10, codeSection),
    ...section(11, dataSection(module.data)),
    ...custom,
  ]);
}

function dataSection(segments: readonly DataSegment[]): ArrayLike<number> {
  if (segments.length === 0) return [];
  const count: number[] = [];
  writeUnsigned(count, segments.length);
  const parts = segments.flatMap((segment) => {
    const head = segment.offset === undefined ? [0x01] : [0x00, 0x41];
    if (segment.offset !== undefined) {
      writeSigned(head, BigInt(segment.offset | 0));
      head.push(0x0b);
    }
    writeUnsigned(head, segment.bytes.length);
    return [head, segment.bytes];
  });
  return concatBytes([count, ...parts]);
}

function tableOf(size: number): number[] {
  const out = [0x01, valueTypeCodes.funcref, 0x01];
  writeUnsigned(out, size);
  writeUnsigned(out, size);
  return out;
}

function typeList(types: readonly ValueType[]): number[] {
  const out: number[] = [];
  writeUnsigned(out, types.length);
  for (const type of types) out.push(valueTypeCodes[type]);
  return out;
}

interface Indexes {
  readonly functionIndex: (name: string) => number;
  readonly globalIndex: (name: string) => number;
  readonly typeIndex: (type: FunctionType) => number;
}

function encodeCode(functions: readonly FunctionBody[], indexes: Indexes): ArrayLike<number> {
  if (functions.length === 0) return [];
  const count: number[] = [];
  writeUnsigned(count, functions.length);
  const parts: ArrayLike<number>[] = [count];
  for (const item of functions) {
    const body = encodeBody(item, indexes);
    const length: number[] = [];
    writeUnsigned(length, body.length);
    parts.push(length, body);
  }
  return concatBytes(parts);
}

/** An index takes at most so many bytes. */
const longestIndex = 5;

function encodeBody({ locals, code, relocations }: FunctionBody, indexes: Indexes): Uint8Array {
  const groups: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  const head: number[] = [];
  writeUnsigned(head, groups.length);
  for (const group of groups) {
    writeUnsigned(head, group.count);
    head.push(valueTypeCodes[group.type]);
  }
  const out = new Uint8Array(head.length + code.length + relocations.length * longestIndex + 1);
  out.set(head);
  let at = head.length;
  let from = 0;
  const copyTo = (end: number): void => {
    for (; from < end; from++) out[at++] = code[from] ?? 0;
  };
  for (const relocation of relocations) {
    copyTo(relocation.at);
    const index: number[] = [];
    writeUnsigned(index, indexOf(relocation, indexes));
    for (const byte of index) out[at++] = byte;
  }
  copyTo(code.length);
  out[at++] = 0x0b;
  return out.subarray(0, at);
}

function indexOf(relocation: Relocation, indexes: Indexes): number {
  switch (relocation.kind) {
    case 'function':
      return indexes.functionIndex(relocation.name);
    case 'global':
      return indexes.globalIndex(relocation.name);
    case 'type':
      return indexes.typeIndex(relocation.type);
  }
}

/** Names of functions, so that stack traces and profiles read like the policy. */
function nameSection(module: WasmModule): { readonly name: string; readonly bytes: Uint8Array } {
  const functions = [...module.imports.map((item) => item.function.name), ...module.functions.map((item) => item.name)];
  const named = functions.flatMap((name, index) => (module.isNamed(name) ? [{ name, index }] : []));
  const names = vector(named, (to, item) => {
    writeUnsigned(to, item.index);
    writeName(to, item.name);
  });
  return { name: 'name', bytes: concatBytes(section(1, names)) };
}
