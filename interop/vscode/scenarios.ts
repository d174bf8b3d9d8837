// What users of the extension do, in the order in which they do it in one window: each gives what is wrong, or nothing.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../browser.ts';
import { eventually, goToLine, openFile, patience, runCommand, typeIntoPicker } from './page.ts';

/** Where scenarios play. */
export interface Scene {
  readonly page: Page;
  readonly folder: string;
  /** Takes a picture for the documentation, when pictures are wanted. */
  readonly picture: (name: string) => Promise<void>;
}

type Scenario = (scene: Scene) => Promise<string | undefined>;

const squiggle = '.view-overlays .squiggly-error, .cdr.squiggly-error';

/** In order; later ones build on earlier ones. */
export const scenarios: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ['opens the tour without a complaint', openTour],
  ['shows what a name is', hover],
  ['shows a diagnostic and mends it', mend],
  ['completes a field of Kubernetes', complete],
  ['renames across files', rename],
  ['runs a test from the Testing view', runTests],
  ['shows a decision beside its input', preview],
  ['debugs a decision that is chosen', debugChosen],
  ['shows who enforces what', report],
  ['steps through a decision', debug],
  ['begins a policy with the starter', begin],
]);

/** What is shown once: it is the same wherever the extension runs. */
export const desktopOnly: ReadonlySet<string> = new Set([
  'shows what a name is',
  'debugs a decision that is chosen',
  'shows who enforces what',
  'steps through a decision',
]);

async function openTour({ page, picture }: Scene): Promise<string | undefined> {
  await openFile(page, 'checkout.rdp');
  // The server has answered once the item in the status bar has its shield.
  const ready = await eventually(async () => (await statusOf(page)).includes('rdp'));
  if (!ready) return 'the status bar has no item of the extension';
  await page.waitForTimeout(1500);
  await goToLine(page, 76, 1);
  await eventually(async () => (await page.locator('.codelens-decoration').count()) > 2);
  await page.waitForTimeout(500);
  await picture('tour');
  const wrong = await page.locator(squiggle).count();
  return wrong === 0 ? undefined : `${wrong} squiggles`;
}

async function hover({ page, folder, picture }: Scene): Promise<string | undefined> {
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

async function mend({ page, folder, picture }: Scene): Promise<string | undefined> {
  // `when` of StopSecrets becomes `whn`.
  const { line, column } = placeOf(folder, 'when  SecretInPrompt', 2);
  await goToLine(page, line, column);
  await page.keyboard.press('Delete');
  await page.locator(squiggle).first().waitFor({ timeout: patience });
  await page.keyboard.press('Control+K');
  await page.keyboard.press('Control+I');
  await eventually(async () => (await page.locator('.monaco-hover').allInnerTexts()).join('').includes('whn'));
  await page.waitForTimeout(400);
  await picture('diagnostic');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+.');
  const action = page.locator('.action-widget .monaco-list-row', { hasText: /write `when`/ }).first();
  await action.waitFor({ timeout: patience });
  await page.waitForTimeout(400);
  await picture('quick-fix');
  await action.click();
  const mended = await eventually(async () => (await page.locator(squiggle).count()) === 0);
  const text = await lineText(page, /SecretInPrompt.\|\|.Injection/);
  return mended && /when\s+SecretInPrompt/.test(text) ? undefined : `the line is ${text}`;
}

async function complete({ page, folder, picture }: Scene): Promise<string | undefined> {
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

async function rename({ page, folder, picture }: Scene): Promise<string | undefined> {
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
  return good ? undefined : 'the old name is still in a file';
}

async function runTests({ page, picture }: Scene): Promise<string | undefined> {
  await runCommand(page, 'Testing: Focus on Test Explorer View');
  const tests = page.locator('.test-explorer .monaco-list-row');
  if (!(await eventually(async () => (await tests.count()) > 0))) return 'the Testing view is empty';
  await runCommand(page, 'Test: Run All Tests');
  const summary = page.locator('.part.sidebar');
  const text = async (): Promise<string> => (await summary.allInnerTexts()).join(' ');
  const good = await eventually(async () => (await text()).includes('3/3'));
  await page.locator('.test-explorer .monaco-list-row', { hasText: 'checkout.rdp' }).first().click();
  await page.keyboard.press('ArrowRight');
  await goToLine(page, 191, 1);
  await page.waitForTimeout(600);
  await picture('tests');
  return good ? undefined : `the summary is ${await text()}`;
}

async function preview({ page, picture }: Scene): Promise<string | undefined> {
  await openFile(page, 'checkout.rdp');
  // Room for the two: without the panel and the bar at the side.
  await page.keyboard.press('Control+J');
  await page.keyboard.press('Control+B');
  await runCommand(page, 'rdp: Evaluate with an Input');
  await typeIntoPicker(page, 'Chat.request');
  await typeIntoPicker(page, 'chat-request.json');
  let text = '';
  const good = await eventually(async () => {
    for (const frame of page.frames()) {
      if (!frame.url().includes('fake.html') && !frame.url().includes('vscode-webview')) continue;
      const found = frame.locator('#decision');
      if ((await found.count()) > 0) text = await found.first().innerText();
    }
    return text.includes('RedactPii');
  });
  await page.waitForTimeout(600);
  await picture('decision');
  return good ? undefined : `the preview says ${text.slice(0, 300)}`;
}

async function debugChosen({ page }: Scene): Promise<string | undefined> {
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, 'checkout.rdp');
  await runCommand(page, 'rdp: Debug a Decision');
  await typeIntoPicker(page, 'Chat.request');
  await typeIntoPicker(page, 'requests/chat-request.json');
  const here = page.locator('.debug-top-stack-frame-line');
  const stopped = await eventually(async () => (await here.count()) > 0);
  await page.keyboard.press('Shift+F5');
  await eventually(async () => (await here.count()) === 0);
  return stopped ? undefined : 'it does not stop';
}

async function report({ page, picture }: Scene): Promise<string | undefined> {
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, 'checkout.rdp');
  await runCommand(page, 'rdp: Show Who Enforces What');
  const rows = page.locator('.pane-body .monaco-list-row');
  const good = await eventually(async () => (await rows.allInnerTexts()).some((text) => text.includes('NoPrivileged')));
  await page.locator('.pane-body .monaco-list-row', { hasText: 'NoPrivileged' }).first().click();
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(400);
  await picture('report');
  return good ? undefined : `the view has ${(await rows.allInnerTexts()).join(' | ')}`;
}

