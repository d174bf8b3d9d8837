// An edited file → the same as a fresh parse of it, by parsing only the blocks around the edit again. Blocks ahead of it
// keep their nodes (the same objects), blocks behind it get theirs moved. INVARIANT: equal to `parse(file)` in all parts.
// Why the neighbours are read too: where a block starts depends on the block ahead of it, and its documentation
// stands in front of it.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import { blockStarts, classifyBlock } from './classify.ts';
import { docsOf } from './docs.ts';
import { lex } from './lex.ts';
import { assemble, parse, parseBlock, type Parsed, type ParsedBlock } from './parse.ts';
import type { Comment, Token } from './tokens.ts';

/** The text between `start` and `end` of the old file was replaced by `length` units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** What of the old parse is read again, as indexes of its blocks; `to` is the first that is kept. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/** Parses `file`, which is the file of `previous` after `edit`. */
export function reparse(previous: Parsed, file: SourceFile, edit: Edit): Parsed {
  const window = windowOf(previous, edit);
  if (window.from === 0 && window.to === previous.blocks.length) return parse(file);
  const delta = edit.length - (edit.end - edit.start);
  const oldFirst = firstToken(previous, window.from);
  const oldLast = firstToken(previous, window.to);
  const start = window.from === 0 ? 0 : (previous.tokens[oldFirst]?.startOffset ?? 0);
  const oldEnd = previous.tokens[oldLast]?.startOffset ?? previous.file.text.length;
  const lexed = lex(file, { start, end: oldEnd + delta });
  const kept = previous.tokens.slice(oldLast).map((token) => moveToken(token, delta));
  const tokens = [...previous.tokens.slice(0, oldFirst), ...lexed.tokens, ...kept];
  const newLast = oldFirst + lexed.tokens.length;

  // The first block that is kept must still start where it did, whatever now stands ahead of it.
  const ahead = [...lexed.tokens, ...tokens.slice(newLast, newLast + 3)];
  const starts = blockStarts(file, ahead);
  const cut =
    lexed.diagnostics.some(({ code }) => code === 'unterminated-string') &&
    endsInText(lexed.tokens.at(-1), oldEnd + delta);
  if (cut || (window.to < previous.blocks.length && !starts.includes(lexed.tokens.length))) return parse(file);

  const comments = [
    ...previous.comments.filter((comment) => comment.start < start),
    ...lexed.comments,
    ...previous.comments.filter((comment) => comment.start >= oldEnd).map((comment) => moveComment(comment, delta)),
  ];
  const docOf = docsOf(file, tokens, comments);
  const firsts = starts.filter((index) => index < lexed.tokens.length).map((index) => index + oldFirst);
  const reread = firsts.map((first, i) => {
    const whole = i === 0 && window.from === 0 ? 0 : first;
    return parseBlock(file, tokens, classifyBlock(file, tokens, whole, firsts[i + 1] ?? newLast), docOf);
  });
  const moved = previous.blocks
    .slice(window.to)
    .map((block) => moveBlock(block, { file, delta, tokens: newLast - oldLast }));
  const before = previous.blocks.slice(0, window.from).map((block) => moveBlock(block, { file, delta: 0, tokens: 0 }));
  const lexical = [
    ...previous.lexical.filter(({ span }) => span.start < start).map((each) => moveDiagnostic(each, file, 0)),
    ...lexed.diagnostics,
    ...previous.lexical.filter(({ span }) => span.start >= oldEnd).map((each) => moveDiagnostic(each, file, delta)),
  ];
  return assemble({ file, tokens, comments, blocks: [...before, ...reread, ...moved], lexical, docOf });
}

/** The blocks to read again: those that the edit touches, one ahead of them with its shape whole, one behind. */
function windowOf(previous: Parsed, edit: Edit): Window {
  const { blocks, tokens } = previous;
  const startsLine = (block: number): boolean => tokens[firstToken(previous, block)]?.lineStart === true;
  let from = blocks.findLastIndex((block) => (tokens[block.first]?.startOffset ?? 0) <= edit.start) - 1;
  // Three tokens tell whether a block starts; they must lie ahead of the edit.
  while (from > 0 && !(startsLine(from) && firstToken(previous, from + 1) - firstToken(previous, from) >= 3)) from--;
  let to = blocks.findIndex((block) => (tokens[block.first]?.startOffset ?? 0) > edit.end);
  if (to >= 0) to++;
  while (to > 0 && to < blocks.length && !startsLine(to)) to++;
  return { from: Math.max(from, 0), to: to < 0 ? blocks.length : Math.min(to, blocks.length) };
}

function firstToken(parsed: Parsed, block: number): number {
  return parsed.blocks[block]?.first ?? parsed.tokens.length;
}

function endsInText(token: Token | undefined, end: number): boolean {
  return token !== undefined && token.endOffset + 1 >= end;
}

function moveToken(token: Token, delta: number): Token {
  return { ...token, startOffset: token.startOffset + delta, endOffset: token.endOffset + delta };
}

function moveComment(comment: Comment, delta: number): Comment {
  return { ...comment, start: comment.start + delta, end: comment.end + delta };
}

function moveBlock(
  block: ParsedBlock,
  by: { readonly file: SourceFile; readonly delta: number; readonly tokens: number },
): ParsedBlock {
  return {
    first: block.first + by.tokens,
    node: by.delta === 0 ? block.node : moveTree(block.node, by.delta),
    diagnostics: block.diagnostics.map((diagnostic) => moveDiagnostic(diagnostic, by.file, by.delta)),
  };
}

/** A copy of a tree, all ranges moved. */
function moveTree<T>(value: T, delta: number): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((item) => moveTree(item, delta)) as T; // an array of the same items
  // A spread keeps the shape of the object, which makes this several times as fast as building it anew.
  const copy = { ...value } as Record<string, unknown>; // trees are plain records
  for (const key in copy) {
    const child = copy[key];
    if (typeof child === 'object') copy[key] = moveTree(child, delta);
    else if ((key === 'start' || key === 'end') && typeof child === 'number') copy[key] = child + delta;
  }
  return copy as T; // the same properties
}

function moveDiagnostic(diagnostic: Diagnostic, file: SourceFile, delta: number): Diagnostic {
  const move = (span: Span): Span => ({ file, start: span.start + delta, end: span.end + delta });
  return {
    ...diagnostic,
    span: move(diagnostic.span),
    labels: diagnostic.labels.map((label) => ({ ...label, span: move(label.span) })),
    fixes: diagnostic.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, span: move(edit.span) })),
    })),
  };
}
