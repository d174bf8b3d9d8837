// The grammar of JSON (RFC 8259) over bytes: tokens, and values that are skipped but checked to the last byte. A fault is
// raised without a place; whoever reads a value of the layout says where it is.
// INVARIANT: what passes here passes every strict parser: no lone surrogates, no raw control characters, at most 512
// nested arrays and objects.

import { decodeUtf8At, utf8Text } from './text-codecs.ts';

export type MalformedReason =
  'invalid_utf8' | 'invalid_json' | 'wrong_type' | 'missing_field' | 'duplicate_key' | 'too_deep' | 'out_of_range';

/**
 * Raised where the document has not the event's shape; `path` and `byte` (where the value at the path begins) are set by the
 * nearest reader of a layout value.
 */
export class MalformedDocument extends Error {
  readonly reason: MalformedReason;
  path: string | undefined;
  byte = 0;
  /** The name of the field that is missing. */
  readonly field: string | undefined;
  constructor(reason: MalformedReason, field: string | undefined) {
    super(reason);
    this.reason = reason;
    this.field = field;
  }
}

/** Ends the reading of the document; `field` is the name of one that is missing. */
export function malformed(reason: MalformedReason, field?: string): never {
  throw new MalformedDocument(reason, field);
}

/** Nested arrays and objects that a document may have. */
const deepest = 512;

/** A place in the document that moves on. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  depth: number;
}

export type TokenKind = 'string' | 'number' | 'object' | 'array' | 'bool' | 'null';

/** What kind of value starts at the cursor, by its first byte. */
export function kindAhead(cursor: Cursor): TokenKind {
  const char = String.fromCharCode(cursor.bytes[cursor.at] ?? 0);
  if (char === '"') return 'string';
  if (char === '{') return 'object';
  if (char === '[') return 'array';
  if (char === 't' || char === 'f') return 'bool';
  if (char === 'n') return 'null';
  return char === '-' || isDigit(char.charCodeAt(0)) ? 'number' : malformed('invalid_json');
}

/** Past white space. */
export function skipSpace(cursor: Cursor): void {
  while ([0x20, 0x09, 0x0a, 0x0d].includes(cursor.bytes[cursor.at] ?? 0)) cursor.at++;
}

/** Past `char` when it is next. */
export function takeChar(cursor: Cursor, char: string): boolean {
  if (cursor.bytes[cursor.at] !== char.charCodeAt(0)) return false;
  cursor.at++;
  return true;
}

/** Past `word`, which must be next. */
export function takeWord(cursor: Cursor, word: string): void {
  for (const char of word) if (!takeChar(cursor, char)) malformed('invalid_json');
}

/** A number's text. */
export function takeNumber(cursor: Cursor): string {
  const start = cursor.at;
  takeChar(cursor, '-');
  if (takeChar(cursor, '0')) {
    if (isDigit(cursor.bytes[cursor.at])) malformed('invalid_json');
  } else takeDigits(cursor);
  if (takeChar(cursor, '.')) takeDigits(cursor);
  if (takeChar(cursor, 'e') || takeChar(cursor, 'E')) {
    if (!takeChar(cursor, '+')) takeChar(cursor, '-');
    takeDigits(cursor);
  }
  return String.fromCharCode(...cursor.bytes.slice(start, cursor.at));
}

