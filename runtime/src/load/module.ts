// WebAssembly bytes → a compiled module that speaks OPA's ABI, checked before anything of it runs.
//
// INVARIANT: a module that comes out of here has every export that the host calls, with major version 1, and asks for nothing
// that the host does not give. Instances are left to enforce/instance.ts.

import { decideExport } from '../contract/index.ts';
import type { Bundle } from './bundle.ts';
import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';

export interface PolicyModule {
  readonly module: WebAssembly.Module;
  readonly variant: 'scalar' | 'simd';
  /** Whether the module is ours, with the fast export, or another compiler's, which only has OPA's. */
  readonly kind: 'rdp' | 'opa';
}

const requiredFunctions = [
  'builtins',
  'entrypoints',
  'opa_eval',
  'opa_heap_ptr_get',
  'opa_heap_ptr_set',
  'opa_json_dump',
  'opa_json_parse',
  'opa_malloc',
] as const;
const requiredGlobals = ['opa_wasm_abi_version', 'opa_wasm_abi_minor_version'] as const;
const givenImports: ReadonlySet<string> = new Set([
  'env.memory',
  'env.opa_abort',
  'env.opa_println',
  ...[0, 1, 2, 3, 4].map((count) => `env.opa_builtin${count}`),
]);

/** Compiles a bundle's module: the SIMD one where the host can run it, otherwise the scalar one. */
export async function compileModule(bundle: Bundle): Promise<Outcome<PolicyModule>> {
  if (bundle.simd !== undefined) {
    const fast = await compileVariant(bundle.simd, 'simd');
    if (fast.kind === 'ok') return fast;
  }
  return compileVariant(bundle.policy, 'scalar');
}

async function compileVariant(bytes: Uint8Array, variant: PolicyModule['variant']): Promise<Outcome<PolicyModule>> {
  try {
    const module = await WebAssembly.compile(bytes);
    const exported = new Map(WebAssembly.Module.exports(module).map((entry) => [entry.name, entry.kind]));
    const missing = [
      ...requiredFunctions.filter((name) => exported.get(name) !== 'function'),
      ...requiredGlobals.filter((name) => exported.get(name) !== 'global'),
    ];
    if (missing[0] !== undefined) return problem('wrong_abi', `the policy module does not export \`${missing[0]}\``);
    const stranger = WebAssembly.Module.imports(module)
      .map((entry) => `${entry.module}.${entry.name}`)
      .find((name) => !givenImports.has(name));
    if (stranger !== undefined)
      return problem('wrong_abi', `the policy module needs \`${stranger}\`, which no host of policies has`);
    return ok({ module, variant, kind: exported.get(decideExport) === 'function' ? 'rdp' : 'opa' });
  } catch (error) {
    return problem('bad_module', `the policy module cannot be compiled: ${reasonOf(error)}`);
  }
}
