// The documents that the client has open: their texts after each change, by normalised URI. An open document stands in
// front of the file on the disk. INVARIANT: the text is the client's; a change is carried out exactly as it was sent.

import type { SourceFile } from '@rdp/language';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { toOffset, type Encoding } from '../convert/positions.ts';
import { normalizeUri } from '../convert/uris.ts';

export interface OpenDocument {
  /** As the client writes it. */
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

export interface Documents {
  readonly get: (uri: string) => OpenDocument | undefined;
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
  const documents = new Map<string, OpenDocument>();
  return {
    get: (uri) => documents.get(normalizeUri(uri)),
    all: () => documents,
    open: (document) => void documents.set(normalizeUri(document.uri), document),
    change: (uri, version, changes) => {
      const key = normalizeUri(uri);
      const before = documents.get(key);
      if (before === undefined) return undefined;
      const text = changes.reduce((current, change) => applyChange(current, change, encoding), before.text);
      const after = { uri: before.uri, version, text };
      documents.set(key, after);
      return after;
    },
    close: (uri) => void documents.delete(normalizeUri(uri)),
  };
}

function applyChange(text: string, change: TextDocumentContentChangeEvent, encoding: Encoding): string {
  if (!('range' in change)) return change.text;
  const file: SourceFile = { path: '', text };
  const start = toOffset(file, change.range.start, encoding);
  const end = toOffset(file, change.range.end, encoding);
  return text.slice(0, Math.min(start, end)) + change.text + text.slice(Math.max(start, end));
}
