// What the server needs from where it runs: files, the date, the library. A process reads a disk (`node/`), a worker has
// what it is given (`browser/`). URIs are normalised (`convert/uris.ts`). Nothing here throws: faults are values.

import type { SourceFile } from '@rdp/language';

/** A file read; `message` says why there is none, as it goes on after a name. */
export type FileText =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'fault'; readonly message: string };

export interface Host {
  /** The URIs of every policy below a folder, found as `rdpc check` finds them. */
  readonly listPolicies: (folder: string) => Promise<readonly string[]>;
  readonly readFile: (uri: string) => Promise<FileText>;
  /** `YYYY-MM-DD`, for exemptions that end. */
  readonly today: () => string;
  readonly std: readonly SourceFile[];
  /** The URI of the folder with a page for each diagnostic, up to its name; undefined where there are no pages. */
  readonly pages: string | undefined;
  /** The version that the client is told. */
  readonly version: string;
  /** Ends the process after `exit`; 0 when `shutdown` came before. A worker has nothing to end. */
  readonly exit: (code: number) => void;
}
