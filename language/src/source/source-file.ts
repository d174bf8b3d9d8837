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
  for (let i = 0; i < file.text.length; i++) if (file.text.charCodeAt(i) === 10) starts.push(i + 1);
  lineStartsOf.set(file, starts);
  return starts;
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
