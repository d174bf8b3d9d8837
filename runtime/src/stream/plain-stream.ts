// Text that streams without frames → the same text with the edits in it, each character as soon as it is decided.
//
// INVARIANT: what goes out is decided; bytes that are no UTF-8 end the stream with a block.

import type { Decision } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import { createByteQueue } from './byte-queue.ts';
import type { RedactionStream, StreamOutput } from './redaction-stream.ts';
import type { ScanProgress, TextScanner } from './text-scanner.ts';

/** A stream of plain text. */
export function createPlainStream(scanner: TextScanner): RedactionStream {
  const encoder = new TextEncoder();
  const check = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const queue = createByteQueue();
  /** Up to here the text has gone out. */
  let sent = 0;
  /** Bytes of a character that is not whole yet. */
  let open = 0;
  let block: Decision | undefined;

  const release = ({ safe, edits, block: refused }: ScanProgress): StreamOutput => {
    const bytes = edits.length === 0 ? queue.view(sent, safe).slice() : edited(safe, edits);
    sent = safe;
    queue.forget(sent);
    block = refused;
    return block === undefined ? { kind: 'pass', bytes } : { kind: 'blocked', bytes, decision: block };
  };
  const edited = (safe: number, edits: ScanProgress['edits']): Uint8Array => {
    const pieces: Uint8Array[] = [];
    let at = sent;
    for (const { start, end, text } of edits) {
      pieces.push(queue.view(at, start), encoder.encode(text));
      at = end;
    }
    pieces.push(queue.view(at, safe));
    return Buffer.concat(pieces);
  };
  const refuse = (): StreamOutput => {
    block = failedDecision('malformed_input', 'invalid_utf8');
    return { kind: 'blocked', bytes: new Uint8Array(0), decision: block };
  };
  const decoded = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk !== undefined && open === 0 && isAscii(chunk)) return chunk;
    try {
      const text = encoder.encode(chunk === undefined ? check.decode() : check.decode(chunk, { stream: true }));
      open += (chunk?.length ?? 0) - text.length;
      return text;
    } catch {
      return undefined;
    }
  };
  const step = (chunk: Uint8Array | undefined): StreamOutput => {
    if (block !== undefined) return { kind: 'blocked', bytes: new Uint8Array(0), decision: block };
    const text = decoded(chunk);
    if (text === undefined) return refuse();
    queue.add(text);
    return release(chunk === undefined ? scanner.end() : scanner.push(text));
  };
  return { push: (chunk) => step(chunk), end: () => step(undefined), held: () => queue.end() - sent };
}

/** A longer chunk is left to the decoder, which is faster from there on. */
const shortChunk = 256;

function isAscii(chunk: Uint8Array): boolean {
  if (chunk.length > shortChunk) return false;
  let all = 0;
  for (let at = 0; at < chunk.length; at++) all |= chunk[at] ?? 0;
  return all < 0x80;
}
