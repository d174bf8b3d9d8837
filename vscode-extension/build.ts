// The extension as VS Code loads it, in `dist/`: the client for a desktop and for a browser, the server as a worker, the whole command
// with its pages, the starter. `npm run build` has made the command before.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { diagnosticCodes } from '@rdp/language';

const here = import.meta.dirname;
const root = join(here, '..');
const dist = join(here, 'dist');

const shared: BuildOptions = {
  bundle: true,
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  absWorkingDir: here,
};

/** Writes `dist/`. */
export async function buildExtension(): Promise<void> {
  const command = join(root, 'compiler', 'dist');
  if (!existsSync(join(command, 'lsp.cjs'))) throw new Error('the command is not built yet: run `npm run build`');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  await build({
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
  });
  await build({
    ...shared,
    entryPoints: ['src/web.ts'],
    outfile: 'dist/web.cjs',
    platform: 'browser',
    target: 'es2023',
    format: 'cjs',
    external: ['vscode'],
  });
  await build({
    ...shared,
    entryPoints: ['../lsp/src/browser/main.ts'],
    outfile: 'dist/server.js',
    platform: 'browser',
    target: 'es2023',
    format: 'iife',
  });
  cpSync(command, join(dist, 'rdpc'), { recursive: true });
  // The extension itself is CommonJS.
  writeFileSync(join(dist, 'rdpc', 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dist, 'shipped.json'), `${JSON.stringify({ starter: starterFiles(), codes: diagnosticCodes })}\n`);
}

/** The starter by path; in order, so that the same sources give the same bytes. */
function starterFiles(): Readonly<Record<string, string>> {
  const folder = join(root, 'examples', 'starter');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
  return Object.fromEntries(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(folder, path), 'utf8')]),
  );
}

/** The manifest as it is shipped: nothing of the workspace that it was built in. */
export function shippedManifest(): string {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  for (const key of ['private', 'type', 'scripts', 'dependencies', 'devDependencies']) delete manifest[key];
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
