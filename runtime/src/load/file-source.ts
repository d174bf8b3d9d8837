// A path → a bundle source: a bundle file, a directory that holds `bundle.tar.gz`, or an unpacked bundle in a directory.
//
// INVARIANT: a change is seen however it was made and however often: written in place, renamed over, or swapped with a link as
// Kubernetes does with mounted volumes. A change is a change of the files that would be read, with links followed; a bundle is
// new only when its content is. When to look is left to `watch-path.ts`.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { BundleSource, SourceContent } from './source.ts';
import { watchPath } from './watch-path.ts';

export interface FileSourceOptions {
  readonly path: string;
  /** `changes` reloads when the content changes; `never` leaves that to `reload()`. */
  readonly watch?: 'changes' | 'never';
  /** Milliseconds of quiet before a change is read. */
  readonly quiet?: number;
}

const defaultQuiet = 100;
const archiveName = 'bundle.tar.gz';

/** Bundles from the file system. */
export function fileSource(options: FileSourceOptions): BundleSource {
  const path = resolve(options.path);
  const source: BundleSource = { name: options.path, read: (seen) => readPath(path, options.path, seen) };
  if (options.watch === 'never') return source;
  const quiet = options.quiet ?? defaultQuiet;
  return { ...source, watch: (changed) => watchPath({ path, stateOf: () => stateOf(path), quiet, changed }) };
}

/** The files that make up a bundle: an archive, or those of a folder by their names in the bundle. */
type Place =
  | { readonly kind: 'archive'; readonly file: string }
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, string> };

async function placeOf(path: string): Promise<Place> {
  if (!(await stat(path)).isDirectory()) return { kind: 'archive', file: path };
  const names = await readdir(path);
  return names.includes(archiveName)
    ? { kind: 'archive', file: join(path, archiveName) }
    : { kind: 'folder', files: await listFolder(path) };
}

/** Hidden folders are left out: Kubernetes keeps the real files of a mounted volume in `..data` and links to them. */
async function listFolder(path: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const entries = await readdir(path, { recursive: true });
  for (const entry of entries.toSorted()) {
    const name = entry.split(sep).join('/');
    if (name.split('/').some((segment) => segment.startsWith('..'))) continue;
    const full = join(path, entry);
    if ((await stat(full)).isFile()) files.set(name, full);
  }
  return files;
}

/** Identity, size and times of every file that would be read; the reason when they cannot be told. */
async function stateOf(path: string): Promise<string> {
  try {
    const place = await placeOf(path);
    const files = place.kind === 'archive' ? [place.file] : [...place.files.values()];
    const states = files.map(async (file) => {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
      return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
    });
    return (await Promise.all(states)).join('\n');
  } catch (error) {
    return reasonOf(error);
  }
}

async function readPath(path: string, name: string, seen: string | undefined): Promise<Outcome<SourceContent>> {
  try {
    const place = await placeOf(path);
    return place.kind === 'archive' ? await readArchive(place.file, seen) : await readFiles(place.files, seen);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return problem(
      'unreadable',
      missing ? `there is no \`${name}\`` : `\`${name}\` cannot be read: ${reasonOf(error)}`,
    );
  }
}

async function readArchive(file: string, seen: string | undefined): Promise<Outcome<SourceContent>> {
  const bytes = await readFile(file);
  const tag = createHash('sha256').update(bytes).digest('hex');
  return ok(tag === seen ? { kind: 'unchanged' } : { kind: 'archive', bytes, tag });
}

async function readFiles(
  places: ReadonlyMap<string, string>,
  seen: string | undefined,
): Promise<Outcome<SourceContent>> {
  const files = new Map<string, Uint8Array>();
  const hash = createHash('sha256');
  for (const [name, place] of places) {
    const bytes = await readFile(place);
    files.set(name, bytes);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  const tag = hash.digest('hex');
  return ok(tag === seen ? { kind: 'unchanged' } : { kind: 'files', files, tag });
}
