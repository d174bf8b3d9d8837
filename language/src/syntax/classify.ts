// Tokens → top-level blocks that the parser can take one by one. Three things are settled here, ahead of any grammar,
// because chevrotain decides by token kind alone: where a declaration starts, which words start a clause, and which
// bracket closes which. So a broken declaration cannot spoil its neighbours, and one block can be parsed again alone.
// INVARIANT: the blocks' tokens are the file's tokens in order; repairs only show in `input`.

import type { TokenType } from 'chevrotain';
import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import { repairBrackets } from './brackets.ts';
import { makeToken } from './lex.ts';
import * as t from './tokens.ts';
import { type Token, tokenEnd } from './tokens.ts';

/** One top-level declaration or header line. */
export interface Block {
  /** Indexes into the file's tokens, half-open. */
  readonly first: number;
  readonly last: number;
  /** What the parser gets: unknown text left out, brackets balanced, keywords told from names. */
  readonly input: Token[];
  /** The declaration's keyword, corrected when misspelt; empty when it is none. */
  readonly keyword: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Where the blocks of `tokens` start: indexes of their first tokens. The first block has all that stands ahead of it. */
export function blockStarts(file: SourceFile, tokens: readonly Token[]): readonly number[] {
  const starts: number[] = [];
  let open: TokenType[] = [];
  let keyword = '';
  let previous: Token | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined || token.tokenType === t.Unknown) continue;
    if (starts.length === 0 || startsBlock(file, tokens, i, previous, open.length, keyword)) {
      starts.push(i);
      open = [];
      keyword = token.image;
    }
    if (isOpening(token.tokenType)) open.push(token.tokenType);
    else if (isClosing(token.tokenType)) closeBracket(open, token.tokenType);
    previous = token;
  }
  return starts;
}

/** Takes from `open` what a closing bracket closes: nothing, when it would have to reach out of braces. */
function closeBracket(open: TokenType[], closing: TokenType): void {
  const opening = closing === t.RightParen ? t.LeftParen : closing === t.RightBracket ? t.LeftBracket : t.LeftBrace;
  for (let depth = open.length - 1; depth >= 0 && depth > open.length - 100; depth--) {
    if (open[depth] === opening) {
      open.length = depth;
      return;
    }
    if (open[depth] === t.LeftBrace) return;
  }
}

function startsBlock(
  file: SourceFile,
  tokens: readonly Token[],
  index: number,
  previous: Token | undefined,
  depth: number,
  keyword: string,
): boolean {
  const token = tokens[index];
  if (token === undefined || !isNameLike(token.tokenType)) return false;
  const known = t.declarationKeywords.has(token.image);
  const whole = known && hasShapeOfStart(token.image, tokens[index + 1], tokens[index + 2]);
  const margin = token.startOffset === 0 || file.text.charCodeAt(token.startOffset - 1) === 10;
  if (depth > 0) {
    // A closing bracket is missing above: a declaration at the left margin says so.
    return margin && whole && !(token.image === 'set' && keyword === 'defend');
  }
  if (whole && (token.lineStart || endsExpression(previous))) return true;
  if (!token.lineStart || !endsExpression(previous) || startsContinuation(tokens[index + 1])) return false;
  if (known) return true;
  return margin && token.tokenType === t.Name && keyword !== 'classifier';
}

function hasShapeOfStart(keyword: string, second: Token | undefined, third: Token | undefined): boolean {
  if (second === undefined) return false;
  if (keyword === 'test') return second.tokenType === t.StringToken;
  if (!isNameLike(second.tokenType)) return false;
  const mark = third?.tokenType;
  switch (keyword) {
    case 'package':
    case 'import':
      return true;
    case 'use':
      return mark === t.StringToken;
    case 'surface':
    case 'data':
      return mark === t.Colon;
    case 'event':
    case 'discover':
    case 'detect':
    case 'defend':
      return mark === t.On;
    case 'type':
      return mark === t.LeftBrace || mark === t.Equal;
    case 'threats':
    case 'crosswalk':
      return mark === t.Dot;
    case 'set':
      return mark === t.Equal || mark === t.Colon;
    case 'pattern':
      return mark === t.Equal;
    case 'classifier':
      return mark === t.From;
    case 'fn':
      return mark === t.LeftParen;
    default:
      return mark === t.LeftBrace;
  }
}

