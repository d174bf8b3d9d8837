// The part of the WebAssembly JavaScript API that the runtime uses; TypeScript declares it only together with the whole DOM.

declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Global {
    readonly value: number;
  }
  class Module {
    private readonly brand: never;
    static exports(module: Module): { readonly name: string; readonly kind: string }[];
    static imports(module: Module): { readonly module: string; readonly name: string; readonly kind: string }[];
  }
  class Instance {
    private readonly brand: never;
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class CompileError extends Error {}
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array): Promise<Module>;
}
