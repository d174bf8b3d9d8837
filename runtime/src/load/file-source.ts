// A path → a bundle source: a bundle file, a directory that holds `bundle.tar.gz`, or an unpacked bundle in a directory.
//
// INVARIANT: a change is seen however it was made: written in place, renamed over, or swapped with a link as Kubernetes does
// with mounted volumes. So the folder is watched, never the file, and what counts is the content.

import { createHash } from 'node:crypto';
import { watch } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { ok, problem, reasonOf } from './problem.ts';
import type { Outcome } from './problem.ts';
import type { BundleSource, Changed, SourceContent } from './source.ts';

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
  return { ...source, watch: (changed) => watchPath(path, options.quiet ?? defaultQuiet, changed) };
}

async function readPath(path: string, name: string, seen: string | undefined): Promise<Outcome<SourceContent>> {
  try {
    if (!(await stat(path)).isDirectory()) return archive(await readFile(path), seen);
    const names = await readdir(path);
    return names.includes(archiveName)
      ? archive(await readFile(join(path, archiveName)), seen)
      : await readFolder(path, seen);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return problem(
      'unreadable',
      missing ? `there is no \`${name}\`` : `\`${name}\` cannot be read: ${reasonOf(error)}`,
    );
  }
}

function archive(bytes: Uint8Array, seen: string | undefined): Outcome<SourceContent> {
  const tag = createHash('sha256').update(bytes).digest('hex');
  return ok(tag === seen ? { kind: 'unchanged' } : { kind: 'archive', bytes, tag });
}

/** Hidden folders are left out: Kubernetes keeps the real files of a mounted volume in `..data` and links to them. */
async function readFolder(path: string, seen: string | undefined): Promise<Outcome<SourceContent>> {
  const files = new Map<string, Uint8Array>();
  const hash = createHash('sha256');
  const entries = await readdir(path, { recursive: true });
  for (const entry of entries.toSorted()) {
    const name = entry.split(sep).join('/');
    if (name.split('/').some((segment) => segment.startsWith('..'))) continue;
    const full = join(path, entry);
    if (!(await stat(full)).isFile()) continue;
    const bytes = await readFile(full);
    files.set(name, bytes);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  const tag = hash.digest('hex');
  return ok(tag === seen ? { kind: 'unchanged' } : { kind: 'files', files, tag });
}

function watchPath(path: string, quiet: number, changed: Changed): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wake = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void changed(), quiet);
    timer.unref();
  };
  const folder = dirname(path);
  const watchers = [
    watch(folder, { persistent: false }, (_, name) => {
      if (name === null || join(folder, name) === path || relative(folder, path) === '') wake();
    }),
  ];
  const inside = watchInside(path, wake);
  if (inside !== undefined) watchers.push(inside);
  for (const watcher of watchers) watcher.on('error', wake);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** The folder itself when the path is one; a file has nothing inside, and one that is not there yet neither. */
function watchInside(path: string, wake: () => void): ReturnType<typeof watch> | undefined {
  try {
    return watch(join(path, '.'), { persistent: false, recursive: true }, wake);
  } catch {
    return undefined;
  }
}
