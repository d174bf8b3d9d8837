// Files of plain data → YAML that every reader of Kubernetes takes alike: strings that YAML 1.1 would read as something else are in
// quotes, nothing is folded, nothing refers to anything else. The writer of YAML is loaded when there is something to write.

import type { ManifestFile } from '../emit/k8s/kustomize.ts';

/** The texts of files, by their paths. */
export async function renderManifests(files: readonly ManifestFile[]): Promise<ReadonlyMap<string, string>> {
  const { default: yaml } = await import('yaml');
  return new Map(
    files.map(({ path, document }) => [
      path,
      yaml.stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }),
    ]),
  );
}
