// A client that knows little: no Markdown, no snippets, no trees of symbols, no links, no versions. It gets what it can show.

import test from 'ava';
import {
  CompletionRequest,
  CompletionResolveRequest,
  DefinitionRequest,
  DocumentSymbolRequest,
  HoverRequest,
  RenameRequest,
  SignatureHelpRequest,
  type ClientCapabilities,
  type CompletionList,
} from 'vscode-languageserver/node';
import { killServers, startSession } from './wire/session.ts';

const text = `package p
surface Chat: llm {}
pattern order = re"ORD-[0-9]{4}" { example "ORD-1234" }
/// Whether it is \`ours\`.
fn ours(host: string) -> bool = host.startsWith("a")
detect Found on Chat.request { find order in prompts[*].text when ours(model) }
defend Cut on Chat.request { when Found redact Found with "[x]" }
`;

const plain: ClientCapabilities = {
  textDocument: {
    hover: { contentFormat: ['plaintext'] },
    completion: { completionItem: { documentationFormat: ['plaintext'] } },
    signatureHelp: { signatureInformation: { documentationFormat: ['plaintext'] } },
  },
};

test.after.always(killServers);

test('a client that knows little gets what it can show', async (t) => {
  const { connection, first, initialized, end } = await startSession({
    capabilities: plain,
    folder: [{ path: 'p.rdp', text }],
  });
  const textDocument = { uri: first.uriOf('p.rdp') };
  const at = (
    line: number,
    word: string,
  ): { textDocument: typeof textDocument; position: { line: number; character: number } } => ({
    textDocument,
    position: { line, character: (text.split('\n')[line] ?? '').indexOf(word) + 1 },
  });
  t.is(initialized.capabilities.renameProvider, true);
  t.is(initialized.capabilities.codeActionProvider, true);
  t.is(initialized.capabilities.diagnosticProvider, undefined);
  const hover = await connection.sendRequest(HoverRequest.type, at(2, 'order'));
  t.deepEqual(hover?.contents, {
    kind: 'plaintext',
    value:
      'pattern order\n\nORD-[0-9]{4}\n\nThe longest match has 8 characters; a stream holds back that many.\n\nMatches in ORD-1234.',
  });
  const help = await connection.sendRequest(SignatureHelpRequest.type, {
    ...at(5, 'model'),
    position: { line: 5, character: text.split('\n')[5]?.indexOf('model') ?? 0 },
  });
  t.deepEqual(help?.signatures[0]?.documentation, { kind: 'plaintext', value: 'Whether it is ours.' });
  const list = (await connection.sendRequest(CompletionRequest.type, at(6, 'when'))) as CompletionList; // what the request gives
  t.true(list.items.length > 0);
  t.true(
    list.items.every(
      ({ insertTextFormat, textEdit }) => insertTextFormat !== 2 && textEdit?.newText.includes('${') === false,
    ),
  );
  const documented = await Promise.all(
    list.items.slice(0, 5).map((item) => connection.sendRequest(CompletionResolveRequest.type, item)),
  );
  t.true(
    documented.every(
      ({ documentation }) =>
        documentation === undefined || (typeof documentation === 'object' && documentation.kind === 'plaintext'),
    ),
  );
  const [symbol] = (await connection.sendRequest(DocumentSymbolRequest.type, { textDocument })) ?? [];
  t.true(symbol !== undefined && 'location' in symbol);
  const found = await connection.sendRequest(DefinitionRequest.type, at(6, 'Found'));
  t.true(Array.isArray(found) && found[0] !== undefined && 'uri' in found[0]);
  const renamed = await connection.sendRequest(RenameRequest.type, { ...at(6, 'Found'), newName: 'Seen' });
  t.deepEqual(Object.keys(renamed ?? {}), ['changes']);
  t.is(renamed?.changes?.[textDocument.uri]?.length, 3);
  t.is(await end(), 0);
});
