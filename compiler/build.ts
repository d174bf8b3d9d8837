// Bundles the command into dist/: plain JavaScript for Node 20 and later. A few files: what starts and what a compile needs
// that changes nothing; the compiler; packages that few calls need. More files would cost a start more than they spare it,
// because the engine does not even read the functions that a call does not reach.

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

/** Packages that few calls need; each is a file of its own, which the compiler loads by a dynamic `import`. */
const rare = ['@rdp/runtime', 'jose', 'wabt', 'yaml', 'yargs'] as const;
const fileOf = (name: string): string => name.replace('@rdp/', '');

/** Keeps the files apart. */
const files: Plugin = {
  name: 'files',
  setup: ({ onResolve }) => {
    onResolve({ filter: /.*/ }, ({ path, kind }) => {
      if (kind !== 'dynamic-import') return undefined;
      if (path === './main.ts') return { path: './main.js', external: true };
      return rare.some((name) => name === path) ? { path: `./${fileOf(path)}.js`, external: true } : undefined;
    });
  },
};

rmSync(`${here}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: {
    launch: 'src/cli/launch.ts',
    main: 'src/cli/main.ts',
    ...Object.fromEntries(rare.map((name) => [fileOf(name), name])),
  },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'linked',
  logLevel: 'warning',
  // Without the threads that the other build of it prepares.
  alias: { fflate: 'fflate/browser' },
  plugins: [nodeModules, files],
});
