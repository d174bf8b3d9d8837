// What a server says that it offers (lists of tools, prompts, resources; its own introduction) → edits of the message that leave out what may
// not be used, and what is described in a way that a rule refuses.
//
// INVARIANT: what could only be denied is not offered, and no description reaches a client before it was decided on.

import { isDeepStrictEqual } from 'node:util';
import type { ToolPin } from '../contract/index.ts';
import type { DocumentEdit } from '../enforce/edits.ts';
import type { Decider } from './decide-message.ts';
import { elementsOf, membersOf, stringAt, textOf, type Slice } from './json-slices.ts';
import { listWithout, type ListChange } from './list-without.ts';
import { callDocument, describeDocument, partsDocument } from './message-events.ts';
import type { Offering } from './methods.ts';

/** Why something is left out. */
export type HiddenBecause = 'not_permitted' | 'description' | 'changed';

/** Told of what is left out; `offer` as `describe` has it. */
export type Hidden = (offer: string, name: string, why: HiddenBecause) => void;

export interface OfferPort {
  readonly decider: Decider;
  /** Tools as the policy's lists describe them. */
  readonly pins: readonly ToolPin[];
  readonly hidden: Hidden;
}

const nothing = new Uint8Array(0);

/** The edits of a list; undefined when it is none. */
export async function editsOfList(
  port: OfferPort,
  bytes: Uint8Array,
  list: Slice | undefined,
  offering: Offering,
): Promise<readonly DocumentEdit[] | undefined> {
  const elements = list && elementsOf(bytes, list);
  if (elements === undefined) return undefined;
  const changes = await Promise.all(elements.map((element) => changeOf(port, bytes, element, offering)));
  return listWithout(elements, changes);
}

async function changeOf(port: OfferPort, bytes: Uint8Array, element: Slice, { offer }: Offering): Promise<ListChange> {
  const { decider, hidden } = port;
  const members = membersOf(bytes, element);
  const name = stringAt(bytes, members?.get('name'));
  if (members === undefined || name === undefined) return 'removed';
  const without = (why: HiddenBecause): 'removed' => {
    hidden(offer, name, why);
    return 'removed';
  };
  if (!isUsable(decider, offer, bytes, members)) return without('not_permitted');
  if (offer === 'tool' && !isAsListed(port, bytes, members)) return without('changed');
  const document = describeDocument(decider.head(), { server: decider.server, offer, members }, bytes);
  const considered = await decider.consider(document, {
    event: 'describe',
    size: element.end - element.start,
    stands: 'with_its_request',
    ...(offer === 'tool' ? { tool: name } : {}),
  });
  if (considered.kind === 'refused') return without('description');
  await considered.settle();
  return considered.edits;
}

/** Whether some use of it could pass. A template is asked about as a resource of its own pattern. */
function isUsable(
  decider: Decider,
  offer: Offering['offer'],
  bytes: Uint8Array,
  members: ReadonlyMap<string, Slice>,
): boolean {
  const { server } = decider;
  const text = (key: string): string => stringAt(bytes, members.get(key)) ?? '';
  const name = text('name');
  const head = decider.head();
  switch (offer) {
    case 'tool':
      return decider.couldPass('call', callDocument(head, { server, name }, nothing, undefined));
    case 'prompt':
      return decider.couldPass('prompt', partsDocument(head, { server, method: 'prompts/get', name }, nothing, none));
    case 'resource':
    case 'template': {
      const uri = text(offer === 'resource' ? 'uri' : 'uriTemplate');
      return decider.couldPass('read', partsDocument(head, { server, method: 'resources/read', uri }, nothing, none));
    }
  }
}

const none: ReadonlyMap<string, Slice> = new Map();

/** Where the policy has a list of the server's tools, another description is another tool's. */
function isAsListed({ pins, decider }: OfferPort, bytes: Uint8Array, members: ReadonlyMap<string, Slice>): boolean {
  const own = pins.filter((pin) => pin.server === undefined || pin.server === decider.server);
  if (own.length === 0) return true;
  const text = (key: string): string => stringAt(bytes, members.get(key)) ?? '';
  const slice = members.get('inputSchema');
  const schema: unknown = slice === undefined ? {} : JSON.parse(textOf(bytes, slice));
  return own.some(
    (pin) =>
      pin.name === text('name') &&
      pin.description === text('description') &&
      isDeepStrictEqual(JSON.parse(pin.schema), schema),
  );
}

/** The edits of what a server says of itself: instructions that a rule refuses are empty then. */
export async function editsOfIntroduction(
  { decider, hidden }: OfferPort,
  bytes: Uint8Array,
  result: ReadonlyMap<string, Slice>,
): Promise<readonly DocumentEdit[]> {
  const instructions = result.get('instructions');
  const info = result.get('serverInfo');
  if (instructions === undefined && info === undefined) return [];
  const own = info === undefined ? none : (membersOf(bytes, info) ?? none);
  const name = stringAt(bytes, own.get('name')) ?? decider.server;
  const parts = new Map<string, Slice>();
  const title = own.get('title');
  if (title !== undefined) parts.set('title', title);
  if (instructions !== undefined) parts.set('description', instructions);
  if (info !== undefined) parts.set('annotations', info);
  const document = partsDocument(decider.head(), { server: decider.server, offer: 'server', name }, bytes, parts);
  const considered = await decider.consider(document, {
    event: 'describe',
    size: bytes.length,
    stands: 'with_its_request',
  });
  if (considered.kind === 'pass') {
    await considered.settle();
    return considered.edits;
  }
  hidden('server', name, 'description');
  const texts = [instructions, title, own.get('description')].filter((slice) => slice !== undefined);
  return texts
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end }) => ({ bytes: [start, end] as const, text: '""' }));
}
