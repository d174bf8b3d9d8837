// An edited file → the same as a fresh parse of it, by parsing only the blocks around the edit again. All others keep their
// pieces (the same objects), wherever they stand now; trees and tokens of the whole file are put together when they are asked
// for. INVARIANT: equal to `parse(file)` in all parts.
// Why the neighbours are read too: where a block starts depends on the block ahead of it, and its documentation
// stands in front of it.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Edit, SourceFile } from '../source/source-file.ts';
import { blockStarts, classifyBlock } from './classify.ts';
import { docsOf } from './docs.ts';
import { lex } from './lex.ts';
import { assembleTree, parse, parseBlock, settleFaults, type Parsed } from './parse.ts';
import {
  cutPieces,
  isNotable,
  moveComment,
  moveDiagnostic,
  moveToken,
  placedNode,
  type PlacedPiece,
} from './pieces.ts';
import { tokenEnd, type Comment, type Token } from './tokens.ts';

/** What of the old parse is read again, as indexes of its pieces; `to` is the first that is kept. */
interface Window {
  readonly from: number;
  readonly to: number;
}

/** Parses `file`, which is the file of `previous` after `edit`. */
export function reparse(previous: Parsed, file: SourceFile, edit: Edit): Parsed {
  const { pieces } = previous;
  const window = windowOf(pieces, edit);
  if (window.from === 0 && window.to === pieces.length) return parse(file);
  const delta = edit.length - (edit.end - edit.start);
  const ahead = pieces[window.from - 1];
  const kept = pieces[window.to];
  const begin = ahead === undefined ? 0 : (pieces[window.from]?.at ?? 0);
  const end = kept === undefined ? file.text.length : kept.at + delta;
  // From the line behind the block ahead: the documentation of the first block stands there.
  const base = ahead === undefined ? 0 : file.text.indexOf('\n', endOfTokens(ahead)) + 1;
  const part: SourceFile = { path: file.path, text: ownCopy(file.text.slice(base, end)) };
  const lexed = lex(part);
  const behind = kept === undefined ? [] : kept.piece.tokens.slice(0, 3);
  const tokens = [...lexed.tokens, ...behind.map((token) => moveToken(token, end - base))];

  // The first block that is kept must still start where it did, whatever now stands ahead of it.
  const starts = blockStarts(part, tokens);
  const cut =
    lexed.diagnostics.some(({ code }) => code === 'unterminated-string') &&
    endsInText(lexed.tokens.at(-1), part.text.length);
  if (cut || (kept !== undefined && !starts.includes(lexed.tokens.length))) return parse(file);

  const docOf = docsOf(part, tokens, lexed.comments);
  const firsts = starts.filter((index) => index < lexed.tokens.length);
  // Faults and comments stand in the piece of a block; where there is none they are the next one's.
  if (firsts.length === 0) return parse(file);
  const blocks = firsts.map((first, i) => {
    const whole = i === 0 && ahead === undefined ? 0 : first;
    return parseBlock(part, tokens, classifyBlock(part, tokens, whole, firsts[i + 1] ?? lexed.tokens.length), docOf);
  });
  const comments = lexed.comments.filter((comment) => comment.start >= begin - base);
  const parts = { file: part, tokens: lexed.tokens, comments, blocks, lexical: lexed.diagnostics };
  const fresh = cutPieces(parts, docOf, base);
  // One by one, and the same object where nothing moved: a large file has ten thousand of them, and who types waits.
  const all: PlacedPiece[] = pieces.slice(0, window.from);
  for (const placed of fresh) all.push(placed);
  for (let i = window.to; i < pieces.length; i++) {
    const placed = pieces[i] as PlacedPiece; // an index of one of them
    all.push(delta === 0 ? placed : { piece: placed.piece, at: placed.at + delta });
  }
  const notable = [
    ...previous.notable.filter(({ at }) => at < begin),
    ...fresh.filter(isNotable),
    ...(kept === undefined ? [] : previous.notable.filter(({ at }) => at >= kept.at)).map(({ piece, at }) => ({
      piece,
      at: at + delta,
    })),
  ];
  return fromPieces(file, all, notable);
}

