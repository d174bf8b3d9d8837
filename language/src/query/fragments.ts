// A file → its header and its declarations, each as a unit of its own whose offsets do not change while its text stays, wherever
// it stands in the file. What is said of a unit is said of its text; `placeIn` puts it back into the file.

import { placedNode } from '../syntax/pieces.ts';
import type { Piece, PlacedPiece } from '../syntax/pieces.ts';
import type { Parsed } from '../syntax/parse.ts';
import type { Decl } from '../syntax/ast.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Declared, FileUnit } from '../semantic/symbols.ts';
import { parseOnce } from '../semantic/parse-memo.ts';
import { dotted } from '../semantic/symbols.ts';
import type { SourceFile, Span } from '../source/source-file.ts';

/** One file in parts. */
export interface Fragments {
  readonly file: SourceFile;
  /** Package and imports. */
  readonly head: FileUnit;
  readonly pieces: readonly PlacedPiece[];
  /** What each piece declares; none for header lines and what is no declaration. */
  readonly ofPiece: readonly (Declared | undefined)[];
  /** The same objects as before for what is the same. */
  readonly declared: readonly Declared[];
  /** Where declarations start. */
  readonly starts: () => readonly number[];
}

const unitsOf = new WeakMap<Piece, FileUnit>();

const known = new WeakMap<SourceFile, Fragments | 'none'>();
/** Of files that nobody asked for yet: the parts of a state ahead of an edit. */
const earlier = new WeakMap<SourceFile, Fragments>();

/** Says that `file` is `before` after an edit, so that what stays the same keeps its objects. */
export function carryFragments(before: SourceFile, file: SourceFile): void {
  const parts = known.get(before) ?? earlier.get(before);
  if (parts !== undefined && parts !== 'none') earlier.set(file, parts);
}

/** The parts of a file. Undefined when header lines stand between declarations. */
export function fragmentsOf(file: SourceFile): Fragments | undefined {
  const found = known.get(file);
  if (found !== undefined) return found === 'none' ? undefined : found;
  const parts = partsOf(parseOnce(file), earlier.get(file));
  earlier.delete(file);
  known.set(file, parts ?? 'none');
  return parts;
}

function partsOf(parsed: Parsed, before: Fragments | undefined): Fragments | undefined {
  const { file, pieces, notable } = parsed;
  const first = pieces.find((placed) => !isHeader(placed) && placed.piece.node !== undefined);
  const header = notable.filter(isHeader);
  if (first && header.some(({ at }) => at > first.at)) return undefined;
  const head = headOf(file, header, first ? 'some' : 'none', before?.head);
  const ofPiece = head === before?.head ? ofPieces(pieces, head, before) : ofPieces(pieces, head, undefined);
  return {
    file,
    head,
    pieces,
    ofPiece,
    declared: ofPiece.filter((one) => one !== undefined),
    starts: () => pieces.flatMap(({ at }, index) => (ofPiece[index] ? [at + ofPiece[index].decl.start] : [])),
  };
}

function isHeader({ piece: { node } }: PlacedPiece): boolean {
  return node?.kind === 'package' || node?.kind === 'import';
}

/** Only the pieces that are others than before are looked at: a large file has ten thousand of them. */
function ofPieces(
  pieces: readonly PlacedPiece[],
  head: FileUnit,
  before: Fragments | undefined,
): readonly (Declared | undefined)[] {
  const old = before?.pieces ?? [];
  const shorter = Math.min(old.length, pieces.length);
  let start = 0;
  while (start < shorter && old[start]?.piece === pieces[start]?.piece) start++;
  let tail = 0;
  while (tail < shorter - start && old[old.length - 1 - tail]?.piece === pieces[pieces.length - 1 - tail]?.piece)
    tail++;
  const fresh = pieces.slice(start, pieces.length - tail).map((placed, index): Declared | undefined => {
    const { piece } = placed;
    if (piece.node === undefined || isHeader(placed)) return undefined;
    lastIndex.set(piece.file, start + index);
    return { decl: declOf(piece), unit: unitOf(piece, head) };
  });
  const known = before?.ofPiece ?? [];
  return [...known.slice(0, start), ...fresh, ...known.slice(known.length - tail)];
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
      doc: header.find(({ piece }) => piece.doc !== '')?.piece.doc ?? '',
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

/** Where a part stood in the row of pieces when somebody last looked for it. */
const lastIndex = new WeakMap<SourceFile, number>();

/** Where a part stands in a file. It is sought from its last place on, to both sides. */
function placeOf({ pieces }: Fragments, part: SourceFile): number | undefined {
  const from = Math.min(lastIndex.get(part) ?? 0, pieces.length - 1);
  for (let off = 0; off <= from || from + off < pieces.length; off++) {
    for (const index of off === 0 ? [from] : [from - off, from + off]) {
      const placed = pieces[index];
      if (placed?.piece.file !== part) continue;
      lastIndex.set(part, index);
      return placed.at;
    }
  }
  return undefined;
}

/** Says of files what is said of their parts. What is said of other files stays as it is. */
export function placeIn(files: readonly Fragments[], diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Map<SourceFile, { readonly file: SourceFile; readonly at: number } | undefined>();
  const placeOfPart = (part: SourceFile): { readonly file: SourceFile; readonly at: number } | undefined => {
    const home = files.find(({ file }) => file.path === part.path);
    if (home === undefined || home.file === part) return undefined;
    const at = home.head.file === part ? 0 : placeOf(home, part);
    return at === undefined ? undefined : { file: home.file, at };
  };
  const place = (span: Span): Span => {
    if (!places.has(span.file)) places.set(span.file, placeOfPart(span.file));
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
