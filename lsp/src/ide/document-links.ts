// A file → the places in it that name other files: imports, OpenAPI documents, definitions, data, inputs of tests.

import { documentPath, type ast, type SourceFile, type Workspace } from '@rdp/language';

export interface DocumentLink {
  readonly start: number;
  readonly end: number;
  readonly target:
    | { readonly kind: 'file'; readonly file: SourceFile }
    /** Relative to the project's root. */
    | { readonly kind: 'path'; readonly path: string };
}

/** The links of a file, in the order of its text. */
export function documentLinks(snapshot: Workspace, path: string): readonly DocumentLink[] {
  const parsed = snapshot.parsed(path);
  if (parsed === undefined) return [];
  const { ast, file } = parsed;
  const imports = ast.imports.flatMap(({ path: name }): readonly DocumentLink[] => {
    const target = fileOfPackage(snapshot, name.parts.map(({ text }) => text).join('.'));
    return target ? [{ start: name.start, end: name.end, target: { kind: 'file', file: target } }] : [];
  });
  const named = ast.decls.flatMap(literalsOf).map((literal): DocumentLink => {
    // Inside of the quotes.
    const { start, end } = literal;
    return {
      start: start + 1,
      end: Math.max(end - 1, start + 1),
      target: { kind: 'path', path: documentPath(file, literal.value) },
    };
  });
  return [...imports, ...named.filter(({ start, end }) => end > start)];
}

/** The first file of a package; of the library, the one that is named like it. */
function fileOfPackage(snapshot: Workspace, name: string): SourceFile | undefined {
  const own = snapshot.project.files.find(({ path }) => {
    const declared = snapshot.parsed(path)?.ast.package;
    return declared?.parts.map(({ text }) => text).join('.') === name;
  });
  if (own) return own;
  const path = name.replaceAll('.', '/');
  const library = snapshot.project.std ?? [];
  const isOf = (file: SourceFile): boolean =>
    file.package === undefined ? file.path.startsWith(`${path}/`) && file.path.endsWith('.rdp') : file.package === name;
  return library.find((file) => file.path === `${path}.rdp`) ?? library.find(isOf);
}

function literalsOf(decl: ast.Decl): readonly ast.StringLiteral[] {
  switch (decl.kind) {
    case 'use':
    case 'data':
    case 'classifier':
      return [decl.path];
    case 'test':
      return decl.given?.kind === 'file' ? [decl.given.path] : [];
    case 'surface':
      return decl.settings
        .filter(({ name }) => name.text === 'openapi' || name.text === 'tools')
        .flatMap((setting) => [setting, ...(setting.block ?? [])])
        .flatMap(({ values: [value] }) => (value?.kind === 'string' ? [value] : []));
    default:
      return [];
  }
}
