// What the compiler writes beside a module and the runtime reads: names of files in a bundle and of private exports.

/** Name of the module that every OPA host loads (scalar WebAssembly). */
export const policyFile = 'policy.wasm';
/** The same policy with SIMD128; preferred by our runtime, ignored by OPA. */
export const simdFile = 'policy.simd.wasm';
/** From a WebAssembly function to rule and place. */
export const mapFile = 'policy.map.json';

/** OPA's name for the file that holds the signature over all others. */
export const signaturesFile = '.signatures.json';

/**
 * Our own export beside OPA's: `rdp_decide(entrypoint, data, input, length, heap) -> address` of the decision's JSON text;
 * its length in bytes stands in the u32 at `address - 4`. All arguments are i32; `data` is 0 or the address of a parsed data
 * document; `heap` is the first free byte (any alignment). The text is UTF-8 and the bare decision, without OPA's result set.
 */
export const decideExport = 'rdp_decide';

/**
 * Export of modules that decide on streams: `rdp_stream(entrypoint, data, input, length, heap, record) -> address`, as `rdp_decide`, on a
 * document whose one answer is a part of a text. `record` is four u32: the first byte at which a match may begin; 1 when the text
 * goes on; the first byte at which a context word may begin; and, written by the call, the byte before which all is decided. What
 * begins there or behind it has to be decided again with more text. Two more u32 are written: what `rdp_stream_skim` searches
 * with, or 0 when all parts have to be decided on; and the length that the part must have at least for more of it to be decided.
 */
export const streamExport = 'rdp_stream';

/**
 * Export beside it, for the parts that nothing is found in: `rdp_stream_skim(set, text, length, from, goes on, heap) -> safe`. `text` is
 * the bare text of the part; the result is the byte before which no match begins and none can, or 0xffffffff when the part has to
 * be decided on by `rdp_stream`.
 */
export const skimExport = 'rdp_stream_skim';
