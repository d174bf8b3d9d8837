// Where VS Code on a desktop, or on a server, starts the extension: the language server is the bundled command as a process of its own.

import type { ExtensionContext } from 'vscode';
import { commands, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { clientOptions } from './client-options.ts';
import { commandOf, type Command } from './command.ts';
import { registerDebugging } from './debug.ts';
import { startServer } from './server-process.ts';
import { registerTasks } from './tasks.ts';
import { start, type Running } from './start.ts';

let running: Running | undefined;

/** VS Code calls this once. */
export async function activate(context: ExtensionContext): Promise<void> {
  // Commands that need a process are shown where there are some: a window in a browser may well have a machine behind it.
  await commands.executeCommand('setContext', 'rdp.hasProcesses', true);
  const command = (): Command => commandOf(context);
  registerTasks(context, command);
  const client = new LanguageClient('rdp', 'rdp', () => startServer(context), clientOptions(context));
  const started = await start(context, client);
  running = started;
  registerDebugging(context, { command, requests: started.requests });
  let waiting: ReturnType<typeof setTimeout> | undefined;
  context.subscriptions.push(
    workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('rdp.server')) return;
      // A setting is typed letter by letter, and the client has yet to tell the running server of it.
      clearTimeout(waiting);
      waiting = setTimeout(() => void started.restart(), 500);
    }),
    workspace.onDidGrantWorkspaceTrust(() => void started.restart()),
  );
}

/** VS Code calls this before it ends. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}
