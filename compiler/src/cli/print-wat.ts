// A module as WebAssembly text, for `rdpc print wat`. Loaded only there: the library is larger than the compiler.

/** The text form, with names from the name section. */
export async function printWat(wasm: Uint8Array): Promise<string> {
  const { default: load } = await import('wabt');
  const library = await load();
  const module = library.readWasm(wasm, { readDebugNames: true, bulk_memory: true, simd: true });
  try {
    module.applyNames();
    return module.toText({ foldExprs: false, inlineExport: false });
  } finally {
    module.destroy();
  }
}
