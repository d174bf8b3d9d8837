// The language server in the worker of a page: the same server over messages of a port. Monaco's client names no workspace and opens
// every file; here it is given one, so that the files of an example are one project.

import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { stdFiles } from '@rdp/language/std';
import { createServer, type Host } from '@rdp/lsp';

/** The page's files, as the server knows them. */
export const workspaceUri = 'file:///playground';

/** Serves the client at the other end of `port`. */
export function serveLanguage(port: MessagePort): void {
  const reader = new BrowserMessageReader(port);
  const listen = reader.listen.bind(reader);
  reader.listen = (callback) =>
    listen((message) => {
      if ('method' in message && message.method === 'initialize' && 'params' in message) {
        const params = { ...(message.params as object), workspaceFolders: [{ uri: workspaceUri, name: 'playground' }] }; // what the protocol says
        callback({ ...message, params } as typeof message); // but for the folder it is the same
      } else {
        callback(message);
      }
    });
  const connection = createConnection(reader, new BrowserMessageWriter(port));
  const host: Host = {
    version: '0.1.0',
    std: stdFiles,
    pages: undefined,
    today: () => new Date().toISOString().slice(0, 10),
    listPolicies: () => Promise.resolve([]),
    readFile: () => Promise.resolve({ kind: 'fault', message: 'it is not among the files of the page' }),
    exit: () => undefined,
  };
  createServer({ connection, host });
}
