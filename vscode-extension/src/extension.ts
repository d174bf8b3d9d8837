// Where VS Code on a desktop, or on a server, starts the extension: the language server is the bundled command as a process of its own.

import type { ExtensionContext } from 'vscode';
import { commands, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { clientOptions } from './client-options.ts';
import { bundledCommand, commandOf } from './command.ts';
import { registerDebugging } from './debug.ts';
import { registerTasks } from './tasks.ts';
import { start, type Running } from './start.ts';

let running: Running | undefined;

/** VS Code calls this once. */
export async function activate(context: ExtensionContext): Promise<void> {
  const command = commandOf(context);
  const serverOptions = {
    command: command.program,
    args: [
      ...command.words,
      'lsp',
      '--stdio',
      ...workspace.getConfiguration('rdp').get<string[]>('server.arguments', []),
    ],
    options: { env: { ...process.env, ...command.environment } },
  };
  // Commands that need a process are shown where there are some: a window in a browser may well have a machine behind it.
  await commands.executeCommand('setContext', 'rdp.hasProcesses', true);
  registerTasks(context, bundledCommand(context));
  running = await start(context, new LanguageClient('rdp', 'rdp', serverOptions, clientOptions()));
  registerDebugging(context, { command, requests: running.requests });
}

/** VS Code calls this before it ends. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}
