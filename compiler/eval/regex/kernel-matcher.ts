// The kernel's matcher by itself: the kernel module without a policy, its memory filled by hand.

import { readFileSync } from 'node:fs';

/** Finds the leftmost match at or after byte `from`. */
export type KernelMatcher = (
  program: Uint8Array,
  text: Uint8Array,
  from: number,
) => readonly [number, number] | undefined;

const kernelFile = new URL('../../src/wasm/kernel.generated.ts', import.meta.url);

/** The matcher of the built kernel. */
export function kernelMatcher(): KernelMatcher {
  const base64 = /scalarKernel[^']*'([^']+)'/.exec(readFileSync(kernelFile, 'utf8'))?.[1] ?? '';
  const memory = new WebAssembly.Memory({ initial: 4 });
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  // What a policy's module would give the kernel; the matcher asks for none of it.
  const imports: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const stub = (): never => {
      throw new Error(`the kernel asks for ${name}`);
    };
    imports[from] = { ...imports[from], [name]: kind === 'memory' ? memory : stub };
  }
  const instance = new WebAssembly.Instance(module, imports);
  const { pattern_find: find, set_heap: setHeap } = instance.exports;
  if (typeof find !== 'function' || typeof setHeap !== 'function') throw new Error('the kernel has no matcher');
  return (program, text, from) => {
    const at = 65536;
    const end = at + program.length + text.length + 16;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const bytes = new Uint8Array(memory.buffer);
    bytes.set(program, at);
    bytes.set(text, at + program.length);
    setHeap(end);
    const found: unknown = find(at, at + program.length, text.length, from);
    if (typeof found !== 'bigint') throw new Error('the matcher returns no number');
    return found === -1n ? undefined : [Number(found >> 32n), Number(found & 0xffffffffn)];
  };
}
