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
  readonly options: unknown;
  /** Folders below each open folder that are projects of their own, in place of the whole folder; empty: the folder is one. */
  readonly projects: readonly string[];
  /** Where the page of a diagnostic is, up to its code; undefined when nobody said. */
  readonly docs: string | undefined;
}

/** Reads `initialize`. */
export function readClient(params: InitializeParams): Client {
  const { capabilities, workspaceFolders } = params;
  const root = params.rootUri ?? undefined; // clients without folders still send it
  const folders = workspaceFolders?.map(({ uri }) => uri) ?? (root === undefined ? [] : [root]);
  return {
    encoding: chooseEncoding(capabilities.general?.positionEncodings),
    folders: folders.map(normalizeUri),
    capabilities,
    options: params.initializationOptions,
    projects: projectsOf(params.initializationOptions),
    docs: docsOf(params.initializationOptions),
  };
}

/** `initializationOptions.projects` */
function projectsOf(options: unknown): readonly string[] {
  if (typeof options !== 'object' || options === null || !('projects' in options)) return [];
  const { projects } = options;
  return Array.isArray(projects) ? projects.filter((path) => typeof path === 'string' && path !== '') : [];
}

/** `initializationOptions.diagnosticPages`: the repository's `docs/diagnostics/`, wherever it is read. */
function docsOf(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null || !('diagnosticPages' in options)) return undefined;
  const { diagnosticPages: pages } = options;
  return typeof pages === 'string' && pages !== '' ? pages.replace(/\/*$/, '/') : undefined;
}
