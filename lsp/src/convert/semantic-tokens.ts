// Our tokens → the protocol's numbers: five a token, relative to the one ahead, none over more than one line; and what has
// changed since an earlier list.

import type { SourceFile } from '@rdp/language';
import type { SemanticTokensEdit, SemanticTokensLegend } from 'vscode-languageserver';
import { tokenModifiers, tokenTypes, type SemanticToken } from '../ide/semantic-tokens.ts';
import type { Converter } from './converter.ts';
import { linesOf } from './positions.ts';

/** The names of the numbers. */
export const legend: SemanticTokensLegend = { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] };

/** The numbers of `tokens`, which are sorted. */
export function encodeTokens(convert: Converter, file: SourceFile, tokens: readonly SemanticToken[]): number[] {
  const data: number[] = [];
  const starts = linesOf(file);
  let line = 0;
  let character = 0;
  for (const token of tokens) {
    const kind = tokenTypes.indexOf(token.kind);
    const modifiers = token.modifiers.reduce((bits, name) => bits | (1 << tokenModifiers.indexOf(name)), 0);
    for (let start = token.start; start < token.end;) {
      const from = convert.position(file, start);
      const next = starts[from.line + 1] ?? file.text.length + 1;
      const end = Math.min(token.end, next - 1);
      const length = convert.position(file, end).character - from.character;
      if (length > 0) {
        data.push(from.line - line, from.line === line ? from.character - character : from.character);
        data.push(length, kind, modifiers);
        ({ line, character } = from);
      }
      start = next > end ? next : end;
    }
  }
  return data;
}

/** The one edit that makes `after` of `before`; none when they are the same. */
export function tokenEdits(before: readonly number[], after: readonly number[]): SemanticTokensEdit[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  if (start === before.length && start === after.length) return [];
  return [{ start, deleteCount: before.length - tail - start, data: after.slice(start, after.length - tail) }];
}
