// Where VS Code in a browser starts the extension: the language server is a worker. It has no disk; what it wants to read, the extension
// reads for it from wherever the folder is.

import { type ExtensionContext, FileType, Uri, workspace } from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { clientOptions } from './client-options.ts';
import { start, type Running } from './start.ts';

declare const Worker: new (url: string) => ConstructorParameters<typeof LanguageClient>[2];

/** What the server is given of a file: its text, or why there is none. */
type FileText = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'fault'; readonly message: string };

let running: Running | undefined;

/** VS Code calls this once. */
export async function activate(context: ExtensionContext): Promise<void> {
  const worker = new Worker(Uri.joinPath(context.extensionUri, 'dist', 'server.js').toString(true));
  const client = new LanguageClient('rdp', 'rdp', worker, clientOptions(context));
  client.onRequest('rdp/listPolicies', async ({ folder }: { readonly folder: string }) => {
    const found = await policiesBelow(Uri.parse(folder));
    return found.map((uri) => uri.toString());
  });
  client.onRequest<FileText, void>('rdp/readFile', async ({ uri }: { readonly uri: string }) => {
    try {
      const bytes = await workspace.fs.readFile(Uri.parse(uri));
      return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch (error) {
      return { kind: 'fault', message: error instanceof TypeError ? 'it is not UTF-8 text' : 'there is no such file' };
    }
  });
  running = await start(context, client);
}

/** VS Code calls this before it ends. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Folders in which nobody looks for policies. */
const skipped: ReadonlySet<string> = new Set(['node_modules', 'dist']);

/** The policies below a folder. They are looked for by listing: not every file system of VS Code on the web can be searched. */
async function policiesBelow(folder: Uri): Promise<readonly Uri[]> {
  const entries = await workspace.fs.readDirectory(folder).then(
    (found) => found,
    () => [],
  );
  const found = await Promise.all(
    entries.map(async ([name, type]): Promise<readonly Uri[]> => {
      const uri = Uri.joinPath(folder, name);
      if (type === FileType.File) return name.endsWith('.rdp') ? [uri] : [];
      return type === FileType.Directory && !skipped.has(name) && !name.startsWith('.') ? policiesBelow(uri) : [];
    }),
  );
  return found.flat();
}
