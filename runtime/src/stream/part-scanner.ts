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

/** How far a part is decided in which nothing is found, or undefined: decide on it. */
export type SkimPart = (part: Uint8Array, window: TextWindow) => number | undefined;

export interface PartScannerOptions {
  readonly decide: DecidePart;
  readonly skim: SkimPart;
  readonly head: ResponseHead;
  /** Bytes to keep before what is not decided. */
  readonly context: number;
}

/** Bytes of text that may be undecided: an attacker must not make every piece cost more than the one before for ever. */
const undecidedLimit = 256 * 1024;
/** Bytes of decided text beyond the context that are kept until it is worth while to throw them away. */
const slackLimit = 4096;
/** Bytes before what is not decided that a skim looks at: a character. */
const behind = 4;

/** A scanner of one text. */
export function createPartScanner({ decide, skim, head, context }: PartScannerOptions): TextScanner {
  /** Text from byte `base` of the whole on, `length` bytes of it. */
  let buffer: Uint8Array = new Uint8Array(2 * slackLimit);
  let length = 0;
  let base = 0;
  /** In `buffer`: what is before it is decided. */
  let from = 0;
  let searchedWith = 0;
  /** What `buffer` must have for more to be decided. */
  let until = 0;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  const add = (added: Uint8Array): void => {
    const needless = from - context - behind;
    if (needless > slackLimit) {
      const kept = characterStart(buffer, needless);
      buffer.copyWithin(0, kept, length);
      base += kept;
      from -= kept;
      length -= kept;
      until -= kept;
    }
    if (length + added.length > buffer.length) {
      const larger = new Uint8Array(2 * (length + added.length));
      larger.set(buffer.subarray(0, length));
      buffer = larger;
    }
    buffer.set(added, length);
    length += added.length;
  };
  const step = (added: Uint8Array, goesOn: boolean): ScanProgress => {
    add(added);
    if (length - from > undecidedLimit) return blocked(base + from, tooLong);
    const safe = goesOn && length < until ? from : skimmed(goesOn);
    if (safe === undefined) return decided(goesOn);
    from = safe;
    return { safe: base + safe, edits: [], matches: [], block: undefined };
  };
  const skimmed = (goesOn: boolean): number | undefined => {
    const start = characterStart(buffer, Math.max(0, from - behind));
    const window: TextWindow = { from: from - start, contextFrom: 0, goesOn, safe: 0, searchedWith, until: 0 };
    const safe = skim(buffer.subarray(start, length), window);
    return safe === undefined ? undefined : start + safe;
  };
  const decided = (goesOn: boolean): ScanProgress => {
    const start = characterStart(buffer, Math.max(0, from - context));
    const part = buffer.subarray(start, length);
    const text = decoder.decode(part);
    const contextFrom = base + start === 0 ? 0 : firstWidth(part);
    const window: TextWindow = { from: from - start, contextFrom, goesOn, safe: 0, searchedWith: 0, until: 0 };
    const decision = decide(responseOf(head, [text]), window);
    searchedWith = window.searchedWith;
    until = start + window.until;
    const safe = Math.min(window.safe, part.length);
    const [found = { edits: [], matches: [] }] = textDecisions(decision, [text]);
    const inWhole = <T extends { readonly start: number; readonly end: number }>(places: readonly T[]): readonly T[] =>
      places
        .filter(({ end }) => end <= safe)
        .map((place) => ({ ...place, start: place.start + base + start, end: place.end + base + start }));
    from = start + safe;
    return {
      safe: base + from,
      edits: inWhole(found.edits),
      matches: inWhole(found.matches),
      block: stopsStream(decision) ? decision : undefined,
    };
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
