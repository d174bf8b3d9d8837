// The packaged extension in a real VS Code: what its users do, done with keys and looked at on the screen. `--screenshots` writes the
// pictures of the documentation; other words name the scenarios that are wanted, by a part of what they say, on a desktop alone.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageExtension } from '../../vscode-extension/package.ts';
import type { Report } from '../check.ts';
import { installVscode } from './install.ts';
import { desktopOnly, scenarios } from './scenarios.ts';
import type { Scene } from './scene.ts';
import { openWindow } from './start-vscode.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A second file of the example's package, so that there is something to rename in another file. */
const more = `package shop.checkout

/// Tells somebody, too.
defend TellOfPii on Chat.request {
  when  PiiInPrompt
  alert "personal data in a prompt"
}
`;

/** Packages the extension, installs it, and goes through every scenario in one window. */
export async function compareVscode(report: Report, words: readonly string[]): Promise<void> {
  const vscode = installVscode();
  report.check('VS Code is installed', typeof vscode === 'string', typeof vscode === 'string' ? '' : vscode.failure);
  if (typeof vscode !== 'string') return;
  const vsix = await packageExtension();
  const parts = words.filter((word) => !word.startsWith('--'));
  const wanted = [...scenarios.keys()].filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)));
  await play({ report, vscode, vsix, host: 'server', names: wanted, pictures: words.includes('--screenshots') });
  if (parts.length > 0) return;
  // Once more with all of it in the page, as on vscode.dev.
  const names = wanted.filter((name) => !desktopOnly.has(name));
  await play({ report, vscode, vsix, host: 'page', names, pictures: false });
}

interface Performance {
  readonly report: Report;
  readonly vscode: string;
  readonly vsix: string;
  readonly host: 'server' | 'page';
  readonly names: readonly string[];
  /** Whether pictures of the documentation are taken. */
  readonly pictures: boolean;
}

/** Goes through scenarios in a window of its own. */
async function play({ report, vscode, vsix, host, names, pictures }: Performance): Promise<void> {
  const example = join(root, 'examples', 'checkout');
  const opened = await openWindow({ vscode, vsix, example, files: { 'more.rdp': more }, host });
  const images = join(root, 'docs', 'images');
  const failures = join(root, 'node_modules', '.cache', 'interop', 'failures');
  for (const folder of [images, failures]) mkdirSync(folder, { recursive: true });
  const scene: Scene = {
    page: opened.page,
    folder: opened.folder,
    picture: async (name) => {
      if (!pictures) return;
      // Where it is over nothing that would say what it is.
      await opened.page.mouse.move(620, 2);
      await opened.page.waitForTimeout(600);
      await opened.page.screenshot({ path: join(images, `vscode-${name}.png`) });
    },
  };
  const where = host === 'server' ? 'VS Code' : 'VS Code on the web';
  try {
    for (const name of names) {
      const problem = await scenarios.get(name)?.(scene).catch(messageOf);
      const path = join(failures, `${host}-${name.replaceAll(/[^A-Za-z]+/g, '-')}.png`);
      // The page itself may be what failed.
      if (problem !== undefined) await opened.page.screenshot({ path }).catch(() => undefined);
      report.check(`${where} ${name}`, problem === undefined, `${problem}\n      the screen is ${path}`);
    }
  } finally {
    await opened.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
