// What is asked of the server in the cases of each feature: the folder `test/cases/<name>` has the cases of the probe of that
// name. A probe gives the answer; the golden is its text.

import type { DocumentUri, Position, ProtocolConnection } from 'vscode-languageserver/node';
import type { Fixture } from './fixture.ts';
import type { Folder } from './session.ts';

/** What a probe may use. */
export interface Asked {
  readonly connection: ProtocolConnection;
  readonly folder: Folder;
  readonly fixture: Fixture;
  /** The document with the cursor, or the first. */
  readonly uri: DocumentUri;
  /** Where the cursor stands; the start of the document when there is none. */
  readonly position: Position;
}

/** Gives an answer of the server, as it came. */
export type Probe = (asked: Asked) => Promise<unknown>;

/** By the folder of their cases. */
export const probes: Readonly<Record<string, Probe>> = {
  diagnostics: async ({ folder, fixture }) => {
    const lists = fixture.files
      .filter(({ path }) => path.endsWith('.rdp'))
      .map(async ({ path }) => [path, await folder.diagnostics(path)] as const);
    return Object.fromEntries(await Promise.all(lists));
  },
};
