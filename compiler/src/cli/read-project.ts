// From a path on the command line to a project: the policy's files with paths relative to the project's root, and the
// documents that they name, parsed. The only place that reads what a policy is made of.

import { readFileSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { documentPaths, type SourceFile } from '@rdp/language';
import { causeOf, refuse } from './faults.ts';
import { isYaml, parseData, parseDocument, parseDocuments, type ParsedDocument } from './parse-document.ts';

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

const skipped: ReadonlySet<string> = new Set(['node_modules', 'dist']);

/** Reads the policy at `path`: one file, or a directory with every `.rdp` file below it. */
export async function readProject(path: string): Promise<Project> {
  const { files, directories } = findSources(path);
  const root = projectRoot(path);
  const documents = new Map<string, unknown>();
  const missing = new Map<string, string>();
  const malformed = new Map<string, string>();
  const named = documentPaths(files);
  const read = async (
    path: string,
    faults: Map<string, string>,
    parse: (path: string, text: string) => ParsedDocument | Promise<ParsedDocument>,
  ): Promise<void> => {
    try {
      const parsed = await parse(path, readFileSync(join(root, path), 'utf8'));
      if (parsed.kind === 'fault') faults.set(path, parsed.message);
      else documents.set(path, parsed.value);
    } catch (error) {
      missing.set(path, causeOf(error));
    }
  };
  for (const one of named.tests) await read(one, isYaml(one) ? missing : malformed, parseTestInput);
  for (const one of named.documents) await read(one, missing, parseDocument);
  for (const one of named.data) await read(one, missing, (_, text) => parseData(text));
  return { root, files, documents, missing, malformed, directories };
}

/** A test's file may hold several documents. */
async function parseTestInput(path: string, text: string): Promise<ParsedDocument> {
  if (!isYaml(path)) return parseDocument(path, text);
  const parsed = await parseDocuments(text);
  if (parsed.kind === 'fault') return parsed;
  return parsed.values.length > 0 ? { kind: 'value', value: parsed.values } : { kind: 'fault', message: 'it is empty' };
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
    return statSync(path).isDirectory();
  } catch (error) {
    return refuse(`cannot read \`${path}\`: ${causeOf(error)}`, 'name a policy file, or a directory that has one');
  }
}

/**
 * Every policy below `root`. Links count, as the files of a mounted ConfigMap are links; what is there itself comes first, and
 * each file and directory counts once, so that links in a circle end.
 */
function listPolicies(root: string): { readonly paths: readonly string[]; readonly directories: readonly string[] } {
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
