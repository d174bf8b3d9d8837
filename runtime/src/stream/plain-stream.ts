// Text that streams without frames → the same text with the edits in it, each character as soon as it is decided.
//
// INVARIANT: what goes out is decided; bytes that are no UTF-8 end the stream with a block.

import type { Decision } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import type { RedactionStream, StreamOutput } from './redaction-stream.ts';
import type { ScanProgress, TextScanner } from './text-scanner.ts';

/** A stream of plain text. */
export function createPlainStream(scanner: TextScanner): RedactionStream {
  const encoder = new TextEncoder();
  const check = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Text that has not gone out; it begins at byte `base` of the whole. */
  let held: Uint8Array = new Uint8Array(0);
  let base = 0;
  let block: Decision | undefined;

  const release = ({ safe, edits, block: refused }: ScanProgress): StreamOutput => {
    const pieces: Uint8Array[] = [];
    let at = base;
    for (const { start, end, text } of edits) {
      pieces.push(held.subarray(at - base, start - base), encoder.encode(text));
      at = end;
    }
    pieces.push(held.subarray(at - base, safe - base));
    held = held.slice(safe - base);
    base = safe;
    block = refused;
    const bytes = Buffer.concat(pieces);
    return block === undefined ? { kind: 'pass', bytes } : { kind: 'blocked', bytes, decision: block };
  };
  const refuse = (): StreamOutput => {
    block = failedDecision('malformed_input', 'invalid_utf8');
    return { kind: 'blocked', bytes: new Uint8Array(0), decision: block };
  };
  const decoded = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    try {
      return encoder.encode(chunk === undefined ? check.decode() : check.decode(chunk, { stream: true }));
    } catch {
      return undefined;
    }
  };
  const step = (chunk: Uint8Array | undefined): StreamOutput => {
    if (block !== undefined) return { kind: 'blocked', bytes: new Uint8Array(0), decision: block };
    const text = decoded(chunk);
    if (text === undefined) return refuse();
    held = Buffer.concat([held, text]);
    return release(chunk === undefined ? scanner.end() : scanner.push(text));
  };
  return { push: (chunk) => step(chunk), end: () => step(undefined) };
}
