// The client's notifications about documents, files and folders → changes of documents and projects. Changes are taken at
// once and in their order; what depends on them is worked out later.

import {
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type Connection,
  WatchKind,
  type FileSystemWatcher,
} from 'vscode-languageserver';
import { normalizeUri, uriBelow } from '../convert/uris.ts';
import type { Client } from './client.ts';
import type { Configuration } from './configuration.ts';
import type { Documents } from './documents.ts';
import type { Projects } from './projects.ts';

/** What is kept in step. */
export interface SyncOptions {
  readonly connection: Connection;
  readonly client: Client;
  readonly configuration: Configuration;
  readonly documents: Documents;
  readonly projects: Projects;
}

/** Policies, everything that a policy may name, and whatever goes: a folder that goes is told of without what was in it. */
const watched: readonly FileSystemWatcher[] = [
  { globPattern: '**/*.rdp' },
  { globPattern: '**/*.{json,yaml,yml,txt,http}' },
  { globPattern: '**/*', kind: WatchKind.Delete },
];

/** Registers the handlers; runs while the client is initialised. */
export function syncDocuments({ connection, client, configuration, documents, projects }: SyncOptions): void {
  projects.addFolders(client.folders);
  configuration.onChange(projects.settingsChanged);
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    documents.open({ uri, version, text });
    projects.documentChanged(uri);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (documents.change(uri, version, contentChanges)) projects.documentChanged(uri);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    documents.close(uri);
    projects.documentChanged(uri);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const gone = changes.filter(({ type }) => type === FileChangeType.Deleted).map(({ uri }) => filesAt(projects, uri));
    const there = changes.filter(({ type }) => type !== FileChangeType.Deleted);
    // A policy that went is missed by the scan; to read it would be a fault.
    const read = [...there.map(({ uri }) => uri), ...gone.flatMap((files) => files.documents)];
    const some = gone.some((files) => files.count > 0) || there.some(({ type }) => type === FileChangeType.Created);
    if (read.length === 0 && !some) return;
    projects.filesChanged(
      read.filter((uri) => documents.get(uri) === undefined),
      some ? 'rescan' : 'changed',
    );
  });
  connection.onInitialized(() => {
    const { workspace } = client.capabilities;
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      // A client that refuses tells of changes by itself, or has none.
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'rdp' })
        .catch((error: unknown) => connection.console.warn(`changes of settings are not told: ${String(error)}`));
    }
    configuration.load(projects.folders());
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      // A client that refuses is one that does not watch files: nothing is lost but their changes.
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [...watched] })
        .catch((error: unknown) => connection.console.warn(`files are not watched: ${String(error)}`));
    }
    if (workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        projects.removeFolders(removed.map(({ uri }) => normalizeUri(uri)));
        projects.addFolders(added.map(({ uri }) => normalizeUri(uri)));
        configuration.load(projects.folders());
      });
    }
  });
}

/** The documents that are known at `uri`, the file or what stands below the folder; and how many files with the policies. */
function filesAt(projects: Projects, uri: string): { readonly documents: readonly string[]; readonly count: number } {
  const key = normalizeUri(uri);
  const isThere = (one: string): boolean => one === key || one.startsWith(`${key}/`);
  const known = projects.all().map((project) => {
    const { files, documents } = project.snapshot().project;
    return {
      policies: [...files.map(project.uriOf), ...project.unreadable().keys()].filter(isThere),
      documents: [...documents.keys()].map((path) => uriBelow(project.root, path)).filter(isThere),
    };
  });
  const documents = known.flatMap((one) => one.documents);
  return { documents, count: documents.length + known.flatMap(({ policies }) => policies).length };
}
