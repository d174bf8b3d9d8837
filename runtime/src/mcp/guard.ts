// Messages between a client and one MCP server → the messages that go on: calls of tools and their results are decided on, lists of tools
// lose what may not be called or is described in a way that a rule refuses. Everything else passes as it came.
//
// INVARIANT: no call reaches a server, and no result or description a client, before it was decided on; without edits a message goes on
// byte for byte. What cannot be read does not pass.

import { isDeepStrictEqual } from 'node:util';

import type { Decision, EventPlan, SurfacePlan } from '../contract/index.ts';
import type { CallContext, ClientFacts, Outcomes, Refused, Verdict } from '../enforce/carry-out.ts';
import { applyEdits } from '../enforce/edits.ts';
import { elementsOf, membersOf, stringAt, textOf, type Slice } from './json-slices.ts';
import { listWithout, type ListChange } from './list-without.ts';
import { errorMessage, readMessage, rpcCodes, type RpcMessage } from './message.ts';
import { pendingKey, type PendingCalls } from './pending-calls.ts';
import {
  callDocument,
  describeDocument,
  messageEdits,
  resultDocument,
  type CalledTool,
  type EventDocument,
  type EventHead,
} from './tool-events.ts';

/** What guards share. */
export interface GuardDoor {
  readonly decide: (entrypoint: string, document: Uint8Array) => Decision;
  readonly outcomes: Outcomes;
  readonly pending: PendingCalls;
  /** Told of tools that are left out of lists. */
  readonly hidden: (server: string, tool: string, why: 'not_permitted' | 'description' | 'changed') => void;
}

