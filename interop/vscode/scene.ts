// What every scenario has: where it plays, and what is read from the screen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../browser.ts';
import { eventually, runCommand } from './page.ts';

/** Where scenarios play. */
export interface Scene {
  readonly page: Page;
  readonly folder: string;
  /** Takes a picture for the documentation, when pictures are wanted. */
  readonly picture: (name: string) => Promise<void>;
}

/** What users do; gives what is wrong, or nothing. */
export type Scenario = (scene: Scene) => Promise<string | undefined>;

/** Errors that are marked in an editor. */
export const squiggle = '.view-overlays .squiggly-error, .cdr.squiggly-error';

/** The text of the extension's item in the status bar. */
export async function statusOf(page: Page): Promise<string> {
  const items = await page.locator('.statusbar-item').allInnerTexts();
  return items.map((text) => text.trim()).find((text) => /^rdp(?: \d+)?$/.test(text)) ?? '';
}

/** The text of the first line on the screen that has `part`. */
export async function lineText(page: Page, part: RegExp): Promise<string> {
  return (await page.locator('.view-line', { hasText: part }).first().innerText()).replaceAll('\u00a0', ' ');
}

/** Where `text` stands in a file of the folder on the disk, and so many characters further. */
export function placeOf(
  folder: string,
  text: string,
  further: number,
  file = 'checkout.rdp',
): { readonly line: number; readonly column: number } {
  const all = readFileSync(join(folder, file), 'utf8');
  const at = all.indexOf(text);
  if (at < 0) throw new Error(`${file} has no ${text}`);
  const before = all.slice(0, at + further).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Whether the view of problems comes to say what `holds` wants of its rows; and what it says. */
export async function problemsAre(
  page: Page,
  holds: (rows: readonly string[]) => boolean,
): Promise<{ readonly good: boolean; readonly rows: readonly string[] }> {
  const panel = page.locator('.markers-panel');
  let rows: readonly string[] = [];
  const good = await eventually(async () => {
    // A task that begins puts its terminal in front.
    if ((await panel.count()) === 0 || !(await panel.first().isVisible())) await runCommand(page, 'View: Toggle Problems');
    rows = (await page.locator('.markers-panel .monaco-list-row').allInnerTexts()).map((text) => text.replaceAll('\n', ' '));
    return holds(rows);
  });
  return { good, rows };
}
