// The raw inside of a JSON string → its text in UTF-8, with the way back from a byte of the text to a byte of the string.
// A pair of surrogates whose halves are in two strings is one character: the first half waits for the second.

import type { ByteRange } from './frame.ts';

/** A decoded piece. */
export interface DecodedPiece {
  readonly text: Uint8Array;
  /** For a byte of `text`, or its end: where the character begins in the raw string. */
  readonly rawAt: (offset: number) => number;
  /** An escape at the very end that is the first half of a character. */
  readonly openHalf: { readonly unit: number; readonly raw: ByteRange } | undefined;
  /** `text` begins with the character whose first half was in the piece before. */
  readonly closesHalf: boolean;
}

const backslash = 0x5c;
const simple: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, '"': 34, '/': 47, '\\': 92 };

/**
 * Decodes the bytes of `raw` (of a string that was read without fault); `half` is what the piece before left open. `undefined`
 * where half a character stays alone, which no text can hold.
 */
export function decodePiece(raw: Uint8Array, half: number | undefined): DecodedPiece | undefined {
  if (half === undefined && !raw.includes(backslash))
    return { text: raw, rawAt: (offset) => offset, openHalf: undefined, closesHalf: false };
  const text: number[] = [];
  const starts: number[] = [];
  let open = half === undefined ? undefined : { unit: half, at: 0, own: false };
  const add = (code: number, at: number): void => {
    for (const byte of utf8(code)) {
      text.push(byte);
      starts.push(at);
    }
  };
  for (let at = 0; at < raw.length;) {
    const { unit, length } = unitAt(raw, at);
    if (open !== undefined) {
      if (unit === undefined || !isLow(unit)) return undefined;
      add(0x10000 + ((open.unit - 0xd800) << 10) + (unit - 0xdc00), open.at);
      open = undefined;
    } else if (unit === undefined) {
      text.push(raw[at] ?? 0);
      starts.push(isContinuation(raw[at]) ? (starts.at(-1) ?? at) : at);
    } else if (isLow(unit)) return undefined;
    else if (isHigh(unit)) open = { unit, at, own: true };
    else add(unit, at);
    at += length;
  }
  const end = open?.own === true ? open.at : raw.length;
  // Half a character that was open before and still is: there was nothing in between.
  if (open !== undefined && !open.own) return undefined;
  return {
    text: Uint8Array.from(text),
    rawAt: (offset) => starts[offset] ?? end,
    openHalf: open === undefined ? undefined : { unit: open.unit, raw: { start: open.at, end: raw.length } },
    closesHalf: half !== undefined,
  };
}

/** The code unit of an escape, and how long it is; a plain byte has none. */
function unitAt(raw: Uint8Array, at: number): { readonly unit: number | undefined; readonly length: number } {
  if (raw[at] !== backslash) return { unit: undefined, length: 1 };
  const letter = String.fromCharCode(raw[at + 1] ?? 0);
  if (letter !== 'u') return { unit: simple[letter] ?? 0, length: 2 };
  return { unit: Number.parseInt(String.fromCharCode(...raw.subarray(at + 2, at + 6)), 16), length: 6 };
}

function utf8(code: number): Uint8Array {
  return new TextEncoder().encode(String.fromCodePoint(code));
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
