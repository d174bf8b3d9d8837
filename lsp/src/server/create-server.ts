// A connection and a host → a running server: initialises, keeps documents and projects in step with the client, and hands
// requests to the features. INVARIANT: no throw of a feature ends the server or another request; it is logged and is the
// error of its own request.

import {
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { readClient, type Client } from './client.ts';
import { createDocuments } from './documents.ts';
import type { Place, Server } from './feature.ts';
import { features } from './features.ts';
import type { Host } from './host.ts';
import { createProjects, type Projects } from './projects.ts';
import { syncDocuments } from './sync-documents.ts';

/** Serves `connection`, which the caller has made and now lets go. */
export function createServer(connection: Connection, host: Host): void {
  let ended = false;
  connection.onInitialize((params): InitializeResult => {
    const client = readClient(params);
    const documents = createDocuments(client.encoding);
    const projects = createProjects(host, client, documents);
    const server = serverOf(connection, client, projects);
    syncDocuments({ connection, client, documents, projects });
    for (const feature of features) feature.register(server);
    return { capabilities: capabilitiesFor(client), serverInfo: { name: 'rdp', version: host.version } };
  });
  connection.onShutdown(() => {
    ended = true;
  });
  connection.onExit(() => host.exit(ended ? 0 : 1));
  connection.listen();
}

/** What the server can do, from the parts of its features. */
function capabilitiesFor(client: Client): ServerCapabilities {
  const base: ServerCapabilities = {
    positionEncoding: client.encoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
  return features
    .map((feature) => feature.capabilities(client))
    .reduce((all, part) => ({ ...all, ...part, workspace: { ...all.workspace, ...part.workspace } }), base);
}

function serverOf(connection: Connection, client: Client, projects: Projects): Server {
  const guarded: Server['guarded'] = (name, answer) => async (params, token: CancellationToken) => {
    try {
      await Promise.all(projects.all().map((project) => project.settled()));
      if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'no longer wanted');
      return (await answer(params, token)) ?? null;
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      connection.console.error(`${name} failed, which no document should make it do; please report this\n${text}`);
      throw new ResponseError(ErrorCodes.InternalError, `${name} failed: ${firstLine(text)}`);
    }
  };
  const placeOf = (uri: string): Place | undefined => {
    const found = projects.find(uri);
    const file = found && projects.file(found);
    if (!found || !file) return undefined;
    const { project, path } = found;
    return { project, path, file, snapshot: project.snapshot(), convert: projects.converter(project) };
  };
  return {
    connection,
    client,
    projects,
    guarded,
    inDocument: (name, answer) =>
      guarded(name, (params, token) => {
        const place = placeOf(params.textDocument.uri);
        return place && answer(place, params, token);
      }),
    atPoint: (name, answer) =>
      guarded(name, (params, token) => {
        const place = placeOf(params.textDocument.uri);
        return place && answer({ ...place, offset: place.convert.offset(place.file, params.position) }, params, token);
      }),
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
