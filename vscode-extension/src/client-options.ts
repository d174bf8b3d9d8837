// What the language client is told, wherever it runs.

import { workspace } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient';

/** Options of the client; `files` are those that the server cannot read itself. */
export function clientOptions(files?: Readonly<Record<string, string>>): LanguageClientOptions {
  return {
    documentSelector: [{ language: 'rdp' }],
    synchronize: {
      configurationSection: 'rdp',
      fileEvents: workspace.createFileSystemWatcher('**/*.{rdp,json,yaml,yml}'),
    },
    initializationOptions: { changes: true, ...(files === undefined ? {} : { files }) },
    outputChannelName: 'rdp',
    markdown: { isTrusted: false, supportHtml: false },
  };
}
