// A file → the same file in the one style: two spaces a level, one space between words, values of neighbouring clauses
// and `=` of neighbouring sets in one column. The author's line breaks, blank lines (one at most) and comments stay.
// INVARIANT: tokens and comments are those of the source, in order; formatting twice changes nothing more.
// A file with faults is left alone.

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import { alignLines } from './format-align.ts';
import { findGroups } from './format-groups.ts';
import { layOut } from './format-lines.ts';
import { rolesOf } from './format-spacing.ts';
import { classify } from './classify.ts';
import { parse } from './parse.ts';

/** The formatted text, or why there is none. */
export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

/** Formats a whole file. */
export function format(file: SourceFile): Formatted {
  const { ast, tokens, comments, diagnostics } = parse(file);
  if (hasErrors(diagnostics)) return { diagnostics };
  const blocks = classify(file, tokens);
  // Without faults, what the parser read is all that the file has; its keywords are told from its names.
  const words = blocks.flatMap((block) => block.input);
  const groups = findGroups(file, words, comments, blocks);
  const lines = layOut({ file, tokens: words, comments, groups, roles: rolesOf(ast, words) });
  return { text: alignLines(lines) };
}
