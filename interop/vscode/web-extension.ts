// The packaged extension as one for the web: its files are answered in place of the server's, and the page is told to load it from there,
// because VS Code starts no workers of extensions that are installed on a server.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Page } from '../browser.ts';

/** Where the page finds the extension. */
const prefix = '/extension-under-test/';

const types: Readonly<Record<string, string>> = {
  '.cjs': 'text/javascript',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Unpacks a package; without its entry for a desktop, which VS Code would prefer. */
export function unpackVsix(vsix: string, folder: string): string {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(vsix)))) {
    if (!name.startsWith('extension/') || name.endsWith('/')) continue;
    const path = join(folder, name.slice('extension/'.length));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  const manifest = join(folder, 'package.json');
  const { main: _, ...rest }: Record<string, unknown> = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify({ ...rest, extensionKind: ['web'] }));
  return folder;
}

/** Answers the requests of `page` for the extension, and has its window load it. */
export async function serveExtension(page: Page, folder: string): Promise<void> {
  await page.route(
    (url) => url.pathname.startsWith(prefix),
    async (route) => {
      const path = join(folder, decodeURIComponent(new URL(route.request().url()).pathname.slice(prefix.length)));
      if (!existsSync(path)) return route.fulfill({ status: 404 });
      const headers = { 'access-control-allow-origin': '*' };
      return route.fulfill({ path, contentType: types[extname(path)] ?? 'text/plain', headers });
    },
  );
  await page.route(
    (url) => url.pathname === '/' && url.searchParams.has('folder'),
    async (route) => {
      const answer = await route.fetch();
      const { host } = new URL(route.request().url());
      const body = (await answer.text()).replace(
        /(id="vscode-workbench-web-configuration" data-settings=")([^"]*)"/,
        (_, start: string, settings: string) => {
          const configuration: Record<string, unknown> = JSON.parse(unescape(settings));
          const extensions = [{ scheme: 'http', authority: host, path: prefix.slice(0, -1) }];
          const told = { ...configuration, developmentOptions: { enableSmokeTestDriver: true, extensions } };
          return `${start}${escape(JSON.stringify(told))}"`;
        },
      );
      const headers = Object.fromEntries(
        Object.entries(answer.headers()).filter(([name]) => !/^content-(?:security-policy|length|encoding)$/.test(name)),
      );
      return route.fulfill({ status: 200, headers, body });
    },
  );
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

function unescape(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
