// What goes wrong is the error of one request: faults of features, params without their shape, documents and places that are not
// there, requests that nobody wants any more or that come too early or too late. The server lives on and stays in step.

import { fileURLToPath } from 'node:url';
import test from 'ava';
import {
  CancellationTokenSource,
  CompletionRequest,
  DefinitionRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  ErrorCodes,
  ExitNotification,
  FoldingRangeRequest,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  LSPErrorCodes,
  ResponseError,
  ShutdownRequest,
} from 'vscode-languageserver/node';
import { fullCapabilities } from './wire/capabilities.ts';
import { inTime, killServers, startServer, startSession, type Session } from './wire/session.ts';

const text = 'package p\nsurface Chat: llm {}\ndefend Stop on Chat.request { when model == "x" block }\n';
const folder = [{ path: 'a.rdp', text }];
const brokenServer = [process.execPath, fileURLToPath(new URL('wire/broken-server.ts', import.meta.url)), '--stdio'];

test.after.always(killServers);

/** The code of the error that an answer is. */
async function errorOf(answer: Promise<unknown>): Promise<number | undefined> {
  try {
    await inTime('an error', answer);
    return undefined;
  } catch (error) {
    if (error instanceof ResponseError) return error.code;
    throw error;
  }
}

function errorsIn({ log }: Session): readonly string[] {
  return log.filter((line) => line.startsWith('1 '));
}

test('a feature that fails is an error of its request, which is logged with its place; all else goes on', async (t) => {
  const session = await startSession({ command: brokenServer, folder });
  const { connection, first } = session;
  const textDocument = { uri: first.uriOf('a.rdp') };
  const position = { line: 2, character: 8 };
  await first.open('a.rdp', text);
  t.is(await errorOf(connection.sendRequest(HoverRequest.type, { textDocument, position })), ErrorCodes.InternalError);
  t.is(await errorOf(connection.sendRequest(DocumentLinkRequest.type, { textDocument })), ErrorCodes.InternalError);
  t.is(await errorOf(connection.sendRequest(DocumentSymbolRequest.type, { textDocument })), ErrorCodes.InternalError);
  const hover = errorsIn(session).find((line) => line.startsWith('1 hover failed'));
  t.regex(hover ?? '', /Error: out of order\n +at .*broken-server\.ts:\d+/);
  t.true(errorsIn(session).some((line) => line.startsWith('1 links failed') && line.includes('later')));
  t.true(errorsIn(session).some((line) => line.startsWith('1 outline failed')));
  t.true(errorsIn(session).some((line) => line.startsWith('1 news of a project failed')));
  // It still hears what is typed, checks it, and answers.
  await first.change('a.rdp', 2, [
    { range: { start: { line: 2, character: 35 }, end: { line: 2, character: 40 } }, text: 'modle' },
  ]);
  const [found] = await first.diagnostics('a.rdp', (list) => list.length > 0);
  t.is(found?.code, 'unknown-name');
  const completion = await connection.sendRequest(CompletionRequest.type, {
    textDocument,
    position: { line: 2, character: 36 },
  });
  t.true(completion !== null);
  t.is(await session.end(), 0);
});

test('an answer that cannot be sent is no end of the server', async (t) => {
  const session = await startSession({ command: brokenServer, folder });
  const textDocument = { uri: session.first.uriOf('a.rdp') };
  void session.connection.sendRequest(FoldingRangeRequest.type, { textDocument }).catch(() => undefined);
  const completion = await inTime(
    'completion',
    session.connection.sendRequest(CompletionRequest.type, { textDocument, position: { line: 2, character: 36 } }),
  );
  t.true(completion !== null);
  t.is(await session.end(), 0);
});

