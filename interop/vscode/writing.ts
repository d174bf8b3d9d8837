// What users do while they write: they look things up, mend, complete, rename.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, goToLine, openFile, patience, runCommand, save } from './page.ts';
import { lineText, placeOf, problemsAre, squiggle, statusOf, type Scene } from './scene.ts';

export async function openTour({ page, picture }: Scene): Promise<string | undefined> {
  await openFile(page, 'checkout.rdp');
  // The server has answered once the item in the status bar has its shield.
  const ready = await eventually(async () => (await statusOf(page)) === 'rdp');
  if (!ready) return 'the status bar has no item of the extension';
  await page.waitForTimeout(1500);
  await goToLine(page, 76, 1);
  await eventually(async () => (await page.locator('.codelens-decoration').count()) > 2);
  await page.waitForTimeout(500);
  await picture('tour');
  const wrong = await page.locator(squiggle).count();
  return wrong === 0 ? undefined : `${wrong} squiggles`;
}

export async function hover({ page, folder, picture }: Scene): Promise<string | undefined> {
  const { line, column } = placeOf(folder, 'pii.us_ssn, ', 6);
  await goToLine(page, line, column);
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  const hovers = page.locator('.monaco-hover');
  let shown = '';
  await eventually(async () => (shown = (await hovers.allInnerTexts()).join('\n')).includes('us_ssn'));
  await page.waitForTimeout(500);
  await picture('hover');
  await page.keyboard.press('Escape');
  return shown.includes('us_ssn') ? undefined : `the hover says ${shown}`;
}

export async function mend({ page, folder, picture }: Scene): Promise<string | undefined> {
  // `when` of StopSecrets becomes `whn`.
  const { line, column } = placeOf(folder, 'when  SecretInPrompt', 2);
  await goToLine(page, line, column);
  await page.keyboard.press('Delete');
  await page.locator(squiggle).first().waitFor({ timeout: patience });
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await eventually(async () => (await page.locator('.monaco-hover').allInnerTexts()).join('').includes('whn'));
  await page.waitForTimeout(400);
  await page.keyboard.press('Escape');
  const told = await eventually(async () => (await statusOf(page)) === 'rdp 1');
  await page.keyboard.press('Control+.');
  const action = page.locator('.action-widget .monaco-list-row', { hasText: /write `when`/ }).first();
  await action.waitFor({ timeout: patience });
  await page.waitForTimeout(400);
  await picture('quick-fix');
  await action.click();
  const mended = await eventually(async () => (await page.locator(squiggle).count()) === 0);
  const text = await lineText(page, /SecretInPrompt.\|\|.Injection/);
  if (!mended || !/when\s+SecretInPrompt/.test(text)) return `the line is ${text}`;
  const untold = await eventually(async () => (await statusOf(page)) === 'rdp');
  return told && untold ? undefined : `the status bar says ${await statusOf(page)}`;
}

export async function complete({ page, folder, picture }: Scene): Promise<string | undefined> {
  const { line, column } = placeOf(folder, 'exists(c, c.securityContext?.privileged', 12);
  await goToLine(page, line, column);
  // The name is written again: what is offered takes its place.
  await page.keyboard.press('Control+Shift+ArrowRight');
  await page.keyboard.type('sec');
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'securityContext' }).first();
  await row.waitFor({ timeout: patience });
  await page.waitForTimeout(800);
  await picture('completion');
  await row.click();
  const theLine = (): Promise<string> => lineText(page, /object.is.Pod.*privileged/);
  const good = await eventually(async () => (await theLine()).includes('c.securityContext?.privileged ?? false'));
  return good ? undefined : `the line is ${await theLine()}`;
}

export async function rename({ page, folder, picture }: Scene): Promise<string | undefined> {
  const { line, column } = placeOf(folder, 'detect PiiInPrompt', 10);
  await goToLine(page, line, column);
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input').first();
  await box.waitFor({ timeout: patience });
  await box.fill('PersonalData');
  await page.waitForTimeout(300);
  await picture('rename');
  await box.press('Enter');
  await page.waitForTimeout(1500);
  await runCommand(page, 'File: Save All Files');
  const good = await eventually(async () =>
    ['checkout.rdp', 'more.rdp'].every((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return !text.includes('PiiInPrompt') && text.includes('PersonalData');
    }),
  );
  if (!good) return 'the old name is still in a file';
  // Nothing of the old name may stay anywhere: no problem, no error in the status bar, and what was renamed is found by its new name.
  const { good: clean, rows } = await problemsAre(page, (list) => list.length === 0);
  await page.keyboard.press('Control+J');
  if (!clean) return `the problems are ${rows.join(' | ')}`;
  if ((await statusOf(page)) !== 'rdp') return `the status bar says ${await statusOf(page)}`;
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor({ timeout: patience });
  await input.fill('#PersonalData');
  const symbols = page.locator('.quick-input-list .monaco-list-row');
  const listed = await eventually(async () => (await symbols.allInnerTexts()).join().includes('PersonalData'));
  await input.fill('#PiiInPrompt');
  const gone = await eventually(async () => !(await symbols.allInnerTexts()).join().includes('PiiInPrompt'));
  await page.keyboard.press('Escape');
  return listed && gone ? undefined : 'symbols are not those of the renamed policy';
}

export async function begin({ page, folder }: Scene): Promise<string | undefined> {
  await runCommand(page, 'rdp: New Policy from the Starter');
  const box = page.locator('.quick-input-widget input').first();
  await box.waitFor({ timeout: patience });
  await box.fill('policies');
  await box.press('Enter');
  const good = await eventually(async () => readFileSync(join(folder, 'policies', 'policy.rdp'), 'utf8').includes('surface'));
  if (!good) return 'there is no policy';
  const tab = page.locator('.tab.active[data-resource-name="policy.rdp"]');
  const shown = await eventually(async () => (await tab.count()) > 0);
  const wrong = await page.locator(squiggle).count();
  if (!shown) return 'it is not opened';
  return wrong === 0 ? undefined : `it has ${wrong} squiggles`;
}

export async function snippet({ page, folder }: Scene): Promise<string | undefined> {
  await openFile(page, 'more.rdp');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('detectwhen');
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'detectwhen' }).first();
  await row.waitFor({ timeout: patience });
  await row.click();
  // The first stop is the sentence, the second the name.
  await page.keyboard.type('A model that nobody approved.');
  await page.keyboard.press('Tab');
  await page.keyboard.type('OddModel');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('model == "odd"');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await save(page);
  const expected = /\/\/\/ A model that nobody approved\.\ndetect OddModel on Chat\.request \{\n  severity \w+\n  when     model == "odd"\n\}/;
  const written = (): string => readFileSync(join(folder, 'more.rdp'), 'utf8');
  const good = await eventually(async () => expected.test(written()));
  if (!good) return `the file is ${written()}`;
  const wrong = await eventually(async () => (await page.locator(squiggle).count()) === 0);
  return wrong ? undefined : 'what it writes is wrong';
}
