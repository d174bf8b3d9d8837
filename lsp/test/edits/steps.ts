// Random steps of somebody who edits several files, and their play on a server: what is typed, taken back, opened, closed, saved,
// changed behind the editor's back, asked for and no longer wanted. INVARIANT: what the client holds is kept by the library that
// clients use, so that server and client count lines apart from each other.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import {
  CancellationTokenSource,
  CompletionRequest,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  HoverRequest,
  InlayHintRequest,
  LSPErrorCodes,
  ReferencesRequest,
  ResponseError,
  SemanticTokensRequest,
  WorkspaceSymbolRequest,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { inTime, type Folder, type Session } from '../wire/session.ts';
import type { LinkedFile } from './linked-files.ts';

/** A change of a text: `place` is a share of it, the rest are UTF-16 units. */
interface Change {
  readonly place: number;
  readonly length: number;
  readonly text: string;
}

/** One step; `file` is taken modulo the number of files. */
export type Step = { readonly file: number } & (
  | { readonly op: 'edit'; readonly changes: readonly Change[] }
  | { readonly op: 'whole'; readonly text: string }
  | { readonly op: 'undo' }
  | { readonly op: 'toggle' }
  | { readonly op: 'save' }
  /** Another program writes the file, or removes it. */
  | { readonly op: 'disk'; readonly text: string | undefined }
  | { readonly op: 'ask'; readonly place: number; readonly what: number; readonly cancelled: boolean }
);

const pieces: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '',
    ' ',
    '\n',
    '\r\n',
    '\r',
    'x',
    '"',
    '{',
    '}',
    '(',
    '.',
    '/',
    '*',
    '\\',
    '\ufeff',
    '😀',
    '\ud83d',
    '\ude00',
    'é',
  ),
  fc.constantFrom(
    'hosts',
    'Found',
    'ours',
    'both',
    'order',
    'other.',
    'pii.',
    'Chat',
    'package shop\n',
    'import std.ai\n',
  ),
  fc.constantFrom('// c\n', '/// d\n', '/* ', ' */', '"""', 're"', 're"[a-', 'when ', 'object is Pod', 'model == "x"'),
  fc.constantFrom(
    'set z = ["q"]\n',
    '\ndefend More on Chat.request { when Mine block }\n',
    '\r\nsurface Extra: net {}\r\ndiscover Out on Extra.connection { when destination.host in hosts }\r\n',
    'fn again(a: string) = ours(a)\n',
    'set hosts = ["twice"]\n',
  ),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);

const share: fc.Arbitrary<number> = fc.double({ min: 0, max: 1, noNaN: true });

const change: fc.Arbitrary<Change> = fc.record({
  place: share,
  length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(60)),
  text: pieces,
});

/** Sequences of steps; `texts` are what a file may be replaced with as a whole. */
export function steps(texts: readonly string[]): fc.Arbitrary<readonly Step[]> {
  const file = fc.nat(20);
  const whole = fc.constantFrom('', 'package shop\n', ...texts, ...texts.map((text) => text.replaceAll('\n', '\r\n')));
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        op: fc.constant('edit' as const),
        file,
        changes: fc.array(change, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('undo' as const), file }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('toggle' as const), file }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('whole' as const), file, text: whole }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('save' as const), file }) },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('disk' as const), file, text: fc.option(whole, { nil: undefined }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('ask' as const),
        file,
        place: share,
        what: fc.nat(9),
        cancelled: fc.boolean(),
      }),
    },
  );
  return fc.array(step, { minLength: 1, maxLength: 14 });
}

/** What the client has after all steps. */
export interface Played {
  readonly disk: readonly LinkedFile[];
  readonly open: ReadonlyMap<string, TextDocument>;
}

