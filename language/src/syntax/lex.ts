// Text → tokens and comments. Tokens, comments and the white space between them tile the text exactly; text that is no
// token becomes an `Unknown` token and a diagnostic. Written by hand, because chevrotain's own lexer analyses its
// regular expressions at start-up. Decides nothing by context except dates, which stand only after `until`.

import type { TokenType } from 'chevrotain';
import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import { scanString } from './lex-string.ts';
import { slipAt } from './slips.ts';
import * as t from './tokens.ts';
import type { Comment, Token } from './tokens.ts';

const durationUnit = new RegExp(`^(?:${t.durationUnits.join('|')})(?![a-zA-Z_])`);

export interface Lexed {
  readonly tokens: Token[];
  readonly comments: Comment[];
  readonly diagnostics: Diagnostic[];
}

/** Which part of the file to lex; all of it unless given. Offsets stay those of the file. */
export interface LexRange {
  readonly start: number;
  readonly end: number;
}

/** The tokens, comments and lexical faults of `file`. */
export function lex(file: SourceFile, range: LexRange = { start: 0, end: file.text.length }): Lexed {
  const text = range.end === file.text.length ? file.text : file.text.slice(0, range.end);
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  const diagnostics: Diagnostic[] = [];
  const end = range.end;
  let lineStart = true;
  let at = range.start;

  const span = (from: number, to: number): Span => ({ file, start: from, end: to });
  const push = (type: TokenType, to: number): void => {
    tokens.push(makeToken(type, text.slice(at, to), at, lineStart));
    lineStart = false;
    at = to;
  };

  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      lineStart = true;
      at++;
    } else if (code === 32 || code === 9 || code === 13 || code === 12 || code === 0xfeff) {
      at++;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      const to = endOfLine(text, at);
      const doc = text.startsWith('///', at) && text.charCodeAt(at + 3) !== 47;
      comments.push({ kind: doc ? 'doc' : 'line', start: at, end: to, lineStart });
      at = to;
    } else if (isNameStart(code)) {
      const string = scanString(text, at);
      if (string !== undefined) {
        if (string.fault !== undefined) diagnostics.push(unterminated(file, at, string.end, string.quote));
        push(string.type, string.end);
        continue;
      }
      let to = at + 1;
      while (to < end && isNamePart(text.charCodeAt(to))) to++;
      const word = text.slice(at, to);
      if (word === 'not') {
        const after = endOfNotIn(text, to);
        if (after > 0) {
          push(t.NotIn, after);
          continue;
        }
      }
      const fixed = t.fixedWords.get(word) ?? t.Name;
      // `in: string` and `is: bool` are fields.
      push((fixed === t.In || fixed === t.Is) && startsWithColon(text, to) ? t.Name : fixed, to);
    } else if (code === 34 || code === 39) {
      const string = scanString(text, at);
      // A quote always starts a string.
      const to = string?.end ?? at + 1;
      if (string?.fault !== undefined) diagnostics.push(unterminated(file, at, to, string.quote));
      push(t.StringToken, to);
    } else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(at + 1)) && !endsOperand(tokens.at(-1)))) {
      const date = tokens.at(-1)?.image === 'until' ? endOfDate(text, at) : 0;
      if (date > 0) {
        push(t.DateLiteral, date);
        continue;
      }
      const number = scanNumber(text, at);
      if (number.type === t.Unknown) {
        diagnostics.push(diagnose('invalid-number', span(at, number.end), { text: text.slice(at, number.end) }));
        push(t.IntLiteral, number.end);
      } else push(number.type, number.end);
    } else if (code === 96) {
      let to = at + 1;
      while (to < end && text.charCodeAt(to) !== 96 && text.charCodeAt(to) !== 10) to++;
      if (text.charCodeAt(to) === 96) to++;
      else diagnostics.push(unterminated(file, at, to, '`'));
      push(t.QuotedName, to);
    } else {
      const double = punctuation.get(text.slice(at, at + 2));
      if (double !== undefined && !(double === t.QuestionDot && isDigit(text.charCodeAt(at + 2)))) {
        push(double, at + 2);
        continue;
      }
      const single = punctuation.get(text.charAt(at));
      if (single !== undefined) {
        push(single, at + 1);
        continue;
      }
      const slip = slipAt(file, text, at);
      let to = at + 1;
      while (slip === undefined && to < end && isStray(text, to)) to++;
      const character = describe(text.slice(at, to));
      diagnostics.push(diagnose('unexpected-character', span(at, to), { character }, slip?.extra));
      if (slip !== undefined) to = slip.end;
      push(t.Unknown, to);
    }
  }
  return { tokens, comments, diagnostics };
}

/** A token of `type`; the parser's inserted tokens are made here too, so that all have one shape. */
export function makeToken(type: TokenType, image: string, start: number, lineStart: boolean): Token {
  return {
    image,
    startOffset: start,
    endOffset: start + image.length - 1,
    tokenTypeIdx: type.tokenTypeIdx ?? 0,
    tokenType: type,
    lineStart,
  };
}

