// The server's host in a worker: there is no disk, but a client that has one of some kind may read it for the server. One that does not
// answers with an error, and its projects are the documents that it opens.

import { stdFiles } from '@rdp/language/std';
import type { FileText, Host } from '@rdp/lsp';
import type { Connection } from 'vscode-languageserver/browser';

/** Requests of the server: the policies below a folder, and the text of a file; both by URI. */
const methods = { listPolicies: 'rdp/listPolicies', readFile: 'rdp/readFile' } as const;

/** A client, and when it may be asked. */
export interface ClientAtHand {
  readonly connection: Connection;
  readonly ready: Promise<void>;
}

/** A host that asks its client. */
export function createClientHost(version: string, { connection, ready }: ClientAtHand): Host {
  const ask = <T>(method: string, params: object): Promise<T> =>
    ready.then(() => connection.sendRequest<T>(method, params));
  return {
    version,
    std: stdFiles,
    pages: undefined,
    today: () => new Date().toISOString().slice(0, 10),
    listPolicies: (folder) => ask<readonly string[]>(methods.listPolicies, { folder }).catch(() => []),
    readFile: (uri) =>
      ask<FileText>(methods.readFile, { uri }).catch((): FileText => ({ kind: 'fault', message: 'it is not open' })),
    exit: () => undefined,
  };
}
