// Settings: from initializationOptions, from a client that is asked, from one that only tells; what becomes of them at once, by folder;
// and what no setting can do.

import test from 'ava';
import {
  CodeLensRequest,
  CompletionRequest,
  DiagnosticSeverity,
  DidChangeConfigurationNotification,
  DocumentDiagnosticRequest,
  DocumentOnTypeFormattingRequest,
  InlayHintRequest,
  RegistrationRequest,
  SetTraceNotification,
  WorkspaceSymbolRequest,
  type ClientCapabilities,
  type CompletionList,
} from 'vscode-languageserver/node';
import { fullCapabilities } from './wire/capabilities.ts';
import { inTime, killServers, startSession, type Folder, type Session } from './wire/session.ts';

/** A warning (`unused-import`), hints and lenses of every kind but one. */
const text = `package p
import std.owasp
import std.pii
surface Chat: llm {}
set models = ["a"]
pattern order = re"ORD-[0-9]{4}" { example "ORD-1234" }
detect Found on Chat.request { covers owasp.llm.v2026.LLM02 when model in models }
test "one" on Chat.request { given { model: "a", prompts: [] } expect Found }
`;
const files = [{ path: 'a.rdp', text }];

test.after.always(killServers);

/** A session with its folder. */
type Opened = Session & { readonly first: Folder };

async function seen(
  { first }: Opened,
  holds: (codes: readonly string[]) => boolean = () => true,
): Promise<readonly string[]> {
  const shown = (list: Awaited<ReturnType<typeof first.diagnostics>>): readonly string[] =>
    list.map(
      ({ code, severity = 0 }) => `${String(code)} ${['', 'error', 'warning', 'information', 'hint'][severity]}`,
    );
  return shown(await first.diagnostics('a.rdp', (list) => holds(shown(list))));
}

async function hints({ connection, first }: Opened): Promise<readonly unknown[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
  const found = await connection.sendRequest(InlayHintRequest.type, {
    textDocument: { uri: first.uriOf('a.rdp') },
    range,
  });
  return (found ?? []).map(({ label }) => label);
}

async function lenses({ connection, first }: Opened): Promise<readonly unknown[]> {
  const found = await connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: first.uriOf('a.rdp') } });
  return (found ?? []).map(({ command }) => command?.title ?? 'uses');
}

test('a client that is asked: settings count before anything is shown, and as soon as they change', async (t) => {
  let settings: unknown = { diagnostics: { levels: { 'unused-import': 'hint' } } };
  const session = await startSession({ folder: files, settings: () => settings });
  const { connection, first, published } = session;
  await first.open('a.rdp', text);
  t.deepEqual(await seen(session), ['unused-import hint']);
  t.true(
    published.every(({ diagnostics }) => diagnostics.every(({ severity }) => severity !== DiagnosticSeverity.Warning)),
  );
  t.deepEqual(await hints(session), [': set<string>', ' ≤ 8']);
  t.deepEqual(await lenses(session), ['run examples', 'evaluate with an input', 'covers 1 threat', 'uses', 'run test']);
  settings = {
    diagnostics: { levels: { 'unused-import': 'off' } },
    inlayHints: { types: false },
    codeLenses: { evaluate: false, uses: false },
  };
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  t.deepEqual(await seen(session, (codes) => codes.length === 0), []);
  t.deepEqual(await hints(session), [' ≤ 8']);
  t.deepEqual(await lenses(session), ['run examples', 'covers 1 threat', 'run test']);
  settings = { inlayHints: { patterns: false }, codeLenses: { tests: false, threats: false, report: false } };
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  t.deepEqual(await seen(session, (codes) => codes.length === 1), ['unused-import warning']);
  t.deepEqual(await hints(session), [': set<string>']);
  t.deepEqual(await lenses(session), ['evaluate with an input', 'uses']);
  t.is(await session.end(), 0);
});

test('an error stays one', async (t) => {
  const faulty = text.replace('model in models', 'modle in models');
  for (const level of ['off', 'hint', 'warning']) {
    const settings = { diagnostics: { levels: { 'unknown-name': level } } };
    const session = await startSession({ folder: [{ path: 'a.rdp', text: faulty }], settings: () => settings });
    t.deepEqual(await seen(session), ['unknown-name error']);
    t.true(session.log.some((line) => line.startsWith('2 ') && line.includes('`unknown-name` can be error')));
    t.is(await session.end(), 0);
  }
});

