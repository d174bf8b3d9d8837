// A place in a text that is being written → the same text with a name in place of the word at the cursor, parsed. Where that
// name stands in the tree says what may be written there: the parser has mended all else that is missing.

import {
  inspectFile,
  pathTo,
  type AnyNode,
  type Declared,
  type FileUnit,
  type Inspector,
  type Parsed,
  type SourceFile,
  type Span,
} from '@rdp/language';
import type { At } from '../symbol-at.ts';

/** A name that no policy has. */
const marker = 'rdpCursor';

export interface Marked {
  readonly inspector: Inspector;
  /** The marked file: what stands ahead of the cursor stands at the same places as in the file itself. */
  readonly unit: FileUnit;
  readonly offset: number;
  /** The declaration around the cursor, bound as far as the cursor needs. */
  readonly declared: Declared | undefined;
  /** The nodes around the marker, outermost first; the last is its name where the parser took it for one. */
  readonly path: readonly AnyNode[];
  /** The word at the cursor, in the file as it is. */
  readonly word: Span;
  /** The text ahead of the word. */
  readonly before: string;
}

/** Marks a place; undefined where there is no such file, or in a comment. */
export function markPlace({ snapshot, path, offset }: At): Marked | undefined {
  const file = snapshot.file(path);
  const parsed = snapshot.parsed(path);
  if (file === undefined || parsed === undefined || isInComment(parsed, offset)) return undefined;
  const { text } = file;
  let start = offset;
  while (start > 0 && /\w/.test(text.charAt(start - 1))) start--;
  let end = offset;
  while (end < text.length && /\w/.test(text.charAt(end))) end++;
  const marked: SourceFile = { path: `${path}#cursor`, text: markedText(parsed, { start, end }) };
  const { project } = snapshot;
  const inspector = inspectFile({ ...project, files: [...project.files, marked] }, marked);
  const unit = inspector.unit(marked.path);
  if (unit === undefined) return undefined;
  const declared = inspector.look(unit, start + 1);
  return {
    inspector,
    unit,
    offset: start + 1,
    declared,
    path: pathTo(unit.tree, start + 1),
    word: { file, start, end },
    before: text.slice(0, start),
  };
}

/**
 * The lines ahead of all declarations and the block of the place, with the marker in place of the word; what is between is
 * blank, so that offsets stay. All other declarations are in the file as it is, which stands beside this one: to read it
 * again for each key would cost as much as the key itself.
 */
function markedText(parsed: Parsed, word: { start: number; end: number }): string {
  const { pieces, notable } = parsed;
  const { text } = parsed.file;
  const index = pieceAt(parsed, word.start);
  const header = notable.reduce((last, { piece: { node }, at }) => {
    return node?.kind === 'package' || node?.kind === 'import' ? Math.max(last, at + node.end) : last;
  }, 0);
  const from = pieces[index]?.at ?? 0;
  const to = Math.max(pieces[index + 1]?.at ?? text.length, word.end);
  const withMark = text.slice(from, word.start) + marker + text.slice(word.end, to);
  return from <= header ? text.slice(0, from) + withMark : text.slice(0, header).padEnd(from) + withMark;
}

/** The index of the piece that a place is in. */
function pieceAt({ pieces }: Parsed, offset: number): number {
  return pieces.findLastIndex(({ at }) => at <= offset);
}

function isInComment(parsed: Parsed, offset: number): boolean {
  const placed = parsed.pieces[pieceAt(parsed, offset)];
  // A text without any declaration has no pieces.
  const { comments } = placed?.piece ?? parsed;
  const at = placed?.at ?? 0;
  return comments.some(({ start, end }) => at + start < offset && offset <= at + end);
}

/** The node `back` steps around the marker's name: 0 is what has the name. */
export function around({ path }: Marked, back = 0): AnyNode | undefined {
  const last = path.at(-1);
  const named = last && isMarker(last) ? 2 : 1;
  return path.at(-named - back);
}

/** Whether the parser took the marker for a name. */
export function isNamed({ path }: Marked): boolean {
  const last = path.at(-1);
  return last !== undefined && isMarker(last);
}

function isMarker(node: AnyNode): boolean {
  return node.kind === undefined && isMark(node);
}

/** Whether `node` is the marker's own name; names of a pack's rules are one name with a dot in it: `baseline.HostPorts`. */
export function isMark(node: unknown): boolean {
  if (typeof node !== 'object' || node === null || !('text' in node) || typeof node.text !== 'string') return false;
  return node.text.split('.').includes(marker);
}
