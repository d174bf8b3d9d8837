// From a path on the command line to a project: the policy's files with paths relative to the project's root, and the
// documents that they name, parsed. The only place that reads what a policy is made of.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { documentPaths, type SourceFile } from '@rdp/language';
import { causeOf, refuse } from './faults.ts';
import { parseDocument } from './parse-document.ts';

export interface Project {
  /** Absolute directory that paths in the policy are relative to. */
  readonly root: string;
  readonly files: readonly SourceFile[];
  /** Parsed documents by path relative to the root; one that cannot be read is missing here and named in `missing`. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly missing: ReadonlyMap<string, string>;
}

const skipped: ReadonlySet<string> = new Set(['node_modules', 'dist']);

/** Reads the policy at `path`: one file, or a directory with every `.rdp` file below it. */
export async function readProject(path: string): Promise<Project> {
  const files = readSources(path);
  const root = projectRoot(path);
  const documents = new Map<string, unknown>();
  const missing = new Map<string, string>();
  for (const named of documentPaths(files).documents) {
    try {
      const text = readFileSync(join(root, named), 'utf8');
      const parsed = await parseDocument(named, text);
      if (parsed.kind === 'fault') missing.set(named, parsed.message);
      else documents.set(named, parsed.value);
    } catch (error) {
      missing.set(named, causeOf(error));
    }
  }
  return { root, files, documents, missing };
}

/** The `.rdp` files at `path`, sorted by path. */
export function readSources(path: string): readonly SourceFile[] {
  const root = projectRoot(path);
  const paths = isDirectory(path) ? listPolicies(root, root) : [resolve(path)];
  if (paths.length === 0) {
    refuse(`there is no policy in \`${path}\``, 'a policy is a file that ends in .rdp; `rdpc init` writes a first one');
  }
  return paths.map((file) => ({ path: relative(root, file).split(sep).join('/'), text: readText(file) }));
}

/** The directory that paths in the policy at `path` are relative to. */
export function projectRoot(path: string): string {
  return isDirectory(path) ? resolve(path) : dirname(resolve(path));
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name a policy file, or a directory that has one');
  }
}

function listPolicies(directory: string, root: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : listPolicies(path, root);
      }
      return entry.isFile() && entry.name.endsWith('.rdp') ? [path] : [];
    })
    .sort((a, b) => (relative(root, a) < relative(root, b) ? -1 : 1));
}

/** A file's text as UTF-8; other bytes are a fault that names the file. */
export function readText(path: string): string {
  const bytes = readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return refuse(`\`${basename(path)}\` is not UTF-8 text`, 'save the file as UTF-8');
  }
}

/** A file's bytes; `-` reads standard input. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`);
  }
}
