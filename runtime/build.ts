// Builds the package that others install: runtime/dist, JavaScript for Node 20 and later with its declarations, under the name and
// with the dependencies of this one. What runs in the repository runs from source.

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = `${here}dist`;

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { index: 'src/index.ts', 'contract/index': 'src/contract/index.ts' },
  outdir: 'dist',
  bundle: true,
  // The contract's few values stand once, whoever imports them.
  splitting: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
});
execFileSync(`${here}../node_modules/.bin/tsc`, ['--project', `${here}tsconfig.build.json`], { stdio: 'inherit' });

const source = JSON.parse(readFileSync(`${here}package.json`, 'utf8')) as Readonly<Record<string, unknown>>; // a JSON object
const entry = (name: string): unknown => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
const shipped = {
  ...source,
  engines: { node: '>=20' },
  exports: { '.': entry('index'), './contract': entry('contract/index') },
};
writeFileSync(`${dist}/package.json`, `${JSON.stringify(shipped, null, 2)}\n`);
cpSync(`${here}../LICENSE`, `${dist}/LICENSE`);
