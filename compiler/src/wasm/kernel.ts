// The kernel that is built beforehand: which functions generated code may call, with which types, and their bodies for the
// linker, decoded when they are asked for.
// INVARIANT: what a name means is the same in both kernels; only the instructions differ.

import type { GlobalDefinition } from './encode.ts';
import type { FunctionBody, FunctionReference, FunctionType, GlobalReference, Relocation } from './encode-function.ts';
import { holeKinds } from './kernel-data.ts';
import type { KernelData } from './kernel-data.ts';
import { scalarKernel, simdKernel } from './kernel.generated.ts';

/** `scalar` runs everywhere; `simd` needs SIMD128. */
export type WasmTarget = 'scalar' | 'simd';

/** A kernel as the linker uses it. */
export interface Kernel {
  /** In the kernel's order. */
  readonly functionNames: readonly string[];
  readonly function: (name: string) => FunctionBody | undefined;
  /** Exported names to functions; identical functions were merged, so that several names may lead to one. */
  readonly exports: ReadonlyMap<string, string>;
  readonly globals: readonly GlobalDefinition[];
  readonly data: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

function decode(base64: string): Uint8Array {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
  return bytes;
}

const noType: FunctionType = { params: [], results: [] };

function openKernel(source: KernelData): Kernel {
  const bodies = new Map<string, FunctionBody>();
  const positions = new Map(source.functions.map((item, index) => [item.name, index]));
  const nameAt = (index: number): string =>
    source.imports[index] ?? source.functions[index - source.imports.length]?.name ?? '';
  const relocation = (at: number, kind: number, index: number): Relocation => {
    const hole = holeKinds[kind] ?? 'type';
    if (hole === 'type') return { at, kind: hole, type: source.types[index] ?? noType };
    return { at, kind: hole, name: hole === 'function' ? nameAt(index) : (source.globals[index]?.name ?? '') };
  };
  const build = (name: string): FunctionBody | undefined => {
    const item = source.functions[positions.get(name) ?? -1];
    if (item === undefined) return undefined;
    const relocations: Relocation[] = [];
    for (let hole = 0; hole < item.holes.length; hole += 3)
      relocations.push(relocation(item.holes[hole] ?? 0, item.holes[hole + 1] ?? 0, item.holes[hole + 2] ?? 0));
    const type = source.types[item.type] ?? noType;
    return { name, type, locals: item.locals, code: decode(item.code), relocations };
  };
  return {
    functionNames: source.functions.map((item) => item.name),
    function: (name) => {
      const known = bodies.get(name) ?? build(name);
      if (known !== undefined) bodies.set(name, known);
      return known;
    },
    exports: new Map(source.exports.map(([name, position]) => [name, source.functions[position]?.name ?? ''])),
    globals: source.globals.flatMap((global): readonly GlobalDefinition[] =>
      global.type === 'i32' || global.type === 'i64'
        ? [{ name: global.name, type: global.type, mutable: global.mutable, value: BigInt(global.value) }]
        : [],
    ),
    data: source.data.map((segment) => ({ offset: segment.offset, bytes: decode(segment.bytes) })),
  };
}

const opened: { scalar?: Kernel; simd?: Kernel } = {};

/** The kernel of a target; opened once. */
export function kernelFor(target: WasmTarget): Kernel {
  return (opened[target] ??= openKernel(target === 'simd' ? simdKernel : scalarKernel));
}

const references = new Map<string, FunctionReference>();

/** A kernel function by the name that its source exports it with. */
export function kernelFunction(name: string): FunctionReference {
  const known = references.get(name);
  if (known !== undefined) return known;
  const position = scalarKernel.exports.find(([exported]) => exported === name)?.[1];
  const found = position === undefined ? undefined : scalarKernel.functions[position];
  if (found === undefined) throw new Error(`the kernel exports no function \`${name}\``);
  const reference: FunctionReference = { name, type: scalarKernel.types[found.type] ?? noType };
  references.set(name, reference);
  return reference;
}

/** A kernel global by the name that its source exports it with. */
export function kernelGlobal(name: string): GlobalReference {
  const found = scalarKernel.globals.find((global) => global.name === name);
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