/** Plays steps on files that are on the disk and all open. */
export async function play(
  { connection }: Pick<Session, 'connection'>,
  folder: Folder,
  { files, steps: todo }: { readonly files: readonly LinkedFile[]; readonly steps: readonly Step[] },
): Promise<Played> {
  const disk = new Map(files.map(({ path, text }) => [path, text]));
  const open = new Map<string, TextDocument>();
  const before = new Map<string, string[]>();
  const asked: Promise<unknown>[] = [];
  const openFile = async (path: string): Promise<void> => {
    const text = disk.get(path) ?? '';
    open.set(path, TextDocument.create(folder.uriOf(path), 'rdp', 1, text));
    before.set(path, []);
    await folder.open(path, text);
  };
  const edit = async (path: string, changes: readonly TextDocumentContentChangeEvent[]): Promise<void> => {
    const document = open.get(path);
    if (document === undefined) return;
    before.get(path)?.push(document.getText());
    const { version } = TextDocument.update(document, [...changes], document.version + 1);
    await folder.change(path, version, changes);
  };
  const tell = (path: string, type: FileChangeType): Promise<void> =>
    connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: folder.uriOf(path), type }],
    });
  const write = async (path: string, text: string): Promise<void> => {
    const type = disk.has(path) ? FileChangeType.Changed : FileChangeType.Created;
    disk.set(path, text);
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
    await tell(path, type);
  };
  for (const { path } of files) await openFile(path);
  for (const step of todo) {
    const path = files[step.file % files.length]?.path ?? '';
    const document = open.get(path);
    switch (step.op) {
      case 'edit':
        if (document) await edit(path, changesOf(document, step.changes));
        break;
      case 'whole':
        await edit(path, [{ text: step.text }]);
        break;
      case 'undo': {
        const last = before.get(path)?.pop();
        if (document && last !== undefined) await edit(path, [difference(document, last)]);
        break;
      }
      case 'toggle':
        if (document === undefined) await openFile(path);
        else {
          open.delete(path);
          await folder.close(path);
        }
        break;
      case 'save':
        if (document) await write(path, document.getText());
        break;
      case 'disk':
        if (step.text !== undefined) await write(path, step.text);
        else if (disk.delete(path)) {
          rmSync(join(folder.path, path));
          await tell(path, FileChangeType.Deleted);
        }
        break;
      case 'ask':
        if (document) asked.push(ask(connection, document, step));
        break;
    }
  }
  await Promise.all(asked);
  return { disk: [...disk].map(([path, text]) => ({ path, text })), open };
}

/** Changes one after the other, each counted in the text that the one ahead of it leaves. */
function changesOf(document: TextDocument, changes: readonly Change[]): readonly TextDocumentContentChangeEvent[] {
  const copy = TextDocument.create(document.uri, 'rdp', 0, document.getText());
  return changes.map(({ place, length, text }) => {
    const at = Math.floor(place * copy.getText().length);
    const event = { range: { start: copy.positionAt(at), end: copy.positionAt(at + length) }, text };
    TextDocument.update(copy, [event], 0);
    return event;
  });
}

/** The one change that gives a document an earlier text again. */
function difference(document: TextDocument, text: string): TextDocumentContentChangeEvent {
  const now = document.getText();
  let start = 0;
  while (start < now.length && start < text.length && now[start] === text[start]) start++;
  let tail = 0;
  while (tail < Math.min(now.length, text.length) - start && now.at(-1 - tail) === text.at(-1 - tail)) tail++;
  // No position stands between `\r` and `\n`.
  if (/[\r\n]/.test(now[start] ?? '') || /[\r\n]/.test(now.at(-1 - tail) ?? '') || /[\r\n]/.test(text[start] ?? ''))
    return { text };
  const range = { start: document.positionAt(start), end: document.positionAt(now.length - tail) };
  return { range, text: text.slice(start, text.length - tail) };
}

/** A request in the middle, perhaps taken back at once: only that may be its error, or that the text is another. */
async function ask(
  connection: Session['connection'],
  document: TextDocument,
  { place, what, cancelled }: Step & { op: 'ask' },
): Promise<void> {
  const textDocument = { uri: document.uri };
  const position = document.positionAt(Math.floor(place * document.getText().length));
  const source = new CancellationTokenSource();
  const questions = [
    (): Promise<unknown> => connection.sendRequest(CompletionRequest.type, { textDocument, position }, source.token),
    (): Promise<unknown> => connection.sendRequest(HoverRequest.type, { textDocument, position }, source.token),
    (): Promise<unknown> => connection.sendRequest(SemanticTokensRequest.type, { textDocument }, source.token),
    (): Promise<unknown> => connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'o' }, source.token),
    (): Promise<unknown> =>
      connection.sendRequest(
        ReferencesRequest.type,
        { textDocument, position, context: { includeDeclaration: true } },
        source.token,
      ),
    (): Promise<unknown> =>
      connection.sendRequest(
        InlayHintRequest.type,
        { textDocument, range: { start: { line: 0, character: 0 }, end: position } },
        source.token,
      ),
  ];
  const answer = questions[what % questions.length]?.();
  if (cancelled) source.cancel();
  try {
    await inTime(`question ${what}`, answer ?? Promise.resolve());
  } catch (error) {
    const code = error instanceof ResponseError ? error.code : 0;
    // What is typed behind a question may well make an end of it.
    if (code !== LSPErrorCodes.ContentModified && !(cancelled && code === LSPErrorCodes.RequestCancelled)) throw error;
  } finally {
    source.dispose();
  }
}
