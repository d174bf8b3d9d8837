// A request or notification of either side → whether it may go on, with which edits, and what its answer will be about.
//
// INVARIANT: what carries something is decided on in one event: its own, or `message`.

import type { Considered, Decider } from './decide-message.ts';
import { elementsOf, membersOf, stringAt, textOf, type Slice } from './json-slices.ts';
import { callDocument, partsDocument, type CalledTool, type EventDocument } from './message-events.ts';
import type { RpcMessage } from './message.ts';
import { decidedMethod, introductions, isPlain, offeringOf, type Sender } from './methods.ts';
import type { AskedFor } from './pending-calls.ts';
import { together } from './together.ts';

/** A message that asks for something, or only tells. */
export interface Asking {
  readonly method: string;
  readonly params: ReadonlyMap<string, Slice>;
  /** The same as a whole; undefined where there are none. */
  readonly whole: Slice | undefined;
  readonly bytes: Uint8Array;
  /** Bytes that a limit counts. */
  readonly size: number;
}

/** What may go on, and what its answer is about. */
export interface ConsideredRequest {
  readonly considered: Considered;
  readonly asked: AskedFor;
}

const none: ReadonlyMap<string, Slice> = new Map();

/** A message as one that asks. */
export function askingOf({ method = '', params, members, bytes }: RpcMessage): Asking {
  return { method, params: params ?? none, whole: members.get('params'), bytes, size: bytes.length };
}

/** Considers a request or notification. */
export async function considerRequest(decider: Decider, sender: Sender, asking: Asking): Promise<ConsideredRequest> {
  const { method, params, bytes, size } = asking;
  if (sender === 'client' && method === 'tools/call') return considerCall(decider, asking);
  if (sender === 'client' && method === 'subscriptions/listen')
    return { considered: await considerListening(decider, asking), asked: { kind: 'other', method } };
  const own = decidedMethod(sender, method);
  if (own === undefined && isPlain(sender, method, params))
    return { considered: freely, asked: plainly(sender, method) };
  const document = own === undefined ? messageDocument(decider, sender, asking) : ownDocument(decider, own, asking);
  const event = own?.event ?? 'message';
  const considered = await decider.consider(document, { event, size, stands: 'alone' });
  if (own === undefined) return { considered, asked: { kind: 'other', method } };
  const name = own.named === undefined ? '' : (stringAt(bytes, params.get(own.named)) ?? '');
  return { considered, asked: { kind: 'decided', method, own, name } };
}

const freely: Considered = { kind: 'pass', edits: [], headers: {}, settle: () => Promise.resolve() };

/** The answer to what passes without a decision is decided on where it offers something. */
function plainly(sender: Sender, method: string): AskedFor {
  const offering = sender === 'client' ? offeringOf(method) : undefined;
  if (offering !== undefined) return { kind: 'list', method, offering };
  return sender === 'client' && introductions.has(method)
    ? { kind: 'introduction', method }
    : { kind: 'plain', method };
}

function ownDocument(
  decider: Decider,
  own: { readonly asked: readonly string[] },
  { method, params, bytes }: Asking,
): EventDocument {
  const parts = new Map(
    own.asked.flatMap((key) => {
      const slice = params.get(key);
      return slice === undefined ? [] : [[key, slice] as const];
    }),
  );
  return partsDocument(decider.head(), { server: decider.server, method }, bytes, parts);
}

function messageDocument(decider: Decider, sender: Sender, { method, whole, bytes }: Asking): EventDocument {
  const parts = whole === undefined ? none : new Map([['params', whole]]);
  return partsDocument(decider.head(), { server: decider.server, sender, method }, bytes, parts);
}

async function considerCall(decider: Decider, asking: Asking): Promise<ConsideredRequest> {
  const { params, bytes, size } = asking;
  const { server } = decider;
  const name = stringAt(bytes, params.get('name'));
  if (name === undefined)
    return { considered: { kind: 'refused', why: nameless }, asked: { kind: 'plain', method: asking.method } };
  const given = params.get('arguments');
  const tool: CalledTool = { server, name, arguments: given === undefined ? '{}' : textOf(bytes, given) };
  const document = callDocument(decider.head(), { server, name }, bytes, given);
  const considered = await decider.consider(document, { event: 'call', size, tool: name, stands: 'alone' });
  return { considered, asked: { kind: 'call', tool } };
}

const nameless = {
  message: '`tools/call` needs the `name` of a tool',
  reason: 'malformed_input',
  rule: undefined,
  headers: {},
} as const;

/** Who listens names resources, each of which is read as if it were asked for. */
async function considerListening(decider: Decider, { method, params, bytes, size }: Asking): Promise<Considered> {
  const filter = params.get('notifications');
  const members = filter === undefined ? none : membersOf(bytes, filter);
  const list = members?.get('resourceSubscriptions');
  const uris = list === undefined ? [] : elementsOf(bytes, list);
  if (members === undefined || uris === undefined)
    return { kind: 'refused', why: { ...nameless, message: 'what is to be listened to cannot be read' } };
  let considered: Considered = freely;
  for (const uri of uris) {
    const document = partsDocument(decider.head(), { server: decider.server, method }, bytes, new Map([['uri', uri]]));
    considered = await together(considered, () => decider.consider(document, { event: 'read', size, stands: 'alone' }));
  }
  return considered;
}

/**
 * The requests that a server puts into a result, for the client to answer when it asks again (2026-07-28, "Multi round-trip requests"):
 * each is considered as if it had come by itself.
 */
export async function considerInputRequests(
  decider: Decider,
  bytes: Uint8Array,
  result: ReadonlyMap<string, Slice>,
): Promise<Considered> {
  const requests = result.get('inputRequests');
  if (requests === undefined) return freely;
  let considered: Considered = freely;
  for (const slice of membersOf(bytes, requests)?.values() ?? [requests]) {
    const request = membersOf(bytes, slice);
    const method = stringAt(bytes, request?.get('method'));
    const whole = request?.get('params');
    const params = whole === undefined ? none : membersOf(bytes, whole);
    if (method === undefined || params === undefined)
      return together(considered, () =>
        Promise.resolve({ kind: 'refused', why: { ...nameless, message: 'what the server asks for cannot be read' } }),
      );
    const asking: Asking = { method, params, whole, bytes, size: slice.end - slice.start };
    considered = await together(considered, async () => (await considerRequest(decider, 'server', asking)).considered);
  }
  return considered;
}