async function debug({ page, folder, picture }: Scene): Promise<string | undefined> {
  const configuration = {
    type: 'rdp',
    request: 'launch',
    name: 'Debug a decision',
    program: '${workspaceFolder}',
    event: 'Chat.request',
    input: '${workspaceFolder}/requests/injected-chat-request.json',
  };
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(
    join(folder, '.vscode', 'launch.json'),
    JSON.stringify({ version: '0.2.0', configurations: [configuration] }),
  );
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, 'checkout.rdp');
  await runCommand(page, 'View: Show Run and Debug');
  await page.waitForTimeout(1000);
  await page.keyboard.press('F5');
  const stack = page.locator('.debug-call-stack .monaco-list-row');
  const shows = (text: string): Promise<boolean> =>
    eventually(async () => (await stack.allInnerTexts()).join('\n').includes(text), 2 * patience);
  if (!(await shows('discover ModelInventory'))) return `the stack is ${(await stack.allInnerTexts()).join(', ')}`;
  for (let step = 0; step < 14; step++) {
    await page.keyboard.press('F11');
    await page.waitForTimeout(300);
  }
  if (!(await shows('detect Injection'))) return `the stack is ${(await stack.allInnerTexts()).join(', ')}`;
  await page.waitForTimeout(1000);
  await picture('debug');
  const values = await page.locator('.debug-variables .monaco-list-row').allInnerTexts();
  await page.keyboard.press('Shift+F5');
  return values.length > 0 ? undefined : 'no variables are shown';
}

async function begin({ page, folder }: Scene): Promise<string | undefined> {
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

async function statusOf(page: Page): Promise<string> {
  return (await page.locator('.statusbar-item').allInnerTexts()).join(' ');
}

/** The text of the first line on the screen that has `part`. */
async function lineText(page: Page, part: RegExp): Promise<string> {
  return (await page.locator('.view-line', { hasText: part }).first().innerText()).replaceAll('\u00a0', ' ');
}

/** Where `text` stands in the example on the disk, and so many characters further. */
function placeOf(folder: string, text: string, further: number): { readonly line: number; readonly column: number } {
  const all = readFileSync(join(folder, 'checkout.rdp'), 'utf8');
  const at = all.indexOf(text);
  if (at < 0) throw new Error(`the example has no ${text}`);
  const before = all.slice(0, at + further).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