test('what is no longer wanted ends, and keeps nobody waiting', async (t) => {
  const session = await startSession({ command: brokenServer, folder });
  const { connection, first } = session;
  const source = new CancellationTokenSource();
  const endless = connection.sendRequest('test/endless', {}, source.token);
  endless.catch(() => undefined);
  const definition = { textDocument: { uri: first.uriOf('a.rdp') }, position: { line: 2, character: 16 } };
  // Others are answered while it works.
  t.is(
    ((await inTime('definition', connection.sendRequest(DefinitionRequest.type, definition))) as readonly unknown[])
      .length,
    1,
  );
  source.cancel();
  t.is(await errorOf(endless), LSPErrorCodes.RequestCancelled);
  // One that is taken back ahead of its turn.
  const early = new CancellationTokenSource();
  const never = connection.sendRequest('test/endless', {}, early.token);
  early.cancel();
  t.is(await errorOf(never), LSPErrorCodes.RequestCancelled);
  t.deepEqual(
    errorsIn(session).filter((line) => line.includes('endless')),
    [],
  );
  t.is(await session.end(), 0);
});

test('an answer about a text that was changed meanwhile is none', async (t) => {
  const session = await startSession({ command: brokenServer, folder });
  const { connection, first } = session;
  await first.open('a.rdp', text);
  const endless = connection.sendRequest('test/endlessInDocument', { textDocument: { uri: first.uriOf('a.rdp') } });
  endless.catch(() => undefined);
  await first.change('a.rdp', 2, [{ text: `${text}// more\n` }]);
  t.is(await errorOf(endless), LSPErrorCodes.ContentModified);
  t.is(await session.end(), 0);
});

/** Params that lack something, or have it in another shape. */
const malformed: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  position: [
    'hover',
    'completion',
    'definition',
    'typeDefinition',
    'references',
    'documentHighlight',
    'signatureHelp',
    'rename',
    'prepareRename',
    'linkedEditingRange',
    'prepareCallHierarchy',
    'onTypeFormatting',
  ].map((name) => [`textDocument/${name}`, {}]),
  range: ['codeAction', 'inlayHint', 'rangeFormatting', 'semanticTokens/range'].map((name) => [
    `textDocument/${name}`,
    {},
  ]),
  others: [
    ['textDocument/rangesFormatting', { ranges: [{}] }],
    ['textDocument/selectionRange', { positions: [{ line: 0 }] }],
    ['textDocument/references', { position: { line: 0, character: 0 } }],
    ['textDocument/rename', { position: { line: 0, character: 0 }, newName: 7 }],
    ['textDocument/codeAction', { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }],
    ['textDocument/hover', { position: { line: '0', character: 0 } }],
    ['textDocument/hover', { position: { line: 0.5, character: 0 } }],
    ['textDocument/hover', { position: [] }],
    ['workspace/symbol', { query: null }],
    ['callHierarchy/incomingCalls', { item: { uri: 'file:///a.rdp' } }],
    ['callHierarchy/outgoingCalls', {}],
    ['workspace/textDocumentContent', { uri: 3 }],
    ['rdp/runTests', { ids: 'all' }],
    ['rdp/decide', { entrypoint: 1 }],
  ],
};

test('params without their shape are the fault of who sent them', async (t) => {
  const session = await startSession({ folder });
  const { connection, first } = session;
  const textDocument = { uri: first.uriOf('a.rdp') };
  for (const [method, params] of Object.values(malformed).flat()) {
    const about = method.startsWith('textDocument/') || method === 'rdp/decide' ? { textDocument } : {};
    const code = await errorOf(connection.sendRequest(method, { ...about, ...(params as object) })); // as in the table
    t.is(code, ErrorCodes.InvalidParams, `${method} ${JSON.stringify(params)}`);
  }
  const noDocuments = [undefined, null, {}, { uri: 5 }, 'a.rdp', []];
  for (const textDocument of noDocuments) {
    const code = await errorOf(connection.sendRequest('textDocument/foldingRange', { textDocument }));
    t.is(code, ErrorCodes.InvalidParams, JSON.stringify(textDocument));
  }
  t.deepEqual(errorsIn(session), []);
  t.is(await session.end(), 0);
});

