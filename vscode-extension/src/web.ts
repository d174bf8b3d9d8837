// Where VS Code in a browser starts the extension: the language server is a worker. It has no disk, so the policies of the open folders
// are opened for it, and what they name is sent along.

import { type ExtensionContext, Uri, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { clientOptions } from './client-options.ts';
import { start, type Running } from './start.ts';

declare const Worker: new (url: string) => unknown;

let running: Running | undefined;

/** VS Code calls this once. */
export async function activate(context: ExtensionContext): Promise<void> {
  const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist', 'server.js').toString(true));
  const options = clientOptions(await workspaceFiles());
  // The type of a worker is the page's; there is none in the extension's own types.
  const client = new LanguageClient('rdp', 'rdp', worker as ConstructorParameters<typeof LanguageClient>[2], options);
  running = await start(context, client);
}

/** VS Code calls this before it ends. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Policies and the documents that they may name, by URI: what the worker cannot read itself. */
async function workspaceFiles(): Promise<Readonly<Record<string, string>>> {
  const found = await workspace.findFiles('**/*.{rdp,json,yaml,yml}', '**/{node_modules,dist,.git}/**', 2000);
  const decoder = new TextDecoder();
  const entries = await Promise.all(
    found.map(async (uri): Promise<readonly [string, string]> => [
      uri.toString(),
      decoder.decode(await workspace.fs.readFile(uri)),
    ]),
  );
  return Object.fromEntries(entries);
}
