// Documents, files and folders: whatever order things happen in, answers are about what the client sees.

import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import {
  DidChangeWatchedFilesNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentSymbolRequest,
  FileChangeType,
  SemanticTokensDeltaRequest,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
  WorkspaceDiagnosticRequest,
  WorkspaceSymbolRequest,
  type ClientCapabilities,
} from 'vscode-languageserver/node';
import { fullCapabilities } from './wire/capabilities.ts';
import { killServers, startSession } from './wire/session.ts';

const surface = 'package p\nsurface Chat: llm {}\n';
const rule = 'package p\ndefend Stop on Chat.request { when model == "x" block }\n';

test.after.always(killServers);

test('edits come one by one, and several at once', async (t) => {
  const { first, end } = await startSession({ folder: [{ path: 'a.rdp', text: surface + rule.slice(10) }] });
  await first.open('a.rdp', surface + rule.slice(10));
  t.deepEqual(await first.diagnostics('a.rdp'), []);
  const line = 2;
  await first.change('a.rdp', 2, [
    { range: { start: { line, character: 35 }, end: { line, character: 40 } }, text: 'modle' },
    { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '// é😀\n' },
  ]);
  const [found] = await first.diagnostics('a.rdp', (list) => list.length > 0);
  t.is(found?.code, 'unknown-name');
  t.deepEqual(found?.range.start, { line: 3, character: 35 });
  await first.change('a.rdp', 3, [{ text: surface }]);
  t.deepEqual(await first.diagnostics('a.rdp', (list) => list.length === 0), []);
  t.is(await end(), 0);
});

test('lines end as clients count them', async (t) => {
  const { first, end } = await startSession({ folder: [] });
  const text = 'package p\r\nsurface Chat: llm {}\r// c\rdefend Stop on Chat.request { when model == "x" block }\r\n';
  await first.open('a.rdp', text);
  t.deepEqual(await first.diagnostics('a.rdp'), []);
  const at = (character: number): { line: number; character: number } => ({ line: 3, character });
  await first.change('a.rdp', 2, [{ range: { start: at(35), end: at(40) }, text: 'modle' }]);
  const [found] = await first.diagnostics('a.rdp', (list) => list.length > 0);
  t.deepEqual(found?.range, { start: at(35), end: at(40) });
  t.is(await end(), 0);
});

test('one file sees what is typed in another, before it is saved', async (t) => {
  const { first, end } = await startSession({
    folder: [
      { path: 'a.rdp', text: surface },
      { path: 'deep/b.rdp', text: rule },
    ],
  });
  await first.open('deep/b.rdp', rule);
  t.deepEqual(await first.diagnostics('deep/b.rdp'), []);
  await first.open('a.rdp', surface);
  await first.change('a.rdp', 2, [{ text: surface.replace('Chat', 'Talk') }]);
  t.is((await first.diagnostics('deep/b.rdp', (list) => list.length > 0))[0]?.code, 'unknown-surface');
  // Closed without saving, the file on the disk counts again.
  await first.close('a.rdp');
  t.deepEqual(await first.diagnostics('deep/b.rdp', (list) => list.length === 0), []);
  t.is(await end(), 0);
});