test('documents that nobody has, and places outside of the text', async (t) => {
  const session = await startSession({ folder });
  const { connection, first } = session;
  const here = { uri: first.uriOf('a.rdp') };
  for (const uri of [
    first.uriOf('none.rdp'),
    'untitled:x',
    'rdp-library:/std/none.rdp',
    'http://a b',
    '',
    '%',
    first.uriOf('a.rdp') + '/',
  ]) {
    const position = { line: 0, character: 0 };
    t.is(await errorOf(connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position })), undefined, uri);
    t.is(await errorOf(connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } })), undefined, uri);
    t.is(
      await errorOf(connection.sendRequest('textDocument/semanticTokens/full', { textDocument: { uri } })),
      undefined,
      uri,
    );
  }
  const outside = [
    { line: 1_000_000, character: 0 },
    { line: 1, character: 1_000_000 },
    { line: -1, character: -5 },
    { line: 2 ** 31 - 1, character: 2 ** 31 - 1 },
  ];
  for (const position of outside) {
    for (const method of ['hover', 'completion', 'definition', 'signatureHelp', 'prepareRename', 'documentHighlight']) {
      t.is(
        await errorOf(connection.sendRequest(`textDocument/${method}`, { textDocument: here, position })),
        undefined,
        method,
      );
    }
    const range = { start: position, end: { line: 0, character: 3 } };
    for (const method of ['inlayHint', 'semanticTokens/range']) {
      t.is(
        await errorOf(connection.sendRequest(`textDocument/${method}`, { textDocument: here, range })),
        undefined,
        method,
      );
    }
    const context = { diagnostics: [] };
    t.is(
      await errorOf(connection.sendRequest('textDocument/codeAction', { textDocument: here, range, context })),
      undefined,
    );
  }
  // A change of what is not open, and one outside of the text.
  await first.change('none.rdp', 7, [{ text: 'x' }]);
  await first.open('a.rdp', text);
  await first.change('a.rdp', 2, [
    { range: { start: { line: 900, character: 9 }, end: { line: 901, character: 0 } }, text: '// end\n' },
  ]);
  const symbols = await connection.sendRequest(DocumentSymbolRequest.type, { textDocument: here });
  t.is(symbols?.length, 2);
  t.deepEqual(errorsIn(session), []);
  t.is(await session.end(), 0);
});

test('what comes ahead of initialize, twice, or after shutdown', async (t) => {
  const { connection, exited } = startServer();
  connection.listen();
  const symbols = { query: '' };
  t.is(await errorOf(connection.sendRequest('workspace/symbol', symbols)), ErrorCodes.ServerNotInitialized);
  const params = { processId: process.pid, rootUri: null, capabilities: fullCapabilities, workspaceFolders: null };
  await connection.sendRequest(InitializeRequest.type, params);
  await connection.sendNotification(InitializedNotification.type, {});
  t.is(await errorOf(connection.sendRequest(InitializeRequest.type, params)), ErrorCodes.InvalidRequest);
  t.is(await errorOf(connection.sendRequest('textDocument/unheardOf', {})), ErrorCodes.MethodNotFound);
  t.is(await errorOf(connection.sendRequest('workspace/symbol', symbols)), undefined);
  await connection.sendRequest(ShutdownRequest.type);
  t.is(await errorOf(connection.sendRequest('workspace/symbol', symbols)), ErrorCodes.InvalidRequest);
  t.is(await errorOf(connection.sendRequest('textDocument/unheardOf', {})), ErrorCodes.InvalidRequest);
  await connection.sendNotification(ExitNotification.type);
  t.is(await inTime('the end', exited), 0);
});

test('an exit that was not announced, and a client that is gone', async (t) => {
  const told = startServer();
  told.connection.listen();
  await told.connection.sendNotification(ExitNotification.type);
  t.is(await inTime('the end', told.exited), 1);
  const left = startServer();
  left.connection.listen();
  const params = { processId: process.pid, rootUri: null, capabilities: fullCapabilities, workspaceFolders: null };
  await left.connection.sendRequest(InitializeRequest.type, params);
  left.child.stdin?.end();
  t.is(await inTime('the end', left.exited), 1);
});
