// Offsets of a source text ↔ the protocol's lines and characters, in the unit that client and server agreed on. Lines end
// with `\n` as in `lineStarts`, and as the protocol has it also with a `\r` that stands alone; what ends a line belongs to
// it, and no position may point past that.

import { carryLineStarts, lineStarts, type Edit, type SourceFile } from '@rdp/language';
import type { Position, Range } from 'vscode-languageserver';

/** Units of `Position.character`: of UTF-16 (which every client knows), of UTF-8, or whole code points. */
export type Encoding = 'utf-16' | 'utf-8' | 'utf-32';

/** The unit to speak in with a client that offers `offered`; UTF-16 costs nothing, as our offsets count it too. */
export function chooseEncoding(offered: readonly string[] | undefined): Encoding {
  if (offered === undefined || offered.includes('utf-16')) return 'utf-16';
  return offered.includes('utf-8') ? 'utf-8' : offered.includes('utf-32') ? 'utf-32' : 'utf-16';
}

/** The offset of a position. One past the end of a line counts as its end, one past the last line as the end of the text. */
export function toOffset(file: SourceFile, position: Position, encoding: Encoding): number {
  const starts = linesOf(file);
  const start = starts[position.line];
  if (start === undefined) return position.line < 0 ? 0 : file.text.length;
  const end = endOfLine(file.text, starts[position.line + 1] ?? file.text.length + 1);
  if (encoding === 'utf-16') return Math.min(start + Math.max(position.character, 0), end);
  let offset = start;
  for (let left = position.character; left > 0 && offset < end;) {
    const code = file.text.codePointAt(offset) ?? 0;
    left -= encoding === 'utf-32' ? 1 : utf8Length(code);
    offset += code > 0xffff ? 2 : 1;
  }
  return Math.min(offset, end);
}

/** The position of an offset; one past the end counts as the end. */
export function toPosition(file: SourceFile, offset: number, encoding: Encoding): Position {
  const starts = linesOf(file);
  const end = Math.min(Math.max(offset, 0), file.text.length);
  let line = 0;
  for (let high = starts.length - 1; line < high;) {
    const middle = (line + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= end) line = middle;
    else high = middle - 1;
  }
  const start = starts[line] ?? 0;
  if (encoding === 'utf-16') return { line, character: end - start };
  let character = 0;
  for (let at = start; at < end;) {
    const code = file.text.codePointAt(at) ?? 0;
    character += encoding === 'utf-32' ? 1 : utf8Length(code);
    at += code > 0xffff ? 2 : 1;
  }
  return { line, character };
}

const linesWithReturns = new WeakMap<SourceFile, ArrayLike<number>>();

/** Where the lines of a text begin for a client. */
export function linesOf(file: SourceFile): ArrayLike<number> {
  const known = linesWithReturns.get(file);
  if (known) return known;
  const starts = hasLoneReturn(file.text) ? startsWithReturns(file.text) : lineStarts(file);
  linesWithReturns.set(file, starts);
  return starts;
}

/** The same for `file`, which `edit` made of `before`, from what is known of that: only the edit is read. */
export function carryLines(before: SourceFile, file: SourceFile, edit: Edit): void {
  carryLineStarts(before, file, edit);
  const known = linesWithReturns.get(before);
  if (known === undefined || known !== lineStarts(before)) return;
  const { start, length } = edit;
  // With what now stands beside it, so that a return and its line feed are seen together.
  const around = file.text.slice(Math.max(start - 1, 0), start + length + 1);
  const isAtEnd = start + length + 1 >= file.text.length;
  if (!/\r[^\n]/.test(around) && !(isAtEnd && around.endsWith('\r'))) linesWithReturns.set(file, lineStarts(file));
}

function hasLoneReturn(text: string): boolean {
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1)) {
    if (text.charCodeAt(at + 1) !== 10) return true;
  }
  return false;
}

function startsWithReturns(text: string): ArrayLike<number> {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  return starts;
}

/** The range of two offsets. */
export function toRange(
  file: SourceFile,
  { start, end }: { readonly start: number; readonly end: number },
  encoding: Encoding,
): Range {
  return { start: toPosition(file, start, encoding), end: toPosition(file, end, encoding) };
}

/** Ahead of what ends the line; `next` is where the next line starts, or one past the end of the text. */
function endOfLine(text: string, next: number): number {
  if (next > text.length) return text.length;
  const end = next - 1;
  return text.charCodeAt(end) === 10 && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}

function utf8Length(code: number): number {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}
