// The item in the status bar: whether the server runs and what is wrong in the open policies. A click opens a menu of what can be done.

import {
  DiagnosticSeverity,
  type ExtensionContext,
  languages,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
} from 'vscode';
import { type BaseLanguageClient, State } from 'vscode-languageclient';
import type { Requests } from './requests.ts';
import { statusText, type ServerState } from './status-text.ts';

/** Shows the item while policies are about. */
export function registerStatus(
  context: ExtensionContext,
  { client, requests }: { readonly client: BaseLanguageClient; readonly requests: Requests },
): void {
  const item = window.createStatusBarItem('rdp.status', StatusBarAlignment.Left, 10);
  item.name = 'rdp';
  item.command = 'rdp.menu';
  let state: ServerState = 'starting';
  let tests = 0;
  const show = (): void => {
    const own = languages
      .getDiagnostics()
      .filter(([uri]) => uri.path.endsWith('.rdp'))
      // Those of a task, which the server knows anyway, are not counted twice.
      .flatMap(([, list]) => list.filter(({ source }) => source === 'rdp'));
    const count = (severity: DiagnosticSeverity): number => own.filter((one) => one.severity === severity).length;
    const shown = statusText({
      state,
      tests,
      errors: count(DiagnosticSeverity.Error),
      warnings: count(DiagnosticSeverity.Warning),
    });
    item.text = shown.text;
    item.tooltip = shown.tooltip;
    item.backgroundColor = state === 'stopped' ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    item.show();
  };
  context.subscriptions.push(
    item,
    client.onDidChangeState(({ newState }) => {
      state = newState === State.Running ? 'running' : newState === State.Starting ? 'starting' : 'stopped';
      show();
    }),
    languages.onDidChangeDiagnostics(show),
    workspace.onDidCloseTextDocument(show),
    requests.onChange(() => {
      void requests.tests().then((list) => {
        tests = list.length;
        show();
      });
    }),
  );
  show();
}
