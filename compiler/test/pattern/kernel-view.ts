// The kernel's normalised view by itself: linked into a module that gives a text's view, and the places of spans of it.

import { viewTable } from '../../src/pattern/view-table.ts';
import { callKernel } from '../../src/wasm/codegen/context.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { staticBase, type WasmTarget } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';

/** Spans are bytes of the view on the way in, bytes of the original on the way out; what has no place or the last one's is left out. */
export interface KernelView {
  readonly text: string;
  readonly places: readonly (readonly [number, number])[];
  /** Bytes of memory that it took, with the answer. */
  readonly memory: number;
}

type Spans = readonly (readonly [number, number])[];
type Call = (...values: readonly number[]) => number;

/** The view of a text in the built kernel; `leet` is 0 or 1. */
export function kernelView(target: WasmTarget): (text: string, leet: number, spans: Spans) => KernelView {
  const data = createStaticData(staticBase());
  // decide(leet, address of spans, text, length)
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const view = b.local('i32');
  callKernel(b.i32(0), 'set_views');
  b.i32(data.place(viewTable(), 8));
  b.get(2).op('i64.extend_i32_u').i64(32n).op('i64.shl').get(3).op('i64.extend_i32_u', 'i64.or').get(0);
  callKernel(b, 'view_of').set(view);
  const [item, end] = [b.local('i32'), b.local('i32')];
  b.get(1).memory('i32.load', 8).tee(item).get(1).memory('i32.load').i32(8).op('i32.mul', 'i32.add').set(end);
  b.block(undefined, (exit) => {
    b.loop(undefined, (again) => {
      b.get(item).get(end).op('i32.ge_u').brIf(exit);
      b.get(item).get(view).get(item).memory('i32.load', 4).get(item).memory('i32.load');
      callKernel(b, 'view_span').memory('i64.store').get(item).i32(8).op('i32.add').set(item).br(again);
    });
  });
  callKernel(b, 'out_begin');
  callKernel(b.get(view).memory('i64.load'), 'out_string');
  callKernel(b, 'out_end');
  const bytes = linkModule({ target, functions: [b.finish()], decide: b, entrypoints: ['view'], data });
  const memory = new WebAssembly.Memory({ initial: 4 });
  const abort = (): never => {
    throw new Error('the kernel gave up');
  };
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, opa_abort: abort } });
  const base = (exports['opa_heap_ptr_get'] as Call)(); // its type in the ABI
  return (text, leet, spans) => {
    const original = new TextEncoder().encode(text);
    const items = base + 16;
    const input = items + spans.length * 8;
    const end = input + original.length;
    const missing = end + 64 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const before = new DataView(memory.buffer);
    before.setUint32(base, spans.length, true);
    before.setUint32(base + 8, items, true);
    spans.forEach(([from, to], i) => before.setBigUint64(items + i * 8, (BigInt(from) << 32n) | BigInt(to), true));
    new Uint8Array(memory.buffer).set(original, input);
    const written = (exports['rdp_decide'] as Call)(leet, base, input, original.length, end); // its type in the ABI
    const after = new DataView(memory.buffer);
    const answer = new Uint8Array(memory.buffer, written, after.getUint32(written - 4, true));
    return {
      memory: (exports['opa_heap_ptr_get'] as Call)() - end, // its type in the ABI
      text: JSON.parse(new TextDecoder().decode(answer)) as string, // written as a string above
      places: spansAt(after, items, spans.length),
    };
  };
}

/** The spans that are there, without repetitions in a row; 0 is none. */
function spansAt(memory: DataView, items: number, count: number): Spans {
  const values: bigint[] = [];
  for (let i = 0; i < count; i++) {
    const span = memory.getBigUint64(items + i * 8, true);
    if (span !== 0n && span !== values.at(-1)) values.push(span);
  }
  return values.map((span) => [Number(span >> 32n), Number(span & 0xffffffffn)]);
}