/** The pieces to read again: those that the edit touches, one ahead of them with its shape whole, one behind. */
function windowOf(pieces: readonly PlacedPiece[], edit: Edit): Window {
  const startsLine = ({ piece }: PlacedPiece): boolean => piece.tokens[0]?.lineStart === true;
  let from = firstBehind(pieces, edit.start) - 2;
  // Three tokens tell whether a block starts; they must lie ahead of the edit.
  for (; from > 0; from--) {
    const placed = pieces[from];
    if (placed && startsLine(placed) && placed.piece.tokens.length >= 3) break;
  }
  let to = firstBehind(pieces, edit.end) + 1;
  while (to < pieces.length && !startsLine(pieces[to] as PlacedPiece)) to++; // an index of one of them
  return { from: Math.max(from, 0), to: Math.min(to, pieces.length) };
}

/** The index of the first piece whose tokens begin behind `offset`; how many there are when none does. */
function firstBehind(pieces: readonly PlacedPiece[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOfTokens(pieces[middle] as PlacedPiece) > offset)
      high = middle; // an index of one of them
    else low = middle + 1;
  }
  return low;
}

function startOfTokens({ piece, at }: PlacedPiece): number {
  return at + (piece.tokens[0]?.startOffset ?? 0);
}

function endOfTokens({ piece, at }: PlacedPiece): number {
  const last = piece.tokens.at(-1);
  return at + (last === undefined ? 0 : tokenEnd(last));
}

function endsInText(token: Token | undefined, end: number): boolean {
  return token !== undefined && token.endOffset + 1 >= end;
}

/** The same text; a slice would keep all of the text alive that it was cut from. */
function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string; // a string's text
}

/** The parse of a file from its pieces. */
function fromPieces(file: SourceFile, pieces: readonly PlacedPiece[], notable: readonly PlacedPiece[]): Parsed {
  let tokens: readonly Token[] | undefined;
  let comments: readonly Comment[] | undefined;
  let ast: Parsed['ast'] | undefined;
  let diagnostics: Parsed['diagnostics'] | undefined;
  return {
    file,
    get tokens() {
      return (tokens ??= pieces.flatMap(({ piece, at }) => piece.tokens.map((token) => moveToken(token, at))));
    },
    get comments() {
      return (comments ??= pieces.flatMap(({ piece, at }) => piece.comments.map((each) => moveComment(each, at))));
    },
    get ast() {
      return (ast ??= treeOf(file, pieces));
    },
    get diagnostics() {
      return (diagnostics ??= faultsOf(file, notable, firstDeclaration(pieces)));
    },
    pieces,
    notable,
  };
}

function treeOf(file: SourceFile, pieces: readonly PlacedPiece[]): Parsed['ast'] {
  const nodes = pieces.flatMap((placed) => placedNode(placed) ?? []);
  return assembleTree(file, nodes, (start) => {
    return pieces.find(({ piece, at }) => piece.node && at + piece.node.start === start)?.piece.doc ?? '';
  });
}

/** What stands where the header ends. */
function firstDeclaration(pieces: readonly PlacedPiece[]): PlacedPiece | undefined {
  return pieces.find(({ piece: { node } }) => node && node.kind !== 'package' && node.kind !== 'import');
}

/** All faults are in notable pieces; of declarations it only matters that one stands ahead of a header line. */
function faultsOf(
  file: SourceFile,
  notable: readonly PlacedPiece[],
  declaration: PlacedPiece | undefined,
): readonly Diagnostic[] {
  const header = notable.filter(({ piece: { node } }) => node?.kind === 'package' || node?.kind === 'import');
  const nodes = [...header, ...(declaration ? [declaration] : [])]
    .flatMap(({ piece: { node }, at }) => (node ? [{ kind: node.kind, start: at + node.start }] : []))
    .toSorted((a, b) => a.start - b.start);
  const said = (which: 'lexical' | 'diagnostics'): readonly Diagnostic[] =>
    notable.flatMap(({ piece, at }) => piece[which].map((each) => moveDiagnostic(each, file, at)));
  const lexical = said('lexical');
  return settleFaults(file, nodes, {
    found: [...lexical, ...said('diagnostics')],
    lexical: lexical.length > 0 ? 'faulty' : 'fine',
  });
}
