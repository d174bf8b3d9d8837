// What is said of a declaration that could not be read as it was written: of its text only the fault of its syntax is kept,
// since the rest is said of what the parser made up, or of words that stand in the wrong place.
// INVARIANT: something is left out only where an error stays.

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { SourceFile, Span } from '../../source/source-file.ts';

/** Faults after which the tree is not what was meant; after others (an escape, a number) it is. */
const unreadable: ReadonlySet<string> = new Set([
  'expected-syntax',
  'unclosed-bracket',
  'unmatched-bracket',
  'unexpected-character',
  'unterminated-string',
]);

/** A file, and where its declarations start. */
export interface DeclaredFile {
  readonly file: SourceFile;
  readonly starts: () => readonly number[];
}

/** `diagnostics` without the echoes of `syntactic`, the faults that the parser found (which are among them). */
export function withoutEchoes(
  files: readonly DeclaredFile[],
  diagnostics: readonly Diagnostic[],
  syntactic: readonly Diagnostic[],
): readonly Diagnostic[] {
  const faults = syntactic.filter(({ code }) => unreadable.has(code));
  if (faults.length === 0) return diagnostics;
  const faulty = new Set(faults.map(({ span }) => span.file));
  const broken = files
    .filter(({ file }) => faulty.has(file))
    .flatMap(({ file, starts }) => blocksOf(file, starts()))
    .filter((block) => faults.some(({ span }) => isInside(span, block)));
  const kept = new Set(syntactic);
  return diagnostics.filter(
    (diagnostic) => kept.has(diagnostic) || !broken.some((block) => isInside(diagnostic.span, block)),
  );
}

/** Each declaration with the text up to the next one: what could not be read at its end belongs to it. */
function blocksOf(file: SourceFile, starts: readonly number[]): readonly Span[] {
  return starts.map((start, index) => ({ file, start, end: starts[index + 1] ?? file.text.length + 1 }));
}

function isInside(span: Span, block: Span): boolean {
  return span.file === block.file && span.start >= block.start && span.start < block.end;
}
