// The decision preview: an input in an editor, the decision on it beside, made anew after each change of either. What is found and what
// would be changed is shown in the input itself.

import type { EventArgument, EventsAnswer } from '@rdp/lsp/previews';
import {
  commands,
  type Disposable,
  type ExtensionContext,
  Location,
  Position,
  Range,
  type TextDocument,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { Requests } from '../requests.ts';
import { decorateInput } from './decorations.ts';
import { renderDecision, renderPage } from './render.ts';
import { sampleInput } from './sample-input.ts';

/** What one preview is of. */
interface Preview {
  /** The policy: any file of its project. */
  readonly policy: string;
  readonly label: string;
  readonly entrypoint: string;
  readonly input: TextDocument;
}

/** Registers the command and what belongs to it. */
export function registerPreview(context: ExtensionContext, requests: Requests): void {
  let panel: WebviewPanel | undefined;
  let shown: Preview | undefined;
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
  const open = async (preview: Preview): Promise<void> => {
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
      const preview = await choosePreview(requests, words);
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
  const panel = window.createWebviewPanel('rdp.decision', 'Decision', ViewColumn.Two, {
    enableScripts: true,
    retainContextWhenHidden: true,
    localResourceRoots: [Uri.joinPath(context.extensionUri, 'media')],
  });
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

/** Asks for what is not known yet: the policy, the event, the input. A caller may name event and input. */
async function choosePreview(requests: Requests, words: readonly unknown[]): Promise<Preview | undefined> {
  const wanted = wantedOf(words);
  const policy = await policyOf(wanted.policy);
  if (policy === undefined) {
    await window.showInformationMessage('Open a policy to evaluate it.');
    return undefined;
  }
  const found = await requests.events(policy);
  if (found === null || found.kind === 'problem') {
    await window.showWarningMessage(`Nothing can be decided: ${found?.message ?? 'the policy is not known'}.`);
    return undefined;
  }
  const event = await chooseEvent(found, wanted.event);
  if (event === undefined) return undefined;
  const input = await chooseInput(event, wanted.input);
  return input && { policy, label: event.label, entrypoint: event.entrypoint, input };
}

/** What a lens names, or a caller: the policy, the event, the input. */
interface Wanted {
  readonly policy: string | undefined;
  readonly event: string | undefined;
  readonly input: string | undefined;
}

function wantedOf([first, event, input]: readonly unknown[]): Wanted {
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  if (typeof first === 'object' && first !== null && 'entrypoint' in first) {
    const { uri, entrypoint } = first as EventArgument; // the server's lens
    return { policy: uri, event: entrypoint, input: undefined };
  }
  const policy = first instanceof Uri ? first.toString() : text(first);
  return { policy: policy?.endsWith('.rdp') ? policy : undefined, event: text(event), input: text(input) };
}

async function policyOf(named: string | undefined): Promise<string | undefined> {
  if (named !== undefined) return named;
  const active = window.activeTextEditor?.document;
  if (active?.languageId === 'rdp') return active.uri.toString();
  const [first] = await workspace.findFiles('**/*.rdp', '**/node_modules/**', 1);
  return first?.toString();
}

type Event = Extract<EventsAnswer, { kind: 'events' }>['events'][number];

async function chooseEvent(
  { events }: Extract<EventsAnswer, { kind: 'events' }>,
  named: string | undefined,
): Promise<Event | undefined> {
  const known = events.find(({ label, entrypoint }) => label === named || entrypoint === named);
  if (known !== undefined || events.length < 2) return known ?? events[0];
  const items = events.map((event) => ({ label: event.label, description: event.entrypoint, event }));
  return (await window.showQuickPick(items, { title: 'Which event is decided on?' }))?.event;
}

async function chooseInput(event: Event, named: string | undefined): Promise<TextDocument | undefined> {
  if (named !== undefined) return workspace.openTextDocument(Uri.parse(named));
  const files = await workspace.findFiles('**/requests/**/*.{json,yaml,yml}', '**/{node_modules,dist}/**', 200);
  const own = files
    .filter(({ path }) => !path.endsWith('.decision.json'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (own.length === 0) return newInput(event);
  const fresh = { label: '$(new-file) A new input', uri: undefined };
  const items = [fresh, ...own.map((uri) => ({ label: workspace.asRelativePath(uri), uri }))];
  const chosen = await window.showQuickPick(items, { title: `An input for ${event.label}` });
  if (chosen === undefined) return undefined;
  return chosen.uri === undefined ? newInput(event) : workspace.openTextDocument(chosen.uri);
}

async function newInput(event: Event): Promise<TextDocument> {
  return workspace.openTextDocument({ language: 'json', content: sampleInput(event) });
}
