// String, bytes and regular-expression literals: where one ends, and what its text means (CEL's escapes). Holes of
// messages are found in `template`.

import type { TokenType } from 'chevrotain';
import { BytesToken, RegexToken, StringToken } from './tokens.ts';

/** A literal found by `scanString`. `fault` is set when its closing quote is missing. */
export interface ScannedString {
  readonly type: TokenType;
  readonly end: number;
  readonly quote: string;
  readonly fault?: 'unterminated';
}

/** The parts of a literal's spelling. `body` is what stands between the quotes. */
export interface StringShape {
  readonly kind: 'string' | 'bytes' | 'regex';
  readonly raw: boolean;
  /** Units ahead of the body: prefix and opening quote. */
  readonly bodyStart: number;
  readonly body: string;
}

const prefixes: ReadonlyMap<string, { readonly type: TokenType; readonly raw: boolean }> = new Map([
  ['', { type: StringToken, raw: false }],
  ['r', { type: StringToken, raw: true }],
  ['b', { type: BytesToken, raw: false }],
  ['br', { type: BytesToken, raw: true }],
  ['rb', { type: BytesToken, raw: true }],
]);

/** The literal that starts at `at`, prefix included; undefined when none does. */
export function scanString(text: string, at: number): ScannedString | undefined {
  const open = openingOf(text, at);
  if (open === undefined) return undefined;
  let to = open.bodyStart;
  for (;;) {
    const code = text.charCodeAt(to);
    if (Number.isNaN(code)) break;
    if (text.startsWith(open.quote, to)) return { type: open.type, end: to + open.quote.length, quote: open.quote };
    if (code === 10 && open.quote.length === 1) break;
    // A regular expression's backslash keeps the quote after it; a raw string's does not.
    if (code === 92 && (!open.raw || open.type === RegexToken)) to++;
    if (text.charCodeAt(to) !== 10 || open.quote.length === 3) to++;
  }
  if (open.quote.length === 1 && text.charCodeAt(to - 1) === 13) to--;
  return { type: open.type, end: Math.min(to, text.length), quote: open.quote, fault: 'unterminated' };
}

function openingOf(
  text: string,
  at: number,
): { readonly type: TokenType; readonly raw: boolean; readonly quote: string; readonly bodyStart: number } | undefined {
  let to = at;
  while (to < at + 2 && 'rRbBe'.includes(text.charAt(to)) && text.charAt(to) !== '') to++;
  const mark = text.charAt(to);
  if (mark !== '"' && mark !== "'") return undefined;
  const prefix = text.slice(at, to);
  const found = prefix === 're' ? { type: RegexToken, raw: true } : prefixes.get(prefix.toLowerCase());
  if (found === undefined) return undefined;
  const quote = text.startsWith(mark.repeat(3), to) ? mark.repeat(3) : mark;
  return { ...found, quote, bodyStart: to + quote.length };
}

/** Takes a literal's spelling apart; a missing closing quote is no matter. */
export function stringShape(image: string): StringShape {
  const open = openingOf(image, 0);
  if (open === undefined) return { kind: 'string', raw: true, bodyStart: 0, body: image };
  const closed = scanString(image, 0)?.fault === undefined;
  const body = image.slice(open.bodyStart, closed ? image.length - open.quote.length : image.length);
  const kind = open.type === RegexToken ? 'regex' : open.type === BytesToken ? 'bytes' : 'string';
  return { kind, raw: open.raw, bodyStart: open.bodyStart, body };
}

/** A run of decoded text, or an escape that means nothing (`length` units at `at` of the body). */
export interface BadEscape {
  readonly at: number;
  readonly length: number;
}
export interface Decoded {
  readonly value: string;
  readonly faults: readonly BadEscape[];
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['?', '?'],
]);

/** Decodes the body of a string literal. */
export function decodeString(shape: StringShape): Decoded {
  const body = shape.body.includes('\r') ? shape.body.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : shape.body;
  if (shape.kind === 'regex') return { value: body.replaceAll('\\"', '"'), faults: [] };
  if (shape.raw || !body.includes('\\')) return { value: body, faults: [] };
  const faults: BadEscape[] = [];
  let value = '';
  let at = 0;
  while (at < body.length) {
    const next = body.indexOf('\\', at);
    if (next < 0) return { value: value + body.slice(at), faults };
    value += body.slice(at, next);
    const escape = decodeEscape(body, next);
    if (escape.code === undefined || escape.code > 0x10ffff || (escape.code >= 0xd800 && escape.code < 0xe000)) {
      faults.push({ at: next, length: escape.length });
      value += body.slice(next, next + escape.length);
    } else value += String.fromCodePoint(escape.code);
    at = next + escape.length;
  }
  return { value, faults };
}

/** Decodes the body of a bytes literal: `\x` and octal escapes are bytes, other text is UTF-8. */
export function decodeBytes(shape: StringShape): { readonly value: Uint8Array; readonly faults: readonly BadEscape[] } {
  const faults: BadEscape[] = [];
  const bytes: number[] = [];
  const body = shape.body;
  let at = 0;
  while (at < body.length) {
    if (!shape.raw && body.charAt(at) === '\\') {
      const escape = decodeEscape(body, at);
      if (escape.code === undefined || escape.wide || escape.code > 255) faults.push({ at, length: escape.length });
      else bytes.push(escape.code);
      at += escape.length;
      continue;
    }
    const code = body.codePointAt(at) ?? 0;
    pushUtf8(bytes, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
    at += code > 0xffff ? 2 : 1;
  }
  return { value: Uint8Array.from(bytes), faults };
}

function pushUtf8(bytes: number[], code: number): void {
  if (code < 0x80) bytes.push(code);
  else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
  else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
}

/** The escape at `at` (a backslash): its code point, its length, and whether it is a `\u` one, which bytes do not have. */
function decodeEscape(
  body: string,
  at: number,
): { readonly code: number | undefined; readonly length: number; readonly wide: boolean } {
  const mark = body.charAt(at + 1);
  const simple = simpleEscapes.get(mark);
  if (simple !== undefined) return { code: simple.charCodeAt(0), length: 2, wide: false };
  const digits = mark === 'x' || mark === 'X' ? 2 : mark === 'u' ? 4 : mark === 'U' ? 8 : 0;
  if (digits > 0) {
    const text = body.slice(at + 2, at + 2 + digits);
    const valid = text.length === digits && /^[0-9a-fA-F]+$/.test(text);
    return { code: valid ? parseInt(text, 16) : undefined, length: valid ? 2 + digits : 2, wide: digits > 2 };
  }
  const octal = /^[0-3][0-7]{2}/.exec(body.slice(at + 1, at + 4));
  if (octal !== null) return { code: parseInt(octal[0], 8), length: 4, wide: false };
  const wideMark = (body.codePointAt(at + 1) ?? 0) > 0xffff;
  return { code: undefined, length: mark === '' ? 1 : wideMark ? 3 : 2, wide: false };
}
