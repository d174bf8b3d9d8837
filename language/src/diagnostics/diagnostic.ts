// The one type of everything that is said about a policy: command line, language server and tests show it, each in its
// own way. A diagnostic is plain data and stands alone. Knows nothing of phases; the catalog has the words.

import type { Span } from '../source/source-file.ts';

export type Severity = 'error' | 'warning' | 'information';

/** A second place that belongs to the fault, and what is there. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** Replaces the text of `span` (empty span: inserts). */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A change that would end the diagnostic. A fix that could widen access is never `safe`. */
export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly TextEdit[];
}

export interface Diagnostic {
  /** The kebab-case name of the fault; `docs/diagnostics/<code>.md` explains it. */
  readonly code: string;
  readonly severity: Severity;
  /** One line, lower-case, no final stop, in policy words. */
  readonly message: string;
  /** The smallest range that is at fault. */
  readonly span: Span;
  /** The local half of the message, shown under the span. */
  readonly label?: string;
  readonly labels: readonly Label[];
  /** Why. */
  readonly note?: string;
  /** How. */
  readonly help?: string;
  readonly fixes: readonly Fix[];
}

/** Whether any of `diagnostics` is an error: then nothing is produced from the source. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** Orders by file path, then place, then code, so that output is the same whatever order the checks ran in. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.span.file.path !== b.span.file.path) return a.span.file.path < b.span.file.path ? -1 : 1;
  if (a.span.start !== b.span.start) return a.span.start - b.span.start;
  if (a.span.end !== b.span.end) return a.span.end - b.span.end;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}
