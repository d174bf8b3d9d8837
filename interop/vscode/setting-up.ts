// What users do around their policies: they follow the walkthrough, run tasks, change settings.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, hidePanel, openFile, patience, runCommand, save, typeIntoPicker } from './page.ts';
import { problemsAre, statusOf, type Scene } from './scene.ts';

/** Steps of the walkthrough with their buttons, and what is there after a click on each. */
const steps = [
  { title: 'Begin with the starter', button: 'New Policy', shows: '.quick-input-widget input' },
  { title: 'Change a rule', button: undefined, shows: undefined },
  { title: 'See what it decides', button: 'Evaluate with an Input', shows: '.quick-input-widget .monaco-list-row' },
  { title: 'Keep it so', button: 'Open Testing', shows: '.test-explorer .monaco-list-row' },
  { title: 'Know who enforces it', button: 'Show Who Enforces What', shows: '.pane-header[aria-label*="Enforcement"]' },
] as const;

export async function walkthrough({ page, picture }: Scene): Promise<string | undefined> {
  await runCommand(page, 'View: Close All Editors');
  await hidePanel(page);
  await page.keyboard.press('Control+B');
  await runCommand(page, 'Welcome: Open Walkthrough...');
  await typeIntoPicker(page, 'Write a policy that works');
  const room = page.locator('.gettingStartedContainer');
  await room.first().waitFor({ timeout: patience });
  for (const { title, button, shows } of steps) {
    const step = page.locator('.getting-started-step', { hasText: title }).first();
    await step.waitFor({ timeout: patience });
    await step.click();
    await page.waitForTimeout(500);
    if (title === 'See what it decides') await picture('walkthrough');
    if (button === undefined) continue;
    const click = page.locator('.getting-started-step.expanded .monaco-button, .getting-started-step.expanded .button-container a', { hasText: button }).first();
    await click.waitFor({ timeout: patience });
    await click.click();
    const there = await eventually(async () => (await page.locator(shows).count()) > 0);
    await page.keyboard.press('Escape');
    await page.waitForTimeout(300);
    if (!there) return `the button of \u201c${title}\u201d does nothing`;
  }
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'View: Show Explorer');
  return undefined;
}

const wrongPolicy = `package shop.wrong

surface Other: llm {}

detect Oops on Other.request {
  severity high
  whn      model == "x"
}
`;

export async function checkTask({ page, folder }: Scene): Promise<string | undefined> {
  await runCommand(page, 'View: Close All Editors');
  mkdirSync(join(folder, 'other'), { recursive: true });
  writeFileSync(join(folder, 'other', 'wrong.rdp'), wrongPolicy);
  await runCommand(page, 'rdp: Check All Policies');
  // The server finds it as well; what the task has found says so by its source.
  const { good, rows } = await problemsAre(page, (list) => list.some((row) => /whn.*rdpc/.test(row)));
  rmSync(join(folder, 'other'), { recursive: true });
  if (!good) return `the problems are ${rows.join(' | ')}`;
  // Once it is mended and the task has run again, the problem is gone.
  await runCommand(page, 'rdp: Check All Policies');
  const after = await problemsAre(page, (list) => list.length === 0);
  return after.good ? undefined : `the problems stay: ${after.rows.join(' | ')}`;
}

export async function compileTask({ page, folder }: Scene): Promise<string | undefined> {
  const task = { type: 'rdp', verb: 'compile', label: 'ship', path: '.', arguments: ['--target', 'wasm,bundle,k8s', '-o', 'shipped'], problemMatcher: '$rdp' };
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(join(folder, '.vscode', 'tasks.json'), JSON.stringify({ version: '2.0.0', tasks: [task] }));
  await runCommand(page, 'Tasks: Run Task');
  await page.locator('.quick-input-widget input[placeholder*="task to run"]').first().waitFor({ timeout: patience });
  await typeIntoPicker(page, 'ship');
  const made = ['bundle.tar.gz', 'policy.wasm', 'report.json', 'k8s'].map((name) => join(folder, 'shipped', name));
  const good = await eventually(async () => made.every((path) => existsSync(path)), 4 * patience);
  await hidePanel(page);
  return good ? undefined : `of ${made.join(', ')} not all are there`;
}

export async function settings({ page, folder }: Scene): Promise<string | undefined> {
  const write = (values: object): void => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(values));
  };
  // Tests run when a policy is saved.
  write({ 'rdp.tests.runOnSave': true });
  const summary = async (): Promise<string> => (await page.locator('.part.sidebar').allInnerTexts()).join(' ');
  await runCommand(page, 'Testing: Focus on Test Explorer View');
  if ((await summary()).includes('3/3')) await runCommand(page, 'Test: Clear All Results');
  await openFile(page, 'checkout.rdp');
  await page.waitForTimeout(1000);
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await save(page);
  const ran = await eventually(async () => (await summary()).includes('3/3'));
  if (!ran) return `after a save the Testing view says ${await summary()}`;

  write({});
  return undefined;
}

export async function ownServer({ page, folder }: Scene): Promise<string | undefined> {
  const write = (values: object): void => writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(values));
  await openFile(page, 'checkout.rdp');
  // One that is not there: it is told of, and the extension's own goes on.
  write({ 'rdp.server.path': 'node_modules/.bin/no-such-rdpc' });
  await page.waitForTimeout(1500);
  await runCommand(page, 'Notifications: Show Notifications');
  const notes = page.locator('.notifications-center .notification-list-item');
  const told = await eventually(async () => (await notes.allInnerTexts()).join().includes('no-such-rdpc” does not start'));
  const all = (await notes.allInnerTexts()).join(' | ');
  const runs = await eventually(async () => (await statusOf(page)) === 'rdp');
  await runCommand(page, 'Notifications: Clear All Notifications');
  if (!told || !runs) return told ? 'the server does not run' : `of a wrong path it says ${all}`;
  // One of the project, which notes how it was started and what it is told. It is asked to trace; the output itself needs parts of VS
  // Code that are not in npm's package.
  const [own, started, heard] = ['own-rdpc', 'started', 'heard'].map((name) => join(folder, name)) as [string, string, string]; // as many
  const program = `${process.execPath} ${shippedCommand(folder)}`;
  writeFileSync(own, `#!/bin/sh\necho "$@" > ${started}\ntee ${heard} | ${program} "$@"\n`, { mode: 0o755 });
  write({ 'rdp.server.path': 'own-rdpc', 'rdp.trace.server': 'messages' });
  const begun = await eventually(async () => existsSync(started));
  const again = await eventually(async () => (await statusOf(page)) === 'rdp');
  const traces = await eventually(async () => readFileSync(heard, 'utf8').includes('"trace":"messages"'));
  write({});
  await page.waitForTimeout(1500);
  if (!begun) return 'the server that the settings name is not started';
  const words = readFileSync(started, 'utf8').trim();
  if (!again || words !== 'lsp --stdio') return `it was started with ${words}`;
  return traces ? undefined : 'it is not asked to trace';
}

/** The command in the extension that is installed. */
function shippedCommand(folder: string): string {
  const extensions = join(folder, '..', 'extensions');
  const own = readdirSync(extensions).find((name) => name.startsWith('rdp.')) ?? '';
  return join(extensions, own, 'dist', 'rdpc', 'launch.js');
}
