// VS Code as a server and a browser, from npm alone, in the cache: installed at the first run, found by later ones. VS Code is the one
// inside of code-server, started without that program around it, which hides what tests need.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/vscode/', import.meta.url));

/** Versions that work together; VS Code's own is 1.139. */
const versions = { codeServer: '4.139.1', playwright: '1.65.1', chromium: '153.0.0' } as const;

/** What was installed. */
export interface Installed {
  /** Folder of VS Code's server: `out/server-main.js`. */
  readonly vscode: string;
  /** The module playwright-core. */
  readonly playwright: string;
  /** The program of the browser. */
  readonly chromium: string;
}

/** Installs what is not there; a failure is the message of what went wrong. */
export async function installVscode(): Promise<Installed | { readonly failure: string }> {
  try {
    const vscode = join(cache, 'package', 'lib', 'vscode');
    if (!existsSync(join(vscode, 'node_modules'))) install(vscode);
    const require = createRequire(join(cache, 'package.json'));
    const { default: chromium }: { default: { executablePath: () => Promise<string> } } = await import(
      pathToFileURL(require.resolve('@sparticuz/chromium')).href
    );
    return { vscode, playwright: require.resolve('playwright-core'), chromium: await chromium.executablePath() };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function install(vscode: string): void {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{ "private": true, "type": "module" }\n');
  const npm = (cwd: string, ...words: readonly string[]): string =>
    execFileSync('npm', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  npm(cache, 'install', ...quiet, `playwright-core@${versions.playwright}`, `@sparticuz/chromium@${versions.chromium}`);
  npm(cache, 'pack', '--silent', `code-server@${versions.codeServer}`);
  const archive = `code-server-${versions.codeServer}.tgz`;
  execFileSync('tar', ['xzf', archive, 'package/lib/vscode'], { cwd: cache });
  rmSync(join(cache, archive));
  // The shrinkwrap in it is out of step, so that `npm ci` refuses. Its native parts are logging and a watchdog; it runs without.
  npm(vscode, 'install', '--omit=dev', ...quiet);
}
