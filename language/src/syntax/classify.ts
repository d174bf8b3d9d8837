// Tokens → top-level blocks that the parser can take one by one. Three things are settled here, ahead of any grammar,
// because chevrotain decides by token kind alone: where a declaration starts, which words start a clause, and which
// bracket closes which. So a broken declaration cannot spoil its neighbours, and one block can be parsed again alone.
// INVARIANT: the blocks' tokens are the file's tokens in order; repairs only show in `input`.

import type { TokenType } from 'chevrotain';
import { diagnose } from '../diagnostics/catalog.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { SourceFile } from '../source/source-file.ts';
import { repairBrackets } from './brackets.ts';
import { bodyKeywords, findClauses, openBody, replacement, retype, spanOf } from './classify-body.ts';
import { readyRules } from './classify-pack.ts';
import { declarationMeant } from './slips.ts';
import { endsExpression, isClosing, isNameLike, isOpening, startsContinuation } from './token-kinds.ts';
import * as t from './tokens.ts';
import type { Token } from './tokens.ts';

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
    case 'pack':
      return mark === t.LeftParen || mark === t.On;
    case 'apply':
      return mark === t.Dot || third?.image === 'to';
    case 'exempt':
      return mark === t.LeftBrace || mark === t.Dot;
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
    const suggestion = isNameLike(head.tokenType)
      ? (declarationMeant(keyword) ?? nearestName(keyword, t.declarationKeywords.keys()))
      : undefined;
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
  if (keyword === 'pack') known.splice(0, known.length, ...readyRules(file, known, diagnostics));
  else if (keyword === 'apply') markTo(known);
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

/** Tells the `to` of an `apply` from names. */
function markTo(tokens: Token[]): void {
  const at = tokens.findIndex(({ image }, index) => index > 1 && image === 'to' && tokens[index - 1]?.image !== '.');
  const token = tokens[at];
  if (token !== undefined) tokens[at] = retype(token, t.To);
}
