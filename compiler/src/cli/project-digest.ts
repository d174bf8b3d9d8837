// What the output of a compile depends on, as digests for the compile cache.

import { join, resolve } from 'node:path';
import { digestOfFile, digestOfListing, type Remembered } from './compile-cache.ts';
import type { Project } from './read-project.ts';

/** Digests of everything that was read and written; `output` and `outputs` are the directory and the names in it. */
export function dependenciesOf(
  project: Project,
  path: string,
  output: string,
  outputs: readonly string[],
): Omit<Remembered, 'printed'> {
  const inputs = [...project.files.map((file) => file.path), ...project.documents.keys(), ...project.missing.keys()];
  const listed = resolve(path) === project.root ? directoriesOf(project) : [];
  const digests = (paths: readonly string[], digest: (path: string) => string): Readonly<Record<string, string>> =>
    Object.fromEntries(paths.map((one) => [one, digest(one)]));
  return {
    inputs: digests(
      inputs.map((input) => join(project.root, input)),
      digestOfFile,
    ),
    directories: digests(listed, digestOfListing),
    outputs: digests(
      outputs.map((name) => join(resolve(output), name)),
      digestOfFile,
    ),
  };
}

/** Every directory that a file of the policy is in, and the root: where a new policy would change the project. */
function directoriesOf({ root, files }: Project): readonly string[] {
  const found = new Set([root]);
  for (const { path } of files) {
    const parts = path.split('/').slice(0, -1);
    parts.forEach((_, depth) => found.add(join(root, ...parts.slice(0, depth + 1))));
  }
  return [...found];
}
