// What the client said of itself in `initialize`, as the few facts that answers depend on. Only what is asked somewhere stands here.

import type { ClientCapabilities, InitializeParams } from 'vscode-languageserver';
import { chooseEncoding, type Encoding } from '../convert/positions.ts';
import { normalizeUri } from '../convert/uris.ts';

export interface Client {
  readonly encoding: Encoding;
  /** Folders that are open at the start, as the client writes them. */
  readonly folders: readonly string[];
  /** Everything else it said. */
  readonly capabilities: ClientCapabilities;
  /** `initializationOptions`: settings, and what a client of our own asks for. */
  readonly options: unknown;
  /** Where the page of a diagnostic is unless a setting says so, up to its code; undefined where the server has none. */
  readonly pages: string | undefined;
}

/** Reads `initialize`; `pages` is what the host knows. */
export function readClient(params: InitializeParams, pages: string | undefined): Client {
  const { capabilities, workspaceFolders } = params;
  const root = params.rootUri ?? undefined; // clients without folders still send it
  const folders = workspaceFolders?.map(({ uri }) => uri) ?? (root === undefined ? [] : [root]);
  return {
    encoding: chooseEncoding(capabilities.general?.positionEncodings),
    folders: folders.map(normalizeUri),
    capabilities,
    options: params.initializationOptions,
    pages,
  };
}
