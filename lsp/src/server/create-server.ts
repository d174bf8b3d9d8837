// A connection and a host → a running server: initialises, keeps documents, settings and projects in step with the client, and hands
// requests to the features. INVARIANT: no throw of a feature ends the server or another request; it is logged and is the
// error of its own request.

import {
  ErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { readClient, type Client } from './client.ts';
import { createConfiguration } from './configuration.ts';
import { createDocuments } from './documents.ts';
import type { Feature } from './feature.ts';
import { features as allFeatures } from './features.ts';
import { createHandlers, reported } from './handlers.ts';
import type { Host } from './host.ts';
import { createProjects } from './projects.ts';
import { syncDocuments } from './sync-documents.ts';

/** What is served, and to whom. */
export interface ServerOptions {
  /** Made by the caller, who now lets it go. */
  readonly connection: Connection;
  readonly host: Host;
  /** All, unless given. */
  readonly features?: readonly Feature[];
}

/** Serves a connection. */
export function createServer({ connection, host, features = allFeatures }: ServerOptions): void {
  let state: 'new' | 'serving' | 'ending' = 'new';
  connection.onInitialize((params): InitializeResult => {
    if (state !== 'new') throw new ResponseError(ErrorCodes.InvalidRequest, 'the server is initialised already');
    const client = readClient(params, host.pages);
    const documents = createDocuments(client.encoding);
    const configuration = createConfiguration(connection, client);
    const failed = (what: string, error: unknown): void => void reported(connection, what, error);
    const projects = createProjects({ host, client, documents, configuration, failed });
    const isEnding = (): boolean => state === 'ending';
    const handlers = createHandlers({ connection, projects, configuration, isEnding });
    syncDocuments({ connection, client, configuration, documents, projects });
    for (const feature of features) feature.register({ connection, client, configuration, projects, ...handlers });
    state = 'serving';
    return { capabilities: capabilitiesFor(client, features), serverInfo: { name: 'rdp', version: host.version } };
  });
  // What nobody else has a handler for.
  connection.onRequest((method) => {
    if (state === 'new') throw new ResponseError(ErrorCodes.ServerNotInitialized, `${method} came ahead of initialize`);
    if (state === 'ending') throw new ResponseError(ErrorCodes.InvalidRequest, 'the server was shut down');
    throw new ResponseError(ErrorCodes.MethodNotFound, `there is no request ${method}`);
  });
  connection.onShutdown(() => {
    state = 'ending';
  });
  connection.onExit(() => host.exit(state === 'ending' ? 0 : 1));
  connection.listen();
}

/** What the server can do, from the parts of its features. */
function capabilitiesFor(client: Client, features: readonly Feature[]): ServerCapabilities {
  const base: ServerCapabilities = {
    positionEncoding: client.encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
  return features
    .map((feature) => feature.capabilities(client))
    .reduce((all, part) => ({ ...all, ...part, workspace: { ...all.workspace, ...part.workspace } }), base);
}