const punctuation: ReadonlyMap<string, TokenType> = new Map([
  ['||', t.OrOr],
  ['&&', t.AndAnd],
  ['==', t.EqualEqual],
  ['!=', t.NotEqual],
  ['<=', t.LessEqual],
  ['>=', t.GreaterEqual],
  ['??', t.QuestionQuestion],
  ['?.', t.QuestionDot],
  ['.?', t.QuestionDot], // CEL's spelling
  ['->', t.Arrow],
  ['<', t.Less],
  ['>', t.Greater],
  ['+', t.Plus],
  ['-', t.Minus],
  ['*', t.Star],
  ['/', t.Slash],
  ['%', t.Percent],
  ['!', t.Bang],
  ['?', t.Question],
  ['.', t.Dot],
  [',', t.Comma],
  [':', t.Colon],
  ['=', t.Equal],
  ['|', t.Pipe],
  ['(', t.LeftParen],
  [')', t.RightParen],
  ['[', t.LeftBracket],
  [']', t.RightBracket],
  ['{', t.LeftBrace],
  ['}', t.RightBrace],
]);

/** Where the line of `at` ends. A lone `\r` ends it too: editors go on in a new line, so that nobody would see a comment there. */
function endOfLine(text: string, at: number): number {
  const feed = text.indexOf('\n', at);
  const line = text.slice(at, feed < 0 ? text.length : feed);
  const back = line.indexOf('\r');
  return at + (back < 0 ? line.length : back);
}

function unterminated(file: SourceFile, start: number, end: number, quote: string): Diagnostic {
  const place = { file, start, end: Math.min(end, start + quote.length) };
  const extra = quote === "'" ? { help: 'a text with an apostrophe stands in double quotes: `"…"`' } : {};
  return diagnose('unterminated-string', place, { quote: quote === '`' ? 'back-tick' : `\`${quote}\`` }, extra);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}
function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

/** Whether the character at `at` belongs to a run of text that no token can start with. */
function isStray(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code <= 32 || code === 34 || code === 39 || code === 96) return false;
  return !isNamePart(code) && !punctuation.has(text.charAt(at));
}

function describe(characters: string): string {
  if (/^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(characters)) return `\`${characters}\``;
  return `U+${(characters.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function endOfNotIn(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  if (at === from || !text.startsWith('in', at) || isNamePart(text.charCodeAt(at + 2))) return 0;
  return at + 2;
}

function startsWithColon(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 32) at++;
  return text.charCodeAt(at) === 58;
}

function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  const type = token.tokenType;
  return (
    type.CATEGORIES?.includes(t.Name) === true || type === t.Name || type === t.RightParen || type === t.RightBracket
  );
}

function endOfDate(text: string, at: number): number {
  const match = /^\d{4}-\d{2}-\d{2}(?![\w-])/.exec(text.slice(at, at + 11));
  return match === null ? 0 : at + match[0].length;
}

/** The number at `at`; kind `Unknown` when its letters make no sense. */
function scanNumber(text: string, at: number): { readonly type: TokenType; readonly end: number } {
  let to = at;
  const digits = (): void => {
    while (isDigit(text.charCodeAt(to)) || text.charCodeAt(to) === 95) to++;
  };
  if (text.charCodeAt(at) === 48 && (text.charCodeAt(at + 1) | 32) === 120) {
    to += 2;
    while (/[0-9a-fA-F_]/.test(text.charAt(to))) to++;
    const hasDigits = to > at + 2;
    const type = (text.charCodeAt(to) | 32) === 117 ? t.UintLiteral : t.IntLiteral;
    if (type === t.UintLiteral) to++;
    return endNumber(text, hasDigits ? type : t.Unknown, to);
  }
  digits();
  let type = t.IntLiteral;
  if (text.charCodeAt(to) === 46 && isDigit(text.charCodeAt(to + 1))) {
    type = t.FloatLiteral;
    to++;
    digits();
  }
  const exponent = /^[eE][+-]?\d+/.exec(text.slice(to, to + 24));
  if (exponent !== null) {
    to += exponent[0].length;
    while (isDigit(text.charCodeAt(to))) to++;
    return endNumber(text, t.FloatLiteral, to);
  }
  if (type === t.IntLiteral && (text.charCodeAt(to) | 32) === 117 && !isNamePart(text.charCodeAt(to + 1))) {
    return { type: t.UintLiteral, end: to + 1 };
  }
  if (!isNameStart(text.charCodeAt(to))) return { type, end: to };
  // `1h30m`: pairs of number and unit.
  for (;;) {
    const unit = durationUnit.exec(text.slice(to, to + 3));
    if (unit === null) return endNumber(text, t.Unknown, to);
    to += unit[0].length;
    if (!isDigit(text.charCodeAt(to))) return { type: t.DurationLiteral, end: to };
    digits();
    if (text.charCodeAt(to) === 46 && isDigit(text.charCodeAt(to + 1))) {
      to++;
      digits();
    }
  }
}

function endNumber(text: string, type: TokenType, from: number): { readonly type: TokenType; readonly end: number } {
  let to = from;
  while (isNamePart(text.charCodeAt(to))) to++;
  return { type: to > from ? t.Unknown : type, end: to };
}
