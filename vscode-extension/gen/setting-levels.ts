// Which levels each diagnostic can have → the setting `rdp.diagnostics.levels` in package.json, where VS Code offers them. The rest of
// the manifest is written by hand and stays as it is.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnosticCodes } from '@rdp/language';
import type { Generated } from '../../language/gen/generated.ts';
import { levelsFor } from '../../lsp/src/server/settings.ts';

interface Manifest {
  readonly contributes: {
    readonly configuration: { readonly properties: { readonly 'rdp.diagnostics.levels': { properties: unknown } } };
  };
}

/** The manifest with the codes that there are. */
export async function generate(): Promise<readonly Generated[]> {
  const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  const manifest: Manifest = JSON.parse(text);
  const levels = diagnosticCodes()
    .map((code) => [code, { enum: levelsFor(code) }] as const)
    .filter(([, { enum: possible }]) => possible.length > 1);
  manifest.contributes.configuration.properties['rdp.diagnostics.levels'].properties = Object.fromEntries(levels);
  return [{ path: 'vscode-extension/package.json', text: `${JSON.stringify(manifest, null, 2)}\n` }];
}
