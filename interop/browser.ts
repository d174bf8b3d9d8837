// A headless Chromium from npm, installed once into the cache: what tests of pages drive. Types are the part of Playwright's that
// they use, because a clone does not have the package.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL, fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../node_modules/.cache/interop/browser/', import.meta.url));
const packages = ['playwright-core@1.65.1', '@sparticuz/chromium@153.0.0'];

export interface Keyboard {
  readonly press: (key: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly insertText: (text: string) => Promise<void>;
}

export interface Page {
  readonly goto: (url: string) => Promise<unknown>;
  readonly click: (selector: string) => Promise<void>;
  readonly focus: (selector: string) => Promise<void>;
  readonly selectOption: (selector: string, value: string) => Promise<unknown>;
  readonly waitForSelector: (selector: string, options?: { readonly timeout?: number; readonly state?: 'attached' | 'visible' | 'hidden' }) => Promise<unknown>;
  readonly waitForTimeout: (milliseconds: number) => Promise<void>;
  readonly evaluate: <T>(script: string) => Promise<T>;
  readonly innerText: (selector: string) => Promise<string>;
  readonly screenshot: (options: { readonly path: string }) => Promise<unknown>;
  readonly url: () => string;
  readonly route: (matches: (url: URL) => boolean, answer: (route: Route) => Promise<void>) => Promise<void>;
  readonly locator: (selector: string, options?: { readonly hasText?: string | RegExp }) => Locator;
  readonly frames: () => readonly Frame[];
  readonly keyboard: Keyboard;
  readonly mouse: { readonly move: (x: number, y: number) => Promise<void> };
  readonly waitForEvent: (event: 'download') => Promise<{ readonly suggestedFilename: () => string }>;
  readonly on: (event: 'pageerror' | 'request', listener: (what: Error & { readonly url: () => string }) => void) => void;
}

/** A request of a page that a test answers itself. */
export interface Route {
  readonly request: () => { readonly url: () => string };
  readonly fetch: () => Promise<{ readonly text: () => Promise<string>; readonly headers: () => Record<string, string> }>;
  readonly fulfill: (answer: {
    readonly status?: number;
    readonly path?: string;
    readonly body?: string;
    readonly contentType?: string;
    readonly headers?: Record<string, string>;
  }) => Promise<void>;
}

/** A frame of a page: webviews are frames in frames. */
export interface Frame {
  readonly url: () => string;
  readonly locator: Page['locator'];
}

/** Elements that a selector finds, when it is asked. */
export interface Locator {
  readonly first: () => Locator;
  readonly nth: (index: number) => Locator;
  readonly count: () => Promise<number>;
  readonly fill: (text: string) => Promise<void>;
  readonly press: (key: string) => Promise<void>;
  readonly click: () => Promise<void>;
  readonly waitFor: (options?: { readonly timeout?: number; readonly state?: 'visible' | 'detached' }) => Promise<void>;
  readonly isVisible: () => Promise<boolean>;
  readonly allInnerTexts: () => Promise<readonly string[]>;
  readonly innerText: () => Promise<string>;
}

export interface PageOptions {
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly deviceScaleFactor?: number;
  readonly isMobile?: boolean;
  readonly hasTouch?: boolean;
}

export interface Browser {
  readonly newContext: (options: PageOptions) => Promise<{ readonly newPage: () => Promise<Page>; readonly close: () => Promise<void> }>;
  readonly close: () => Promise<void>;
}

/** Starts the browser, with more words for its command line; or why there is none. */
export async function startBrowser(options: { readonly words?: readonly string[] } = {}): Promise<Browser | string> {
  if (!existsSync(`${folder}node_modules/playwright-core`)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}package.json`, '{"private":true,"type":"module"}\n');
    const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...packages];
    const { status, stderr, error } = spawnSync('npm', words, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) return error?.message ?? stderr;
  }
  const require = createRequire(`${folder}package.json`);
  // It unpacks itself into the folder for temporary files.
  process.env['TMPDIR'] = folder;
  const packed = (await import(pathToFileURL(require.resolve('@sparticuz/chromium')).href)) as {
    readonly default: { readonly executablePath: () => Promise<string> };
  }; // what the package says
  const { chromium } = require('playwright-core') as {
    readonly chromium: { readonly launch: (options: object) => Promise<Browser> };
  }; // what the package says
  const executablePath = await packed.default.executablePath();
  const own = ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'];
  return chromium.launch({ executablePath, args: [...own, ...(options.words ?? [])] });
}
