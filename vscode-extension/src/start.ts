// Everything that the extension adds beside the language client, the same wherever it runs. Each part is given the requests that it
// may make of the server and knows nothing of how the server runs.

import { previewMethods } from '@rdp/lsp/previews';
import { commands, type ExtensionContext, type OutputChannel, window } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { registerCommands } from './commands.ts';
import { registerPreview } from './preview/panel.ts';
import { registerReport } from './report/report-view.ts';
import type { Requests } from './requests.ts';
import { registerStatus } from './status.ts';
import { registerTests } from './tests/explorer.ts';

/** The extension while it runs. */
export interface Running {
  readonly requests: Requests;
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the client and registers all parts. */
export async function start(context: ExtensionContext, client: BaseLanguageClient): Promise<Running> {
  const listeners = new Set<() => void>();
  const requests: Requests = {
    tests: () => client.sendRequest(previewMethods.tests, {}),
    runTests: (ids) => client.sendRequest(previewMethods.runTests, ids === undefined ? {} : { ids }),
    events: (uri) => client.sendRequest(previewMethods.events, { textDocument: { uri } }),
    decide: (params) => client.sendRequest(previewMethods.decide, params),
    report: (uri) => client.sendRequest(previewMethods.report, { textDocument: { uri } }),
    onChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const output: OutputChannel = client.outputChannel;
  const restart = async (): Promise<void> => {
    if (client.needsStop()) await client.stop();
    await client.start();
  };
  registerStatus(context, { client, requests });
  registerCommands(context, { restart, output });
  registerTests(context, requests);
  registerPreview(context, requests);
  registerReport(context, requests);
  client.onNotification(previewMethods.changed, () => listeners.forEach((listener) => listener()));
  try {
    await client.start();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const choice = await window.showErrorMessage(`The language server of rdp did not start: ${text}`, 'Show Output');
    if (choice !== undefined) await commands.executeCommand('rdp.showOutput');
  }
  listeners.forEach((listener) => listener());
  return { requests, restart, stop: () => (client.needsStop() ? client.stop() : Promise.resolve()) };
}
