// A JSON payload → the places of the strings that pointers with `*` name. Positions are bytes of the payload, so that an edit can
// be spliced in and every other byte stays.
//
// INVARIANT: a payload that is no JSON, or has a key twice in an object, gives no places but a fault: what
// the client reads there cannot be told.

import type { StreamText } from '../contract/index.ts';
import type { ByteRange } from './frames.ts';

/** One string that was found. */
export interface TextPlace {
  readonly text: StreamText;
  /** Tells the text that this is a piece of. */
  readonly channel: string;
  /** Between the quotes, escapes as they are. */
  readonly raw: ByteRange;
}

/** The strings at `texts` in a payload, in order of place; `undefined` when the payload cannot be relied on. */
export function findTexts(payload: Uint8Array, texts: readonly StreamText[]): readonly TextPlace[] | undefined {
  const value = parsed(payload);
  if (value === undefined) return undefined;
  const wanted = wantedOf(texts);
  const places: TextPlace[] = [];
  let ambiguous = false;
  const visit = (at: number, taken: readonly string[]): number => {
    const start = skipSpace(payload, at);
    const byte = payload[start];
    if (ambiguous || taken.length > depthLimit) {
      ambiguous = true;
      return payload.length;
    }
    if (byte === quote) {
      const end = stringEnd(payload, start);
      for (const { text, parts } of wanted) {
        if (parts.length === taken.length && parts.every((part, index) => fits(part, taken[index] ?? '')))
          places.push({ text, channel: channelOf(text, taken, value), raw: { start: start + 1, end: end - 1 } });
      }
      return end;
    }
    if (byte === openBrace) return visitMembers(start, taken);
    if (byte === openBracket) return visitItems(start, taken);
    let end = start;
    while (end < payload.length && !isDelimiter(payload[end])) end++;
    return end;
  };
  const visitMembers = (start: number, taken: readonly string[]): number => {
    const keys = new Set<string>();
    let at = skipSpace(payload, start + 1);
    while (at < payload.length && payload[at] !== closeBrace) {
      const keyEnd = stringEnd(payload, at);
      const key = JSON.parse(decoder.decode(payload.subarray(at, keyEnd))) as string; // a string of a payload that was read
      ambiguous ||= keys.has(key);
      keys.add(key);
      const colon = skipSpace(payload, keyEnd);
      at = skipSpace(payload, visit(colon + 1, [...taken, key]));
      if (payload[at] === comma) at = skipSpace(payload, at + 1);
    }
    return at + 1;
  };
  const visitItems = (start: number, taken: readonly string[]): number => {
    let at = skipSpace(payload, start + 1);
    for (let index = 0; at < payload.length && payload[at] !== closeBracket; index++) {
      at = skipSpace(payload, visit(at, [...taken, String(index)]));
      if (payload[at] === comma) at = skipSpace(payload, at + 1);
    }
    return at + 1;
  };
  visit(0, []);
  return ambiguous ? undefined : places;
}

interface Wanted {
  readonly text: StreamText;
  readonly parts: readonly string[];
}

/** A plan's pointers, taken apart once and not for every payload. */
const wantedTexts = new WeakMap<readonly StreamText[], readonly Wanted[]>();

function wantedOf(texts: readonly StreamText[]): readonly Wanted[] {
  const known = wantedTexts.get(texts);
  if (known !== undefined) return known;
  const wanted = texts.map((text) => ({ text, parts: partsOf(text.path) }));
  wantedTexts.set(texts, wanted);
  return wanted;
}

/** Arrays and objects that may stand in one another; what the reader of documents takes. */
const depthLimit = 512;

/** Half a character may stand at the end of a text that goes on in the next frame, so strings need not be well formed. */
function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  } catch {
    return undefined;
  }
}

const decoder = new TextDecoder();
const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\,{}[]'].map((character) =>
  character.charCodeAt(0),
);

function isDelimiter(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(bytes: Uint8Array, at: number): number {
  while (isSpace(bytes[at])) at++;
  return at;
}

/** Behind the closing quote of the string that begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1;
  return end + 1;
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function fits(part: string, key: string): boolean {
  return part === key || (part === '*' && /^\d+$/.test(key));
}

/** The path, and the values that tell its texts apart; without any, the indexes themselves do. */
function channelOf(text: StreamText, taken: readonly string[], payload: unknown): string {
  if (text.by.length === 0) return JSON.stringify([text.path, taken]);
  const indexes = partsOf(text.path).flatMap((part, index) => (part === '*' ? [taken[index] ?? ''] : []));
  return JSON.stringify([text.path, text.by.map((pointer) => valueAt(payload, pointer, indexes) ?? null)]);
}

function valueAt(value: unknown, pointer: string, indexes: readonly string[]): unknown {
  let star = 0;
  return partsOf(pointer).reduce<unknown>((inner, part) => {
    const key = part === '*' ? (indexes[star++] ?? '') : part;
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return (inner as Readonly<Record<string, unknown>>)[key]; // an object or array that has the key
  }, value);
}
