// Diagnostics as SARIF 2.1.0 (OASIS), the format that code-scanning services read. Paths are relative to where the
// command was called.

import { lineColumn, type Diagnostic, type Span } from '@rdp/language';

/** SARIF's words for our severities. */
const levels = { error: 'error', warning: 'warning', information: 'note' } as const;

/** The SARIF log of one run. `pathOf` gives the path that is shown for a file. */
export function toSarif(diagnostics: readonly Diagnostic[], version: string, pathOf: (span: Span) => string): object {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const locate = (span: Span, text?: string): object => ({
    physicalLocation: { artifactLocation: { uri: encodeURI(pathOf(span)) }, region: regionOf(span) },
    ...(text === undefined ? {} : { message: { text } }),
  });
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rdpc', version, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => ({
          ruleId: diagnostic.code,
          ruleIndex: codes.indexOf(diagnostic.code),
          level: levels[diagnostic.severity],
          message: { text: sentencesOf(diagnostic) },
          locations: [locate(diagnostic.span, diagnostic.label)],
          ...(diagnostic.labels.length === 0
            ? {}
            : { relatedLocations: diagnostic.labels.map(({ span, text }) => locate(span, text)) }),
        })),
      },
    ],
  };
}

function regionOf(span: Span): object {
  const start = lineColumn(span.file, span.start);
  const end = lineColumn(span.file, span.end);
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function sentencesOf({ message, note, help }: Diagnostic): string {
  return [message, note, help].filter((part) => part !== undefined).join('\n');
}
