// The packaged extension in a real VS Code: what its users do, done with keys and looked at on the screen. `--screenshots` writes the
// pictures of the documentation.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageExtension } from '../../vscode-extension/package.ts';
import type { Report } from '../check.ts';
import { installVscode } from './install.ts';
import { scenarios, type Scene } from './scenarios.ts';
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
  const opened = await openWindow({
    vscode,
    vsix,
    example: join(root, 'examples', 'checkout'),
    files: { 'more.rdp': more },
  });
  const pictures = join(root, 'docs', 'images');
  const failures = join(root, 'node_modules', '.cache', 'interop', 'failures');
  for (const folder of [pictures, failures]) mkdirSync(folder, { recursive: true });
  const scene: Scene = {
    page: opened.page,
    folder: opened.folder,
    picture: async (name) => {
      if (words.includes('--screenshots')) await opened.page.screenshot({ path: join(pictures, `vscode-${name}.png`) });
    },
  };
  try {
    for (const [name, scenario] of scenarios) {
      const problem = await scenario(scene).then(
        (found) => found,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (problem !== undefined) {
        const path = join(failures, `${name.replaceAll(/[^a-z]+/g, '-')}.png`);
        await opened.page.screenshot({ path }).catch(() => undefined); // the page itself may be what failed
        report.check(`VS Code ${name}`, false, `${problem}\n      the screen is ${path}`);
      } else report.check(`VS Code ${name}`, true);
    }
  } finally {
    await opened.close();
  }
}
