// One decision by three machines: interpreter, scalar module, SIMD module. What tests of meaning build on: whatever the
// program and the document, the three texts must be the same.

import type { ExecutionContext } from 'ava';
import { compileIr } from '../src/compile.ts';
import type { Ir } from '../src/ir/ir.ts';
import { interpret } from '../src/ir/interpret/interpret.ts';

/** A document for an entrypoint. `data` is JSON text; without it there is no data document. */
export interface Case {
  readonly entrypoint: string;
  readonly input: Uint8Array | string;
  readonly data?: string;
}

/** What the three made of it; a trap or throw is text too. */
export interface Opinions {
  readonly interpreter: string;
  readonly scalar: string;
  readonly simd: string;
}

export type Differential = (question: Case) => Opinions;

const utf8 = new TextEncoder();

/** Compiles `ir` once; the function asks all three. */
export function createDifferential(ir: Ir): Differential {
  const compiled = compileIr(ir);
  const scalar = decider(compiled.wasm, compiled.entrypoints);
  const simd = decider(compiled.simd, compiled.entrypoints);
  return (question) => ({
    interpreter: said(() => {
      const data = question.data === undefined ? undefined : utf8.encode(question.data);
      return interpret({ ir, entrypoint: question.entrypoint, input: bytesOf(question.input), data });
    }),
    scalar: said(() => scalar(question)),
    simd: said(() => simd(question)),
  });
}

/** Fails the test where the three differ; returns the text that they agree on. */
export function agree(t: ExecutionContext, differential: Differential, question: Case): string {
  const { interpreter, scalar, simd } = differential(question);
  const shown = typeof question.input === 'string' ? question.input : new TextDecoder().decode(question.input);
  t.is(scalar, interpreter, `scalar module, ${question.entrypoint}: ${shown.slice(0, 2000)}`);
  t.is(simd, interpreter, `SIMD module, ${question.entrypoint}: ${shown.slice(0, 2000)}`);
  return interpreter;
}

function said(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

const bytesOf = (input: Uint8Array | string): Uint8Array => (typeof input === 'string' ? utf8.encode(input) : input);

interface Exports {
  readonly opa_heap_ptr_get: () => number;
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly opa_malloc: (size: number) => number;
  readonly opa_json_parse: (address: number, length: number) => number;
  readonly rdp_decide: (entrypoint: number, data: number, input: number, length: number, heap: number) => number;
}

/** Loads a module as a host does; every decision begins with a fresh heap. */
function decider(wasm: Uint8Array<ArrayBuffer>, entrypoints: readonly string[]): (question: Case) => string {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const abort = (address: number): void => {
    const bytes = new Uint8Array(memory.buffer, address);
    throw new Error(new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0))));
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), { env: { memory, opa_abort: abort } });
  const exports = instance.exports as unknown as Exports; // the ABI's types, which another test looks at
  const put = (bytes: Uint8Array, address: number): void => {
    const missing = address + bytes.length - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    new Uint8Array(memory.buffer).set(bytes, address);
  };
  const base = exports.opa_heap_ptr_get();
  return ({ entrypoint, input, data }) => {
    const id = entrypoints.indexOf(entrypoint);
    if (id < 0) throw new Error(`no entrypoint \`${entrypoint}\``);
    exports.opa_heap_ptr_set(base);
    let parsed = 0;
    if (data !== undefined) {
      const text = utf8.encode(data);
      const address = exports.opa_malloc(text.length);
      put(text, address);
      parsed = exports.opa_json_parse(address, text.length);
    }
    const start = exports.opa_heap_ptr_get();
    const bytes = bytesOf(input);
    put(bytes, start);
    const decision = exports.rdp_decide(id, parsed, start, bytes.length, start + bytes.length);
    const length = new DataView(memory.buffer).getUint32(decision - 4, true);
    return new TextDecoder().decode(new Uint8Array(memory.buffer, decision, length));
  };
}