test('what is renamed in one file is missed in others, pushed and pulled, until they follow', async (t) => {
  const library = 'package lib\nfn ours(host: string) -> bool = host == "a"\n';
  const policy = `package p\nimport lib\nsurface Egress: net {}\ndefend Stop on Egress.connection { when lib.ours(destination.host) block }\n`;
  const folder = [
    { path: 'lib.rdp', text: library },
    { path: 'p.rdp', text: policy },
    { path: 'q.rdp', text: policy.replace('package p', 'package q') },
  ];
  const pushed = await startSession({ folder });
  const { first } = pushed;
  for (const { path, text } of folder) {
    await first.open(path, text);
    t.deepEqual(await first.diagnostics(path), []);
  }
  const rename = { range: { start: { line: 1, character: 3 }, end: { line: 1, character: 7 } }, text: 'mine' };
  await first.change('lib.rdp', 2, [rename]);
  for (const path of ['p.rdp', 'q.rdp']) {
    t.is((await first.diagnostics(path, (list) => list.length > 0))[0]?.code, 'unknown-name', path);
  }
  const follow = { range: { start: { line: 3, character: 44 }, end: { line: 3, character: 48 } }, text: 'mine' };
  await first.change('p.rdp', 2, [follow]);
  t.deepEqual(await first.diagnostics('p.rdp', (list) => list.length === 0), []);
  t.is((await first.diagnostics('q.rdp'))[0]?.code, 'unknown-name');
  await first.change('q.rdp', 2, [follow]);
  t.deepEqual(await first.diagnostics('q.rdp', (list) => list.length === 0), []);
  t.is(await pushed.end(), 0);

  const capabilities: ClientCapabilities = {
    ...fullCapabilities,
    textDocument: { ...fullCapabilities.textDocument, diagnostic: { relatedDocumentSupport: true } },
  };
  const pulled = await startSession({ capabilities, folder });
  const codes = async (path: string): Promise<readonly unknown[]> => {
    const textDocument = { uri: pulled.first.uriOf(path) };
    const report = await pulled.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
    return report.kind === 'full' ? report.items.map(({ code }) => code) : [report.kind];
  };
  for (const { path, text } of folder) await pulled.first.open(path, text);
  t.deepEqual(await codes('q.rdp'), []);
  await pulled.first.change('lib.rdp', 2, [rename]);
  t.deepEqual(await codes('q.rdp'), ['unknown-name']);
  await pulled.first.change('q.rdp', 2, [follow]);
  t.deepEqual(await codes('q.rdp'), []);
  t.deepEqual(await codes('p.rdp'), ['unknown-name']);
  t.is(await pulled.end(), 0);
});

test('files that come, change, move and go', async (t) => {
  const { first, connection, end } = await startSession({ folder: [{ path: 'b.rdp', text: rule }] });
  await first.open('b.rdp', rule);
  t.is((await first.diagnostics('b.rdp', (list) => list.length > 0))[0]?.code, 'unknown-surface');
  const tell = (path: string, type: FileChangeType): Promise<void> =>
    connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: first.uriOf(path), type }],
    });
  mkdirSync(join(first.path, 'sub dir'));
  writeFileSync(join(first.path, 'sub dir/a.rdp'), surface);
  await tell('sub dir/a.rdp', FileChangeType.Created);
  t.deepEqual(await first.diagnostics('b.rdp', (list) => list.length === 0), []);
  writeFileSync(join(first.path, 'sub dir/a.rdp'), surface.replace('Chat', 'Talk'));
  await tell('sub dir/a.rdp', FileChangeType.Changed);
  await first.diagnostics('b.rdp', (list) => list.length > 0);
  writeFileSync(join(first.path, 'sub dir/a.rdp'), surface);
  renameSync(join(first.path, 'sub dir'), join(first.path, 'other'));
  await tell('sub dir/a.rdp', FileChangeType.Deleted);
  await tell('other/a.rdp', FileChangeType.Created);
  await first.diagnostics('b.rdp', (list) => list.length === 0);
  rmSync(join(first.path, 'other'), { recursive: true });
  await tell('other/a.rdp', FileChangeType.Deleted);
  await first.diagnostics('b.rdp', (list) => list.length > 0);
  // A folder that goes is all that some clients tell of.
  mkdirSync(join(first.path, 'whole'));
  writeFileSync(join(first.path, 'whole/a.rdp'), surface);
  await tell('whole/a.rdp', FileChangeType.Created);
  await first.diagnostics('b.rdp', (list) => list.length === 0);
  rmSync(join(first.path, 'whole'), { recursive: true });
  await tell('whole', FileChangeType.Deleted);
  await first.diagnostics('b.rdp', (list) => list.length > 0);
  t.is(await end(), 0);
});

