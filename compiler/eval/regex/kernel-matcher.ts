// The kernel's matcher by itself: sets of patterns linked with it into a module whose decision says where they match.

import { callKernel } from '../../src/wasm/codegen/context.ts';
import { buildFunction } from '../../src/wasm/encode-function.ts';
import { staticBase, type WasmTarget } from '../../src/wasm/kernel.ts';
import { createStaticData } from '../../src/wasm/layout.ts';
import { linkModule } from '../../src/wasm/link.ts';
import type { CompiledPattern } from '../../src/pattern/compile-pattern.ts';
import { placeScan } from '../../src/pattern/place-scan.ts';

/** Of the pattern at position `pattern`, in bytes. */
export interface KernelMatch {
  readonly pattern: number;
  readonly start: number;
  readonly end: number;
}

/** Searches texts for the patterns of one set. */
export interface KernelMatcher {
  /** Of a set with one pattern: the leftmost match at or after byte `from`, an empty one too. */
  readonly first: (text: Uint8Array, from: number) => readonly [number, number] | undefined;
  /** Of each pattern all matches that are not empty and do not overlap, by pattern and place. */
  readonly all: (text: Uint8Array) => readonly KernelMatch[];
  readonly module: Uint8Array<ArrayBuffer>;
}

/** A module with one set: entrypoint 0 says its first match, entrypoint 1 all of them. */
export function matcherModule(patterns: readonly CompiledPattern[], target: WasmTarget): Uint8Array<ArrayBuffer> {
  const data = createStaticData(staticBase());
  const set = placeScan(
    patterns.map((pattern) => ({ pattern, group: 0 })),
    data.place,
  );
  const b = buildFunction('decide', { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] });
  const [entrypoint, input, length] = [0, 2, 3];
  const [found, at, end, text] = [b.local('i64'), b.local('i32'), b.local('i32'), b.local('i64')];
  const comma = (): void => void callKernel(b.i32(0x2c), 'out_byte');
  // The first four bytes of the input are the place where the search begins.
  b.get(input).i32(4).op('i32.add', 'i64.extend_i32_u').i64(32n).op('i64.shl');
  b.get(length).i32(4).op('i32.sub', 'i64.extend_i32_u', 'i64.or').set(text);
  b.get(entrypoint).if(
    undefined,
    () => {
      callKernel(b.i32(set).get(text), 'text_matches').set(at);
      b.get(at).memory('i32.load').i32(32).op('i32.mul').get(at).memory('i32.load', 8).tee(at).op('i32.add').set(end);
      callKernel(b, 'out_begin');
      callKernel(b.i32(0x5b), 'out_byte');
      b.block(undefined, (exit) => {
        b.loop(undefined, (again) => {
          b.get(at).get(end).op('i32.ge_u').brIf(exit);
          for (const field of [8, 12, 16]) {
            callKernel(b.get(at).memory('i64.load32_u', field), 'out_uint');
            comma();
          }
          b.get(at).i32(32).op('i32.add').set(at).br(again);
        });
      });
      callKernel(b.i32(0x30), 'out_byte');
      callKernel(b.i32(0x5d), 'out_byte');
    },
    () => {
      callKernel(b.i32(set).get(text).get(input).memory('i32.load'), 'text_first').set(found);
      callKernel(b, 'out_begin');
      callKernel(b.get(found), 'out_int');
    },
  );
  callKernel(b, 'out_end');
  return linkModule({ target, functions: [b.finish()], decide: b, entrypoints: ['first', 'all'], data });
}

/** The matcher of the built kernel for a set of patterns. */
export function kernelMatcher(patterns: readonly CompiledPattern[], target: WasmTarget = 'scalar'): KernelMatcher {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const abort = (): never => {
    throw new Error('the kernel gave up');
  };
  const bytes = matcherModule(patterns, target);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, opa_abort: abort } });
  type Decide = (entrypoint: number, data: number, input: number, length: number, heap: number) => number;
  const decide = exports['rdp_decide'] as Decide; // its type in the ABI
  const base = (exports['opa_heap_ptr_get'] as () => number)(); // its type in the ABI
  const ask = (entrypoint: number, text: Uint8Array, from: number): string => {
    const length = text.length + 4;
    const missing = base + length + 64 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    new DataView(memory.buffer, base).setUint32(0, from, true);
    new Uint8Array(memory.buffer).set(text, base + 4);
    const at = decide(entrypoint, 0, base, length, base + length);
    const size = new DataView(memory.buffer).getUint32(at - 4, true);
    return Buffer.from(new Uint8Array(memory.buffer, at, size)).toString();
  };
  return {
    module: bytes,
    first: (text, from) => {
      const found = BigInt(ask(0, text, from));
      return found === -1n ? undefined : [Number(found >> 32n), Number(found & 0xffffffffn)];
    },
    all: (text) => {
      const numbers = JSON.parse(ask(1, text, 0)) as readonly number[]; // what the module writes
      const matches: KernelMatch[] = [];
      for (let i = 0; i + 2 < numbers.length; i += 3)
        matches.push({ pattern: numbers[i] ?? 0, start: numbers[i + 1] ?? 0, end: numbers[i + 2] ?? 0 });
      return matches;
    },
  };
}
