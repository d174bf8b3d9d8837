// The decision preview: an input in an editor, the decision on it beside, made anew after each change of either. What is found and what
// would be changed is shown in the input itself.

import {
  commands,
  type Disposable,
  type ExtensionContext,
  Location,
  Position,
  Range,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Requests } from '../requests.ts';
import { chooseDecision, type Choice } from './choose-decision.ts';
import { decorateInput } from './decorations.ts';
import { renderDecision, renderPage } from './render.ts';

/** Registers the command and what belongs to it. */
export function registerPreview(context: ExtensionContext, requests: Requests): void {
  let panel: WebviewPanel | undefined;
  let shown: Choice | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let round = 0;
  const decorations = decorateInput();

  const update = async (): Promise<void> => {
    const preview = shown;
    if (preview === undefined || panel === undefined) return;
    const own = ++round;
    const answer = await requests.decide({
      textDocument: { uri: preview.policy },
      entrypoint: preview.entrypoint,
      path: preview.input.fileName,
      text: preview.input.getText(),
    });
    // A later change has asked again.
    if (own !== round || answer === null) return;
    decorations.show(preview.input, answer);
    void panel.webview.postMessage({
      kind: 'decision',
      html: renderDecision({ label: preview.label, answer, text: preview.input.getText() }),
    });
  };
  const soon = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void update(), workspace.getConfiguration('rdp').get('preview.delay', 150));
  };
  const open = async (preview: Choice): Promise<void> => {
    shown = preview;
    await window.showTextDocument(preview.input, { viewColumn: ViewColumn.One, preserveFocus: false });
    panel ??= createPanel(context, () => {
      panel = undefined;
      shown = undefined;
      decorations.clear();
    });
    panel.title = `Decision: ${preview.label}`;
    panel.reveal(ViewColumn.Two, true);
    await update();
  };

  context.subscriptions.push(
    decorations,
    commands.registerCommand('rdp.evaluate', async (...words: readonly unknown[]) => {
      const preview = await chooseDecision(requests, words);
      if (preview !== undefined) await open(preview);
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document === shown?.input) soon();
    }),
    window.onDidChangeVisibleTextEditors(() => decorations.again()),
    requests.onChange(soon),
  );
}

function createPanel(context: ExtensionContext, closed: () => void): WebviewPanel {
  const panel = window.createWebviewPanel(
    'rdp.decision',
    'Decision',
    { viewColumn: ViewColumn.Two, preserveFocus: true },
    {
      enableScripts: true,
      retainContextWhenHidden: true,
      localResourceRoots: [Uri.joinPath(context.extensionUri, 'media')],
    },
  );
  const media = (name: string): string =>
    panel.webview.asWebviewUri(Uri.joinPath(context.extensionUri, 'media', name)).toString();
  panel.iconPath = Uri.joinPath(context.extensionUri, 'media', 'file-dark.svg');
  panel.webview.html = renderPage({
    source: panel.webview.cspSource,
    style: media('decision.css'),
    script: media('decision.js'),
  });
  const subscriptions: Disposable[] = [
    panel.webview.onDidReceiveMessage((message: unknown) => void goTo(message)),
    panel.onDidDispose(() => {
      subscriptions.forEach((one) => void one.dispose());
      closed();
    }),
  ];
  return panel;
}

/** A click on a rule goes to it. */
async function goTo(message: unknown): Promise<void> {
  if (typeof message !== 'object' || message === null || !('uri' in message) || !('line' in message)) return;
  const { uri, line } = message;
  if (typeof uri !== 'string' || typeof line !== 'number') return;
  const at = new Position(line, 0);
  const { range } = new Location(Uri.parse(uri), at);
  await window.showTextDocument(Uri.parse(uri), {
    viewColumn: ViewColumn.One,
    selection: new Range(range.start, range.start),
  });
}