test('documents that a policy names are read, and read again', async (t) => {
  const data = 'package p\nsurface Api: api { openapi "api.json" }\n';
  const { first, connection, end } = await startSession({ folder: [{ path: 'a.rdp', text: data }] });
  await first.open('a.rdp', data);
  t.is((await first.diagnostics('a.rdp', (list) => list.length > 0))[0]?.code, 'missing-document');
  const uri = first.uriOf('api.json');
  writeFileSync(
    join(first.path, 'api.json'),
    JSON.stringify({ openapi: '3.0.0', info: { title: 'a', version: '1' }, paths: {} }),
  );
  await connection.sendNotification(DidChangeWatchedFilesNotification.type, {
    changes: [{ uri, type: FileChangeType.Created }],
  });
  await first.diagnostics('a.rdp', (list) => !list.some(({ code }) => code === 'missing-document'));
  t.is(await end(), 0);
});

test('folders are projects of their own; a file outside of all is one alone', async (t) => {
  const session = await startSession({ folder: [{ path: 'a.rdp', text: surface }] });
  const second = session.write('second', [{ path: 'b.rdp', text: rule }]);
  await second.add();
  t.is((await second.diagnostics('b.rdp', (list) => list.length > 0))[0]?.code, 'unknown-surface');
  await second.remove();
  t.deepEqual(await second.diagnostics('b.rdp', (list) => list.length === 0), []);
  const outside = session.write('outside', [{ path: 'c.rdp', text: rule }]);
  await outside.open('c.rdp', rule);
  t.is((await outside.diagnostics('c.rdp', (list) => list.length > 0))[0]?.code, 'unknown-surface');
  await outside.close('c.rdp');
  t.deepEqual(await outside.diagnostics('c.rdp', (list) => list.length === 0), []);
  t.is(await session.end(), 0);
});

test('of nested folders the innermost has a policy', async (t) => {
  const inner = `${surface}set a = ["b"]\n`;
  const session = await startSession({
    folder: [
      { path: 'a.rdp', text: surface },
      { path: 'in/b.rdp', text: inner },
    ],
  });
  const { first, connection } = session;
  const names = async (): Promise<unknown> =>
    (await connection.sendRequest(WorkspaceSymbolRequest.type, { query: '' }))?.map(({ name }) => name);
  t.is((await first.diagnostics('in/b.rdp', (list) => list.length > 0))[0]?.code, 'duplicate-name');
  const nested = session.write('first/in', []);
  await nested.add();
  t.deepEqual(await names(), ['Chat', 'Chat', 'a']);
  await first.diagnostics('in/b.rdp', (list) => list.length === 0);
  await first.open('in/b.rdp', inner);
  await first.change('in/b.rdp', 2, [{ text: surface.replace('Chat', 'Talk') }]);
  t.deepEqual(await names(), ['Chat', 'Talk']);
  await nested.remove();
  t.deepEqual(await names(), ['Chat', 'Talk']);
  await first.change('in/b.rdp', 3, [{ text: inner }]);
  await first.diagnostics('in/b.rdp', (list) => list.some(({ code }) => code === 'duplicate-name'));
  t.is(await session.end(), 0);
});

test('a folder with several projects that know nothing of each other', async (t) => {
  const { first, end } = await startSession({
    initializationOptions: { projects: ['one', 'two/'] },
    folder: [
      { path: 'one/a.rdp', text: surface },
      { path: 'two/a.rdp', text: surface },
      { path: 'two/b.rdp', text: rule.replace('model', 'modle') },
    ],
  });
  const [found] = await first.diagnostics('two/b.rdp', (list) => list.length > 0);
  t.is(found?.code, 'unknown-name');
  await first.open('one/a.rdp', surface);
  t.deepEqual(await first.diagnostics('one/a.rdp'), []);
  t.is(await end(), 0);
});

