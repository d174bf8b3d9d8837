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

const lineStartsOf = new WeakMap<SourceFile, Int32Array>();

/** Offsets at which the lines of `file` begin; computed once a file. */
export function lineStarts(file: SourceFile): ArrayLike<number> {
  const known = lineStartsOf.get(file);
  if (known) return known;
  const starts = [0];
  for (let at = file.text.indexOf('\n'); at >= 0; at = file.text.indexOf('\n', at + 1)) starts.push(at + 1);
  const packed = Int32Array.from(starts);
  lineStartsOf.set(file, packed);
  return packed;
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
  if (start === end && length === 0) {
    lineStartsOf.set(file, old);
    return;
  }
  const fresh: number[] = [];
  const behind = start + length;
  for (let at = file.text.indexOf('\n', start); at >= 0 && at < behind; at = file.text.indexOf('\n', at + 1)) {
    fresh.push(at + 1);
  }
  const [ahead, kept] = [lineColumn(before, start).line, lineColumn(before, end).line];
  const delta = length - (end - start);
  const starts = new Int32Array(ahead + fresh.length + old.length - kept);
  starts.set(old.subarray(0, ahead));
  starts.set(fresh, ahead);
  starts.set(old.subarray(kept), ahead + fresh.length);
  if (delta !== 0) for (let i = ahead + fresh.length; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + delta;
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
