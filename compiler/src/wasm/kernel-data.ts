// The form in which the kernel is kept in kernel.generated.ts: read when it was built, so that linking is copying.

import type { FunctionType, ValueType } from './encode-function.ts';

/** What an index in code stands for, by its number in `KernelFunction.holes`. */
export const holeKinds = ['function', 'global', 'type'] as const;

export interface KernelFunction {
  readonly name: string;
  /** Index of its type. */
  readonly type: number;
  /** Without the parameters. */
  readonly locals: readonly ValueType[];
  /** Base64 of the instructions without the final `end` and without indexes of functions, globals and types. */
  readonly code: string;
  /** Three numbers for each index that was left out: offset in the code, kind, the kernel's index. */
  readonly holes: readonly number[];
}

/** One kernel. Function indexes count imports first. */
export interface KernelData {
  readonly types: readonly FunctionType[];
  /** `env.opa_abort` and what generated code gives, `rdp.decide` … */
  readonly imports: readonly string[];
  readonly functions: readonly KernelFunction[];
  /** Names by which code may refer to functions, with positions in `functions`; several names may lead to one function. */
  readonly exports: readonly (readonly [name: string, position: number])[];
  readonly globals: readonly {
    readonly name: string;
    readonly type: ValueType;
    readonly mutable: boolean;
    readonly value: string;
  }[];
  /** Active data; `bytes` is base64. */
  readonly data: readonly { readonly offset: number; readonly bytes: string }[];
}
