// What users do to see what a policy does: they run tests, look at decisions, step through them, and ask who enforces what.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, goToLine, hidePanel, openFile, patience, runCommand, typeIntoPicker } from './page.ts';
import { placeOf, type Scene } from './scene.ts';

export async function runTests({ page, picture }: Scene): Promise<string | undefined> {
  await runCommand(page, 'Testing: Focus on Test Explorer View');
  const tests = page.locator('.test-explorer .monaco-list-row');
  if (!(await eventually(async () => (await tests.count()) > 0))) return 'the Testing view is empty';
  await runCommand(page, 'Test: Run All Tests');
  const summary = page.locator('.part.sidebar');
  const text = async (): Promise<string> => (await summary.allInnerTexts()).join(' ');
  const good = await eventually(async () => (await text()).includes('3/3'));
  await page.locator('.test-explorer .monaco-list-row', { hasText: 'checkout.rdp' }).first().click();
  await page.keyboard.press('ArrowRight');
  await openFile(page, 'checkout.rdp');
  await goToLine(page, 191, 1);
  await page.waitForTimeout(600);
  await picture('tests');
  return good ? undefined : `the summary is ${await text()}`;
}

export async function coverage({ page, picture }: Scene): Promise<string | undefined> {
  await openFile(page, 'checkout.rdp');
  await runCommand(page, 'Test: Run All Tests with Coverage');
  // There is such a view once there is coverage.
  await eventually(async () => (await page.locator('.coverage-deco-gutter').count()) > 0);
  await runCommand(page, 'Testing: Focus on Test Coverage View');
  const rows = page.locator('.part.sidebar .monaco-list-row');
  let text = '';
  const listed = await eventually(async () => /checkout\.rdp[\s\S]*%/.test((text = (await rows.allInnerTexts()).join(' '))));
  if (!listed) return `the coverage view says ${text}`;
  await hidePanel(page);
  await goToLine(page, 86, 1);
  const gutter = (kind: string): Promise<number> => page.locator(`.coverage-deco-gutter.coverage-deco-${kind}`).count();
  // A rule that fired, and one that no test reaches.
  const marked = await eventually(async () => (await gutter('hit')) > 0 && (await gutter('miss')) > 0);
  await page.waitForTimeout(600);
  await picture('coverage');
  const counts = `${await gutter('hit')} covered, ${await gutter('miss')} uncovered`;
  await runCommand(page, 'Test: Clear All Results');
  return marked ? undefined : `the margin has ${counts}`;
}

export async function preview({ page, folder, picture }: Scene): Promise<string | undefined> {
  await openFile(page, 'checkout.rdp');
  // Room for the two: without the panel and the bar at the side.
  await hidePanel(page);
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
  if (!good) return `the preview says ${text.slice(0, 300)}`;
  const shown = await eventually(async () => (await redactionsOf(page)).some(({ after }) => after.includes('[us_ssn]')));
  // A page in a page is painted after it is there.
  await page.waitForTimeout(2500);
  await picture('decision');
  if (!shown) return `in the request it shows ${JSON.stringify(await redactionsOf(page))}`;
  // The request changes, and so does what is shown in it.
  const { line, column } = placeOf(folder, '536-90-4399', 0, 'requests/chat-request.json');
  await goToLine(page, line, column);
  await page.keyboard.press('Control+Shift+ArrowRight');
  await page.keyboard.type('none ');
  const followed = await eventually(async () => !(await redactionsOf(page)).some(({ after }) => after.includes('[us_ssn]')));
  await runCommand(page, 'File: Revert File');
  return followed ? undefined : 'a change of the request changes nothing that is shown in it';
}

interface Redaction {
  /** What is struck through, and what takes its place. */
  readonly text: string;
  readonly after: string;
}

/** What is struck through in the editors, as the browser draws it. */
function redactionsOf(page: Scene['page']): Promise<readonly Redaction[]> {
  return page.evaluate<readonly Redaction[]>(`
    [...document.querySelectorAll('.view-line span')]
      .filter((span) => span.children.length === 0)
      .map((span) => ({
        text: span.textContent,
        struck: getComputedStyle(span).textDecorationLine.includes('line-through'),
        after: getComputedStyle(span, '::after').content,
      }))
      .filter(({ struck, after }) => struck || after.includes('['))
      .map(({ text, after }) => ({ text, after }))
  `);
}

export async function debugChosen({ page }: Scene): Promise<string | undefined> {
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

export async function report({ page, picture }: Scene): Promise<string | undefined> {
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, 'checkout.rdp');
  await hidePanel(page);
  await runCommand(page, 'rdp: Show Who Enforces What');
  const rows = page.locator('.pane-body .monaco-list-row');
  const good = await eventually(async () => (await rows.allInnerTexts()).some((text) => text.includes('NoPrivileged')));
  await page.locator('.pane-body .monaco-list-row', { hasText: 'NoPrivileged' }).first().click();
  await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(400);
  await picture('report');
  await runCommand(page, 'rdp: Show Which Threats Are Covered');
  const covered = await eventually(async () => (await rows.allInnerTexts()).some((text) => /LLM\d\d:2026/.test(text)));
  if (!covered) return `the threats are ${(await rows.allInnerTexts()).join(' | ')}`;
  return good ? undefined : `the view has ${(await rows.allInnerTexts()).join(' | ')}`;
}

export async function debug({ page, folder, picture }: Scene): Promise<string | undefined> {
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
