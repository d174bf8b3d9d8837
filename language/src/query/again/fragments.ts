// A file → its header and its declarations, each as a unit of its own whose offsets do not change while its text stays, wherever
// it stands in the file. What is said of a unit is said of its text; `placeIn` puts it back into the file.

import { placedNode } from '../../syntax/pieces.ts';
import type { Piece, PlacedPiece } from '../../syntax/pieces.ts';
import type { Parsed } from '../../syntax/parse.ts';
import type { Decl } from '../../syntax/ast.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Declared, FileUnit } from '../../semantic/symbols.ts';
import { dotted } from '../../semantic/symbols.ts';
import type { SourceFile, Span } from '../../source/source-file.ts';

/** One file in parts. */
export interface Fragments {
  readonly file: SourceFile;
  /** Package and imports. */
  readonly head: FileUnit;
  readonly declared: readonly Declared[];
  /** Where each part stands in the file, by its text. */
  readonly places: () => Iterable<readonly [SourceFile, number]>;
  /** Where declarations start. */
  readonly starts: () => readonly number[];
}

const unitsOf = new WeakMap<Piece, FileUnit>();

/** The parts of a file; `before` those of its last state. Undefined when header lines stand between declarations. */
export function fragmentsOf(parsed: Parsed, before: Fragments | undefined): Fragments | undefined {
  const { file, pieces } = parsed;
  const declarations: PlacedPiece[] = [];
  const header: PlacedPiece[] = [];
  for (const placed of pieces) {
    const kind = placed.piece.node?.kind;
    if (kind === undefined) continue;
    if (kind !== 'package' && kind !== 'import') declarations.push(placed);
    else if (declarations.length > 0) return undefined;
    else header.push(placed);
  }
  const head = headOf(file, header, declarations.length > 0 ? 'some' : 'none', before?.head);
  const declared = declarations.map(({ piece }): Declared => ({ decl: declOf(piece), unit: unitOf(piece, head) }));
  return {
    file,
    head,
    declared,
    places: function* () {
      yield [head.file, 0];
      for (const { piece, at } of declarations) yield [piece.file, at];
    },
    starts: () => declarations.map(({ piece, at }) => at + declOf(piece).start),
  };
}

function declOf({ node }: Piece): Decl {
  return node as Decl; // other kinds are header lines
}

function unitOf(piece: Piece, head: FileUnit): FileUnit {
  const known = unitsOf.get(piece);
  if (known?.head === head) return known;
  const tree = { ...head.tree, decls: [declOf(piece)] };
  const unit: FileUnit = { file: piece.file, tree, package: head.package, head };
  unitsOf.set(piece, unit);
  return unit;
}

/** The header as a file of its own; the same object as before while nothing in it is different. */
function headOf(
  file: SourceFile,
  header: readonly PlacedPiece[],
  declarations: 'some' | 'none',
  before: FileUnit | undefined,
): FileUnit {
  const nodes = header.flatMap((placed) => placedNode(placed) ?? []);
  let end = nodes.reduce((last, node) => Math.max(last, node.end), 0);
  // What takes an import away takes its line.
  while (file.text[end] === ' ' || file.text[end] === '\t') end++;
  if (file.text[end] === '\n') end++;
  const text = file.text.slice(0, end);
  const same = before?.file.text === text && before.file.path === file.path;
  if (same && before.tree.decls.length > 0 === (declarations === 'some')) return before;
  const line = nodes.find((node) => node.kind === 'package');
  return {
    file: { path: file.path, text },
    tree: {
      kind: 'file',
      start: 0,
      end,
      doc: '',
      package: line?.path,
      imports: nodes.filter((node) => node.kind === 'import'),
      decls: declarations === 'some' ? [nothing] : [],
    },
    package: line === undefined ? '' : dotted(line.path),
  };
}

/** Says that there are declarations; those themselves have units of their own. */
const nothing: Decl = {
  kind: 'set',
  doc: '',
  name: { text: '', start: 0, end: 0 },
  type: undefined,
  value: { kind: 'hole', start: 0, end: 0 },
  start: 0,
  end: 0,
};

/** Says of files what is said of their parts. What is said of other files stays as it is. */
export function placeIn(files: readonly Fragments[], diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const named = new Set(diagnostics.flatMap(spansOf).map(({ file }) => file));
  const places = new Map<SourceFile, { readonly file: SourceFile; readonly at: number }>();
  for (const { file, places: parts } of files) {
    for (const [part, at] of parts()) if (named.has(part)) places.set(part, { file, at });
  }
  const place = (span: Span): Span => {
    const found = places.get(span.file);
    return found ? { file: found.file, start: span.start + found.at, end: span.end + found.at } : span;
  };
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    span: place(diagnostic.span),
    labels: diagnostic.labels.map((label) => ({ ...label, span: place(label.span) })),
    fixes: diagnostic.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({ ...edit, span: place(edit.span) })),
    })),
  }));
}

function spansOf({ span, labels, fixes }: Diagnostic): readonly Span[] {
  return [span, ...labels.map((label) => label.span), ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span))];
}
