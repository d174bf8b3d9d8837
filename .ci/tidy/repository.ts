// The repository as the tidy tests see it: tracked and new files with their texts, and the import specifiers of each module.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname, join, normalize } from 'node:path';

/** Absolute path of the repository's root. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** Paths relative to the root of every file that git tracks or would track. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** The text of a file. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** TypeScript modules that people write: not generated, not declarations. */
export const modules: readonly string[] = files.filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.includes('.generated.'),
);

/** Modules of the product, without tests, benches and build scripts. */
export const sources: readonly string[] = modules.filter((path) =>
  /^(language|compiler|runtime|lsp|vscode-extension)\/src\//.test(path),
);

/** One import or re-export: what stands between the quotes, and the file it leads to when it is relative. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly target: string | undefined;
}

/** Every static and dynamic import of a module, comments left aside. */
export function importsOf(path: string): readonly Import[] {
  const text = read(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const found = text.matchAll(
    /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    return {
      from: path,
      specifier,
      target: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : undefined,
    };
  });
}
