// A file → what can be folded: brackets over several lines, runs of imports, comments over several lines.

import type { Workspace } from '@rdp/language';

export interface Fold {
  /** Offsets: the opening bracket or the start of the run; the end of what is folded. */
  readonly start: number;
  readonly end: number;
  readonly kind: 'block' | 'imports' | 'comment';
}

const opening: ReadonlySet<string> = new Set(['LeftBrace', 'LeftBracket', 'LeftParen']);
const closing: ReadonlySet<string> = new Set(['RightBrace', 'RightBracket', 'RightParen']);

/** The folds of a file, in the order of their starts. Ones that stand on one line are left to the caller to leave out. */
export function folds(snapshot: Workspace, path: string): readonly Fold[] {
  const parsed = snapshot.parsed(path);
  if (parsed === undefined) return [];
  const { ast, tokens, comments, file } = parsed;
  const found: Fold[] = [];
  const open: number[] = [];
  for (const { tokenType, startOffset } of tokens) {
    if (opening.has(tokenType.name)) open.push(startOffset);
    else if (closing.has(tokenType.name)) {
      const start = open.pop();
      // The line of the closing bracket stays to be seen.
      if (start !== undefined) found.push({ start, end: lineBefore(file.text, startOffset), kind: 'block' });
    }
  }
  const [first] = ast.imports;
  const last = ast.imports.at(-1);
  if (first && last && first !== last) found.push({ start: first.start, end: last.end, kind: 'imports' });
  for (let index = 0; index < comments.length;) {
    const from = comments[index];
    let to = index;
    while (isNext(file.text, comments[to], comments[to + 1])) to++;
    const end = comments[to];
    if (from && end && to > index) found.push({ start: from.start, end: end.end, kind: 'comment' });
    index = to + 1;
  }
  return found.toSorted((a, b) => a.start - b.start);
}

interface Comment {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly lineStart: boolean;
}

/** Whether the second comment stands on the line below the first, alone on its line as the first is. */
function isNext(text: string, first: Comment | undefined, second: Comment | undefined): boolean {
  if (!first || !second || !first.lineStart || !second.lineStart || first.kind !== second.kind) return false;
  return /^\r?\n[ \t]*$/.test(text.slice(first.end, second.start));
}

/** The end of the line ahead of that of `offset`, when nothing but white space stands between; otherwise `offset`. */
function lineBefore(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && (text[at - 1] === ' ' || text[at - 1] === '\t')) at--;
  if (text[at - 1] !== '\n') return offset;
  return text[at - 2] === '\r' ? at - 2 : at - 1;
}
