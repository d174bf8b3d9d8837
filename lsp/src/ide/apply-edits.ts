// Files and edits of them → the files after the edits. Edits of one file do not overlap; those at one place are made in order.

import type { SourceFile, TextEdit } from '@rdp/language';

/** The files, those that are edited anew. */
export function applyEdits(files: readonly SourceFile[], edits: readonly TextEdit[]): readonly SourceFile[] {
  return files.map((file) => {
    const own = edits.filter(({ span }) => span.file.path === file.path);
    return own.length === 0 ? file : { path: file.path, text: edited(file.text, own) };
  });
}

function edited(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of edits.toSorted((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return result + text.slice(at);
}
