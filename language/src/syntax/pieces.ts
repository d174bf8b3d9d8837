// A block of a file with everything that was read of it, as if its text were a file of its own: what was worked out from it
// holds wherever the block moves to. A piece has the text from its first token to the next block's (the first one from the
// start of the file), so that pieces tile the file; comments ahead of a block belong to the piece before.
// INVARIANT: a piece keeps no text but its own alive.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../source/source-file.ts';
import type { DocOf } from './parse-data.ts';
import type { BlockNode } from './parse-declarations.ts';
import type { Comment, Token } from './tokens.ts';

/** One block read: its node (none when it is no declaration) and what was wrong in it. */
export interface ParsedBlock {
  /** Index of its first token. */
  readonly first: number;
  readonly node: BlockNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** One block. All offsets are from its own start. */
export interface Piece {
  /** Its text, under the path of the file. */
  readonly file: SourceFile;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** None when the block is no declaration. */
  readonly node: BlockNode | undefined;
  /** Of a `package` line: the documentation ahead of it. */
  readonly doc: string;
  readonly lexical: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A piece and where it stands. */
export interface PlacedPiece {
  readonly piece: Piece;
  readonly at: number;
}

/** What pieces are cut from; offsets are those of `file`. */
export interface CutParts {
  readonly file: SourceFile;
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly blocks: readonly ParsedBlock[];
  readonly lexical: readonly Diagnostic[];
}

const placedNodes = new WeakMap<PlacedPiece, BlockNode>();

/** The pieces of a file, or of the part of one that begins at `base` of another. */
export function cutPieces(parts: CutParts, docOf: DocOf, base = 0): readonly PlacedPiece[] {
  const { file, tokens, comments, blocks, lexical } = parts;
  let comment = 0;
  let fault = 0;
  return blocks.map(({ first, node, diagnostics }, index) => {
    const last = blocks[index + 1]?.first ?? tokens.length;
    const start = index === 0 && base === 0 ? 0 : (tokens[first]?.startOffset ?? 0);
    const end = blocks[index + 1] === undefined ? file.text.length : (tokens[last]?.startOffset ?? file.text.length);
    while ((comments[comment]?.start ?? end) < start) comment++;
    const firstComment = comment;
    while ((comments[comment]?.start ?? end) < end) comment++;
    while ((lexical[fault]?.span.start ?? end) < start) fault++;
    const firstFault = fault;
    while ((lexical[fault]?.span.start ?? end) < end) fault++;
    const own: SourceFile = { path: file.path, text: file.text.slice(start, end) };
    const piece: Piece = {
      file: own,
      tokens: tokens.slice(first, last).map((token) => moveToken(token, -start)),
      comments: comments.slice(firstComment, comment).map((each) => moveComment(each, -start)),
      node: node && moveTree(node, -start),
      doc: node?.kind === 'package' ? docOf(node.start) : '',
      lexical: lexical.slice(firstFault, fault).map((each) => moveDiagnostic(each, own, -start)),
      diagnostics: diagnostics.map((each) => moveDiagnostic(each, own, -start)),
    };
    const placed: PlacedPiece = { piece, at: base + start };
    // The tree of the whole file has it already.
    if (node && base === 0) placedNodes.set(placed, node);
    return placed;
  });
}

/** The node of a piece with the offsets that it has in its file; the same object for the same place. */
export function placedNode(placed: PlacedPiece): BlockNode | undefined {
  const { piece, at } = placed;
  if (piece.node === undefined) return undefined;
  const known = placedNodes.get(placed);
  if (known) return known;
  const node = moveTree(piece.node, at);
  placedNodes.set(placed, node);
  return node;
}

/** Whether a piece is a header line, may name a document, or has a fault: few are, and who asks for them need not come by all. */
export function isNotable({ piece: { node, lexical, diagnostics } }: PlacedPiece): boolean {
  if (lexical.length > 0 || diagnostics.length > 0) return true;
  switch (node?.kind) {
    case 'package':
    case 'import':
    case 'use':
    case 'classifier':
    case 'surface':
    case 'data':
      return true;
    case 'test':
      return node.given?.kind === 'file';
    default:
      return false;
  }
}

/** A token that stands `delta` further on. */
export function moveToken(token: Token, delta: number): Token {
  if (delta === 0) return token;
  return { ...token, startOffset: token.startOffset + delta, endOffset: token.endOffset + delta };
}

/** A comment that stands `delta` further on. */
export function moveComment(comment: Comment, delta: number): Comment {
  return delta === 0 ? comment : { ...comment, start: comment.start + delta, end: comment.end + delta };
}

/** A copy of a tree, all ranges moved. */
function moveTree<T>(value: T, delta: number): T {
  if (delta === 0 || typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
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

/** What is said of one text, said of another in which that text begins at `delta`. */
export function moveDiagnostic(diagnostic: Diagnostic, file: SourceFile, delta: number): Diagnostic {
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
