// The page and its workers → `lsp/dist/playground`: a few files that any static host serves, or that are opened from a disk. A page
// from a disk may not fetch or start a worker from a file, so the workers are there a second time as scripts that hold their text.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import {
  declarationWords,
  joiningWords,
  reservedWords,
  ruleWords,
  testWords,
  unitWords,
  verbs,
} from '../../../vscode-extension/gen/token-tables.ts';
import { readGallery } from './gallery.ts';

/** Words of the language, for colours. */
const words = {
  declarations: [...declarationWords, ...verbs],
  clauses: [...ruleWords, ...testWords],
  joining: joiningWords,
  reserved: reservedWords,
  units: unitWords,
};

const here = fileURLToPath(new URL('../', import.meta.url));

/** Where the built page is. */
export const playgroundFolder: string = fileURLToPath(new URL('../../dist/playground/', import.meta.url));

/** Puts the page's own modules in the place of Node's, and the examples in the place of `rdp:gallery`. */
const pageModules: Plugin = {
  name: 'page-modules',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:(fs|path|zlib)$/ }, ({ path }) => ({
      path: `${here}worker/${path.replace(':', '-')}.ts`,
    }));
    onResolve({ filter: /^rdp:gallery$/ }, ({ path }) => ({ path, namespace: 'gallery' }));
    // The library's patterns as they were worked out are a quarter of the page, and save a compile a fifth of a second, which nobody waits for.
    onLoad({ filter: /[/]library-patterns[.]generated[.]ts$/ }, () => ({
      contents: `export const libraryPatterns = () => ${JSON.stringify(JSON.stringify({ shapes: [], rows: [] }))};`,
    }));
    onResolve({ filter: /^rdp:words$/ }, ({ path }) => ({ path, namespace: 'words' }));
    onLoad({ filter: /.*/, namespace: 'words' }, () => ({ contents: JSON.stringify(words), loader: 'json' }));
    onLoad({ filter: /.*/, namespace: 'gallery' }, async () => ({
      contents: JSON.stringify(await readGallery()),
      loader: 'json',
    }));
  },
};

const shared = {
  absWorkingDir: here,
  outdir: playgroundFolder,
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2023',
  format: 'iife',
  legalComments: 'linked',
  logLevel: 'warning',
  conditions: ['browser'],
  alias: { fflate: 'fflate/browser' },
  loader: { '.ttf': 'file' },
  plugins: [pageModules],
} satisfies BuildOptions;

/** The text of the worker. */
export async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: { worker: 'worker/main.ts' },
    define: { 'process.env': '{}' },
    inject: ['worker/node-globals.ts'],
    legalComments: 'none',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** Builds the page; gives its files with their sizes, and which of them a first visit fetches. */
export async function buildPlayground(): Promise<readonly BuiltFile[]> {
  rmSync(playgroundFolder, { recursive: true, force: true });
  mkdirSync(playgroundFolder, { recursive: true });
  writeFileSync(`${playgroundFolder}worker.js`, await bundleWorker());
  const pages = { main: 'page/main.ts', 'editor.worker': 'monaco-editor/editor/editor.worker' };
  await build({ ...shared, entryPoints: pages });
  await build({ ...shared, entryPoints: { editors: 'page/editors.ts' }, globalName: 'rdpEditors' });
  cpSync(`${here}page/index.html`, `${playgroundFolder}index.html`);
  for (const name of ['worker', 'editor.worker']) {
    const text = readFileSync(`${playgroundFolder}${name}.js`, 'utf8');
    writeFileSync(
      `${playgroundFolder}${name}.text.js`,
      `(self.rdpWorkers??={})[${JSON.stringify(name)}]=${JSON.stringify(text)};\n`,
    );
  }
  const fetched = ['main.css', 'main.js', 'editors.css', 'editors.js', 'worker.js', 'editor.worker.js'];
  return ['index.html', ...fetched].map(sizeOf);
}

/** A file that a first visit fetches; sizes in bytes. */
export interface BuiltFile {
  readonly name: string;
  readonly size: number;
  readonly gzip: number;
  readonly brotli: number;
}

function sizeOf(name: string): BuiltFile {
  const bytes = readFileSync(`${playgroundFolder}${name}`);
  return {
    name,
    size: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
}
