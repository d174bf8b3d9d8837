// Embeds the starter project, so that the bundled command can write it anywhere: examples/starter → starter.generated.ts.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files this generator makes; nothing else may write them. */
export function generate(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const root = join(import.meta.dirname, '..', '..', 'examples', 'starter');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(root.length + 1), text: readFileSync(path, 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const text = `// The starter project that \`rdpc init\` writes. Generated from examples/starter by \`npm run gen\`; do not edit.

export const starterFiles: readonly { readonly path: string; readonly text: string }[] = ${JSON.stringify(files, null, 2)};
`;
  return Promise.resolve([{ path: 'compiler/src/cli/starter.generated.ts', text }]);
}
