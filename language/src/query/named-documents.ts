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
  const parts: DocumentPaths[] = [];
  for (const file of files) {
    for (const { piece } of parseOnce(file).notable) if (isDeclaration(piece)) parts.push(namedIn(piece));
  }
  return joinPaths(parts);
}

function namedIn(piece: Piece): DocumentPaths {
  const before = known.get(piece);
  if (before) return before;
  const named = documentsOf(piece.file, [piece.node as Parameters<typeof documentsOf>[1][number]]); // a declaration, by its kind
  known.set(piece, named);
  return named;
}

function isDeclaration({ node }: Piece): boolean {
  return node !== undefined && node.kind !== 'package' && node.kind !== 'import';
}
