// The three engines that must agree: the interpreter, the scalar module and the SIMD module of one policy.

import type { Ir } from '../src/ir/ir.ts';
import { interpret } from '../src/ir/interpret/interpret.ts';
import { generateModule } from '../src/wasm/codegen/module.ts';
import { linkModule } from '../src/wasm/link.ts';

/** Decides on a document; the decision's text. */
export type Engine = (input: Uint8Array) => string;

/** Every engine by name, for the first entrypoint of `ir`; the interpreter is the first. */
export function enginesOf(ir: Ir, data: string): readonly (readonly [string, Engine])[] {
  const name = ir.entrypoints[0]?.name ?? '';
  const dataBytes = Buffer.from(data);
  return [
    ['interpreter', (input) => interpret({ ir, entrypoint: name, input, data: Uint8Array.from(dataBytes) })],
    ['scalar', moduleEngine(ir, 'scalar', dataBytes)],
    ['simd', moduleEngine(ir, 'simd', dataBytes)],
  ];
}

/** The module of `ir` for `target`; a trap is a decision that no other engine makes. */
export function moduleEngine(ir: Ir, target: 'scalar' | 'simd', data: Uint8Array): Engine {
  const generated = generateModule(ir);
  const module = new WebAssembly.Module(linkModule({ target, ...generated }));
  const memory = new WebAssembly.Memory({ initial: 2 });
  const abort = (address: number): never => {
    const bytes = new Uint8Array(memory.buffer);
    throw new Error(`abort: ${Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString()}`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, opa_abort: abort } });
  const call = (name: string, ...args: readonly number[]): number =>
    (exports[name] as (...values: readonly number[]) => number)(...args); // the ABI's functions take and return numbers
  const put = (bytes: Uint8Array): number => {
    const address = call('opa_malloc', bytes.length);
    new Uint8Array(memory.buffer).set(bytes, address);
    return address;
  };
  const dataValue = call('opa_json_parse', put(data), data.length);
  const base = call('opa_heap_ptr_get');
  return (input) => {
    try {
      call('opa_heap_ptr_set', base);
      // At any alignment: the machine must not lean on one.
      call('opa_malloc', input.length % 8);
      const at = put(input);
      const result = call('rdp_decide', 0, dataValue, at, input.length, at + input.length);
      const length = new DataView(memory.buffer).getUint32(result - 4, true);
      return Buffer.from(new Uint8Array(memory.buffer, result, length)).toString();
    } catch (error) {
      return `trap: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}
