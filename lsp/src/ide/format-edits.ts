// A file → the edits that put it into the one style: few and small, so that cursors and marks stay where they are. A part of
// a file is put into the style of the whole; where the whole has faults, block by block, those without faults alone.

import { format, type SourceFile, type TextEdit, type Workspace } from '@rdp/language';

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Edits for what stands between two offsets; none where faults forbid it. */
export function formatEdits(snapshot: Workspace, path: string, range?: Extent): readonly TextEdit[] {
  const file = snapshot.file(path);
  if (file === undefined) return [];
  const formatted = format(file);
  const whole = { start: 0, end: file.text.length };
  if ('text' in formatted) {
    const edits = lineEdits(file, whole, formatted.text);
    return range === undefined ? edits : edits.filter(({ span }) => span.end >= range.start && span.start <= range.end);
  }
  // Who asks for the whole file is told by the diagnostics why nothing happens.
  return range === undefined ? [] : formatBlocks(snapshot, file, range);
}

/** Edits for the declaration that a bracket at `offset` ends. */
export function formatClosed(snapshot: Workspace, path: string, offset: number): readonly TextEdit[] {
  const decl = snapshot.parsed(path)?.ast.decls.find(({ start, end }) => start < offset && offset <= end);
  return decl === undefined ? [] : formatEdits(snapshot, path, { start: decl.start, end: decl.end });
}

/** The white space that the line of `offset` begins with, as deep as the brackets that are open there. */
export function indentLine(snapshot: Workspace, path: string, offset: number): readonly TextEdit[] {
  const parsed = snapshot.parsed(path);
  if (parsed === undefined) return [];
  const { file, tokens, ast } = parsed;
  const start = file.text.lastIndexOf('\n', offset - 1) + 1;
  let end = start;
  while (file.text[end] === ' ' || file.text[end] === '\t') end++;
  const from = ast.decls.findLast((decl) => decl.start < start)?.start ?? 0;
  let depth = 0;
  for (const { tokenType, startOffset, endOffset } of tokens) {
    if (startOffset < from || startOffset >= start) continue;
    if (endOffset >= start) return []; // in a text over several lines, whose white space is its own
    if (/^Left(Brace|Bracket|Paren)$/.test(tokenType.name)) depth++;
    else if (/^Right(Brace|Bracket|Paren)$/.test(tokenType.name)) depth--;
  }
  if (/[)\]}]/.test(file.text[end] ?? '')) depth--;
  const text = '  '.repeat(Math.max(depth, 0));
  return file.text.slice(start, end) === text ? [] : [{ span: { file, start, end }, text }];
}

function formatBlocks(snapshot: Workspace, file: SourceFile, range: Extent): readonly TextEdit[] {
  const decls = snapshot.parsed(file.path)?.ast.decls ?? [];
  return decls
    .filter(({ start, end }) => end >= range.start && start <= range.end)
    .flatMap(({ start, end }) => {
      const formatted = format({ path: file.path, text: file.text.slice(start, end) });
      if (!('text' in formatted)) return [];
      return lineEdits(file, { start, end }, formatted.text.replace(/\n$/, ''));
    });
}

/** The edits, line by line, that make `after` of a part of a file. */
function lineEdits(file: SourceFile, part: Extent, after: string): readonly TextEdit[] {
  const old = linesOf(file.text.slice(part.start, part.end));
  const fresh = linesOf(after);
  const starts: number[] = [part.start];
  for (const line of old) starts.push((starts.at(-1) ?? 0) + line.length);
  return differences(old, fresh).map(({ from, to, lines }) => ({
    span: { file, start: starts[from] ?? part.end, end: starts[to] ?? part.end },
    text: lines.join(''),
  }));
}

/** With their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Difference {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/**
 * Formatting keeps lines in their order and adds or removes blank ones, so that lines which differ in white space alone are one
 * another's; where that does not hold, the rest up to the end is one difference.
 */
function differences(old: readonly string[], fresh: readonly string[]): readonly Difference[] {
  const found: Difference[] = [];
  let at = 0;
  let next = 0;
  while (at < old.length || next < fresh.length) {
    const a = old[at];
    const b = fresh[next];
    if (a === b) {
      at++;
      next++;
    } else if (a !== undefined && b !== undefined && bare(a) === bare(b)) {
      found.push({ from: at, to: at + 1, lines: [b] });
      at++;
      next++;
    } else if (a !== undefined && bare(a) === '') {
      found.push({ from: at, to: at + 1, lines: [] });
      at++;
    } else if (b !== undefined && bare(b) === '') {
      found.push({ from: at, to: at, lines: [b] });
      next++;
    } else {
      found.push({ from: at, to: old.length, lines: fresh.slice(next) });
      break;
    }
  }
  return found;
}

function bare(line: string): string {
  return line.replace(/\s+/g, '');
}