test('that something is not enforced or is excepted cannot be hidden', async (t) => {
  const settings = { diagnostics: { levels: { 'expired-exemption': 'off' } } };
  const exempted = `${text}exempt Found { until 2020-01-01 owner "team" reason "moves" }\n`;
  const session = await startSession({ folder: [{ path: 'a.rdp', text: exempted }], settings: () => settings });
  t.true((await seen(session)).includes('expired-exemption warning'));
  t.true(session.log.some((line) => line.includes('`expired-exemption` can be information, warning, error')));
  t.is(await session.end(), 0);
});

test('a fix of what is not shown is not offered', async (t) => {
  const settings = { diagnostics: { levels: { 'unused-import': 'off' } } };
  const session = await startSession({ folder: files, settings: () => settings });
  const { connection, first } = session;
  const at = { line: 2, character: 3 };
  const actions = await connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri: first.uriOf('a.rdp') },
    range: { start: at, end: at },
    context: { diagnostics: [], only: ['quickfix', 'source.fixAll'] },
  });
  t.deepEqual(actions, []);
  t.is(await session.end(), 0);
});

test('formatting on type, and names of packages that are not imported', async (t) => {
  let settings: unknown = {};
  const session = await startSession({ folder: files, settings: () => settings });
  const { connection, first } = session;
  const typed = text.replace('model in models', 'secre').replace('set models = ["a"]', '  set models = ["a"]');
  await first.open('a.rdp', typed);
  const textDocument = { uri: first.uriOf('a.rdp') };
  const options = { tabSize: 2, insertSpaces: true };
  const edits = async (): Promise<number> =>
    (
      await connection.sendRequest(DocumentOnTypeFormattingRequest.type, {
        textDocument,
        position: { line: 4, character: 0 },
        ch: '\n',
        options,
      })
    )?.length ?? 0;
  const position = { line: 6, character: typed.split('\n')[6]?.indexOf('secre') ?? 0 };
  const offered = async (): Promise<boolean> => {
    const list = (await connection.sendRequest(CompletionRequest.type, {
      textDocument,
      position: { ...position, character: position.character + 5 },
    })) as CompletionList; // what the request gives
    return list.items.some(({ label }) => label.startsWith('secrets'));
  };
  t.is(await edits(), 1);
  t.true(await offered());
  settings = { format: { onType: false }, completion: { autoImport: false } };
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  t.is(await edits(), 0);
  t.false(await offered());
  t.is(await session.end(), 0);
});

test('a client that only tells, in either form, over what it said at the start', async (t) => {
  const capabilities: ClientCapabilities = { ...fullCapabilities, workspace: { workspaceFolders: true } };
  const session = await startSession({
    capabilities,
    folder: files,
    initializationOptions: { diagnostics: { levels: { 'unused-import': 'information' } } },
  });
  await session.first.open('a.rdp', text);
  t.deepEqual(await seen(session), ['unused-import information']);
  const tell = (settings: unknown): Promise<void> =>
    session.connection.sendNotification(DidChangeConfigurationNotification.type, { settings });
  await tell({ rdp: { diagnostics: { levels: { 'unused-import': 'error' } } } });
  t.deepEqual(await seen(session, ([first]) => first !== 'unused-import information'), ['unused-import error']);
  await tell({ diagnostics: { levels: { 'unused-import': 'off' } } });
  t.deepEqual(await seen(session, (codes) => codes.length === 0), []);
  await tell(null);
  t.deepEqual(await seen(session, (codes) => codes.length === 1), ['unused-import information']);
  t.is(await session.end(), 0);
});

