// Debugging: the adapter is a verb of the command. A session that names no event or input asks for them, so that F5 on a policy works.

import {
  commands,
  debug,
  DebugAdapterExecutable,
  type DebugConfiguration,
  type ExtensionContext,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { Command } from './command.ts';
import { chooseDecision } from './preview/choose-decision.ts';
import type { Requests } from './requests.ts';

/** Registers the adapter of sessions of type `rdp`, and the command that starts one. */
export function registerDebugging(
  context: ExtensionContext,
  { command, requests }: { readonly command: () => Command; readonly requests: Requests },
): void {
  const configurationOf = async (given: readonly unknown[]): Promise<DebugConfiguration | undefined> => {
    const choice = await chooseDecision(requests, given);
    if (choice === undefined) return undefined;
    const { policy, label, input } = choice;
    if (input.isUntitled) {
      await window.showInformationMessage('Save the input to a file first: the debugger reads it from there.');
      return undefined;
    }
    return {
      type: 'rdp',
      request: 'launch',
      name: label,
      program: programOf(policy),
      event: label,
      input: input.fileName,
    };
  };
  context.subscriptions.push(
    debug.registerDebugAdapterDescriptorFactory('rdp', {
      createDebugAdapterDescriptor: () => {
        const { program, words, environment } = command();
        return new DebugAdapterExecutable(program, [...words, 'debug', '--stdio'], { env: environment });
      },
    }),
    debug.registerDebugConfigurationProvider('rdp', {
      resolveDebugConfiguration: async (_, configuration) =>
        configuration.type === 'rdp' && configuration['event'] !== undefined && configuration['input'] !== undefined
          ? configuration
          : configurationOf([configuration['program'], configuration['event']]),
    }),
    commands.registerCommand('rdp.debug', async (...given: readonly unknown[]) => {
      const configuration = await configurationOf(given);
      if (configuration !== undefined) await debug.startDebugging(undefined, configuration);
    }),
  );
}

/** The folder of the policy's project, as the server sees it: the open folder, or the file alone. */
function programOf(policy: string): string {
  const uri = Uri.parse(policy);
  return (workspace.getWorkspaceFolder(uri)?.uri ?? uri).fsPath;
}
