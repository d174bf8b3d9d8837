// The commands of the palette that need no view of their own.

import {
  commands,
  type ExtensionContext,
  languages,
  Location,
  type OutputChannel,
  Position,
  type QuickPickItem,
  Range,
  tasks,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { ReferencesArgument } from '@rdp/lsp/previews';

/** What commands about the server need. */
export interface ServerControl {
  readonly restart: () => Promise<void>;
  readonly output: OutputChannel;
}

/** Registers them. */
export function registerCommands(context: ExtensionContext, { restart, output }: ServerControl): void {
  const add = (name: string, run: (...words: readonly unknown[]) => unknown): void => {
    context.subscriptions.push(commands.registerCommand(`rdp.${name}`, run));
  };
  add('restartServer', restart);
  add('showOutput', () => output.show());
  add('format', () => commands.executeCommand('editor.action.formatDocument'));
  add('check', () => runTask('check'));
  add('compile', () => runTask('compile'));
  add('explain', (code) => explain(context, typeof code === 'string' ? code : undefined));
  add('new', () => newPolicy(context));
  add('menu', showMenu);
  add('showReferences', (argument) => showReferences(argument as ReferencesArgument)); // the server's lens
}

async function runTask(verb: string): Promise<void> {
  const found = (await tasks.fetchTasks({ type: 'rdp' })).find(({ definition }) => definition['verb'] === verb);
  if (found === undefined) await window.showInformationMessage(`Open a folder with policies to ${verb} them.`);
  else await tasks.executeTask(found);
}

/** The page of a diagnostic: the one named, the one at the cursor, or one that is chosen. */
async function explain(context: ExtensionContext, named: string | undefined): Promise<void> {
  const folder = Uri.joinPath(context.extensionUri, 'dist', 'rdpc', 'diagnostics');
  const code = named ?? codeAtCursor() ?? (await chooseCode(context));
  if (code === undefined) return;
  await commands.executeCommand('markdown.showPreviewToSide', Uri.joinPath(folder, `${code}.md`));
}

function codeAtCursor(): string | undefined {
  const editor = window.activeTextEditor;
  if (editor === undefined) return undefined;
  const at = languages
    .getDiagnostics(editor.document.uri)
    .find(({ range, source }) => source === 'rdp' && range.contains(editor.selection.active));
  return codeOf(at?.code);
}

function codeOf(code: string | number | { readonly value: string | number } | undefined): string | undefined {
  if (code === undefined) return undefined;
  return typeof code === 'object' ? String(code.value) : String(code);
}

async function chooseCode(context: ExtensionContext): Promise<string | undefined> {
  const { codes } = await readShipped(context);
  return window.showQuickPick(codes, { placeHolder: 'Which diagnostic?' });
}

/** Puts the starter into the open folder and opens it; files that are there stay as they are. */
async function newPolicy(context: ExtensionContext): Promise<void> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  if (folder === undefined) {
    const choice = await window.showInformationMessage('A policy needs a folder.', 'Open Folder');
    if (choice !== undefined) await commands.executeCommand('vscode.openFolder');
    return;
  }
  const name = await window.showInputBox({ prompt: 'Folder of the policy', value: 'policies' });
  if (name === undefined) return;
  const target = Uri.joinPath(folder, name);
  const { starter } = await readShipped(context);
  for (const [path, text] of Object.entries(starter)) await writeNew(Uri.joinPath(target, path), text);
  await window.showTextDocument(Uri.joinPath(target, 'policy.rdp'), { preview: false });
  void tellNext(name);
}

/** What people do next with a policy that works. */
async function tellNext(name: string): Promise<void> {
  const next = { 'Run Its Tests': 'testing.runAll', 'Evaluate with an Input': 'rdp.evaluate' } as const;
  const text = `The policy in ${name} works as it stands; its tests are at the end of it.`;
  const choice = await window.showInformationMessage(text, 'Run Its Tests', 'Evaluate with an Input');
  if (choice !== undefined) await commands.executeCommand(next[choice]);
}

async function writeNew(file: Uri, text: string): Promise<void> {
  const there = await workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
  if (!there) await workspace.fs.writeFile(file, new TextEncoder().encode(text));
}

/** What the build has put beside the program, in one file: on the web the files of an extension cannot be listed. */
interface Shipped {
  /** Texts of the starter's files, by path. */
  readonly starter: Readonly<Record<string, string>>;
  /** Codes of diagnostics that have a page. */
  readonly codes: readonly string[];
}

async function readShipped(context: ExtensionContext): Promise<Shipped> {
  const bytes = await workspace.fs.readFile(Uri.joinPath(context.extensionUri, 'dist', 'shipped.json'));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Places that the server names, in VS Code's own view of references. */
async function showReferences({ uri, position, locations }: ReferencesArgument): Promise<void> {
  await commands.executeCommand(
    'editor.action.showReferences',
    Uri.parse(uri),
    new Position(position.line, position.character),
    locations.map((location) => {
      const { start, end } = location.range;
      return new Location(Uri.parse(location.uri), new Range(start.line, start.character, end.line, end.character));
    }),
  );
}

async function showMenu(): Promise<void> {
  const items: readonly (QuickPickItem & { readonly command: string })[] = [
    { label: '$(play-circle) Evaluate with an input', command: 'rdp.evaluate' },
    { label: '$(beaker) Run all tests', command: 'testing.runAll' },
    { label: '$(shield) Show who enforces what', command: 'rdp.openReport' },
    { label: '$(question) Explain a diagnostic', command: 'rdp.explain' },
    { label: '$(output) Show the server’s output', command: 'rdp.showOutput' },
    { label: '$(refresh) Restart the language server', command: 'rdp.restartServer' },
  ];
  const chosen = await window.showQuickPick(items, { title: 'rdp' });
  if (chosen !== undefined) await commands.executeCommand(chosen.command);
}
