// Strings. Offsets count code points; an offset outside the text is the error `out_of_range`.

import type { BuiltinId } from '@rdp/language';
import { type Builtin, intArg, itemsArg, textArg } from './builtin-arguments.ts';
import { formatText } from './format-text.ts';
import { bool, fail, int, list, type StringValue, string, type Value } from './value.ts';

/** Position of the first `part` at or after `from`; -1 when there is none. */
function indexOf(text: readonly string[], part: readonly string[], from: number): number {
  for (let at = from; at + part.length <= text.length; at++) if (standsAt(text, part, at)) return at;
  return -1;
}

/** Position of the last `part` at or before `from`; -1 when there is none. */
function lastIndexOf(text: readonly string[], part: readonly string[], from: number): number {
  for (let at = Math.min(from, text.length - part.length); at >= 0; at--) if (standsAt(text, part, at)) return at;
  return -1;
}

function standsAt(text: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((char, i) => text[at + i] === char);
}

function points(value: Value | undefined): readonly string[] {
  return [...textArg(value)];
}

/** An offset from 0 to `length`. */
function offset(value: Value | undefined, length: number): number {
  const at = intArg(value);
  return at >= 0n && at <= BigInt(length) ? Number(at) : fail('out_of_range');
}

function count(value: Value | undefined): number {
  const limit = intArg(value);
  return limit < 0n ? Infinity : Number(limit);
}

function replace(text: string, old: string, by: string, limit: number): string {
  if (old === '') {
    const chars = [...text, ''];
    return chars.map((char, i) => (i < limit ? by + char : char)).join('');
  }
  const parts = text.split(old);
  return parts.map((part, i) => (i === 0 ? part : (i <= limit ? by : old) + part)).join('');
}

/** At most `limit` parts, the last with the rest. */
function split(text: string, separator: string, limit: number): readonly string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? [...text] : text.split(separator);
  if (parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** Unicode's White_Space. */
const spaceAround =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

const quoted: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\v', '\\v'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

const strings = (items: readonly string[]): Value => list(items.map((item): StringValue => string(item)));

/** Strings, by overload. */
export const textBuiltins: Readonly<Record<TextId, Builtin>> = {
  string_starts_with: (a, b) => bool(textArg(a).startsWith(textArg(b))),
  string_ends_with: (a, b) => bool(textArg(a).endsWith(textArg(b))),
  string_contains: (a, b) => bool(textArg(a).includes(textArg(b))),
  string_char_at: (a, b) => string(points(a)[offset(b, points(a).length)] ?? ''),
  string_index_of: (a, b) => int(BigInt(indexOf(points(a), points(b), 0))),
  string_index_of_from: (a, b, c) => int(BigInt(indexOf(points(a), points(b), offset(c, points(a).length)))),
  string_last_index_of: (a, b) => int(BigInt(lastIndexOf(points(a), points(b), Infinity))),
  string_last_index_of_to: (a, b, c) => int(BigInt(lastIndexOf(points(a), points(b), offset(c, points(a).length)))),
  string_lower_ascii: (a) => string(textArg(a).replace(/[A-Z]/g, (char) => char.toLowerCase())),
  string_upper_ascii: (a) => string(textArg(a).replace(/[a-z]/g, (char) => char.toUpperCase())),
  string_replace: (a, b, c) => string(replace(textArg(a), textArg(b), textArg(c), Infinity)),
  string_replace_n: (a, b, c, d) => string(replace(textArg(a), textArg(b), textArg(c), count(d))),
  string_split: (a, b) => strings(split(textArg(a), textArg(b), Infinity)),
  string_split_n: (a, b, c) => strings(split(textArg(a), textArg(b), count(c))),
  string_substring: (a, b) =>
    string(
      points(a)
        .slice(offset(b, points(a).length))
        .join(''),
    ),
  string_substring_range: (a, b, c) => {
    const from = offset(b, points(a).length);
    const to = offset(c, points(a).length);
    return from <= to ? string(points(a).slice(from, to).join('')) : fail('out_of_range');
  },
  string_trim: (a) => string(textArg(a).replace(spaceAround, '')),
  string_reverse: (a) => string([...textArg(a)].reverse().join('')),
  string_join: (a) => string(itemsArg(a).map(textArg).join('')),
  string_join_with: (a, b) => string(itemsArg(a).map(textArg).join(textArg(b))),
  string_quote: (a) =>
    string(
      `"${points(a)
        .map((char) => quoted.get(char) ?? char)
        .join('')}"`,
    ),
  string_mask: (a, b) =>
    string(
      points(a)
        .map(() => textArg(b))
        .join(''),
    ),
  // Nothing has a key here; `evaluate` has it.
  string_hash: () => fail('no_hash_key'),
  string_last: (a, b) => {
    const [chars, wanted] = [points(a), intArg(b)];
    return string(chars.slice(wanted < 0n ? chars.length : Math.max(0, chars.length - Number(wanted))).join(''));
  },
  string_format: (a, b) => string(formatText(textArg(a), itemsArg(b))),
};

type TextId = Exclude<Extract<BuiltinId, `string_${string}`>, `string_of_${string}` | 'string_concat' | 'string_size'>;