/** Splits `tokens` and prepares each block for the parser. */
export function classify(file: SourceFile, tokens: readonly Token[]): readonly Block[] {
  const starts = blockStarts(file, tokens);
  return starts.map((start, i) => classifyBlock(file, tokens, i === 0 ? 0 : start, starts[i + 1] ?? tokens.length));
}

/** Prepares one block. */
export function classifyBlock(file: SourceFile, tokens: readonly Token[], first: number, last: number): Block {
  const diagnostics: Diagnostic[] = [];
  const known: Token[] = [];
  for (let i = first; i < last; i++) {
    const token = tokens[i];
    if (token !== undefined && token.tokenType !== t.Unknown) known.push(token);
  }
  const head = known[0];
  if (head === undefined) return { first, last, input: [], keyword: '', diagnostics };
  let keyword = head.image;
  let type = isNameLike(head.tokenType) ? t.declarationKeywords.get(keyword) : undefined;
  if (type === undefined) {
    const place = spanOf(file, head);
    const suggestion = isNameLike(head.tokenType) ? nearestName(keyword, t.declarationKeywords.keys()) : undefined;
    const quoted = head.image.length > 30 ? 'this' : `\`${head.image.replaceAll('\n', ' ')}\``;
    diagnostics.push(
      diagnose(
        'unknown-declaration',
        place,
        { found: quoted },
        suggestion === undefined ? {} : replacement(place, suggestion),
      ),
    );
    keyword = suggestion ?? '';
    type = suggestion === undefined ? undefined : t.declarationKeywords.get(suggestion);
  }
  if (type === undefined) return { first, last, input: [], keyword: '', diagnostics };
  const words = bodyKeywords(keyword);
  const input = repairBrackets(
    file,
    words === undefined ? known : openBody(file, known, words, diagnostics),
    diagnostics,
  );
  input[0] = retype(head, type);
  return {
    first,
    last,
    input: words === undefined ? input : findClauses(file, input, words, keyword, diagnostics),
    keyword,
    diagnostics,
  };
}

/** Adds the opening brace of a rule or test that lacks it: a clause at the start of a line says where. */
function openBody(
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

function bodyKeywords(keyword: string): ReadonlyMap<string, TokenType> | undefined {
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
function findClauses(
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
        const suggestion = nearestName(token.image, words.keys());
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

/** Words and signs of other languages by the operator that they are meant as. */
export const operatorWords: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['=', '=='],
]);

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
  return endsExpression(token) || bareClauses.has(token.tokenType);
}

const bareClauses: ReadonlySet<TokenType | undefined> = new Set(
  ['permit', 'alert', 'block'].map((word) => t.ruleKeywords.get(word)),
);

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

function isLiteral(type: TokenType): boolean {
  return enders.has(type) && !isClosing(type) && type !== t.Name && type !== t.Greater && type !== t.Question;
}

/** Whether this token, after a name, makes the name an operand rather than a keyword. */
function startsContinuation(token: Token | undefined): boolean {
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

function isSmallWord(type: TokenType): boolean {
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

function retype(token: Token, type: TokenType): Token {
  return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

function spanOf(file: SourceFile, token: Token): Span {
  return { file, start: token.startOffset, end: tokenEnd(token) };
}

function article(keyword: string): string {
  return keyword === 'exempt' ? 'an `exempt`' : `a \`${keyword}\``;
}

function replacement(span: Span, suggestion: string) {
  return {
    help: `did you mean \`${suggestion}\`?`,
    fixes: [{ title: `write \`${suggestion}\``, safety: 'unsafe' as const, edits: [{ span, text: suggestion }] }],
  };
}
