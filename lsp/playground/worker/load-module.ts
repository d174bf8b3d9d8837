// A policy → the module that ships, loaded by the runtime: what a gateway would decide with.

import { bundleFiles, compilePrograms, withTestKey } from '@rdp/compiler';
import { createPolicy, readBundle, type Policy as LoadedPolicy } from '@rdp/runtime/policy';
import type { Policy } from '../../src/ide/preview/policy.ts';

/** A module that decides. */
export interface LoadedModule {
  readonly module: LoadedPolicy;
  /** Milliseconds from the checked policy to a module that runs. */
  readonly compileTime: number;
  /** Bytes of `policy.wasm`. */
  readonly size: number;
}

const limits = {
  memoryLimit: 256 * 1024 * 1024,
  memoryKept: 8 * 1024 * 1024,
  inputLimit: 16 * 1024 * 1024,
  warmUp: 0,
} as const;

const known = new WeakMap<Policy, Promise<LoadedModule>>();

/** Compiles and loads a policy, once. `hash` in it has the key of tests. */
export function loadModule(policy: Policy): Promise<LoadedModule> {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const loading = load(policy);
  known.set(policy, loading);
  return loading;
}

async function load({ programs, data }: Policy): Promise<LoadedModule> {
  const began = performance.now();
  const { wasm, simd, map, streams, admission, surfaces, entrypoints } = compilePrograms(programs, {
    internal: 'keep',
  });
  const packages = programs.map((program) => program.package);
  const content = { wasm, simd, map, streams, admission, surfaces, entrypoints, data: withTestKey(data), packages };
  const bundle = readBundle(new Map(bundleFiles(content).map(({ name, bytes }) => [name, bytes])));
  if (bundle.kind === 'problem') throw new Error(bundle.problem.message);
  const module = await createPolicy(bundle.value, limits, () => undefined);
  if (module.kind === 'problem') throw new Error(module.problem.message);
  return { module: module.value, compileTime: performance.now() - began, size: wasm.length };
}
