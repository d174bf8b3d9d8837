// The extension → `dist/rdp.vsix`, by VS Code's own packager, which is fetched into the cache of the interop tests when it is first
// asked for. Folder and file names are fixed, so that the same sources give the same package but for its time stamps.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildExtension, shippedManifest } from './build.ts';

const here = import.meta.dirname;
const cache = join(here, '..', 'node_modules', '.cache', 'interop', 'vsce');

/** Parts of the package beside the manifest. */
const parts = [
  'dist',
  'media',
  'snippets',
  'syntaxes',
  'walkthrough',
  'language-configuration.json',
  'README.md',
  'LICENSE',
] as const;

/** Builds and packages; gives the package's path. */
export async function packageExtension(): Promise<string> {
  await buildExtension();
  const stage = mkdtempSync(join(tmpdir(), 'rdp-vsix-'));
  for (const part of parts) {
    const own = join(here, part);
    const from = existsSync(own) ? own : join(here, '..', part);
    cpSync(from, join(stage, part), { recursive: true });
  }
  writeFileSync(join(stage, 'package.json'), shippedManifest());
  // What is staged is what is packed.
  writeFileSync(join(stage, '.vscodeignore'), '');
  const target = join(here, 'dist', 'rdp.vsix');
  execFileSync(
    process.execPath,
    [packager(), 'package', '--no-dependencies', '--allow-missing-repository', '--out', target],
    {
      cwd: stage,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  rmSync(stage, { recursive: true });
  return target;
}

function packager(): string {
  const program = join(cache, 'node_modules', '@vscode', 'vsce', 'vsce');
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', '@vscode/vsce@4.1.0'];
    execFileSync('npm', install, { cwd: cache, stdio: 'inherit' });
  }
  return program;
}

if (import.meta.main) console.log(await packageExtension());
