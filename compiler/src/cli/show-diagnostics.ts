// Diagnostics on standard output or error, in the form that was asked for.

import { join, relative } from 'node:path';
import { hasErrors, lineColumn, renderDiagnostic, type Diagnostic, type SourceFile, type Span } from '@rdp/language';
import { exitCodes, type ExitCode } from './faults.ts';
import { stderr, stdout } from './output-stream.ts';
import { toSarif } from './sarif.ts';
import { paletteFor } from './terminal.ts';
import { version } from './version.ts';

export type Format = 'text' | 'json' | 'sarif';

export interface ShowOptions {
  readonly format: Format;
  /** Absolute root of the project: paths are shown relative to the working directory. */
  readonly root: string;
}

/** Shows all diagnostics and tells how the command ends. Text goes to standard error, documents to standard output. */
export function showDiagnostics(diagnostics: readonly Diagnostic[], { format, root }: ShowOptions): ExitCode {
  const shown = shownFrom(root);
  if (format === 'sarif') {
    stdout.write(
      `${JSON.stringify(
        toSarif(diagnostics, version, (span) => shown(span).file.path),
        null,
        2,
      )}\n`,
    );
  } else if (format === 'json') {
    const plain = diagnostics.map((diagnostic) => plainOf(diagnostic, (span) => shown(span).file.path));
    stdout.write(`${JSON.stringify(plain, null, 2)}\n`);
  } else if (diagnostics.length > 0) {
    const { error, warning, note, faint, strong } = paletteFor(stderr);
    const colors = { error, warning, information: note, frame: faint, strong };
    for (const diagnostic of diagnostics) {
      const labels = diagnostic.labels.map((label) => ({ ...label, span: shown(label.span) }));
      const text = renderDiagnostic({ ...diagnostic, span: shown(diagnostic.span), labels }, colors);
      stderr.write(`${text}\n\n`);
    }
    stderr.write(`${summaryOf(diagnostics)}\n`);
  }
  return hasErrors(diagnostics) ? exitCodes.policy : exitCodes.fine;
}

/** Spans with paths as they are shown: relative to the working directory. */
function shownFrom(root: string): (span: Span) => Span {
  const files = new Map<SourceFile, SourceFile>();
  return (span) => {
    const known = files.get(span.file);
    const file = known ?? {
      path: relative(process.cwd(), join(root, span.file.path)) || span.file.path,
      text: span.file.text,
    };
    files.set(span.file, file);
    return { ...span, file };
  };
}

function plainOf(diagnostic: Diagnostic, pathOf: (span: Span) => string): object {
  const place = (span: Span): object => ({
    path: pathOf(span),
    start: lineColumn(span.file, span.start),
    end: lineColumn(span.file, span.end),
  });
  const { code, severity, message, span, label, labels, note, help, fixes } = diagnostic;
  return {
    code,
    severity,
    message,
    ...place(span),
    label,
    labels: labels.map((other) => ({ ...place(other.span), text: other.text })),
    note,
    help,
    fixes: fixes.map(({ title, safety, edits }) => ({
      title,
      safety,
      edits: edits.map((edit) => ({ ...place(edit.span), text: edit.text })),
    })),
  };
}

function summaryOf(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const parts = (['error', 'warning', 'information'] as const).flatMap((severity) => {
    const n = count(severity);
    return n === 0 ? [] : [`${n} ${severity}${n === 1 || severity === 'information' ? '' : 's'}`];
  });
  return parts.join(', ');
}
