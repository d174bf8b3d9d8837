// The methods of the Model Context Protocol → what a message of each carries, and the events in which it is decided on. Source: the
// schemas of the revisions 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28.
//
// INVARIANT: a method that is in no table is one that carries something. So is one that the other side sends than the protocol says.

/** Who sends a message. */
export type Sender = 'client' | 'server';

/** A request that is decided on in an event of its own, and its answer in another. */
export interface DecidedMethod {
  readonly event: string;
  /** The event of the answer; undefined where an answer carries nothing. */
  readonly answer: string | undefined;
  /** The members of `params` that are fields of the event. */
  readonly asked: readonly string[];
  /** The members of the result that are fields of the answer's event. */
  readonly answered: readonly string[];
  /** Members that tell an answer, where nobody knows what it answers. */
  readonly told: readonly string[];
  /** The field that the answer's event repeats. */
  readonly named: 'uri' | 'name' | undefined;
}

const read: DecidedMethod = {
  event: 'read',
  answer: 'contents',
  asked: ['uri'],
  answered: ['contents'],
  told: ['contents'],
  named: 'uri',
};

const ofClients: ReadonlyMap<string, DecidedMethod> = new Map([
  ['resources/read', read],
  ['resources/subscribe', { ...read, answer: undefined }],
  [
    'prompts/get',
    {
      event: 'prompt',
      answer: 'messages',
      asked: ['name', 'arguments'],
      answered: ['description', 'messages'],
      told: ['messages'],
      named: 'name',
    },
  ],
]);

const ofServers: ReadonlyMap<string, DecidedMethod> = new Map([
  [
    'sampling/createMessage',
    {
      event: 'sample',
      answer: 'sampled',
      asked: ['systemPrompt', 'messages', 'tools', 'maxTokens', 'includeContext'],
      answered: ['model', 'role', 'content'],
      told: ['role', 'content'],
      named: undefined,
    },
  ],
  [
    'elicitation/create',
    {
      event: 'elicit',
      answer: 'elicited',
      asked: ['message', 'mode', 'url', 'requestedSchema'],
      answered: ['action', 'content'],
      told: ['action'],
      named: undefined,
    },
  ],
]);

/** How a method of either side is decided on; undefined where it has no event of its own. */
export function decidedMethod(sender: Sender, method: string): DecidedMethod | undefined {
  return (sender === 'client' ? ofClients : ofServers).get(method);
}

/** The requests whose answers `sender` may give. */
export function decidedAnswers(sender: Sender): readonly DecidedMethod[] {
  const methods = sender === 'client' ? ofServers : ofClients;
  return [...methods.values()].filter(({ answer }) => answer !== undefined);
}

/** What a list offers. */
export interface Offering {
  /** As `describe` has it. */
  readonly offer: 'tool' | 'prompt' | 'resource' | 'template';
  /** The member of the result that is the list. */
  readonly member: string;
}

const offerings: ReadonlyMap<string, Offering> = new Map([
  ['tools/list', { offer: 'tool', member: 'tools' }],
  ['prompts/list', { offer: 'prompt', member: 'prompts' }],
  ['resources/list', { offer: 'resource', member: 'resources' }],
  ['resources/templates/list', { offer: 'template', member: 'resourceTemplates' }],
]);

/** What the answer to a client's request lists; undefined for any other. */
export function offeringOf(method: string): Offering | undefined {
  return offerings.get(method);
}

/** What a result lists, told by its members. */
export function offeringsIn(members: { readonly has: (key: string) => boolean }): readonly Offering[] {
  return [...offerings.values()].filter(({ member }) => members.has(member));
}

/** Requests whose answers say what a server is. */
export const introductions: ReadonlySet<string> = new Set(['initialize', 'server/discover']);

/** What the protocol needs to work and that carries no text for a model or a person. `subscriptions/listen` is decided on by what it names. */
const plain: Readonly<Record<Sender, ReadonlySet<string>>> = {
  client: new Set([
    ...introductions,
    ...offerings.keys(),
    'logging/setLevel',
    'notifications/cancelled',
    'notifications/initialized',
    'notifications/progress',
    'notifications/roots/list_changed',
    'ping',
    'resources/unsubscribe',
    'subscriptions/listen',
  ]),
  server: new Set([
    'notifications/cancelled',
    'notifications/elicitation/complete',
    'notifications/progress',
    'notifications/prompts/list_changed',
    'notifications/resources/list_changed',
    'notifications/resources/updated',
    'notifications/subscriptions/acknowledged',
    'notifications/tools/list_changed',
    'ping',
  ]),
};

/** Whether a message passes without a decision: progress does as long as nobody puts it into words. */
export function isPlain(sender: Sender, method: string, params: { readonly has: (key: string) => boolean }): boolean {
  return plain[sender].has(method) && !(method === 'notifications/progress' && params.has('message'));
}
