// Which files below a directory are policies: one answer for the command and the language server.

import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, join, relative } from 'node:path';

const skipped: ReadonlySet<string> = new Set(['node_modules', 'dist']);

/**
 * Every policy below `root`. Links count, as the files of a mounted ConfigMap are links; what is there itself comes first, and
 * each file and directory counts once, so that links in a circle end. Paths are absolute and sorted. Throws what the file
 * system throws.
 */
export function listPolicies(root: string): {
  readonly paths: readonly string[];
  readonly directories: readonly string[];
} {
  const paths: string[] = [];
  const directories: string[] = [];
  const links: string[] = [];
  const seen = new Set<string>();
  const isNew = (path: string): boolean => {
    const real = realpathSync(path);
    return !seen.has(real) && seen.add(real).has(real);
  };
  const walk = (directory: string): void => {
    if (!isNew(directory)) return;
    directories.push(directory);
    const entries = readdirSync(directory, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (entry.isSymbolicLink()) links.push(path);
      else if (entry.isDirectory() && isLookedInto(path)) walk(path);
      else if (entry.isFile() && isPolicy(path) && isNew(path)) paths.push(path);
    }
  };
  walk(root);
  for (let path = links.shift(); path !== undefined; path = links.shift()) {
    const target = statOf(path);
    if (target?.isDirectory() === true && isLookedInto(path)) walk(path);
    else if (isPolicy(path) && (target === undefined || (target.isFile() && isNew(path)))) paths.push(path);
  }
  return { paths: paths.sort((a, b) => (relative(root, a) < relative(root, b) ? -1 : 1)), directories };
}

function isLookedInto(directory: string): boolean {
  const name = basename(directory);
  return !skipped.has(name) && !name.startsWith('.');
}

function isPolicy(path: string): boolean {
  return path.endsWith('.rdp');
}

/** Undefined for a link that leads nowhere; reading it says so. */
function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
