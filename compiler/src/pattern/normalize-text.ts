// A text → its normalised view: one text in which a search sees what a reader or a model makes of the first, with the place in
// the original of every character. Characters become their twins (view-table.ts), what nobody sees is left out, escapes of
// HTML and of string literals are read; hidden and encoded texts stand behind it, a line each (view-lines.ts).
// The plain form of compiler/kernel/view.ts, which gives the same, byte for byte. Meaning: docs/decisions/0015-normalised-view.md.
// INVARIANT: work is linear in the text, and the view is at most six times as long, but for a line feed a line.

import { appendLines } from './view-lines.ts';
import { twinOf } from './view-table.ts';
import { put, type Hidden, type ViewForm, type ViewText } from './view-text.ts';

/** The view of a text. */
export function viewOf(text: string, form: ViewForm): ViewText {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const view: ViewText = { points: [], places: [] };
  const hidden: Hidden = { tags: { points: [], places: [] }, selectors: [] };
  for (let i = 0; i < points.length;) {
    const code = points[i] ?? 0;
    const run = selectorRun(points, i);
    if (run > 0) {
      if (run > 1)
        hidden.selectors.push({ bytes: points.slice(i, i + run).map(selectorByte), place: { from: i, to: i + run } });
      i += run;
      continue;
    }
    if (code >= 0xe0020 && code <= 0xe007e) {
      hidden.tags.points.push(code - 0xe0000);
      hidden.tags.places.push({ from: i, to: i + 1 });
    }
    const escape = escapeAt(points, i) ?? { code, length: 1 };
    const before = view.places.at(-1);
    // A sign on a letter stands where the letter does.
    if (before?.to === i && twinOf(escape.code) === 'mark') before.to = i + escape.length;
    else put(view, escape.code, { from: i, to: i + escape.length });
    i += escape.length;
  }
  appendLines(view, hidden, form);
  return view;
}

/** Variation selectors from `at` on. */
function selectorRun(points: readonly number[], at: number): number {
  let end = at;
  while (selectorByte(points[end] ?? 0) >= 0) end++;
  return end - at;
}

/** The byte that a variation selector carries: the number of the selector; -1: it is none. */
function selectorByte(code: number): number {
  if (code >= 0xfe00 && code <= 0xfe0f) return code - 0xfe00;
  return code >= 0xe0100 && code <= 0xe01ef ? code - 0xe0100 + 16 : -1;
}

const names: ReadonlyMap<string, number> = new Map([
  ['lt', 0x3c],
  ['gt', 0x3e],
  ['amp', 0x26],
  ['quot', 0x22],
  ['apos', 0x27],
  ['nbsp', 0x20],
]);

/** The longest escape is a pair of surrogates. */
const longestEscape = 12;

/** The character that an escape of HTML (`&#105;`, `&#x69;`, `&lt;`) or of a literal (`\u0069`, `\u{69}`, `\x69`) stands for. */
function escapeAt(
  points: readonly number[],
  at: number,
): { readonly code: number; readonly length: number } | undefined {
  if (points[at] !== 0x26 && points[at] !== 0x5c) return undefined;
  const text = String.fromCodePoint(...points.slice(at, at + longestEscape));
  const pair = /^\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/i.exec(text);
  if (pair) {
    const [high, low] = [parseInt(pair[1] ?? '', 16), parseInt(pair[2] ?? '', 16)];
    return { code: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), length: 12 };
  }
  const named = /^&(lt|gt|amp|quot|apos|nbsp);/.exec(text);
  if (named) return { code: names.get(named[1] ?? '') ?? 0, length: named[0].length };
  const decimal = /^&#([0-9]{1,7});/.exec(text);
  const found =
    decimal ??
    /^(?:&#[xX]([0-9a-fA-F]{1,6});|\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2}))/.exec(text);
  if (!found) return undefined;
  const code = parseInt(found.slice(1).find((digits) => digits !== undefined) ?? '', decimal ? 10 : 16);
  const isScalar = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isScalar ? { code, length: found[0].length } : undefined;
}