/** Who talks with whom. */
export interface Conversation {
  readonly surface: SurfacePlan;
  readonly server: string;
  readonly client: ClientFacts;
  /** Of the transport; empty where there is none. */
  readonly session: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** What becomes of a message. */
export type Guarded =
  | { readonly kind: 'forward'; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  /** For the sender of a request, in the receiver's place. */
  | { readonly kind: 'answer'; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  /** No message that could be understood; `bytes` says so as one. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly bytes: Uint8Array };

export interface Guard {
  readonly fromClient: (bytes: Uint8Array) => Promise<Guarded>;
  /** Never an answer: a result that may not pass becomes an error with its id. */
  readonly fromServer: (bytes: Uint8Array) => Promise<Guarded>;
}

/** Guards one conversation. */
export function createGuard(door: GuardDoor, conversation: Conversation): Guard {
  const { surface, server, client, session } = conversation;
  const events = new Map(surface.events.map((plan) => [plan.event, plan]));
  const head = (): EventHead => ({ client, session, now: conversation.now() });
  const keyOf = (id: string): string => pendingKey({ server, session, caller: `${client.id} ${client.ip}`, id });

  const contextOf = (
    plan: Pick<EventPlan, 'entrypoint' | 'event'>,
    document: Pick<EventDocument, 'bytes'>,
    tool: string,
    size: number,
  ): CallContext => ({
    entrypoint: plan.entrypoint,
    surface: surface.surface,
    event: plan.event,
    client,
    call: { server, ...(tool === '' ? {} : { tool }), ...(session === '' ? {} : { session }) },
    document: document.bytes,
    size,
    now: conversation.now(),
    decideSeconds: 0,
    signal: conversation.signal,
  });
  const carryOut = (context: CallContext): Promise<Verdict> => {
    const began = performance.now();
    const decision = door.decide(context.entrypoint, context.document);
    return door.outcomes.carryOut(decision, { ...context, decideSeconds: (performance.now() - began) / 1000 });
  };

  /** Who or what is in quarantine says nothing, whatever it is about. */
  const heldBack = (message: RpcMessage): Guarded | undefined => {
    const { params, bytes, method } = message;
    const tool = method === 'tools/call' ? stringAt(bytes, params?.get('name')) : undefined;
    const event = { event: 'message', entrypoint: `${surface.surface}.message` };
    const held = door.outcomes.held(contextOf(event, { bytes: nothing }, tool ?? '', bytes.length));
    return held === undefined ? undefined : refusal(message, held);
  };

  const call = async (message: RpcMessage): Promise<Guarded> => {
    const { params, id, bytes } = message;
    const name = stringAt(bytes, params?.get('name'));
    if (name === undefined) return invalid(message, '`tools/call` needs the `name` of a tool');
    const given = params?.get('arguments');
    const known: CalledTool = { server, name, arguments: given === undefined ? '{}' : textOf(bytes, given) };
    const plan = events.get('call');
    if (plan === undefined) {
      if (surface.default === 'deny') return refusal(message, nothingPermitted);
      expect(id, known);
      return forward(bytes);
    }
    const document = callDocument(head(), { server, name }, bytes, given);
    const context = contextOf(plan, document, name, bytes.length);
    const verdict = await carryOut(context);
    if (verdict.kind === 'refuse') return refusal(message, verdict);
    const edited = editedMessage(bytes, document, verdict.edits);
    if (edited === undefined) {
      await verdict.settle(undefined);
      return refusal(message, uneditable);
    }
    expect(id, known, () => verdict.settle(undefined));
    if (id === undefined) await verdict.settle(undefined);
    return { kind: 'forward', bytes: edited, headers: verdict.headers };
  };
  const expect = (id: string | undefined, tool: CalledTool, settle = (): Promise<void> => Promise.resolve()): void => {
    if (id !== undefined) door.pending.add(keyOf(id), { kind: 'call', tool, settle });
  };

  const result = async (message: RpcMessage, tool: CalledTool): Promise<Guarded> => {
    const plan = events.get('result');
    if (plan === undefined || message.result === undefined) return forward(message.bytes);
    const document = resultDocument(head(), tool, message.bytes, message.result);
    const verdict = await carryOut(contextOf(plan, document, tool.name, message.bytes.length));
    if (verdict.kind === 'refuse') return { ...refusal(message, verdict), kind: 'forward' };
    await verdict.settle(undefined);
    const edited = editedMessage(message.bytes, document, verdict.edits);
    return edited === undefined ? { ...refusal(message, uneditable), kind: 'forward' } : forward(edited);
  };

  const list = async (message: RpcMessage, tools: Slice): Promise<Guarded> => {
    const { bytes } = message;
    const elements = elementsOf(bytes, tools);
    if (elements === undefined) return { ...refusal(message, unlistable), kind: 'forward' };
    const changes = await Promise.all(elements.map((element) => tool(bytes, element)));
    const edited = applyEdits(bytes, listWithout(elements, changes));
    return edited === undefined ? { ...refusal(message, unlistable), kind: 'forward' } : forward(edited);
  };
  const tool = async (bytes: Uint8Array, element: Slice): Promise<ListChange> => {
    const members = membersOf(bytes, element);
    const name = stringAt(bytes, members?.get('name'));
    if (members === undefined || name === undefined) return 'removed';
    if (!isCallable(name)) {
      door.hidden(server, name, 'not_permitted');
      return 'removed';
    }
    if (!isAsListed(bytes, members)) {
      door.hidden(server, name, 'changed');
      return 'removed';
    }
    const plan = events.get('describe');
    if (plan === undefined) return [];
    const document = describeDocument(head(), server, bytes, members);
    const verdict = await carryOut(contextOf(plan, document, name, element.end - element.start));
    const edits = verdict.kind === 'refuse' ? undefined : messageEdits(document, verdict.edits);
    if (verdict.kind === 'pass') await verdict.settle(undefined);
    if (edits !== undefined) return edits;
    door.hidden(server, name, 'description');
    return 'removed';
  };
  /** Where the policy has a list of the server's tools, another description is another tool's. */
  const pins = surface.tools.filter((pin) => pin.server === undefined || pin.server === server);
  const isAsListed = (bytes: Uint8Array, members: ReadonlyMap<string, Slice>): boolean => {
    if (pins.length === 0) return true;
    const text = (key: string): string => stringAt(bytes, members.get(key)) ?? '';
    const slice = members.get('inputSchema');
    const schema: unknown = slice === undefined ? {} : JSON.parse(textOf(bytes, slice));
    return pins.some(
      (pin) =>
        pin.name === text('name') &&
        pin.description === text('description') &&
        isDeepStrictEqual(JSON.parse(pin.schema), schema),
    );
  };
  /** Whether some call of the tool could pass: rules that read arguments are asked when there are any. */
  const isCallable = (name: string): boolean => {
    const plan = events.get('call');
    if (plan === undefined) return surface.default === 'allow';
    const { bytes } = callDocument(head(), { server, name }, nothing, undefined);
    const { action, reason } = door.decide(plan.entrypoint, bytes);
    return action !== 'block' || reason === 'malformed_input' || reason === 'evaluation_error';
  };

  const answer = async (message: RpcMessage): Promise<Guarded> => {
    const { id, result: members, bytes } = message;
    const request = id === undefined ? undefined : door.pending.take(keyOf(id));
    if (request?.kind === 'call') await request.settle();
    if (message.kind === 'error') return forward(bytes);
    const tools = members?.get('tools');
    if (tools !== undefined && request?.kind !== 'call') return list(message, tools);
    if (request?.kind === 'call') return result(message, request.tool);
    const isResult = members?.has('content') === true || members?.has('structuredContent') === true;
    return isResult ? result(message, { server, name: '', arguments: '{}' }) : forward(bytes);
  };

  return {
    fromClient: async (bytes) => {
      const message = readMessage(bytes);
      if (typeof message === 'string') return unreadable(message);
      const held = heldBack(message);
      if (held !== undefined) return held;
      if (message.method === 'tools/call') return call(message);
      if (message.method === 'tools/list' && message.id !== undefined)
        door.pending.add(keyOf(message.id), { kind: 'list' });
      return forward(bytes);
    },
    fromServer: async (bytes) => {
      const message = readMessage(bytes);
      if (typeof message === 'string') return unreadable(message);
      return message.kind === 'result' || message.kind === 'error' ? answer(message) : forward(bytes);
    },
  };
}

const nothing = new Uint8Array(0);
type Reason = Pick<Refused, 'message' | 'reason' | 'rule' | 'headers'>;
const nothingPermitted: Reason = {
  message: 'nothing is permitted here',
  reason: 'default_deny',
  rule: undefined,
  headers: {},
};
const uneditable: Reason = {
  message: 'what has to be edited cannot be: it stands elsewhere',
  reason: 'not_possible',
  rule: undefined,
  headers: {},
};
const unlistable: Reason = {
  message: 'this is no list of tools',
  reason: 'malformed_input',
  rule: undefined,
  headers: {},
};

function forward(bytes: Uint8Array): Guarded {
  return { kind: 'forward', bytes, headers: {} };
}

function unreadable(why: string): Guarded {
  const code = why === 'this is no JSON' ? rpcCodes.parse : rpcCodes.invalid;
  return { kind: 'unreadable', why, bytes: errorMessage(undefined, { code, message: why }) };
}

function invalid({ id }: RpcMessage, message: string): Guarded {
  return { kind: 'answer', bytes: errorMessage(id, { code: rpcCodes.invalid, message }), headers: {} };
}

/** In the receiver's place; a client's SDK raises its own error of it. */
function refusal({ id }: RpcMessage, { message, reason, rule, headers }: Reason) {
  const after = headers['retry-after'];
  const data = {
    reason,
    ...(rule === undefined ? {} : { rule }),
    ...(after === undefined ? {} : { retryAfter: Number(after) }),
  };
  const bytes = errorMessage(id, { code: rpcCodes.refused, message, data });
  return { kind: 'answer' as const, bytes, headers };
}

function editedMessage(
  bytes: Uint8Array,
  document: EventDocument,
  edits: Parameters<typeof applyEdits>[1],
): Uint8Array | undefined {
  if (edits.length === 0) return bytes;
  const moved = messageEdits(document, edits);
  return moved && applyEdits(bytes, moved);
}
