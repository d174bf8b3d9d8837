// Which `rdpc` is run, and by what: the one in this extension under VS Code's own Node, unless the settings name another.

import { join } from 'node:path';
import { type ExtensionContext, workspace } from 'vscode';

/** How a command is started. */
export interface Command {
  readonly program: string;
  /** Ahead of the verb. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the setting says, where it is the setting's. */
  readonly setting?: string;
}

/** The command in this extension. */
export function bundledCommand(context: ExtensionContext): Command {
  return {
    program: process.execPath,
    words: [context.asAbsolutePath(join('dist', 'rdpc', 'launch.js'))],
    // VS Code on a desktop is Electron, which is Node when told so.
    environment: { ELECTRON_RUN_AS_NODE: '1' },
  };
}

/** The command that the settings name, where the folder is trusted; otherwise the bundled one. */
export function commandOf(context: ExtensionContext): Command {
  const path = workspace.getConfiguration('rdp').get('server.path', '');
  if (path === '' || !workspace.isTrusted) return bundledCommand(context);
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  const program = folder === undefined ? path : join(...fromFolder(folder, path));
  return { program, words: [], environment: {}, setting: path };
}

function fromFolder(folder: string, path: string): readonly string[] {
  return path.startsWith('/') || /^[A-Za-z]:/.test(path) ? [path] : [folder, path];
}
