// The kernel's matcher by itself: linked into a module whose decision is the place of a match, as a number.

import { callKernel } from '../../src/wasm/codegen/context.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { staticBase } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';

/** Finds the leftmost match at or after byte `from`. */
export type KernelMatcher = (
  program: Uint8Array,
  text: Uint8Array,
  from: number,
) => readonly [number, number] | undefined;

/** Input: {u32 length of the program, u32 length of the text, u32 from}, program, text. */
const head = 12;

function matcherModule(): Uint8Array<ArrayBuffer> {
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const found = b.local('i64');
  b.get(2).i32(head).op('i32.add');
  b.get(2).i32(head).op('i32.add').get(2).memory('i32.load').op('i32.add');
  b.get(2).memory('i32.load', 4);
  b.get(2).memory('i32.load', 8);
  callKernel(b, 'pattern_find').set(found);
  callKernel(b, 'out_begin');
  callKernel(b.get(found), 'out_int');
  callKernel(b, 'out_end');
  const data = createStaticData(staticBase());
  return linkModule({ target: 'scalar', functions: [b.finish()], decide: b, entrypoints: ['match'], data });
}

/** The matcher of the built kernel. */
export function kernelMatcher(): KernelMatcher {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const abort = (): never => {
    throw new Error('the kernel gave up');
  };
  const module = new WebAssembly.Module(matcherModule());
  const { exports } = new WebAssembly.Instance(module, { env: { memory, opa_abort: abort } });
  type Decide = (entrypoint: number, data: number, input: number, length: number, heap: number) => number;
  const decide = exports['rdp_decide'] as Decide; // its type in the ABI
  const base = (exports['opa_heap_ptr_get'] as () => number)(); // its type in the ABI
  return (program, text, from) => {
    const length = head + program.length + text.length;
    const missing = base + length + 64 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const bytes = new Uint8Array(memory.buffer);
    new DataView(memory.buffer, base).setUint32(0, program.length, true);
    new DataView(memory.buffer, base).setUint32(4, text.length, true);
    new DataView(memory.buffer, base).setUint32(8, from, true);
    bytes.set(program, base + head);
    bytes.set(text, base + head + program.length);
    const at = decide(0, 0, base, length, base + length);
    const size = new DataView(memory.buffer).getUint32(at - 4, true);
    const found = BigInt(Buffer.from(new Uint8Array(memory.buffer, at, size)).toString());
    return found === -1n ? undefined : [Number(found >> 32n), Number(found & 0xffffffffn)];
  };
}
