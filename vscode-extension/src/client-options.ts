// What the language client is told, wherever it runs.

import { EventEmitter, type ExtensionContext, LogLevel, type LogOutputChannel, window, workspace } from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient';

/** Options of the client. Its output is one of ours, because a client closes its own when it stops. */
export function clientOptions(context: ExtensionContext): LanguageClientOptions {
  const outputChannel = window.createOutputChannel('rdp', { log: true });
  context.subscriptions.push(outputChannel);
  return {
    documentSelector: [{ language: 'rdp' }],
    synchronize: { configurationSection: 'rdp' },
    initializationOptions: { changes: true },
    outputChannel,
    traceOutputChannel: traceChannel(context, outputChannel),
    markdown: { isTrusted: false, supportHtml: false },
  };
}

/**
 * `output` as the client traces into it. Clients trace when the level of their output is `Trace`, which only a command of VS Code's
 * sets; here `rdp.trace.server` does it, too.
 */
function traceChannel(context: ExtensionContext, output: LogOutputChannel): LogOutputChannel {
  const isSet = (): boolean => workspace.getConfiguration('rdp').get('trace.server', 'off') !== 'off';
  const level = (): LogLevel => (isSet() ? LogLevel.Trace : output.logLevel);
  const changed = new EventEmitter<LogLevel>();
  context.subscriptions.push(
    changed,
    output.onDidChangeLogLevel(() => changed.fire(level())),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('rdp.trace')) changed.fire(level());
    }),
  );
  return Object.create(output, {
    logLevel: { get: level },
    onDidChangeLogLevel: { value: changed.event },
    trace: { value: (message: string) => (isSet() ? output.info(message) : output.trace(message)) },
  });
}
