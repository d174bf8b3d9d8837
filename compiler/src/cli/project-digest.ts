// What the output of a compile depends on, as digests for the compile cache.

import { join, resolve } from 'node:path';
import { digestOfFile, digestOfListing, type Remembered } from './compile-cache.ts';
import type { Project } from './read-project.ts';

/** Digests of everything that was read and written; `output` and `outputs` are the directory and the names in it. */
export function dependenciesOf(
  project: Project,
  output: string,
  outputs: readonly string[],
): Omit<Remembered, 'printed'> {
  const { files, documents, missing, malformed } = project;
  const inputs = [...files.map((file) => file.path), ...documents.keys(), ...missing.keys(), ...malformed.keys()];
  const digests = (paths: readonly string[], digest: (path: string) => string): Readonly<Record<string, string>> =>
    Object.fromEntries(paths.map((one) => [one, digest(one)]));
  return {
    inputs: digests(
      inputs.map((input) => join(project.root, input)),
      digestOfFile,
    ),
    directories: digests(project.directories, digestOfListing),
    outputs: digests(
      outputs.map((name) => join(resolve(output), name)),
      digestOfFile,
    ),
  };
}
