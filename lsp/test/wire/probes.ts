// What is asked of the server in the cases of each feature: the folder `test/cases/<name>` has the cases of the probe of that
// name. A probe gives the answer; the golden is its text.

import {
  DeclarationRequest,
  DocumentRangesFormattingRequest,
  TextDocumentContentRequest,
  CallHierarchyIncomingCallsRequest,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  CodeLensRequest,
  CodeLensResolveRequest,
  InlayHintRequest,
  LinkedEditingRangeRequest,
  SignatureHelpRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  HoverRequest,
  PrepareRenameRequest,
  ReferencesRequest,
  RenameRequest,
  TypeDefinitionRequest,
  type CompletionItem,
  type CompletionList,
  type DefinitionLink,
  CodeActionRequest,
  DocumentFormattingRequest,
  DocumentLinkRequest,
  DocumentOnTypeFormattingRequest,
  DocumentRangeFormattingRequest,
  DocumentSymbolRequest,
  FoldingRangeRequest,
  SelectionRangeRequest,
  SemanticTokensRequest,
  WorkspaceSymbolRequest,
  type DocumentUri,
  type Position,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { stdFiles } from '@rdp/language/std';
import { showTokens } from './show-tokens.ts';
import type { Fixture } from './fixture.ts';
import type { Folder } from './session.ts';

/** What a probe may use. */
export interface Asked {
  readonly connection: ProtocolConnection;
  readonly folder: Folder;
  readonly fixture: Fixture;
  /** The document with the cursor, or the first. */
  readonly uri: DocumentUri;
  /** Where the cursor stands; the start of the document when there is none. */
  readonly position: Position;
}

/** Gives an answer of the server, as it came. */
export type Probe = (asked: Asked) => Promise<unknown>;

/** There is one style, whatever a client asks for. */
const options = { tabSize: 8, insertSpaces: false };

/** By the folder of their cases. */
export const probes: Readonly<Record<string, Probe>> = {
  diagnostics: async ({ folder, fixture }) => {
    const lists = fixture.files
      .filter(({ path }) => path.endsWith('.rdp'))
      .map(async ({ path }) => [path, await folder.diagnostics(path)] as const);
    return Object.fromEntries(await Promise.all(lists));
  },
  definition: inLibraryByText(atCursor(DefinitionRequest.method)),
  declaration: inLibraryByText(atCursor(DeclarationRequest.method)),
  'type-definition': inLibraryByText(atCursor(TypeDefinitionRequest.method)),
  references: atCursor(ReferencesRequest.method, { context: { includeDeclaration: true } }),
  highlights: atCursor(DocumentHighlightRequest.method),
  hover: atCursor(HoverRequest.method),
  completion,
  'prepare-rename': atCursor(PrepareRenameRequest.method),
  rename: atCursor(RenameRequest.method, { newName: 'Renamed' }),
  'linked-editing': atCursor(LinkedEditingRangeRequest.method),
  signature: atCursor(SignatureHelpRequest.method),
  // The hints as they stand in the text, in brackets.
  'inlay-hints': async ({ connection, uri, fixture }) => {
    const { text = '' } = fixture.files[0] ?? {};
    const lines = text.split('\n');
    const hints = await connection.sendRequest(InlayHintRequest.type, {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: lines.length, character: 0 } },
    });
    for (const { position, label } of (hints ?? []).toReversed()) {
      const line = lines[position.line] ?? '';
      lines[position.line] = `${line.slice(0, position.character)}[${String(label)}]${line.slice(position.character)}`;
    }
    return lines;
  },
  // Every lens, resolved.
  'code-lenses': async ({ connection, uri }) => {
    const lenses = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
    return Promise.all(
      (lenses ?? []).map(async (lens) => {
        const { range, command } = lens.command
          ? lens
          : await connection.sendRequest(CodeLensResolveRequest.type, lens);
        return { range, title: command?.title, command: command?.command, arguments: command?.arguments };
      }),
    );
  },
  'call-hierarchy': async (asked) => {
    const items = await asked.connection.sendRequest(CallHierarchyPrepareRequest.type, {
      textDocument: { uri: asked.uri },
      position: asked.position,
    });
    const [item] = items ?? [];
    if (item === undefined) return null;
    const incoming = await asked.connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item });
    const outgoing = await asked.connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item });
    return {
      item: `${item.detail ?? ''} ${item.name}`,
      incoming: incoming?.map(({ from, fromRanges }) => [`${from.detail ?? ''} ${from.name}`, from.uri, fromRanges]),
      outgoing: outgoing?.map(({ to, fromRanges }) => [`${to.detail ?? ''} ${to.name}`, to.uri, fromRanges]),
    };
  },
  'code-actions': ({ connection, uri, position }) =>
    connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [] },
    }),
  refactors,
  'document-links': ({ connection, uri }) =>
    connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri } }),
  'document-symbols': ({ connection, uri }) =>
    connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } }),
  folding: ({ connection, uri }) => connection.sendRequest(FoldingRangeRequest.type, { textDocument: { uri } }),
  formatting: ({ connection, uri }) =>
    connection.sendRequest(DocumentFormattingRequest.type, { textDocument: { uri }, options }),
  'on-type-formatting': ({ connection, uri, position, fixture }) => {
    const { text = '' } = fixture.files.find(({ path }) => path === fixture.cursor?.path) ?? {};
    const ch = text[(fixture.cursor?.offset ?? 0) - 1] === '}' ? '}' : '\n';
    return connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
      textDocument: { uri },
      position,
      ch,
      options,
    });
  },
  'range-formatting': ({ connection, uri, position }) =>
    connection.sendRequest(DocumentRangeFormattingRequest.type, {
      textDocument: { uri },
      range: { start: position, end: position },
      options,
    }),
  // The lines of the cursor and of the document's start.
  'ranges-formatting': ({ connection, uri, position }) =>
    connection.sendRequest(DocumentRangesFormattingRequest.type, {
      textDocument: { uri },
      ranges: [position, { line: 0, character: 0 }].map((place) => ({ start: place, end: place })),
      options,
    }),
  'source-actions': ({ connection, uri, position }) =>
    connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [], only: ['source'] },
    }),
  // The line that a definition leads to, as the client reads it who shows the library.
  'library-text': async ({ connection, uri, position }) => {
    const found = await connection.sendRequest(DefinitionRequest.type, { textDocument: { uri }, position });
    const [link] = (found ?? []) as readonly DefinitionLink[]; // what these requests give a client with links
    if (link === undefined) return null;
    const { targetUri, targetSelectionRange } = link;
    const content = await connection.sendRequest(TextDocumentContentRequest.type, { uri: targetUri });
    return { uri: targetUri, line: content?.text.split('\n')[targetSelectionRange.start.line] ?? null };
  },
  selection: ({ connection, uri, position }) =>
    connection.sendRequest(SelectionRangeRequest.type, { textDocument: { uri }, positions: [position] }),
  'semantic-tokens': async ({ connection, uri, fixture }) => {
    const answer = await connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri } });
    return showTokens(answer?.data ?? [], fixture.files[0]?.text ?? '');
  },
  // The query is the case's name of a rule or type, after `// query:`.
  'workspace-symbols': ({ connection, fixture }) => {
    const [, query = ''] = /^\/\/ query: *(.*)$/m.exec(fixture.files[0]?.text ?? '') ?? [];
    return connection.sendRequest(WorkspaceSymbolRequest.type, { query });
  },
};

