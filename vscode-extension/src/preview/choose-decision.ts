// Which decision is looked at: the policy, the event and the input, asked for where nobody has said them.

import type { EventArgument, EventsAnswer } from '@rdp/lsp/previews';
import { type QuickPickItem, QuickPickItemKind, type TextDocument, Uri, window, workspace } from 'vscode';
import type { Requests } from '../requests.ts';
import { sampleInput } from './sample-input.ts';

/** What is decided on by what. */
export interface Choice {
  /** The policy: any file of its project. */
  readonly policy: string;
  readonly label: string;
  readonly entrypoint: string;
  readonly input: TextDocument;
}

/** Asks for what is not known yet: the policy, the event, the input. A caller may name event and input. */
export async function chooseDecision(requests: Requests, words: readonly unknown[]): Promise<Choice | undefined> {
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
  const onWire = ({ label }: Event): boolean => label.endsWith('/http');
  const wire = events.filter(onWire);
  const itemOf = (event: Event): EventItem => ({ label: event.label, event });
  const separator = { label: 'as it was on the wire', kind: QuickPickItemKind.Separator };
  const items: readonly EventItem[] = [
    ...events.filter((event) => !onWire(event)).map(itemOf),
    ...(wire.length === 0 ? [] : [separator, ...wire.map(itemOf)]),
  ];
  return (await window.showQuickPick(items, { title: 'Which event is decided on?' }))?.event;
}

interface EventItem extends QuickPickItem {
  readonly event?: Event;
}

async function chooseInput(event: Event, named: string | undefined): Promise<TextDocument | undefined> {
  if (named !== undefined) return workspace.openTextDocument(Uri.parse(named));
  const files = await workspace.findFiles('**/requests/**/*.{json,yaml,yml}', '**/{node_modules,dist}/**', 200);
  const own = files
    .filter(({ path }) => !path.endsWith('.decision.json'))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (own.length === 0) return newInput(event);
  const fresh = { label: '$(new-file) A new input', from: () => newInput(event) };
  const other = { label: '$(folder-opened) Another file …', from: browseInput };
  const items = [
    fresh,
    ...own.map((uri) => ({ label: workspace.asRelativePath(uri), from: () => workspace.openTextDocument(uri) })),
    other,
  ];
  const chosen = await window.showQuickPick(items, { title: `An input for ${event.label}` });
  return chosen?.from();
}

async function browseInput(): Promise<TextDocument | undefined> {
  const [uri] =
    (await window.showOpenDialog({ title: 'An input', filters: { Inputs: ['json', 'yaml', 'yml'] } })) ?? [];
  return uri && workspace.openTextDocument(uri);
}

async function newInput(event: Event): Promise<TextDocument> {
  return workspace.openTextDocument({ language: 'json', content: sampleInput(event) });
}
