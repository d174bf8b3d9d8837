// A text that is decided on as it comes: the part that is not decided yet, and what has to stand before it, goes through the policy
// with every piece that is added.
//
// INVARIANT: what a part is cut off at has no candidate of any pattern across it, so the parts' decisions are those of the whole text.

import type { Decision } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import type { TextWindow } from '../enforce/instance.ts';
import { responseOf, stopsStream, textDecisions, type ResponseHead } from './answer-decision.ts';
import type { ScanProgress, TextScanner } from './text-scanner.ts';

/** Decides on a document with a part of a text; writes how far the part is decided. */
export type DecidePart = (document: object, window: TextWindow) => Decision;

export interface PartScannerOptions {
  readonly decide: DecidePart;
  readonly head: ResponseHead;
  /** Bytes to keep before what is not decided. */
  readonly context: number;
}

/** Bytes of text that may be undecided: an attacker must not make every piece cost more than the one before for ever. */
const undecidedLimit = 256 * 1024;

/** A scanner of one text. */
export function createPartScanner({ decide, head, context }: PartScannerOptions): TextScanner {
  /** Text from byte `base` of the whole on. */
  let part: Uint8Array = new Uint8Array(0);
  let base = 0;
  /** In `part`: what is before it is decided. */
  let from = 0;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  const step = (added: Uint8Array, goesOn: boolean): ScanProgress => {
    part = Buffer.concat([part, added]);
    if (part.length - from > undecidedLimit) return blocked(base + from, tooLong);
    const text = decoder.decode(part);
    const window: TextWindow = { from, contextFrom: base === 0 ? 0 : firstWidth(part), goesOn, safe: 0 };
    const decision = decide(responseOf(head, [text]), window);
    const safe = Math.min(window.safe, part.length);
    const [found = { edits: [], matches: [] }] = textDecisions(decision, [text]);
    const inWhole = <T extends { readonly start: number; readonly end: number }>(places: readonly T[]): readonly T[] =>
      places
        .filter(({ end }) => end <= safe)
        .map((place) => ({ ...place, start: place.start + base, end: place.end + base }));
    const progress: ScanProgress = {
      safe: base + safe,
      edits: inWhole(found.edits),
      matches: inWhole(found.matches),
      block: stopsStream(decision) ? decision : undefined,
    };
    const kept = characterStart(part, Math.max(0, safe - context));
    part = part.slice(kept);
    base += kept;
    from = safe - kept;
    return progress;
  };
  return {
    push: (text) => step(text, true),
    end: () => step(new Uint8Array(0), false),
  };
}

const tooLong = failedDecision('out_of_memory', 'more text of a stream is undecided than the enforcer keeps');

function blocked(safe: number, decision: Decision): ScanProgress {
  return { safe, edits: [], matches: [], block: decision };
}

/** The start of the character at, or before, a byte. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}

function firstWidth(bytes: Uint8Array): number {
  let width = 1;
  while (((bytes[width] ?? 0) & 0xc0) === 0x80) width++;
  return width;
}