test('an unsaved document, and URIs as other systems write them', async (t) => {
  const { connection, published, end, first } = await startSession({ folder: [{ path: 'x.rdp', text: surface }] });
  const open = (uri: string, text: string): Promise<void> =>
    connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'rdp', version: 1, text },
    });
  const symbolsOf = async (uri: string): Promise<unknown> =>
    (await connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } }))?.map(({ name }) => name);
  for (const uri of ['untitled:Untitled-1', 'file:///c%3A/Users/A%20B/policy.rdp', 'vscode-vfs://github/a/b/p.rdp']) {
    await open(uri, surface);
    t.deepEqual(await symbolsOf(uri), ['Chat'], uri);
  }
  t.deepEqual(await symbolsOf('file:///C:/Users/A B/policy.rdp'), ['Chat']);
  t.true(published.every(({ diagnostics }) => diagnostics.length === 0));
  t.deepEqual(await symbolsOf(first.uriOf('x.rdp').replace('x.rdp', 'x%2Erdp')), ['Chat']);
  t.is(await symbolsOf('file:///nowhere.rdp'), undefined);
  t.is(await end(), 0);
});

test('a file that is no text, and one that is large', async (t) => {
  const rules = Array.from({ length: 20_000 }, (_, i) => `set s${i} = ["a", "b"]\n`).join('');
  const session = await startSession({ folder: [{ path: 'big.rdp', text: `package p\n${rules}` }] });
  const binary = session.write('binary', []);
  mkdirSync(binary.path);
  writeFileSync(join(binary.path, 'a.rdp'), Buffer.from([0xff, 0xfe, 0, 1]));
  await binary.add();
  const [found] = await binary.diagnostics('a.rdp', (list) => list.length > 0);
  t.regex(String(found?.message), /not UTF-8/);
  // What is typed counts, then the file again; one that is mended or gone is no fault.
  await binary.open('a.rdp', surface);
  t.deepEqual(await binary.diagnostics('a.rdp', (list) => list.length === 0), []);
  await binary.close('a.rdp');
  await binary.diagnostics('a.rdp', (list) => list.length > 0);
  const tell = (type: FileChangeType): Promise<void> =>
    session.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: binary.uriOf('a.rdp'), type }],
    });
  writeFileSync(join(binary.path, 'a.rdp'), surface);
  await tell(FileChangeType.Changed);
  t.deepEqual(await binary.diagnostics('a.rdp', (list) => list.length === 0), []);
  writeFileSync(join(binary.path, 'a.rdp'), Buffer.from([0xff, 0xfe, 0, 1]));
  await tell(FileChangeType.Changed);
  await binary.diagnostics('a.rdp', (list) => list.length > 0);
  rmSync(join(binary.path, 'a.rdp'));
  await tell(FileChangeType.Deleted);
  t.deepEqual(await binary.diagnostics('a.rdp', (list) => list.length === 0), []);
  await session.first.open('big.rdp', `package p\n${rules}`);
  const symbols = await session.connection.sendRequest(DocumentSymbolRequest.type, {
    textDocument: { uri: session.first.uriOf('big.rdp') },
  });
  t.is(symbols?.length, 20_000);
  t.is(await session.end(), 0);
});

test('positions in UTF-8, for a client that knows nothing else', async (t) => {
  const capabilities: ClientCapabilities = { ...fullCapabilities, general: { positionEncodings: ['utf-8'] } };
  const text = `${surface}defend Stop on Chat.request { when model == "é😀" || modle == "x" block }\n`;
  const { first, initialized, end } = await startSession({ capabilities, folder: [{ path: 'a.rdp', text }] });
  t.is(initialized.capabilities.positionEncoding, 'utf-8');
  await first.open('a.rdp', text);
  const [found] = await first.diagnostics('a.rdp', (list) => list.length > 0);
  t.is(found?.range.start.character, Buffer.byteLength('defend Stop on Chat.request { when model == "é😀" || '));
  await first.change('a.rdp', 2, [
    { range: found?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: 'model' },
  ]);
  t.deepEqual(await first.diagnostics('a.rdp', (list) => list.length === 0), []);
  t.is(await end(), 0);
});

