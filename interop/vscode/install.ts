// VS Code as a server, from npm alone, in the cache: installed at the first run, found by later ones. It is the one inside of
// code-server, started without that program around it, which hides what tests need.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/vscode/', import.meta.url));

/** Of code-server; VS Code's own is 1.139. */
const version = '4.139.1';

/** The folder of VS Code's server (`out/server-main.js`); or what went wrong. */
export function installVscode(): string | { readonly failure: string } {
  const vscode = join(cache, 'package', 'lib', 'vscode');
  if (existsSync(join(vscode, 'node_modules'))) return vscode;
  try {
    mkdirSync(cache, { recursive: true });
    const npm = (cwd: string, ...words: readonly string[]): string =>
      execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    npm(cache, 'pack', '--silent', `code-server@${version}`);
    const archive = `code-server-${version}.tgz`;
    execFileSync('tar', ['xzf', archive, 'package/lib/vscode'], { cwd: cache });
    rmSync(join(cache, archive));
    // The shrinkwrap in it is out of step, so that `npm ci` refuses. Its native parts are logging and a watchdog; it runs without.
    npm(vscode, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--silent');
    return vscode;
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
