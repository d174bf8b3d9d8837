// A VS Code with the packaged extension, on a folder that is a copy of an example, and a page of a browser on it.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveExtension, unpackVsix } from './web-extension.ts';
import { startBrowser, type Browser, type Page } from '../browser.ts';

/** A window of VS Code. */
export interface Window {
  readonly page: Page;
  /** The folder that is open in it. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

/** What a window is to show. */
export interface WindowOptions {
  /** Folder of VS Code's server. */
  readonly vscode: string;
  readonly vsix: string;
  /** Copied, so that the window may write. */
  readonly example: string;
  /** More files of the folder, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where extensions run: on the server, as on a desktop, or in a worker of the page. */
  readonly host: 'server' | 'page';
  readonly size?: { readonly width: number; readonly height: number };
}

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'remote.autoForwardPorts': false,
  // What decorations put behind a text is not counted when its line is wrapped.
  '[json]': { 'editor.wordWrap': 'wordWrapColumn', 'editor.wordWrapColumn': 58 },
};

/** Installs the extension into a VS Code with a profile of its own, and opens the folder in it. */
export async function openWindow({ vscode, vsix, example, files = {}, host, size }: WindowOptions): Promise<Window> {
  const home = mkdtempSync(join(tmpdir(), 'rdp-vscode-'));
  const folder = join(home, 'checkout');
  cpSync(example, folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const user = join(home, 'data', 'User');
  mkdirSync(user, { recursive: true });
  writeFileSync(join(user, 'settings.json'), JSON.stringify(settings));
  const own = ['--server-data-dir', join(home, 'server'), '--user-data-dir', join(home, 'data')];
  const words = [...own, '--extensions-dir', join(home, 'extensions'), '--accept-server-license-terms'];
  const env = {
    ...process.env,
    HOME: home,
    // Without a gallery the window asks no other machine for anything.
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' }),
  };
  const program = [join('out', 'server-main.js'), ...words];
  const options = { cwd: vscode, env, stdio: 'ignore' } as const;
  if (host === 'server') execFileSync(process.execPath, [...program, '--install-extension', vsix], options);
  const port = await freePort();
  const listen = ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'];
  const quiet = ['--telemetry-level', 'off', '--disable-workspace-trust', '--enable-smoke-test-driver'];
  const server = spawn(process.execPath, [...program, ...listen, ...quiet], options);
  const address = `http://127.0.0.1:${port}`;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    server.kill();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answering(`${address}/version`);
    // A page that a test has touched is no local one to Chromium, and may not open the socket of the local server.
    const started = await startBrowser({
      words: ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'],
    });
    if (typeof started === 'string') throw new Error(started);
    browser = started;
    const viewport = size ?? { width: 1400, height: 800 };
    const context = await browser.newContext({ viewport, colorScheme: 'dark' });
    const page = await context.newPage();
    if (host === 'page') await serveExtension(page, unpackVsix(vsix, join(home, 'web')));
    await page.goto(`${address}/?folder=${encodeURIComponent(folder)}`);
    await page.waitForSelector('.monaco-workbench .part.editor', { timeout: 120_000 });
    return { page, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function answering(url: string): Promise<void> {
  for (let round = 0; round < 300; round++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
