// The body of a rule or test, ahead of any grammar: which words start a clause, because the parser decides by token kind
// alone. Misspelt ones are corrected, and an opening brace that is missing is added; both are said.

import type { TokenType } from 'chevrotain';
import { diagnose, type DiagnosticExtra } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import { makeToken } from './lex.ts';
import { clauseMeant, operatorWords } from './slips.ts';
import {
  endsExpression,
  isClosing,
  isLiteral,
  isNameLike,
  isOpening,
  isSmallWord,
  startsContinuation,
} from './token-kinds.ts';
import * as t from './tokens.ts';
import { type Token, tokenEnd } from './tokens.ts';

/** Adds the opening brace of a rule or test that lacks it: a clause at the start of a line says where. */
export function openBody(
  file: SourceFile,
  tokens: readonly Token[],
  words: ReadonlyMap<string, TokenType>,
  diagnostics: Diagnostic[],
): readonly Token[] {
  for (let i = 2; i < tokens.length; i++) {
    const token = tokens[i];
    const previous = tokens[i - 1];
    if (token === undefined || previous === undefined || token.tokenType === t.LeftBrace) return tokens;
    if (!token.lineStart || !words.has(token.image) || isSmallWord(previous.tokenType)) continue;
    const end = tokenEnd(previous);
    const holes = { expected: '`{`', found: `\`${token.image}\`` };
    diagnostics.push(diagnose('expected-syntax', { file, start: end, end }, holes));
    const brace = { ...makeToken(t.LeftBrace, '', end, false), endOffset: end - 1 };
    const rest = tokens.slice(i);
    const closed = rest.at(-1)?.tokenType === t.RightBrace;
    const close = { ...makeToken(t.RightBrace, '', tokenEnd(rest.at(-1) ?? token), false) };
    return [...tokens.slice(0, i), brace, ...rest, ...(closed ? [] : [{ ...close, endOffset: close.startOffset - 1 }])];
  }
  return tokens;
}

/** The words that start parts of a declaration's body; undefined where its body has no such parts. */
export function bodyKeywords(keyword: string): ReadonlyMap<string, TokenType> | undefined {
  switch (keyword) {
    case 'discover':
    case 'detect':
    case 'defend':
    case 'exempt':
      return t.ruleKeywords;
    case 'test':
      return t.testKeywords;
    default:
      return undefined;
  }
}

/** Turns the words that start clauses, directly inside the outer braces, into keywords. Unknown clauses are left out. */
export function findClauses(
  file: SourceFile,
  input: readonly Token[],
  words: ReadonlyMap<string, TokenType>,
  keyword: string,
  diagnostics: Diagnostic[],
): Token[] {
  const result: Token[] = [];
  let depth = 0;
  let skipping = false;
  for (let i = 0; i < input.length; i++) {
    const token = input[i];
    if (token === undefined) continue;
    if (isClosing(token.tokenType)) depth--;
    const inBody = depth === 1;
    if (isOpening(token.tokenType)) depth++;
    if (inBody && isNameLike(token.tokenType)) {
      const type = words.get(token.image);
      const previous = skipping ? undefined : result.at(-1);
      if (type !== undefined && startsClause(token, previous, input[i + 1])) {
        skipping = false;
        result.push(retype(token, type));
        continue;
      }
      if (!skipping && isStrayWord(token, previous, input[i + 1])) {
        const place = spanOf(file, token);
        const suggestion = clauseMeant(token.image, words) ?? nearestName(token.image, words.keys());
        const suggested = suggestion === undefined ? undefined : words.get(suggestion);
        if (suggestion !== undefined && suggested !== undefined) {
          const extra = replacement(place, suggestion);
          diagnostics.push(diagnose('unknown-clause', place, { clause: token.image, owner: article(keyword) }, extra));
          result.push(retype(token, suggested));
          continue;
        }
        if (token.lineStart) {
          diagnostics.push(diagnose('unknown-clause', place, { clause: token.image, owner: article(keyword) }));
          skipping = true;
        }
      }
    }
    if (skipping && depth === 0) skipping = false;
    if (!skipping) result.push(token);
  }
  return result;
}

function startsClause(token: Token, previous: Token | undefined, next: Token | undefined): boolean {
  if (previous === undefined) return true;
  if (endsClausePart(previous)) return token.lineStart || !isSmallWord(previous.tokenType);
  // An operand is missing ahead of this word, or the word is it: what follows on its line decides.
  if (next === undefined || next.lineStart) return false;
  if (isLiteral(next.tokenType)) return true;
  return token.lineStart && !startsContinuation(next) && !isClosing(next.tokenType);
}

/** Whether a name stands where none can: after a finished expression, and it is not a unit. */
function isStrayWord(token: Token, previous: Token | undefined, next: Token | undefined): boolean {
  if (previous === undefined || !endsClausePart(previous) || isSmallWord(previous.tokenType)) return false;
  // The grammar says of these which operator is meant.
  if (token.tokenType !== t.Name || operatorWords.has(token.image)) return false;
  const afterNumber = previous.tokenType === t.IntLiteral || previous.tokenType === t.FloatLiteral;
  if (afterNumber && !token.lineStart) return false;
  return !startsContinuation(next) || next?.tokenType === t.LeftParen;
}

function endsClausePart(token: Token): boolean {
  if (token.tokenType === t.LeftBrace) return true;
  // Types, which `>` ends, stand in no clause.
  if (token.tokenType === t.Greater) return false;
  return endsExpression(token) || bareClauses.has(token.tokenType);
}

const bareClauses: ReadonlySet<TokenType | undefined> = new Set(
  ['permit', 'alert', 'block'].map((word) => t.ruleKeywords.get(word)),
);

/** The token as another kind. */
export function retype(token: Token, type: TokenType): Token {
  return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

/** Where a token stands. */
export function spanOf(file: SourceFile, token: Token): Span {
  return { file, start: token.startOffset, end: tokenEnd(token) };
}

function article(keyword: string): string {
  return keyword === 'exempt' ? 'an `exempt`' : `a \`${keyword}\``;
}

/** What to write in place of what stands at `span`: help, and the fix that does it. */
export function replacement(span: Span, suggestion: string): DiagnosticExtra {
  return {
    help: `did you mean \`${suggestion}\`?`,
    fixes: [{ title: `write \`${suggestion}\``, safety: 'unsafe' as const, edits: [{ span, text: suggestion }] }],
  };
}
