// What the language client is told, wherever it runs.

import type { LanguageClientOptions } from 'vscode-languageclient';

/** Options of the client. */
export function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: [{ language: 'rdp' }],
    synchronize: { configurationSection: 'rdp' },
    initializationOptions: { changes: true },
    outputChannelName: 'rdp',
    markdown: { isTrusted: false, supportHtml: false },
  };
}