test('each folder has its own; which folders are projects is a setting too', async (t) => {
  let projects: readonly string[] = [];
  const session = await startSession({
    folder: [
      { path: 'one/a.rdp', text: 'package p\nset a = ["b"]\n' },
      { path: 'two/a.rdp', text: 'package p\nset a = ["b"]\n' },
    ],
    settings: ({ scopeUri }) =>
      scopeUri?.endsWith('second') ? { diagnostics: { levels: { 'unused-declaration': 'off' } } } : { projects },
  });
  const { connection, first } = session;
  const second = session.write('second', [{ path: 'a.rdp', text: 'package p\nset a = ["b"]\n' }]);
  await second.add();
  await second.open('a.rdp', 'package p\nset a = ["b"]\n');
  await first.diagnostics('two/a.rdp', (list) => list.some(({ code }) => code === 'duplicate-name'));
  const codes = async (): Promise<unknown> => (await second.diagnostics('a.rdp')).map(({ code }) => code);
  t.deepEqual(await codes(), []);
  projects = ['one', 'two'];
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  await first.diagnostics('two/a.rdp', (list) => !list.some(({ code }) => code === 'duplicate-name'));
  const symbols = await connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'a' });
  t.is(symbols?.length, 3);
  t.is(await session.end(), 0);
});

test('settings that are none are left out and said; a client that never answers keeps nobody waiting for long', async (t) => {
  const settings = {
    diagnostics: { levels: { 'no-such-code': 'off', 'unused-import': 'loud' } },
    inlayHints: { types: 'yes' },
    codeLenses: 7,
    projects: 'all',
  };
  const session = await startSession({ folder: files, settings: () => settings });
  await session.first.open('a.rdp', text);
  t.deepEqual(await seen(session), ['unused-import warning']);
  t.deepEqual(session.log.filter((line) => line.startsWith('2 ')).toSorted(), [
    '2 `rdp.diagnostics.levels`: `unused-import` can be off, hint, information, warning, error',
    '2 `rdp.diagnostics.levels`: there is no diagnostic `no-such-code`',
    '2 `rdp.inlayHints.types` is neither true nor false',
    '2 `rdp.projects` is no list of folders',
  ]);
  t.is(await session.end(), 0);
  const silent = await startSession({ folder: files, settings: () => new Promise(() => undefined) });
  t.is(
    (await inTime('symbols', silent.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'Found' })))?.length,
    1,
  );
  t.is(await silent.end(), 0);
});

test('changes of settings are asked to be told, and pulled diagnostics are asked for again', async (t) => {
  let settings: unknown = {};
  const capabilities: ClientCapabilities = {
    ...fullCapabilities,
    workspace: { ...fullCapabilities.workspace, didChangeConfiguration: { dynamicRegistration: true } },
    textDocument: { ...fullCapabilities.textDocument, diagnostic: {} },
  };
  const session = await startSession({ folder: files, capabilities, settings: () => settings });
  const { connection, first } = session;
  const registered: string[] = [];
  connection.onRequest(
    RegistrationRequest.type,
    ({ registrations }) => void registered.push(...registrations.map(({ method }) => method)),
  );
  const severities = async (): Promise<readonly unknown[]> => {
    const report = await connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri: first.uriOf('a.rdp') },
    });
    return report.kind === 'full' ? report.items.map(({ severity }) => severity) : [];
  };
  t.deepEqual(await severities(), [DiagnosticSeverity.Warning]);
  const again = new Promise<void>((resolve) => {
    connection.onRequest('workspace/diagnostic/refresh', () => {
      resolve();
      return null;
    });
  });
  settings = { diagnostics: { levels: { 'unused-import': 'hint' } } };
  await connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  await inTime('a refresh', again);
  t.deepEqual(await severities(), [DiagnosticSeverity.Hint]);
  t.is(await session.end(), 0);
});

test('a trace says what was answered and how long it took', async (t) => {
  const session = await startSession({ folder: files });
  const traced = new Promise<string>((resolve) => {
    session.connection.onNotification('$/logTrace', ({ message }: { readonly message: string }) => resolve(message));
  });
  await session.connection.sendNotification(SetTraceNotification.type, { value: 'messages' });
  await session.connection.sendRequest(WorkspaceSymbolRequest.type, { query: '' });
  t.regex(await inTime('a trace', traced), /^workspace symbols: \d+\.\d ms$/);
  t.is(await session.end(), 0);
});
