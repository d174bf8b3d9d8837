// The documents that the client has open: their texts after each change, by normalised URI. An open document stands in
// front of the file on the disk. INVARIANT: the text is the client's; a change is carried out exactly as it was sent.

import type { SourceFile } from '@rdp/language';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { carryLines, toOffset, type Encoding } from '../convert/positions.ts';
import { normalizeUri } from '../convert/uris.ts';

export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** A document with its text as a file, which knows where its lines begin; the file has no path. */
interface Held extends OpenDocument {
  readonly lines: SourceFile;
}

export interface Documents {
  readonly get: (uri: string) => OpenDocument | undefined;
  /** The text of an open document as a file of a project. */
  readonly fileOf: (uri: string, path: string) => SourceFile | undefined;
  readonly all: () => ReadonlyMap<string, OpenDocument>;
  readonly open: (document: OpenDocument) => void;
  /** The document after the changes; undefined when it is not open. */
  readonly change: (
    uri: string,
    version: number,
    changes: readonly TextDocumentContentChangeEvent[],
  ) => OpenDocument | undefined;
  readonly close: (uri: string) => void;
}

/** No document is open. */
export function createDocuments(encoding: Encoding): Documents {
  const documents = new Map<string, Held>();
  return {
    get: (uri) => documents.get(normalizeUri(uri)),
    fileOf: (uri, path) => {
      const held = documents.get(normalizeUri(uri));
      if (held === undefined) return undefined;
      const file: SourceFile = { path, text: held.text };
      carryLines(held.lines, file, { start: 0, end: 0, length: 0 });
      return file;
    },
    all: () => documents,
    open: (document) =>
      void documents.set(normalizeUri(document.uri), { ...document, lines: { path: '', text: document.text } }),
    change: (uri, version, changes) => {
      const key = normalizeUri(uri);
      const before = documents.get(key);
      if (before === undefined) return undefined;
      const lines = changes.reduce<SourceFile>(
        (current, change) => applyChange(current, change, encoding),
        before.lines,
      );
      const after = { uri: before.uri, version, text: lines.text, lines };
      documents.set(key, after);
      return after;
    },
    close: (uri) => void documents.delete(normalizeUri(uri)),
  };
}

function applyChange(file: SourceFile, change: TextDocumentContentChangeEvent, encoding: Encoding): SourceFile {
  if (!('range' in change)) return { path: '', text: change.text };
  const one = toOffset(file, change.range.start, encoding);
  const other = toOffset(file, change.range.end, encoding);
  const [start, end] = [Math.min(one, other), Math.max(one, other)];
  const after = { path: '', text: file.text.slice(0, start) + change.text + file.text.slice(end) };
  carryLines(file, after, { start, end, length: change.text.length });
  return after;
}
