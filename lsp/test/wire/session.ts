// A client of the language server in a process of its own, over standard input and output as an editor speaks to it.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type ConfigurationItem,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { fullCapabilities } from './capabilities.ts';

/** A running server and its client. */
export interface Session {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** The directory below which folders are made. */
  readonly directory: string;
  /** Messages that the server logged, errors marked. */
  readonly log: readonly string[];
  /** Every list of diagnostics that came, oldest first. */
  readonly published: readonly PublishDiagnosticsParams[];
  /** Writes files into a new folder, without telling the server. */
  readonly write: (name: string, files: readonly { readonly path: string; readonly text: string }[]) => Folder;
  /** Ends the server as an editor does; gives its exit code. */
  readonly end: () => Promise<number>;
}

/** One folder of the workspace. */
export interface Folder {
  readonly path: string;
  readonly uri: string;
  readonly uriOf: (path: string) => string;
  /** Tells the server that the folder is open, or closed again. */
  readonly add: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** `version` is 1 unless given. */
  readonly open: (path: string, text: string, version?: number) => Promise<void>;
  readonly change: (path: string, version: number, changes: readonly TextDocumentContentChangeEvent[]) => Promise<void>;
  readonly close: (path: string) => Promise<void>;
  /** The newest list of a file for which `holds` is true; waits for it. */
  readonly diagnostics: (
    path: string,
    holds?: (diagnostics: readonly Diagnostic[]) => boolean,
  ) => Promise<readonly Diagnostic[]>;
}

/** How to start. */
export interface SessionOptions {
  /** The command; by default the server's source. */
  readonly command?: readonly string[];
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  /** What the client answers when it is asked for settings. */
  readonly settings?: (item: ConfigurationItem) => unknown;
  /** Files of a first folder that is open from the start. */
  readonly folder?: readonly { readonly path: string; readonly text: string }[];
}

const entry = fileURLToPath(new URL('../../src/node/main.ts', import.meta.url));

/** How long an answer may take before a test fails: the machine may be busy. */
export const patienceMs = 60_000;

/** `answer`, or a rejection that names what was asked when none comes. */
export async function inTime<T>(asked: string, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer came: ${asked}`)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const running = new Set<ChildProcess>();

/** A server that was told nothing yet. */
export interface Started {
  readonly child: ChildProcess;
  /** Not listening yet. */
  readonly connection: ProtocolConnection;
  /** The exit code, once there is one. */
  readonly exited: Promise<number>;
}

/** Starts the server's source, or a command. */
export function startServer(words: readonly string[] = [process.execPath, entry, '--stdio']): Started {
  const [command = '', ...args] = words;
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, RDP_TODAY: '2026-11-22' },
  });
  // A test that failed ends none of its servers, and they must not keep its process waiting.
  running.add(child);
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code ?? -1);
    });
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  return { child, connection, exited };
}

/** Ends every server that still runs, without asking it. */
export function killServers(): void {
  for (const child of running) child.kill();
}

/** Starts a server and initialises it. */
export async function startSession(options: SessionOptions = {}): Promise<Session & { readonly first: Folder }> {
  const directory = mkdtempSync(join(tmpdir(), 'rdp-lsp-'));
  const { connection, exited } = startServer(options.command);
  const log: string[] = [];
  const published: PublishDiagnosticsParams[] = [];
  const listeners = new Set<() => void>();
  connection.onNotification(LogMessageNotification.type, ({ type, message }) => void log.push(`${type} ${message}`));
  connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    listeners.forEach((listener) => listener());
  });
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  for (const what of ['codeLens', 'inlayHint', 'semanticTokens'])
    connection.onRequest(`workspace/${what}/refresh`, () => null);
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly ConfigurationItem[] }) =>
    items.map((item) => options.settings?.(item) ?? null),
  );
  connection.listen();

  const folderAt = (name: string): Folder => {
    const path = join(directory, name);
    const uri = pathToFileURL(path).href;
    const uriOf = (file: string): string => pathToFileURL(join(path, file)).href;
    const folders = (event: { added: object[]; removed: object[] }): Promise<void> =>
      connection.sendNotification(DidChangeWorkspaceFoldersNotification.type.method, { event });
    return {
      path,
      uri,
      uriOf,
      add: () => folders({ added: [{ uri, name }], removed: [] }),
      remove: () => folders({ added: [], removed: [{ uri, name }] }),
      open: (file, text, version = 1) =>
        connection.sendNotification(DidOpenTextDocumentNotification.type, {
          textDocument: { uri: uriOf(file), languageId: 'rdp', version, text },
        }),
      change: (file, version, changes) =>
        connection.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument: { uri: uriOf(file), version },
          contentChanges: [...changes],
        }),
      close: (file) =>
        connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: uriOf(file) } }),
      diagnostics: (file, holds = () => true) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            listeners.delete(look);
            reject(new Error(`no such diagnostics came for ${file}\n${log.join('\n')}`));
          }, patienceMs);
          const look = (): void => {
            const last = published.findLast((params) => params.uri === uriOf(file));
            if (last === undefined || !holds(last.diagnostics)) return;
            clearTimeout(timer);
            listeners.delete(look);
            resolve(last.diagnostics);
          };
          listeners.add(look);
          look();
        }),
    };
  };
  const write: Session['write'] = (name, files) => {
    for (const { path, text } of files) {
      const at = join(directory, name, path);
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, text);
    }
    return folderAt(name);
  };
  const first = write('first', options.folder ?? []);
  const initialized = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: options.capabilities ?? fullCapabilities,
    workspaceFolders: options.folder === undefined ? [] : [{ uri: first.uri, name: 'first' }],
    ...(options.initializationOptions === undefined ? {} : { initializationOptions: options.initializationOptions }),
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    initialized,
    directory,
    log,
    published,
    write,
    first,
    end: async () => {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      const code = await exited;
      connection.dispose();
      rmSync(directory, { recursive: true, force: true });
      return code;
    },
  };
}
