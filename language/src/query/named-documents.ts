// The documents that a state of a project names, declaration by declaration: what is known of one that did not change is not
// worked out again.

import type { DocumentPaths } from '../semantic/bind/document-paths.ts';
import { documentsOf, joinPaths } from '../semantic/bind/document-paths.ts';
import { parseOnce } from '../semantic/parse-memo.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Piece } from '../syntax/pieces.ts';

const known = new WeakMap<Piece, DocumentPaths>();

/** The files that `files` name; as `documentPaths`. */
export function namedDocuments(files: readonly SourceFile[]): DocumentPaths {
  return joinPaths(files.flatMap((file) => parseOnce(file).pieces.flatMap(({ piece }) => namedIn(piece))));
}

function namedIn(piece: Piece): readonly DocumentPaths[] {
  const { node } = piece;
  if (node === undefined || !mayName.has(node.kind)) return [];
  const before = known.get(piece);
  if (before) return [before];
  const named = documentsOf(piece.file, [node as Parameters<typeof documentsOf>[1][number]]); // a declaration, by its kind
  known.set(piece, named);
  return [named];
}

const mayName: ReadonlySet<string> = new Set(['use', 'classifier', 'surface', 'data', 'test']);
