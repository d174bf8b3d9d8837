// Everything that a server answers about a folder, as text by what was asked, so that two servers can be compared. Numbers that
// count what a server was asked before (ids of results, of lists) are left out.

import { type Position, type Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { inTime, type Folder, type Session } from '../wire/session.ts';
import { show } from '../wire/show.ts';

/** A place to ask about: a share of a file, at a name or anywhere. */
export interface Where {
  readonly file: number;
  readonly place: number;
  readonly at: 'name' | 'anywhere';
}

/** The answers about open documents, and at places in them. */
export async function everyAnswer(
  session: Pick<Session, 'connection'>,
  folder: Folder,
  { documents, places }: { readonly documents: readonly TextDocument[]; readonly places: readonly Where[] },
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  const ask = async (label: string, method: string, params: object): Promise<unknown> => {
    const answer: unknown = await inTime(label, session.connection.sendRequest(method, params)).catch(
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    answers.set(label, show(withoutNumbers(answer), folder));
    return answer;
  };
  for (const query of ['', 'o', 'shop']) await ask(`symbols of ${query}`, 'workspace/symbol', { query });
  await ask('tests', 'rdp/tests', {});
  for (const document of documents) {
    const { uri } = document;
    const textDocument = { uri };
    const about = (what: string): string => `${what} of ${uri.slice(folder.uri.length)}`;
    const range = { start: { line: 0, character: 0 }, end: document.positionAt(document.getText().length) };
    for (const name of ['semanticTokens/full', 'documentSymbol', 'foldingRange', 'documentLink']) {
      await ask(about(name), `textDocument/${name}`, { textDocument });
    }
    await ask(about('inlay hints'), 'textDocument/inlayHint', { textDocument, range });
    await ask(about('tokens of a range'), 'textDocument/semanticTokens/range', { textDocument, range: half(range) });
    const lenses = await ask(about('lenses'), 'textDocument/codeLens', { textDocument });
    for (const lens of listOf(lenses))
      if (!('command' in lens)) await ask(about(`lens ${JSON.stringify(lens['range'])}`), 'codeLens/resolve', lens);
    const options = { tabSize: 2, insertSpaces: true };
    await ask(about('formatting'), 'textDocument/formatting', { textDocument, options });
    await ask(about('formatting of a range'), 'textDocument/rangeFormatting', {
      textDocument,
      options,
      range: half(range),
    });
    await ask(about('source actions'), 'textDocument/codeAction', {
      textDocument,
      range,
      context: { diagnostics: [], only: ['source', 'quickfix'] },
    });
    await ask(about('events'), 'rdp/events', { textDocument });
  }
  for (const where of places) {
    const document = documents[where.file % Math.max(documents.length, 1)];
    if (document) await askAt(ask, folder, { document, where });
  }
  return answers;
}

type Ask = (label: string, method: string, params: object) => Promise<unknown>;

async function askAt(
  ask: Ask,
  folder: Folder,
  { document, where }: { document: TextDocument; where: Where },
): Promise<void> {
  const textDocument = { uri: document.uri };
  const position = positionOf(document, where);
  const about = (what: string): string =>
    `${what} at ${document.uri.slice(folder.uri.length)}:${position.line + 1}:${position.character + 1}`;
  const at = { textDocument, position };
  const completion = await ask(about('completion'), 'textDocument/completion', at);
  const [first] = listOf((completion as { items?: unknown } | null)?.items); // what the request gives
  if (first) await ask(about('completed'), 'completionItem/resolve', first);
  for (const name of [
    'hover',
    'definition',
    'typeDefinition',
    'documentHighlight',
    'signatureHelp',
    'prepareRename',
    'linkedEditingRange',
  ]) {
    await ask(about(name), `textDocument/${name}`, at);
  }
  await ask(about('references'), 'textDocument/references', { ...at, context: { includeDeclaration: true } });
  await ask(about('rename'), 'textDocument/rename', { ...at, newName: 'renamed' });
  await ask(about('selection'), 'textDocument/selectionRange', { textDocument, positions: [position] });
  await ask(about('on type'), 'textDocument/onTypeFormatting', {
    ...at,
    ch: '\n',
    options: { tabSize: 2, insertSpaces: true },
  });
  const range = { start: position, end: position };
  await ask(about('actions'), 'textDocument/codeAction', { textDocument, range, context: { diagnostics: [] } });
  const [item] = listOf(await ask(about('hierarchy'), 'textDocument/prepareCallHierarchy', at));
  if (item) {
    await ask(about('callers'), 'callHierarchy/incomingCalls', { item });
    await ask(about('callees'), 'callHierarchy/outgoingCalls', { item });
  }
}

function positionOf(document: TextDocument, { place, at }: Where): Position {
  const text = document.getText();
  const names = at === 'name' ? [...text.matchAll(/[\w.]*\w/g)] : [];
  const name = names[Math.floor(place * names.length)];
  return document.positionAt(name ? name.index + name[0].length : Math.floor(place * text.length));
}

/** The middle of a range of lines. */
function half({ start, end }: Range): Range {
  return {
    start: { line: end.line >> 2, character: 0 },
    end: { line: Math.max(start.line, end.line - (end.line >> 2)), character: 0 },
  };
}

function listOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : []; // of objects, in each of the protocol's lists that is asked for here
}

function withoutNumbers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNumbers);
  const kept = Object.entries(value).filter(([key]) => key !== 'resultId' && key !== 'list');
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNumbers(item)]));
}
