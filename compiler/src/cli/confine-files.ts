// Which files a call may read. Usually all; a program that calls the command for somebody else (`rdpc mcp`) names the folders, and
// then neither a path of the call nor one that a policy names leads out of them, not by a link either.

import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** The environment variable with the folders: absolute paths, as a JSON list. */
export const readBelow = 'RDP_READ_BELOW';

/** Throws what a file system throws that forbids to read `path`, an absolute or relative one; `-` is standard input. */
export function assertReadable(path: string): void {
  const folders = process.env[readBelow];
  if (folders === undefined || path === '-') return;
  if (isBelow(realpathSync(path), JSON.parse(folders) as readonly string[])) return; // who sets it writes a list
  throw Object.assign(new Error(`\`${path}\` is outside of the folders of this server`), { code: 'EACCES' });
}

/** Whether a real path is one of the folders, or below one. */
export function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}
