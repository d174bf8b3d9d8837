// The language server as a process: the command that the settings name, or the one in this extension where that does not start, so
// that a wrong setting is told of and takes nothing away.

import { type ChildProcess, spawn } from 'node:child_process';
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { bundledCommand, commandOf, type Command } from './command.ts';

/** Starts it; what is running at the moment is left alone. */
export async function startServer(context: ExtensionContext): Promise<ChildProcess> {
  const wanted = commandOf(context);
  if (wanted.setting === undefined) return spawnServer(wanted);
  try {
    return await spawnServer(wanted);
  } catch (error) {
    void tellOf(wanted.setting, error);
    return spawnServer(bundledCommand(context));
  }
}

function spawnServer({ program, words, environment }: Command): Promise<ChildProcess> {
  const more = workspace.getConfiguration('rdp').get<readonly string[]>('server.arguments', []);
  const child = spawn(program, [...words, 'lsp', '--stdio', ...more], {
    cwd: workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath,
    env: { ...process.env, ...environment },
    windowsHide: true,
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', reject);
  });
}

async function tellOf(path: string, error: unknown): Promise<void> {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error);
  const text = `rdp.server.path: \u201c${path}\u201d does not start (${why}). The server of the extension runs in its place.`;
  const choice = await window.showErrorMessage(text, 'Open Settings');
  if (choice !== undefined) await commands.executeCommand('workbench.action.openSettings', 'rdp.server');
}
