// Builds the package that others install: runtime/dist, JavaScript for Node 20 and later with its declarations, under the name and
// with the dependencies of this one; and the programs of the image in dist/bin, each one file that needs nothing but Node. What
// runs in the repository runs from source.

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = `${here}dist`;

rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: {
    index: 'src/index.ts',
    'admission/index': 'src/admission/index.ts',
    'blueprint/index': 'src/blueprint/index.ts',
    'cluster/index': 'src/cluster/index.ts',
    'contract/index': 'src/contract/index.ts',
    'gateway/index': 'src/gateway/index.ts',
    'inventory/index': 'src/inventory/index.ts',
    'outcomes/index': 'src/outcomes/index.ts',
  },
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
// Scripts rather than modules, because what they bring along is CommonJS in part.
await build({
  absWorkingDir: here,
  entryPoints: {
    'rdp-admission': 'src/bin/rdp-admission.ts',
    'rdp-gateway': 'src/bin/rdp-gateway.ts',
    'rdp-inventory': 'src/bin/rdp-inventory.ts',
    'rdp-mcp': 'src/bin/rdp-mcp.ts',
  },
  outdir: 'dist/bin',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  charset: 'utf8',
  legalComments: 'linked',
  logLevel: 'warning',
});
execFileSync(`${here}../node_modules/.bin/tsc`, ['--project', `${here}tsconfig.build.json`], { stdio: 'inherit' });

const source = JSON.parse(readFileSync(`${here}package.json`, 'utf8')) as Readonly<Record<string, unknown>>; // a JSON object
const entry = (name: string): unknown => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
const shipped = {
  ...source,
  engines: { node: '>=20' },
  exports: {
    '.': entry('index'),
    './admission': entry('admission/index'),
    './blueprint': entry('blueprint/index'),
    './cluster': entry('cluster/index'),
    './contract': entry('contract/index'),
    './gateway': entry('gateway/index'),
    './inventory': entry('inventory/index'),
    './outcomes': entry('outcomes/index'),
  },
  bin: {
    'rdp-admission': './bin/rdp-admission.cjs',
    'rdp-gateway': './bin/rdp-gateway.cjs',
    'rdp-inventory': './bin/rdp-inventory.cjs',
    'rdp-mcp': './bin/rdp-mcp.cjs',
  },
};
writeFileSync(`${dist}/package.json`, `${JSON.stringify(shipped, null, 2)}\n`);
cpSync(`${here}../LICENSE`, `${dist}/LICENSE`);
// SQLite looks for its WebAssembly beside the program.
cpSync(`${here}../node_modules/node-sqlite3-wasm/dist/node-sqlite3-wasm.wasm`, `${dist}/bin/node-sqlite3-wasm.wasm`);
