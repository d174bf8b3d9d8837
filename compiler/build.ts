// Bundles the command into dist/: plain JavaScript for Node 20 and later. Three files: what starts and what a compile that
// changes nothing needs, the compiler, and the printer of WebAssembly, which is as large as all the rest. More files would
// cost a start more than they spare it: code in them that a call does not reach is not even read by the engine.

import { rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Takes Node's modules as the objects that they are. Importing `node:fs` or the like as an ES module reads all that it
 * exports, and so loads the streams, promises and so on that hang on it: 4 ms at each start. It also gives CommonJS
 * dependencies the modules that they ask for by `require`.
 */
const nodeModules: Plugin = {
  name: 'node-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /.*/ }, ({ path }) => (isBuiltin(path) ? { path, namespace: 'node' } : undefined));
    onLoad({ filter: /.*/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
  },
};

/** Keeps the files apart: each loads the next when it needs it. */
const files: Plugin = {
  name: 'files',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(wabt|\.\/main\.ts)$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path: path === 'wabt' ? './wabt.js' : './main.js', external: true } : undefined,
    );
  },
};

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { launch: 'src/cli/launch.ts', main: 'src/cli/main.ts', wabt: 'wabt' },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'linked',
  logLevel: 'warning',
  plugins: [nodeModules, files],
});
