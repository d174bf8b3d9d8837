// From a path on the command line to a project: the policy's files with paths relative to the project's root, and the
// documents that they name, parsed. The only place that reads what a policy is made of.

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { documentPaths, type SourceFile } from '@rdp/language';
import { assertReadable } from './confine-files.ts';
import { causeOf, refuse } from './faults.ts';
import { listPolicies } from './list-policies.ts';
import { parseNamed, type NamedAs } from './parse-document.ts';

export interface Project {
  /** Absolute directory that paths in the policy are relative to. */
  readonly root: string;
  readonly files: readonly SourceFile[];
  /** Parsed documents by path relative to the root; one that cannot be read is missing here and named in `missing`. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly missing: ReadonlyMap<string, string>;
  /** Requests of tests whose text is no JSON. */
  readonly malformed: ReadonlyMap<string, string>;
  /** Absolute directories that were looked into for policies: a change of one may change the project. */
  readonly directories: readonly string[];
}

interface Sources {
  readonly files: readonly SourceFile[];
  readonly directories: readonly string[];
}

/** Reads the policy at `path`: one file, or a directory with every `.rdp` file below it. */
export async function readProject(path: string): Promise<Project> {
  const { files, directories } = findSources(path);
  const root = projectRoot(path);
  const documents = new Map<string, unknown>();
  const missing = new Map<string, string>();
  const malformed = new Map<string, string>();
  const named = documentPaths(files);
  const read = async (path: string, namedAs: NamedAs): Promise<void> => {
    try {
      const file = join(root, path);
      assertReadable(file);
      const parsed = await parseNamed(path, readFileSync(file, 'utf8'), namedAs);
      if (parsed.kind === 'value') documents.set(path, parsed.value);
      else (parsed.kind === 'malformed' ? malformed : missing).set(path, parsed.message);
    } catch (error) {
      missing.set(path, causeOf(error));
    }
  };
  for (const one of named.tests) await read(one, 'test');
  for (const one of named.documents) await read(one, 'document');
  for (const one of named.data) await read(one, 'data');
  return { root, files, documents, missing, malformed, directories };
}

/** The `.rdp` files at `path`, sorted by path. */
export function readSources(path: string): readonly SourceFile[] {
  return findSources(path).files;
}

function findSources(path: string): Sources {
  const root = projectRoot(path);
  const { paths, directories } = isDirectory(path) ? listPolicies(root) : { paths: [resolve(path)], directories: [] };
  if (paths.length === 0) {
    refuse(`there is no policy in \`${path}\``, 'a policy is a file that ends in .rdp; `rdpc init` writes a first one');
  }
  const files = paths.map((file) => ({ path: relative(root, file).split(sep).join('/'), text: readText(file) }));
  return { files, directories };
}

/** The directory that paths in the policy at `path` are relative to. */
export function projectRoot(path: string): string {
  return isDirectory(path) ? resolve(path) : dirname(resolve(path));
}

function isDirectory(path: string): boolean {
  try {
    assertReadable(path);
    return statSync(path).isDirectory();
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name a policy file, or a directory that has one');
  }
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
    assertReadable(path);
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`);
  }
}
