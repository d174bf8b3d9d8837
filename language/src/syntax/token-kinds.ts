// What a kind of token can be: part of a name, end of an expression, sign that goes on with one. Asked by whoever looks at
// tokens ahead of the grammar, or without it.

import type { TokenType } from 'chevrotain';
import * as t from './tokens.ts';
import type { Token } from './tokens.ts';

/** Whether an expression, type or list may end with this token. */
export function endsExpression(token: Token | undefined): boolean {
  if (token === undefined) return true;
  const type = token.tokenType;
  if (type === t.In) return false;
  return type.CATEGORIES?.includes(t.Word) === true || type.CATEGORIES?.includes(t.Name) === true || enders.has(type);
}

const enders: ReadonlySet<TokenType> = new Set([
  t.QuotedName,
  t.Name,
  t.RightParen,
  t.RightBracket,
  t.RightBrace,
  t.IntLiteral,
  t.UintLiteral,
  t.FloatLiteral,
  t.DurationLiteral,
  t.DateLiteral,
  t.StringToken,
  t.BytesToken,
  t.RegexToken,
  t.Greater,
  t.Question,
]);

/** Whether a literal is this token. */
export function isLiteral(type: TokenType): boolean {
  return enders.has(type) && !isClosing(type) && type !== t.Name && type !== t.Greater && type !== t.Question;
}

/** Whether this token, after a name, makes the name an operand rather than a keyword. */
export function startsContinuation(token: Token | undefined): boolean {
  if (token === undefined) return false;
  const type = token.tokenType;
  if (type === t.Minus || type === t.Star) return false;
  return type.CATEGORIES?.includes(t.BinaryOperator) === true || type === t.Is || continuations.has(type);
}

const continuations: ReadonlySet<TokenType> = new Set([
  t.Dot,
  t.QuestionDot,
  t.Question,
  t.Comma,
  t.Colon,
  t.Equal,
  t.Arrow,
  t.Pipe,
  t.LeftParen,
  t.LeftBracket,
]);

/** Whether this is a word such as `by`, which joins parts of a clause. */
export function isSmallWord(type: TokenType): boolean {
  return type !== t.Name && type.CATEGORIES?.includes(t.Name) === true;
}

/** Whether tokens of `type` can be names. */
export function isNameLike(type: TokenType): boolean {
  return type === t.Name || type.CATEGORIES?.includes(t.Name) === true;
}

/** `(`, `[`, `{` */
export function isOpening(type: TokenType): boolean {
  return type === t.LeftParen || type === t.LeftBracket || type === t.LeftBrace;
}

/** `)`, `]`, `}` */
export function isClosing(type: TokenType): boolean {
  return type === t.RightParen || type === t.RightBracket || type === t.RightBrace;
}