test('diagnostics that the client pulls', async (t) => {
  const capabilities: ClientCapabilities = {
    ...fullCapabilities,
    textDocument: { ...fullCapabilities.textDocument, diagnostic: { relatedDocumentSupport: true } },
  };
  const { first, connection, published, end } = await startSession({
    capabilities,
    folder: [
      { path: 'a.rdp', text: surface },
      { path: 'b.rdp', text: rule.replace('model', 'modle') },
    ],
  });
  const textDocument = { uri: first.uriOf('b.rdp') };
  const full = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument });
  t.is(full.kind, 'full');
  t.is(full.kind === 'full' ? full.items.length : 0, 1);
  const again = await connection.sendRequest(DocumentDiagnosticRequest.type, {
    textDocument,
    previousResultId: full.resultId ?? '',
  });
  t.is(again.kind, 'unchanged');
  const all = await connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
  t.deepEqual(
    all.items.map(({ kind, uri }) => [kind, uri]),
    [['full', textDocument.uri]],
  );
  await first.open('b.rdp', rule);
  const fixed = await connection.sendRequest(WorkspaceDiagnosticRequest.type, {
    previousResultIds: [{ uri: textDocument.uri, value: full.resultId ?? '' }],
  });
  t.deepEqual(
    fixed.items.map((item) => (item.kind === 'full' ? item.items : item.kind)),
    [[]],
  );
  t.deepEqual(published, []);
  t.is(await end(), 0);
});

test('tokens that changed, and tokens of a range, are those of the whole', async (t) => {
  const text = surface + rule.slice(10);
  const { first, connection, end } = await startSession({ folder: [{ path: 'a.rdp', text }] });
  await first.open('a.rdp', text);
  const textDocument = { uri: first.uriOf('a.rdp') };
  const whole = await connection.sendRequest(SemanticTokensRequest.type, { textDocument });
  await first.change('a.rdp', 2, [
    { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, text: 'set a = ["b"]\n' },
  ]);
  const delta = await connection.sendRequest(SemanticTokensDeltaRequest.type, {
    textDocument,
    previousResultId: whole?.resultId ?? '',
  });
  const data = [...(whole?.data ?? [])];
  if (delta && 'edits' in delta) {
    for (const { start, deleteCount, data: more = [] } of delta.edits) data.splice(start, deleteCount, ...more);
  } else t.fail('no delta came');
  const fresh = await connection.sendRequest(SemanticTokensRequest.type, { textDocument });
  t.deepEqual(data, fresh?.data);
  const range = { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } };
  const part = await connection.sendRequest(SemanticTokensRangeRequest.type, { textDocument, range });
  t.deepEqual(part?.data.slice(0, 5), [1, 0, 3, 10, 0]);
  t.is((part?.data.length ?? 0) / 5, 4);
  t.is(await end(), 0);
});

test('symbols of all folders', async (t) => {
  const session = await startSession({ folder: [{ path: 'a.rdp', text: surface }] });
  const second = session.write('other', [{ path: 'b.rdp', text: rule }]);
  await second.add();
  const names = async (query: string): Promise<unknown> =>
    (await session.connection.sendRequest(WorkspaceSymbolRequest.type, { query }))?.map(({ name }) => name);
  t.deepEqual(await names(''), ['Chat', 'Stop']);
  t.deepEqual(await names('SP'), ['Stop']);
  t.is(pathToFileURL(second.path).href, second.uri);
  t.is(await session.end(), 0);
});
