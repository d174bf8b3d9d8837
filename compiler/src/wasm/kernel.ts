// The kernel that is built beforehand: which functions generated code may call, and with which types.
// INVARIANT: what a name means is the same in both kernels; only the instructions differ.

import type { FunctionReference, GlobalReference } from './encode-function.ts';
import { scalarKernel, simdKernel } from './kernel.generated.ts';
import { parseKernel } from './link-parse.ts';
import type { ParsedKernel } from './link-parse.ts';

/** `scalar` runs everywhere; `simd` needs SIMD128. */
export type WasmTarget = 'scalar' | 'simd';

const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

const parsed: { scalar?: ParsedKernel; simd?: ParsedKernel } = {};

/** The kernel of a target; read once. */
export function kernelFor(target: WasmTarget): ParsedKernel {
  return (parsed[target] ??= parseKernel(decode(target === 'simd' ? simdKernel : scalarKernel)));
}

/** A kernel function by the name that its source exports it with. */
export function kernelFunction(name: string): FunctionReference {
  const kernel = kernelFor('scalar');
  const found = kernel.functions.get(kernel.exports.get(name) ?? '');
  if (found === undefined) throw new Error(`the kernel exports no function \`${name}\``);
  return { name, type: found.type };
}

/** A kernel global by the name that its source exports it with. */
export function kernelGlobal(name: string): GlobalReference {
  const found = kernelFor('scalar').globals.get(name);
  if (found === undefined) throw new Error(`the kernel exports no global \`${name}\``);
  return { name, type: found.type };
}

/** Where the static data of a policy begins: behind that of both kernels. */
export function staticBase(): number {
  const ends = [kernelFor('scalar'), kernelFor('simd')].flatMap((kernel) =>
    kernel.data.map((segment) => segment.offset + segment.bytes.length),
  );
  return Math.ceil(Math.max(16, ...ends) / 16) * 16;
}
