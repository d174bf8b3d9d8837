// The server's host on a machine with a disk.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stdFiles } from '@rdp/language/std';
import { listPolicies } from '@rdp/compiler/policies';
import { normalizeUri } from '../convert/uris.ts';
import type { FileText, Host } from '../server/host.ts';

/** The host of a process; `version` is what the client is told. */
export function createDiskHost(version: string): Host {
  return {
    version,
    std: stdFiles,
    pages: pagesFolder(),
    today: () => {
      // The command line reads it too: a session in which exemptions have ended, or not yet.
      const set = process.env['RDP_TODAY'];
      return set !== undefined && /^\d{4}-\d\d-\d\d$/.test(set) ? set : new Date().toISOString().slice(0, 10);
    },
    listPolicies: (folder) => {
      const path = pathOf(folder);
      try {
        const paths = path === undefined ? [] : listPolicies(path).paths;
        return Promise.resolve(paths.map((each) => normalizeUri(pathToFileURL(each).href)));
      } catch {
        return Promise.resolve([]); // not there, or not ours to read
      }
    },
    readFile: readText,
    exit: (code) => process.exit(code),
  };
}

/** The pages stand beside the bundled command, and in `docs/` when the sources run themselves. */
function pagesFolder(): string | undefined {
  const places = ['./diagnostics/', '../../../docs/diagnostics/'].map((path) => new URL(path, import.meta.url));
  return places.find((place) => existsSync(place))?.href;
}

async function readText(uri: string): Promise<FileText> {
  const path = pathOf(uri);
  if (path === undefined) return { kind: 'fault', message: 'it is on no disk' };
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'fault', message: 'it is not UTF-8 text' };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const words: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'it is a directory',
      EACCES: 'permission is denied',
    };
    return { kind: 'fault', message: words[code] ?? (error instanceof Error ? error.message : String(error)) };
  }
}

/** The path of a `file:` URI; undefined of any other. */
function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined; // a host in it, or a slash that is encoded
  }
}
