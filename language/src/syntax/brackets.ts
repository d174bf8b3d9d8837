// Makes the brackets of one block balance: a missing closing bracket is added (as a token without width) where its
// line or the block ends, a closing bracket that closes nothing is left out. So the grammar only ever meets balanced
// brackets, and one missing brace is one diagnostic. INVARIANT: every other token stays, in order.

import type { TokenType } from 'chevrotain';
import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import { makeToken } from './lex.ts';
import { isClosing } from './token-kinds.ts';
import * as t from './tokens.ts';
import { type Token, tokenEnd } from './tokens.ts';

const closingOf: ReadonlyMap<TokenType, { readonly type: TokenType; readonly text: string }> = new Map([
  [t.LeftParen, { type: t.RightParen, text: ')' }],
  [t.LeftBracket, { type: t.RightBracket, text: ']' }],
  [t.LeftBrace, { type: t.RightBrace, text: '}' }],
]);

interface Opening {
  readonly index: number;
  readonly token: Token;
  readonly closing: { readonly type: TokenType; readonly text: string };
}

interface Repairs {
  readonly file: SourceFile;
  readonly tokens: readonly Token[];
  readonly open: Opening[];
  /** Closing brackets to add ahead of the token of that index, innermost first. */
  readonly added: Map<number, Token[]>;
  readonly diagnostics: Diagnostic[];
}

/** The tokens of a block with balanced brackets. */
export function repairBrackets(file: SourceFile, tokens: readonly Token[], diagnostics: Diagnostic[]): Token[] {
  const repairs: Repairs = { file, tokens, open: [], added: new Map(), diagnostics };
  const dropped = new Set<number>();
  for (const [index, token] of tokens.entries()) {
    const closing = closingOf.get(token.tokenType);
    if (closing !== undefined) repairs.open.push({ index, token, closing });
    else if (isClosing(token.tokenType)) {
      const depth = matchingDepth(repairs.open, token.tokenType);
      if (depth < 0) {
        dropped.add(index);
        const place = { file, start: token.startOffset, end: tokenEnd(token) };
        diagnostics.push(diagnose('unmatched-bracket', place, { bracket: token.image }));
      } else {
        closeDownTo(repairs, depth + 1, index);
        repairs.open.pop();
      }
    }
  }
  closeDownTo(repairs, 0, tokens.length);
  if (repairs.added.size === 0 && dropped.size === 0) return [...tokens];
  const result: Token[] = [];
  for (let i = 0; i <= tokens.length; i++) {
    for (const token of repairs.added.get(i) ?? []) result.push(token);
    const token = tokens[i];
    if (token !== undefined && !dropped.has(i)) result.push(token);
  }
  return result;
}

/** The place in `open` of the bracket that `closing` closes, or -1. A `)` or `]` does not reach out of braces. */
function matchingDepth(open: readonly Opening[], closing: TokenType): number {
  // A bound keeps hostile text linear: nobody leaves so many brackets open and means the outermost.
  for (let depth = open.length - 1; depth >= 0 && depth > open.length - 100; depth--) {
    const type = open[depth]?.closing.type;
    if (type === closing) return depth;
    if (type === t.RightBrace) return -1;
  }
  return -1;
}

function closeDownTo(repairs: Repairs, depth: number, found: number): void {
  const { file, tokens, open, added, diagnostics } = repairs;
  let at: number | undefined;
  while (open.length > depth) {
    const opening = open.pop();
    if (opening === undefined) return;
    const first = at === undefined;
    if (opening.closing.type === t.RightBrace) at = found;
    else at ??= endOfLine(tokens, opening.index, found);
    const before = tokens[at - 1] ?? opening.token;
    const offset = tokenEnd(before);
    const list = added.get(at) ?? [];
    list.push({ ...makeToken(opening.closing.type, '', offset, false), endOffset: offset - 1 });
    added.set(at, list);
    // Brackets left open together have one cause: the innermost is named.
    if (!first) continue;
    const next = tokens[at];
    const place =
      next === undefined ? { start: offset, end: offset } : { start: next.startOffset, end: tokenEnd(next) };
    diagnostics.push(
      diagnose(
        'unclosed-bracket',
        { file, ...place },
        {
          closing: opening.closing.text,
          found: next === undefined ? 'the end of the declaration' : `\`${shorten(next.image)}\``,
        },
        {
          labels: [
            {
              span: { file, start: opening.token.startOffset, end: tokenEnd(opening.token) },
              text: `this \`${opening.token.image}\` is not closed`,
            },
          ],
        },
      ),
    );
  }
}

/** The first token after `opening` that starts a line and cannot continue what stands ahead of it; at most `limit`. */
function endOfLine(tokens: readonly Token[], opening: number, limit: number): number {
  let depth = 0;
  for (let i = opening + 1; i < limit; i++) {
    const token = tokens[i];
    const previous = tokens[i - 1];
    if (token === undefined || previous === undefined) continue;
    if (
      depth === 0 &&
      token.lineStart &&
      canEnd(previous) &&
      token.tokenType.CATEGORIES?.includes(t.BinaryOperator) !== true
    ) {
      if (token.tokenType !== t.Comma && token.tokenType !== t.Dot && token.tokenType !== t.Question) return i;
    }
    if (closingOf.has(token.tokenType)) depth++;
    else if (depth > 0 && isClosing(token.tokenType)) depth--;
  }
  return limit;
}

function canEnd(token: Token): boolean {
  const type = token.tokenType;
  if (type === t.Comma || type === t.Colon || closingOf.has(type) || type === t.Bang) return false;
  return type.CATEGORIES?.includes(t.BinaryOperator) !== true;
}

function shorten(image: string): string {
  const line = image.split('\n', 1)[0] ?? '';
  return line.length > 24 ? `${line.slice(0, 23)}…` : line;
}
