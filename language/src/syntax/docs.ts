// Documentation comments → text. The `///` lines directly ahead of a token, with no blank line between, are its
// documentation.

import type { SourceFile } from '../source/source-file.ts';
import type { DocOf } from './parse-data.ts';
import type { Comment, Token } from './tokens.ts';

/** Finds documentation by the offset of the token that it precedes; markers removed, lines joined by `\n`. */
export function docsOf(file: SourceFile, tokens: readonly Token[], comments: readonly Comment[]): DocOf {
  const docs = new Map<number, string>();
  let lines: string[] = [];
  let end = -1;
  let next = 0;
  const settle = (): void => {
    if (lines.length === 0) return;
    while ((tokens[next]?.startOffset ?? Infinity) < end) next++;
    const token = tokens[next];
    if (token !== undefined && !hasBlankLine(file.text, end, token.startOffset)) {
      docs.set(token.startOffset, lines.join('\n'));
    }
    lines = [];
  };
  for (const comment of comments) {
    if (comment.kind !== 'doc' || !comment.lineStart) continue;
    while ((tokens[next]?.startOffset ?? Infinity) < end) next++;
    const apart =
      (tokens[next]?.startOffset ?? Infinity) < comment.start || hasBlankLine(file.text, end, comment.start);
    if (end >= 0 && apart) settle();
    lines.push(
      file.text
        .slice(comment.start + 3, comment.end)
        .replace(/^ /, '')
        .trimEnd(),
    );
    end = comment.end;
  }
  settle();
  return (start) => docs.get(start) ?? '';
}

function hasBlankLine(text: string, from: number, to: number): boolean {
  if (from < 0) return false;
  const first = text.indexOf('\n', from);
  return first >= 0 && first < to && /^[ \t\r]*\n/.test(text.slice(first + 1, Math.min(to, first + 400)));
}