/** Asks for the place of the cursor; an error is its message. */
function atCursor(method: string, params: object = {}): Probe {
  return async ({ connection, uri, position }) => {
    try {
      return await connection.sendRequest(method, { textDocument: { uri }, position, ...params });
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** Shows of places in the library the name that stands there: lines move when the library grows. */
function inLibraryByText(probe: Probe): Probe {
  return async (asked) => {
    const links = (await probe(asked)) as readonly DefinitionLink[] | null; // what these requests give a client with links
    return links?.map((link) => {
      const file = stdFiles.find(({ path }) => link.targetUri.endsWith(`:/${path}`));
      const { start, end } = link.targetSelectionRange;
      const line = file?.text.split('\n')[start.line];
      if (line === undefined) return link;
      return {
        originSelectionRange: link.originSelectionRange,
        targetUri: link.targetUri,
        name: line.slice(start.character, end.character),
      };
    });
  };
}

/** The proposals that go on with what is typed, nearest first: what is written, and what is said of the first. */
async function completion(asked: Asked): Promise<unknown> {
  const list = (await atCursor(CompletionRequest.method)(asked)) as CompletionList | null; // what the request gives
  if (list === null) return null;
  const { cursor, files } = asked.fixture;
  const text = files.find(({ path }) => path === cursor?.path)?.text.slice(0, cursor?.offset) ?? '';
  const typed = /\w*$/.exec(text)?.[0].toLowerCase() ?? '';
  const items = list.items
    .filter(({ label }) => label.toLowerCase().startsWith(typed))
    .toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  const [top] = items;
  const resolved = top && ((await asked.connection.sendRequest('completionItem/resolve', top)) as CompletionItem); // as above
  const documentation = resolved?.documentation;
  return {
    items: items.slice(0, 12).map((item) => {
      const edit = item.textEdit && 'range' in item.textEdit ? item.textEdit : undefined;
      const also = item.additionalTextEdits?.map(({ range, newText }) => ({ range, newText }));
      return [item.label, item.detail ?? '', edit?.newText, ...(also ?? [])];
    }),
    range: top?.textEdit && 'range' in top.textEdit ? top.textEdit.range : undefined,
    documentation: typeof documentation === 'string' ? documentation : documentation?.value,
  };
}

/** Each change that is offered at the cursor, or for the text behind `// select:`, and the file after it. */
async function refactors({ connection, uri, position, fixture }: Asked): Promise<unknown> {
  const { text = '' } = fixture.files[0] ?? {};
  const [, selected] = /^\/\/ select: (.*)$/m.exec(text) ?? [];
  const at = selected === undefined ? -1 : text.lastIndexOf(selected);
  const place = (offset: number): Position => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  const range =
    at < 0 ? { start: position, end: position } : { start: place(at), end: place(at + (selected?.length ?? 0)) };
  const answer = await connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range,
    context: { diagnostics: [], only: ['quickfix', 'refactor', 'source.organizeImports'] },
  });
  return (answer ?? []).map((action) => {
    if (!('edit' in action)) return action.title;
    const [change] = action.edit?.documentChanges ?? [];
    const edits = change && 'edits' in change ? change.edits.filter((edit) => 'newText' in edit) : [];
    return { [action.title]: TextDocument.applyEdits(TextDocument.create(uri, 'rdp', 1, text), edits).split('\n') };
  });
}
