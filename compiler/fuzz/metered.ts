// A module as it ships → the same module with a counter of its work: one step for each round of a loop, each call, and each 16
// bytes that are copied or filled at once. What it counts does not depend on the machine or its load, so that tests can hold
// work against the size of an input.
// INVARIANT: the module decides as it did; only the counter is added.

import load from 'wabt';

/** A module that counts. */
export interface Metered {
  /** The decision's text on a document, and the steps that it took. */
  readonly decide: (entrypoint: number, input: Uint8Array) => { readonly decision: string; readonly steps: number };
}

const features = { simd: true, bulk_memory: true, sign_extension: true, mutable_globals: true } as const;
const step = 'global.get $steps i64.const 1 i64.add global.set $steps';
/** Passes the length of what is copied or filled on. */
const bulk = `(func $count_bulk (param i32) (result i32)
    global.get $steps local.get 0 i32.const 4 i32.shr_u i64.extend_i32_u i64.add global.set $steps local.get 0)
  (global $steps (export "steps") (mut i64) (i64.const 0))`;

/** Adds the counter to a module and loads it. */
export async function meter(wasm: Uint8Array): Promise<Metered> {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const abort = (): never => {
    throw new Error('the module gave up');
  };
  const counting = new WebAssembly.Module(await withCounter(wasm));
  const { exports } = new WebAssembly.Instance(counting, { env: { memory, opa_abort: abort } });
  const steps = exports['steps'] as unknown as { value: bigint }; // added by `withCounter`
  const decide = exports['rdp_decide'] as (...args: readonly number[]) => number; // its type in the ABI
  const base = (exports['opa_heap_ptr_get'] as () => number)(); // its type in the ABI
  return {
    decide: (entrypoint, input) => {
      const missing = base + input.length + 64 - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      new Uint8Array(memory.buffer).set(input, base);
      steps.value = 0n;
      const at = decide(entrypoint, 0, base, input.length, base + input.length);
      const length = new DataView(memory.buffer).getUint32(at - 4, true);
      const decision = new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));
      return { decision, steps: Number(steps.value) };
    },
  };
}

async function withCounter(wasm: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const { readWasm, parseWat } = await load();
  const read = readWasm(wasm, { ...features, readDebugNames: false });
  const text = read.toText({ foldExprs: false, inlineExport: false });
  read.destroy();
  const counted = text
    .replace(/^ *loop\b.*$/gm, (line) => `${line}\n${step}`)
    .replace(/^ *(?:call|call_indirect)\b.*$/gm, (line) => `${step}\n${line}`)
    .replace(/^ *memory\.(?:copy|fill)\b.*$/gm, (line) => `call $count_bulk\n${line}`)
    .replace(/\)\s*$/, `${bulk})`);
  const module = parseWat('counted.wat', counted, features);
  const { buffer } = module.toBinary({});
  module.destroy();
  return new Uint8Array(buffer);
}
