// Formatting: a document, ranges of it, and as one types. Options of the client (tab size and the like) change nothing: there
// is one style.

import type { Range, TextEdit } from 'vscode-languageserver';
import { formatClosed, formatEdits, indentLine } from '../../ide/format-edits.ts';
import type { Feature, Place } from '../feature.ts';

/** The registration. */
export const formattingFeature: Feature = {
  name: 'formatting',
  capabilities: () => ({
    documentFormattingProvider: true,
    documentRangeFormattingProvider: { rangesSupport: true },
    documentOnTypeFormattingProvider: { firstTriggerCharacter: '}', moreTriggerCharacter: ['\n'] },
  }),
  register: ({ connection, inDocument, atPoint }) => {
    connection.onDocumentFormatting(
      inDocument('formatting', ({ snapshot, path, convert }) => formatEdits(snapshot, path).map(convert.textEdit)),
    );
    connection.onDocumentRangeFormatting(
      inDocument(
        'range formatting',
        (place, { range }: { readonly textDocument: Document; readonly range: Range }) => formatRange(place, range),
        ['range'],
      ),
    );
    connection.onDocumentRangesFormatting(
      inDocument(
        'ranges formatting',
        (place, { ranges }: { readonly textDocument: Document; readonly ranges: readonly Range[] }) => {
          // Neighbouring ranges may ask for the same edit.
          const edits = new Map(
            ranges.flatMap((range) => formatRange(place, range)).map((edit) => [JSON.stringify(edit), edit]),
          );
          return [...edits.values()];
        },
        ['ranges'],
      ),
    );
    connection.onDocumentOnTypeFormatting(
      atPoint(
        'formatting on type',
        ({ snapshot, path, offset, convert, settings }, { ch }: OnTypeParams) => {
          if (settings.onType === 'off') return [];
          const edits = ch === '}' ? formatClosed(snapshot, path, offset) : indentLine(snapshot, path, offset);
          return edits.map(convert.textEdit);
        },
        ['ch'],
      ),
    );
  },
};

interface Document {
  readonly uri: string;
}

interface OnTypeParams {
  readonly textDocument: Document;
  readonly position: Range['start'];
  readonly ch: string;
}

function formatRange({ snapshot, path, file, convert }: Place, { start, end }: Range): TextEdit[] {
  const range = { start: convert.offset(file, start), end: convert.offset(file, end) };
  return formatEdits(snapshot, path, range).map(convert.textEdit);
}
