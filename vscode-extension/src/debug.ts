// Debugging: the adapter is a verb of the command.

import { DebugAdapterExecutable, debug, type ExtensionContext } from 'vscode';
import type { Command } from './command.ts';

/** Starts the adapter for sessions of type `rdp`. */
export function registerDebugging(context: ExtensionContext, { program, words, environment }: Command): void {
  context.subscriptions.push(
    debug.registerDebugAdapterDescriptorFactory('rdp', {
      createDebugAdapterDescriptor: () =>
        new DebugAdapterExecutable(program, [...words, 'debug', '--stdio'], { env: environment }),
    }),
  );
}
