// Our spans → the protocol's ranges, locations and edits, for one project and client. What a single feature answers has a
// file of its own beside this one; all of them build on the functions here.

import type { SourceFile, Span, TextEdit as SpanEdit } from '@rdp/language';
import type { Location, Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { toOffset, toPosition, toRange, type Encoding } from './positions.ts';

/** How places of one project are written for one client. */
export interface Converter {
  readonly encoding: Encoding;
  /** The URI of a file of the project or the library, as the client writes it. */
  readonly uri: (file: SourceFile) => string;
  readonly position: (file: SourceFile, offset: number) => Position;
  readonly range: (span: Span) => Range;
  readonly location: (span: Span) => Location;
  readonly offset: (file: SourceFile, position: Position) => number;
  readonly textEdit: (edit: SpanEdit) => TextEdit;
  /** Edits of any number of files, by their URIs. Edits of the library are left out: it cannot be written. */
  readonly workspaceEdit: (edits: readonly SpanEdit[]) => WorkspaceEdit;
}

/** What a converter has to know. */
export interface ConverterOptions {
  readonly encoding: Encoding;
  readonly uri: (file: SourceFile) => string;
  readonly isLibrary: (file: SourceFile) => boolean;
  /** The version of an open document, for edits that must not meet another one; undefined of one that is not open. */
  readonly version: (file: SourceFile) => number | undefined;
  /** Whether the client takes `documentChanges`. */
  readonly versioned: 'yes' | 'no';
}

/** The converter of a project and client. */
export function createConverter(options: ConverterOptions): Converter {
  const { encoding, uri } = options;
  const range = (span: Span): Range => toRange(span.file, span, encoding);
  const textEdit = ({ span, text }: SpanEdit): TextEdit => ({ range: range(span), newText: text });
  return {
    encoding,
    uri,
    range,
    textEdit,
    position: (file, offset) => toPosition(file, offset, encoding),
    location: (span) => ({ uri: uri(span.file), range: range(span) }),
    offset: (file, position) => toOffset(file, position, encoding),
    workspaceEdit: (edits) => {
      const files = new Map<SourceFile, TextEdit[]>();
      for (const edit of edits) {
        if (options.isLibrary(edit.span.file)) continue;
        const list = files.get(edit.span.file);
        if (list) list.push(textEdit(edit));
        else files.set(edit.span.file, [textEdit(edit)]);
      }
      if (options.versioned === 'no') {
        return { changes: Object.fromEntries([...files].map(([file, list]) => [uri(file), list])) };
      }
      return {
        documentChanges: [...files].map(([file, list]) => ({
          textDocument: { uri: uri(file), version: options.version(file) ?? null },
          edits: list,
        })),
      };
    },
  };
}
