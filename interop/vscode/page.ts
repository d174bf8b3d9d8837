// What people do in a window of VS Code, with keys.

import type { Page } from '../browser.ts';

/** As long as anything may take on a busy machine. */
export const patience = 20_000;

/** Opens a file by its name; once more when a panel that opened meanwhile took the picker away. */
export async function openFile(page: Page, name: string): Promise<void> {
  const tab = page.locator(`.tab.active[data-resource-name="${name}"]`);
  const open = async (timeout: number): Promise<void> => {
    await page.keyboard.press('Control+P');
    await typeIntoPicker(page, name);
    await tab.waitFor({ timeout });
  };
  await open(patience / 2).catch(() => open(patience));
  await page.locator('.editor-instance .view-line').first().waitFor({ timeout: patience });
}

/** Runs a command of the palette by its whole title. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ timeout: patience });
  await input.fill(`>${title}`);
  // The first of the list may be one that was used more recently.
  const rows = page.locator('.quick-input-list .monaco-list-row');
  let at = -1;
  await eventually(async () => (at = (await rows.allInnerTexts()).findIndex((text) => text.split('\n')[0] === title)) >= 0);
  if (at < 0) throw new Error(`there is no command \u201c${title}\u201d`);
  await rows.nth(at).click();
}

/** Puts the cursor at a line and column, both counted from 1. */
export async function goToLine(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('Control+G');
  await typeIntoPicker(page, `:${line}:${column}`);
  await page.waitForTimeout(150);
}

/** Writes into the picker that is open, waits for what it finds, and takes the first. */
export async function typeIntoPicker(page: Page, text: string): Promise<void> {
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ timeout: patience });
  await input.fill(text);
  await page.locator('.quick-input-list .monaco-list-row.focused').first().waitFor({ timeout: patience });
  await page.waitForTimeout(250);
  await page.keyboard.press('Enter');
}

/** Hides the panel below the editors, where it is shown. */
export async function hidePanel(page: Page): Promise<void> {
  const panel = page.locator('.part.panel').first();
  if (await panel.isVisible()) await page.keyboard.press('Control+J');
}

/** Saves the editor that has the focus. */
export async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+S');
  await page.locator('.tab.active.dirty').first().waitFor({ timeout: patience, state: 'detached' });
}

/** Whether `holds` becomes true in time. */
export async function eventually(holds: () => Promise<boolean>, ms: number = patience): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end;) {
    if (await holds().catch(() => false)) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
