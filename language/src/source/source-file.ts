// A source text and places in it. Offsets are UTF-16 code units of `text`, half-open; lines and columns are derived
// only when a place is shown. Knows nothing of tokens.

/** One `.rdp` file (or an imported document). `path` is relative to the project root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** The syntax tree of a text that was parsed when the library was made, as `tree-text.ts` writes it. */
  readonly tree?: string;
  /** The package of a file of the library, so that it is read only by who asks for that package. */
  readonly package?: string;
}

/** A half-open range `[start, end)` of UTF-16 offsets in one file. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A place as people count it: line and column start at 1; columns are UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

/** Offsets at which the lines of `file` begin; computed once a file. */
export function lineStarts(file: SourceFile): readonly number[] {
  const known = lineStartsOf.get(file);
  if (known) return known;
  const starts = [0];
  for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStartsOf.set(file, starts);
  return starts;
}

/** The text between `start` and `end` was replaced by `length` units. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly length: number;
}

/** Where the lines of `file` begin, from what is known of `before`, which `edit` made it of: only the edit is read. */
export function carryLineStarts(before: SourceFile, file: SourceFile, { start, end, length }: Edit): void {
  const old = lineStartsOf.get(before);
  if (old === undefined || lineStartsOf.has(file)) return;
  const kept = lineColumn(before, start).line;
  const starts = old.slice(0, kept);
  const behind = start + length;
  for (let at = file.text.indexOf('\n', start); at >= 0 && at < behind; at = file.text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  const delta = length - (end - start);
  for (let line = lineColumn(before, end).line; line < old.length; line++) starts.push((old[line] ?? 0) + delta);
  lineStartsOf.set(file, starts);
}

/** The line and column of `offset`; an offset past the end counts as the end. */
export function lineColumn(file: SourceFile, offset: number): LineColumn {
  const starts = lineStarts(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.min(offset, file.text.length) - (starts[low] ?? 0) + 1 };
}
