// Which files beside its own text a policy names, so that a host can read them before it asks for a check. Paths in a
// policy are relative to the folder of the file that names them; here they are relative to the project's root.

import type { SourceFile } from '../../source/source-file.ts';
import type { Decl } from '../../syntax/ast.ts';
import { parseOnce } from '../parse-memo.ts';

export interface DocumentPaths {
  /** OpenAPI documents, custom resource definitions, tool lists, models: `checkProgram` needs them, parsed. Sorted. */
  readonly documents: readonly string[];
  /** `data … from`: their content becomes the bundle's data document. Sorted. */
  readonly data: readonly string[];
  /** `given file`: what tests decide on. Sorted. */
  readonly tests: readonly string[];
}

/** The files that `files` name. */
export function documentPaths(files: readonly SourceFile[]): DocumentPaths {
  return joinPaths(files.map((file) => documentsOf(file, parseOnce(file).ast.decls)));
}

/** The files that declarations of `file` name. */
export function documentsOf(file: SourceFile, decls: readonly Decl[]): DocumentPaths {
  const documents: string[] = [];
  const data: string[] = [];
  const tests: string[] = [];
  for (const decl of decls) {
    for (const path of namedDocuments(decl)) documents.push(documentPath(file, path));
    if (decl.kind === 'data') data.push(documentPath(file, decl.path.value));
    if (decl.kind === 'test' && decl.given?.kind === 'file') tests.push(documentPath(file, decl.given.path.value));
  }
  return { documents, data, tests };
}

/** All of `parts`, sorted, each once. */
export function joinPaths(parts: readonly DocumentPaths[]): DocumentPaths {
  const join = (kind: keyof DocumentPaths): readonly string[] =>
    [...new Set(parts.flatMap((part) => part[kind]))].toSorted();
  return { documents: join('documents'), data: join('data'), tests: join('tests') };
}

function namedDocuments(decl: Decl): readonly string[] {
  if (decl.kind === 'use' || decl.kind === 'classifier') return [decl.path.value];
  if (decl.kind !== 'surface') return [];
  return decl.settings
    .filter(({ name }) => name.text === 'openapi' || name.text === 'tools')
    .flatMap((setting) => [setting, ...(setting.block ?? [])])
    .flatMap(({ values: [value] }) => (value?.kind === 'string' ? [value.value] : []));
}

/** `path`, as written in `file`, from the project's root: `a/policy.rdp` and `../x.yaml` give `x.yaml`. */
export function documentPath(file: SourceFile, path: string): string {
  const parts: string[] = path.startsWith('/') ? [] : file.path.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
