// What a host sees of a module: OPA's WebAssembly ABI 1.3 and our own fast export. The kernel has a function of each name.
// Source: open-policy-agent/opa docs/docs/wasm.md and the hosts that exist; hosts check names and types exactly.

import { decideExport } from '@rdp/runtime/contract';
import type { FunctionReference, FunctionType, ValueType } from './encode-function.ts';

const i32s = (params: number, results: 0 | 1): FunctionType => ({
  params: Array.from({ length: params }, (): ValueType => 'i32'),
  results: results === 1 ? ['i32'] : [],
});

/** Exported functions of ABI 1.3, and `rdp_decide`. */
export const abiFunctions: ReadonlyMap<string, FunctionType> = new Map([
  ['opa_eval', i32s(7, 1)],
  ['eval', i32s(1, 1)],
  ['builtins', i32s(0, 1)],
  ['entrypoints', i32s(0, 1)],
  ['opa_eval_ctx_new', i32s(0, 1)],
  ['opa_eval_ctx_set_input', i32s(2, 0)],
  ['opa_eval_ctx_set_data', i32s(2, 0)],
  ['opa_eval_ctx_set_entrypoint', i32s(2, 0)],
  ['opa_eval_ctx_get_result', i32s(1, 1)],
  ['opa_malloc', i32s(1, 1)],
  ['opa_free', i32s(1, 0)],
  ['opa_json_parse', i32s(2, 1)],
  ['opa_value_parse', i32s(2, 1)],
  ['opa_json_dump', i32s(1, 1)],
  ['opa_value_dump', i32s(1, 1)],
  ['opa_heap_ptr_get', i32s(0, 1)],
  ['opa_heap_ptr_set', i32s(1, 0)],
  ['opa_value_add_path', i32s(3, 1)],
  ['opa_value_remove_path', i32s(2, 1)],
  ['opa_value_free', i32s(1, 0)],
  ['opa_heap_blocks_stash', i32s(0, 0)],
  ['opa_heap_blocks_restore', i32s(0, 0)],
  ['opa_heap_stash_clear', i32s(0, 0)],
  [decideExport, i32s(5, 1)],
]);

/** Exported immutable i32 globals. */
export const abiGlobals: ReadonlyMap<string, bigint> = new Map([
  ['opa_wasm_abi_version', 1n],
  ['opa_wasm_abi_minor_version', 3n],
]);

/** The only function that a module imports, from `env`. */
export const abortImport: FunctionReference = { name: 'env.opa_abort', type: i32s(1, 0) };

/** What the host of a module gives and asks for. */
export interface ModuleHost {
  /** Whose memory it is. */
  readonly memory: 'imported' | 'own';
  /** Functions that the host gives, by `env.name`. */
  readonly imports: readonly FunctionReference[];
  /** Functions of the kernel in place of imports that the host does not give. */
  readonly standsFor: ReadonlyMap<string, string>;
  /** Exported names to functions of the kernel. */
  readonly exports: ReadonlyMap<string, string>;
  /** Exported immutable i32 globals. */
  readonly globals: ReadonlyMap<string, bigint>;
}

/** Any host of OPA's modules. */
export const opaHost: ModuleHost = {
  memory: 'imported',
  imports: [abortImport],
  standsFor: new Map(),
  exports: new Map([...abiFunctions.keys()].map((name) => [name, name])),
  globals: abiGlobals,
};

/** What a module asks of the host at least; every known host gives two pages. */
export const minPages = 2;

/**
 * What generated code gives the kernel: `decide(entrypoint, data, input, length)` → address of the decision's text. The u32 at
 * `address - 4` is its length; 16 bytes before the text and 4 behind it belong to it, too, for OPA's result set.
 * `entrypoints()` → address of the JSON object of names and ids, its length in the u32 before it.
 */
export const generatedImports: ReadonlyMap<string, FunctionType> = new Map([
  ['rdp.decide', i32s(4, 1)],
  ['rdp.entrypoints', i32s(0, 1)],
]);

/** Kernel functions that the kernel itself calls as imports: they matter only where a policy looks at dynamic values. */
export const dynamicFunctions: readonly string[] = ['float_parse', 'has_equal_keys', 'index_list', 'index_map'];
