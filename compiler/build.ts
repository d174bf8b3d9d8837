// Bundles the command into dist/: plain JavaScript for Node 20 and later. A few files: what starts and what a compile needs
// that changes nothing; the compiler; packages that few calls need. More files would cost a start more than they spare it,
// because the engine does not even read the functions that a call does not reach.

import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { stdFiles } from '@rdp/language/std';
import { libraryPatterns } from './src/pattern/library-patterns.generated.ts';

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
const rare = ['@rdp/runtime', '@rdp/runtime/blueprint', 'diff', 'jose', 'wabt', 'yaml', 'yargs'] as const;
const fileOf = (name: string): string => name.replace('@rdp/', '');

/** Keeps the files apart. */
const files: Plugin = {
  name: 'files',
  setup: ({ onResolve }) => {
    onResolve({ filter: /.*/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && rare.some((name) => name === path)
        ? { path: `./${fileOf(path)}.js`, external: true }
        : undefined,
    );
  },
};

/** Texts of the library, one after another: `dist/library.txt`. */
const libraryTexts: Buffer[] = [];
let librarySize = 0;

/** Where each text stands there: several programs use it. */
const places = new Map<string, string>();

/** An expression for a text that is put there. */
function stored(text: string): string {
  const known = places.get(text);
  if (known !== undefined) return known;
  const bytes = Buffer.from(text);
  libraryTexts.push(bytes);
  const from = librarySize;
  librarySize += bytes.length;
  const place = `libraryText(${from}, ${librarySize})`;
  places.set(text, place);
  return place;
}

/**
 * Keeps the library's texts out of the program, of which they would be the greater part: the engine would read them at each
 * start, and once more with the code that the launcher keeps.
 */
const library: Plugin = {
  name: 'library',
  setup: ({ onLoad, onResolve }) => {
    const head = `import { libraryText } from 'rdp:library';\n`;
    onResolve({ filter: /^rdp:library$/ }, ({ path }) => ({ path, namespace: 'library' }));
    onLoad({ filter: /.*/, namespace: 'library' }, () => ({
      contents: `let bytes;
        export function libraryText(from, to) {
          bytes ??= process.getBuiltinModule('node:fs').readFileSync(new URL('library.txt', import.meta.url));
          return bytes.toString('utf8', from, to);
        }`,
    }));
    onLoad({ filter: /[/]std[.]generated[.]ts$/ }, () => ({
      contents: `${head}
        const file = (path, read) => { let text; return { path, get text() { return text ??= read(); } }; };
        const parsed = (path, of, read, tree) => {
          let text;
          return { path, package: of, get text() { return text ??= read(); }, get tree() { return tree(); } };
        };
        export const stdFiles = [${stdFiles
          .map(({ path, package: of, text, tree }) =>
            tree === undefined
              ? `file(${JSON.stringify(path)}, () => ${stored(text)})`
              : `parsed(${JSON.stringify(path)}, ${JSON.stringify(of)}, () => ${stored(text)}, () => ${stored(tree)})`,
          )
          .join()}];`,
    }));
    onLoad({ filter: /[/]library-patterns[.]generated[.]ts$/ }, () => ({
      contents: `${head} export const libraryPatterns = () => ${stored(libraryPatterns())};`,
    }));
  },
};

rmSync(`${here}dist`, { recursive: true, force: true });
const shared = {
  absWorkingDir: here,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: true,
  charset: 'ascii',
  legalComments: 'linked',
  logLevel: 'warning',
  // Without the threads that the other build of it prepares.
  alias: { fflate: 'fflate/browser' },
  plugins: [nodeModules, files, library],
} satisfies BuildOptions;

await build({
  ...shared,
  entryPoints: { launch: 'src/cli/launch.ts', ...Object.fromEntries(rare.map((name) => [fileOf(name), name])) },
  format: 'esm',
  define: { __dirname: 'import.meta.dirname' },
});
// A script rather than a module: the launcher keeps its compiled code (`load-main.ts`) and gives it what a script lacks.
const main = await build({
  ...shared,
  entryPoints: { main: 'src/cli/main.ts' },
  format: 'cjs',
  define: { 'import.meta.url': 'bundleUrl' },
  write: false,
});
for (const { path, text } of main.outputFiles) {
  writeFileSync(path.replace(/\.js$/, '.cjs'), text.replaceAll('import("./', 'bundleImport("./'));
}

// Programs that verbs start (`commands/lsp.ts`, `debug.ts`, `mcp.ts`), each a file. They are built here because they use the library's texts too.
for (const [name, entry] of [
  ['lsp', '../lsp/src/node/main.ts'],
  ['debug', '../lsp/src/debug/main.ts'],
  ['mcp', 'src/cli/mcp/main.ts'],
] as const)
  await build({
    ...shared,
    entryPoints: { [name]: entry },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [nodeModules, library],
    banner: { js: 'const fileUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { 'import.meta.url': 'fileUrl' },
  });

writeFileSync(`${here}dist/library.txt`, Buffer.concat(libraryTexts));

// `rdpc explain CODE` shows these pages.
cpSync(`${here}../docs/diagnostics`, `${here}dist/diagnostics`, { recursive: true });
// And `rdpc mcp` these, to whom writes policies with a tool.
for (const name of ['language', 'reference']) cpSync(`${here}../docs/${name}.md`, `${here}dist/docs/${name}.md`);
