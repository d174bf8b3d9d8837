// Our diagnostics → the protocol's: one message of several lines, related places, tags, a link to the page of the code, and
// the fixes as data, so that a request for quick fixes need not check anything again.

import type { Diagnostic, Severity } from '@rdp/language';
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as LspDiagnostic,
  type TextEdit,
} from 'vscode-languageserver';
import type { Converter } from './converter.ts';

/** A fix as it travels in `Diagnostic.data`, by the URIs of the files that it edits. */
export interface FixData {
  readonly title: string;
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly { readonly uri: string; readonly edit: TextEdit }[];
}

/** What a client may understand of a diagnostic. */
export interface DiagnosticForm {
  readonly related: 'yes' | 'no';
  readonly tags: 'yes' | 'no';
  readonly data: 'yes' | 'no';
  /** The page that explains a code; undefined where pages cannot be linked. */
  readonly page: ((code: string) => string) | undefined;
}

/** A diagnostic, and how serious it is shown to be. */
export interface ShownDiagnostic extends Diagnostic {
  readonly level: Severity | 'hint';
}

const severities: Readonly<Record<ShownDiagnostic['level'], DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What nothing uses or reaches: editors show it faint. */
const unnecessary: ReadonlySet<string> = new Set(['unused-import', 'unused-declaration', 'unreachable-rule']);

/** One diagnostic as the client shall see it. */
export function toDiagnostic(convert: Converter, diagnostic: ShownDiagnostic, form: DiagnosticForm): LspDiagnostic {
  const { code, level, span, labels, fixes } = diagnostic;
  const shown = form.related === 'yes' ? labels : [];
  return {
    range: convert.range(span),
    severity: severities[level],
    code,
    ...(form.page ? { codeDescription: { href: form.page(code) } } : {}),
    source: 'rdp',
    message: messageOf(diagnostic, form),
    ...(form.tags === 'yes' && unnecessary.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(shown.length > 0
      ? {
          relatedInformation: shown.map((label) => ({ location: convert.location(label.span), message: label.text })),
        }
      : {}),
    ...(form.data === 'yes' && fixes.length > 0
      ? {
          data: fixes.map(({ title, safety, edits }): FixData => ({
            title,
            safety,
            edits: edits.map((edit) => ({ uri: convert.uri(edit.span.file), edit: convert.textEdit(edit) })),
          })),
        }
      : {}),
  };
}

/** The message, with what the command line shows around it. */
function messageOf({ message, label, labels, note, help }: Diagnostic, form: DiagnosticForm): string {
  return [
    label === undefined ? message : `${message}: ${label}`,
    ...(form.related === 'yes' ? [] : labels.map(({ text }) => text)),
    ...(note === undefined ? [] : [`note: ${note}`]),
    ...(help === undefined ? [] : [`help: ${help}`]),
  ].join('\n');
}
