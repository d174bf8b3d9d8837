// Embeds the blueprint's page, so that a program in one file has it: page.html → page.generated.ts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files this generator makes; nothing else may write them. */
export function generate(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const html = readFileSync(join(import.meta.dirname, '..', 'src', 'blueprint', 'page.html'), 'utf8');
  const text = `// The blueprint's page. Generated from page.html by \`npm run gen\`; do not edit.

export const blueprintPage: string = ${JSON.stringify(html)};
`;
  return Promise.resolve([{ path: 'runtime/src/blueprint/page.generated.ts', text }]);
}
