// The server's host in a page: no disk, the library as it is bundled.

import { stdFiles } from '@rdp/language/std';
import type { Host } from '@rdp/lsp';

/** A host without files. */
export function createMemoryHost(version: string): Host {
  return {
    version,
    library: stdFiles,
    today: () => new Date().toISOString().slice(0, 10),
    listPolicies: () => Promise.resolve([]),
    readFile: () => Promise.resolve({ kind: 'fault', message: 'it is not open' }),
    exit: () => undefined,
  };
}
