// A text that is decided on as it comes: the part that is not decided yet, and what has to stand before it, goes through the policy
// with every piece that is added.
//
// INVARIANT: what a part is cut off at has no candidate of any pattern across it, so the parts' decisions are those of the whole text.

import type { Decision } from '../contract/index.ts';
import { failedDecision } from '../enforce/failure.ts';
import type { TextWindow } from '../enforce/instance.ts';
import { responseOf, stopsStream, textDecisions, type ResponseHead } from './answer-decision.ts';
import { createByteQueue, type ByteQueue } from './byte-queue.ts';
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
/** Bytes before what is not decided that a skim looks at: a character. */
const behind = 4;

/** A scanner of one text. */
export function createPartScanner({ decide, skim, head, context }: PartScannerOptions): TextScanner {
  const queue = createByteQueue();
  /** What is before it is decided. */
  let from = 0;
  /** How long the text must be for more to be decided. */
  let until = 0;
  let searchedWith = 0;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  const step = (goesOn: boolean): ScanProgress => {
    if (queue.end() - from > undecidedLimit) return progress(from, tooLong);
    const safe = goesOn && queue.end() < until ? from : skimmed(goesOn);
    if (safe === undefined) return decided(goesOn);
    from = safe;
    return progress(from, undefined);
  };
  const skimmed = (goesOn: boolean): number | undefined => {
    const start = characterStart(queue, from - behind);
    const window: TextWindow = { from: from - start, contextFrom: 0, goesOn, safe: 0, searchedWith, until: 0 };
    const safe = skim(queue.view(start), window);
    return safe === undefined ? undefined : start + safe;
  };
  const decided = (goesOn: boolean): ScanProgress => {
    const start = characterStart(queue, from - context);
    const part = queue.view(start);
    const text = decoder.decode(part);
    const contextFrom = start === 0 ? 0 : firstWidth(part);
    const window: TextWindow = { from: from - start, contextFrom, goesOn, safe: 0, searchedWith: 0, until: 0 };
    const decision = decide(responseOf(head, [text]), window);
    searchedWith = window.searchedWith;
    until = start + window.until;
    const safe = Math.min(window.safe, part.length);
    const [found = { edits: [], matches: [] }] = textDecisions(decision, [text]);
    const inWhole = <T extends { readonly start: number; readonly end: number }>(places: readonly T[]): readonly T[] =>
      places
        .filter(({ end }) => end <= safe)
        .map((place) => ({ ...place, start: place.start + start, end: place.end + start }));
    const matches = inWhole(found.matches);
    // What it is blocked for has to stay, and with it all that was not decided before.
    if (stopsStream(decision)) return { safe: from, edits: none, matches, block: decision };
    from = start + safe;
    return { safe: from, edits: inWhole(found.edits), matches, block: undefined };
  };
  return {
    push: (text) => {
      queue.forget(from - context - 2 * behind);
      queue.add(text);
      return step(true);
    },
    end: () => step(false),
  };
}

const tooLong = failedDecision('out_of_memory', 'more text of a stream is undecided than the enforcer keeps');

function progress(safe: number, block: Decision | undefined): ScanProgress {
  return { safe, edits: none, matches: none, block };
}

const none: readonly never[] = [];

/** The start of the character at, or before, a byte; the text's start for one before it. */
function characterStart(queue: ByteQueue, at: number): number {
  if (at <= 0) return 0;
  let start = at;
  while (start > 0 && at - start < 3 && (queue.at(start) & 0xc0) === 0x80) start--;
  return start;
}

function firstWidth(bytes: Uint8Array): number {
  let width = 1;
  while (((bytes[width] ?? 0) & 0xc0) === 0x80) width++;
  return width;
}