function takeDigits(cursor: Cursor): void {
  if (!isDigit(cursor.bytes[cursor.at])) malformed('invalid_json');
  while (isDigit(cursor.bytes[cursor.at])) cursor.at++;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** A string's text, and the bytes between its quotes. */
export interface StringToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The string at the cursor, decoded. */
export function takeString(cursor: Cursor): StringToken {
  if (!takeChar(cursor, '"')) malformed('invalid_json');
  const start = cursor.at;
  const parts: string[] = [];
  for (;;) {
    if (cursor.at >= cursor.bytes.length) malformed('invalid_json');
    const byte = cursor.bytes[cursor.at] ?? 0;
    if (byte === 0x22) break;
    if (byte < 0x20) malformed('invalid_json');
    const next = decodeCharAt(cursor.bytes, cursor.at);
    if (!next) malformed('invalid_json');
    else {
      parts.push(String.fromCodePoint(next.code));
      cursor.at += next.length;
    }
  }
  const end = cursor.at;
  cursor.at++;
  return { text: parts.join(''), start, end };
}

/** The code point that a JSON string has at byte `at`, escaped or not, and its length there; undefined when it is broken. */
export function decodeCharAt(bytes: Uint8Array, at: number): { code: number; length: number } | undefined {
  if (bytes[at] !== 0x5c) return decodeUtf8At(bytes, at);
  const short = '"\\/bfnrt'.indexOf(String.fromCharCode(bytes[at + 1] ?? 0));
  if (short >= 0) return { code: '"\\/\b\f\n\r\t'.charCodeAt(short), length: 2 };
  const high = hexEscapeAt(bytes, at);
  if (high === undefined || (high >= 0xdc00 && high <= 0xdfff)) return undefined;
  if (high < 0xd800 || high > 0xdfff) return { code: high, length: 6 };
  const low = hexEscapeAt(bytes, at + 6);
  if (low === undefined || low < 0xdc00 || low > 0xdfff) return undefined;
  return { code: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), length: 12 };
}

function hexEscapeAt(bytes: Uint8Array, at: number): number | undefined {
  const text = String.fromCharCode(...bytes.slice(at, at + 6));
  return /^\\u[0-9a-fA-F]{4}$/.test(text) ? parseInt(text.slice(2), 16) : undefined;
}

/** Into an array or object; `leave` when it ends. */
function enter(cursor: Cursor): void {
  cursor.at++;
  if (++cursor.depth > deepest) malformed('too_deep');
}

/** Past the members of the object at the cursor; `member` stands ahead of a value and must read it. */
export function takeMembers(cursor: Cursor, member: (key: string) => void): void {
  enter(cursor);
  skipSpace(cursor);
  if (!takeChar(cursor, '}'))
    for (;;) {
      skipSpace(cursor);
      const key = takeString(cursor).text;
      skipSpace(cursor);
      if (!takeChar(cursor, ':')) malformed('invalid_json');
      skipSpace(cursor);
      member(key);
      skipSpace(cursor);
      if (takeChar(cursor, '}')) break;
      if (!takeChar(cursor, ',')) malformed('invalid_json');
    }
  cursor.depth--;
}

/** Past the items of the array at the cursor; `item` stands ahead of a value and must read it. */
export function takeItems(cursor: Cursor, item: (index: number) => void): void {
  enter(cursor);
  skipSpace(cursor);
  if (!takeChar(cursor, ']'))
    for (let index = 0; ; index++) {
      skipSpace(cursor);
      item(index);
      skipSpace(cursor);
      if (takeChar(cursor, ']')) break;
      if (!takeChar(cursor, ',')) malformed('invalid_json');
    }
  cursor.depth--;
}

/** Past any value, checked. */
export function skipValue(cursor: Cursor): void {
  switch (kindAhead(cursor)) {
    case 'string':
      takeString(cursor);
      return;
    case 'number':
      takeNumber(cursor);
      return;
    case 'object':
      return takeMembers(cursor, () => skipValue(cursor));
    case 'array':
      return takeItems(cursor, () => skipValue(cursor));
    case 'bool':
      return takeWord(cursor, cursor.bytes[cursor.at] === 0x74 ? 'true' : 'false');
    case 'null':
      return takeWord(cursor, 'null');
  }
}

/** Whether all of the document is UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  return utf8Text(bytes) !== undefined;
}

/** `path` and one more part, as a JSON Pointer (RFC 6901). */
export function pointer(path: string, part: string | number): string {
  return `${path}/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
