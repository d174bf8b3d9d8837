// An entrypoint's layouts → a function from bytes to what the generated reader makes of them, through a real module: the
// value as plain data, or reason and place of the fault. The interpreter's reader answers in the same form.

import type { Const, Field, RecordType, Type, UnionType } from '@rdp/language';
import type { IrEntrypoint, RecordLayout, UnionLayout } from '../../src/ir/ir.ts';
import { MalformedDocument } from '../../src/ir/interpret/json-scan.ts';
import { readDocument } from '../../src/ir/interpret/read-document.ts';
import { writeValue } from '../../src/ir/interpret/write-json.ts';
import { callKernel } from '../../src/wasm/codegen/context.ts';
import type { EntrypointContext, ModuleContext } from '../../src/wasm/codegen/context.ts';
import { compileExpression } from '../../src/wasm/codegen/expression.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { kernelGlobal, staticBase } from '../../src/wasm/kernel.ts';
import type { WasmTarget } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';
import { generateReader } from '../../src/wasm/reader.ts';
import { malformedCodes } from '../../src/wasm/reader-keys.ts';
import { showRecord } from './show-memory.ts';

export const stringType: Type = { kind: 'string', sensitive: false };

/** A field that is required unless `more` says otherwise. */
export function field(name: string, type: Type, more: Partial<Field> = {}): Field {
  return { name, wire: name, type, presence: 'required', doc: '', ...more };
}

/** A field that reads as `value` when it is missing. */
export const withDefault = (value: Const): Partial<Field> => ({ presence: 'default', default: value });

export function record(name: string, fields: readonly Field[]): RecordType {
  const map = new Map(fields.map((item) => [item.name, item]));
  return { name, doc: '', fields: () => map };
}

/** An entrypoint that reads all fields of everything that its input reaches. */
export function entrypointOf(input: RecordType, more: { readonly at?: readonly string[] } = {}): IrEntrypoint {
  const records = new Map<RecordType, RecordLayout>();
  const unions = new Map<UnionType, UnionLayout>();
  const layout = (of: RecordType): RecordLayout => {
    const known = records.get(of);
    if (known) return known;
    const fields = [...of.fields().values()].toSorted((a, b) => (a.wire < b.wire ? -1 : 1));
    const made: RecordLayout = { id: records.size, record: of, fields };
    records.set(of, made);
    for (const item of fields) visit(item.type);
    return made;
  };
  const visit = (type: Type): void => {
    if (type.kind === 'record') layout(type.record);
    else if (type.kind === 'list' || type.kind === 'set' || type.kind === 'optional') visit(type.of);
    else if (type.kind === 'map') visit(type.value);
    else if (type.kind === 'union' && !unions.has(type.union)) {
      const { union } = type;
      const variants = union.variantNames().flatMap((name) => {
        const variant = union.variant(name);
        return variant ? [{ variant, layout: layout(variant.record) }] : [];
      });
      unions.set(union, { id: unions.size, union, base: layout(union.base), variants });
    }
  };
  const inputLayout = layout(input);
  return {
    name: 'test/read',
    aliases: [],
    surface: 'Test',
    event: 'read',
    at: more.at ?? [],
    defaultDeny: false,
    concerns: undefined,
    usage: undefined,
    onMalformed: 'block',
    settled: { rules: [], denial: undefined },
    inputKinds: undefined,
    input: inputLayout,
    records: [...records.values()],
    unions: [...unions.values()],
    prepare: undefined,
    parts: undefined,
    parameters: [],
    rules: [],
    order: [],
    index: { always: [], tests: [] },
  };
}

/** What both readers say: a value as JSON text, or a fault. */
export type Reading = { readonly value: string } | { readonly reason: string; readonly path: string };

/** The module whose decision is `[record address]` or `[0,reason,"path"]`. */
export function readerModule(entrypoint: IrEntrypoint, target: WasmTarget): Uint8Array {
  const data = createStaticData(staticBase());
  const module: ModuleContext = { data, functions: [], table: [], helpers: new Map(), sets: new Map(), rules: [] };
  const entry: EntrypointContext = {
    module,
    entrypoint,
    prefix: '',
    records: new Map(entrypoint.records.map((layout) => [layout.record, layout])),
    unions: new Map(entrypoint.unions.map((layout) => [layout.union, layout])),
    stateSlot: () => 0,
    compile: compileExpression,
  };
  const read = generateReader(entry);
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const result = b.local('i32');
  b.get(2).get(3).call(read).set(result);
  callKernel(b, 'out_begin');
  callKernel(b.i32(0x5b), 'out_byte');
  callKernel(b.get(result).op('i64.extend_i32_u'), 'out_uint');
  b.get(result).op('i32.eqz');
  b.if(undefined, () => {
    callKernel(b.i32(0x2c), 'out_byte');
    callKernel(b.globalGet(kernelGlobal('malformed')).op('i64.extend_i32_u'), 'out_uint');
    callKernel(b.i32(0x2c), 'out_byte');
    b.globalGet(kernelGlobal('malformed_at'));
    callKernel(b, 'json_path');
    callKernel(b, 'out_string');
  });
  callKernel(b.i32(0x5d), 'out_byte');
  callKernel(b, 'out_end');
  module.functions.push(b.finish());
  return linkModule({ target, functions: module.functions, decide: b, entrypoints: [entrypoint.name], data });
}

const reasons = new Map<number, string>(Object.entries(malformedCodes).map(([word, code]) => [code, word]));

/** The generated reader of one target. */
export function generatedReader(entrypoint: IrEntrypoint, target: WasmTarget): (bytes: Uint8Array) => Reading {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const module = new WebAssembly.Module(readerModule(entrypoint, target));
  const abort = (address: number): never => {
    throw new Error(`aborted at ${address}`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, opa_abort: abort } });
  type Decide = (entrypoint: number, data: number, input: number, length: number, heap: number) => number;
  const decide = exports['rdp_decide'] as Decide; // its type in the ABI
  const base = (exports['opa_heap_ptr_get'] as () => number)(); // its type in the ABI
  return (bytes) => {
    // An odd place, garbage behind the document.
    const input = base + 3;
    const wanted = input + bytes.length + 1000;
    if (wanted > memory.buffer.byteLength) memory.grow(Math.ceil((wanted - memory.buffer.byteLength) / 65536));
    const all = new Uint8Array(memory.buffer);
    all.fill(0x5d, input, Math.min(all.length, wanted));
    all.set(bytes, input);
    const address = decide(0, 0, input, bytes.length, input + bytes.length);
    const view = new DataView(memory.buffer);
    const text = new TextDecoder().decode(new Uint8Array(memory.buffer, address, view.getUint32(address - 4, true)));
    const [found, code, path] = JSON.parse(text) as [number, number, string]; // as `readerModule` writes it
    if (found === 0) return { reason: reasons.get(code) ?? String(code), path };
    return { value: showRecord({ view, entrypoint }, entrypoint.input, found) };
  };
}

/** The interpreter's reader. */
export function interpretedReader(entrypoint: IrEntrypoint): (bytes: Uint8Array) => Reading {
  return (bytes) => {
    try {
      return { value: writeValue(readDocument(entrypoint, bytes)) };
    } catch (error) {
      if (!(error instanceof MalformedDocument)) throw error;
      return { reason: error.reason, path: error.path ?? '?' };
    }
  };
}
