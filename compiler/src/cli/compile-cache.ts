// Remembers what a compile read and wrote, so that the same compile again only compares digests. Imports nothing of the
// compiler: a hit must cost little more than starting Node.
//
// INVARIANT: a hit leaves the output exactly as the compile would have: every input that was read, every directory that was
// listed, the arguments, the day and the compiler itself have the digests of the remembered run, and so has every output.

import { mkdirSync, readFileSync, readdirSync, readlinkSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What one compile did. Paths are absolute; digests are SHA-256 in hexadecimal, `''` for a file that is not there. */
export interface Remembered {
  readonly inputs: Readonly<Record<string, string>>;
  readonly directories: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the command printed on standard output. */
  readonly printed: string;
}

/** What makes two calls the same call. */
export interface CallKey {
  readonly compiler: string;
  readonly directory: string;
  readonly args: readonly string[];
  readonly today: string;
}

/** The remembered run of this call, if nothing that it depends on has changed. */
export function recall(key: CallKey): Remembered | undefined {
  let remembered: Remembered;
  try {
    remembered = JSON.parse(readFileSync(placeOf(key), 'utf8')) as Remembered; // written by `remember` alone
  } catch {
    return undefined; // never compiled, or the entry was cut off: compile
  }
  const same = (entries: Readonly<Record<string, string>>, digest: (path: string) => string): boolean =>
    Object.entries(entries).every(([path, known]) => digest(path) === known);
  return same(remembered.inputs, digestOfFile) &&
    same(remembered.directories, digestOfListing) &&
    same(remembered.outputs, digestOfFile)
    ? remembered
    : undefined;
}

/** Remembers a run. A cache that cannot be written is no fault of the policy: the next compile is slower. */
export function remember(key: CallKey, remembered: Remembered): void {
  const place = placeOf(key);
  try {
    mkdirSync(cacheDirectory(), { recursive: true });
    const staged = `${place}.${process.pid}`;
    writeFileSync(staged, JSON.stringify(remembered));
    renameSync(staged, place);
  } catch {
    return;
  }
}

/** Digest of a file's bytes; `''` when it cannot be read. */
export function digestOfFile(path: string): string {
  try {
    return sha256(readFileSync(path));
  } catch {
    return '';
  }
}

/** Digest of the names in a directory that a policy is looked for in. */
export function digestOfListing(path: string): string {
  try {
    const names = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink() || entry.name.endsWith('.rdp'))
      .map((entry) => {
        if (entry.isSymbolicLink()) return `@${entry.name}@${readlinkSync(join(path, entry.name))}`;
        return `${entry.isDirectory() ? '/' : ''}${entry.name}`;
      });
    return sha256(names.sort().join('\n'));
  } catch {
    return '';
  }
}

function placeOf(key: CallKey): string {
  const digest = sha256(JSON.stringify([key.compiler, key.directory, key.args, key.today]));
  return join(cacheDirectory(), `${digest}.json`);
}

/** In hexadecimal. Node's cryptography is loaded by the first digest: it takes a sixth of a short call. */
function sha256(content: string | Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex');
}

function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'rdp');
}

/** Where the code that a verb runs is kept: in the user's own directory, where nobody else can put any. */
export function codeCachePlace(verb: string | undefined): string {
  return join(cacheDirectory(), 'code', verb !== undefined && /^[a-z]{1,20}$/.test(verb) ? verb : 'other');
}
