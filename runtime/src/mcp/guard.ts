// Messages between a client and one MCP server → the messages that go on: each that carries something is decided on in its event, lists lose
// what may not be used or is described in a way that a rule refuses, and whoever waits for an answer that does not come is told why.
//
// INVARIANT: nothing that carries something reaches the other side before it was decided on; without edits a message goes on byte for
// byte. What cannot be read does not pass.

import type { DocumentEdit } from '../enforce/edits.ts';
import { applyEdits } from '../enforce/edits.ts';
import { considerAnswer, considerInputResponses, type AnswerPort } from './answers.ts';
import { createDecider, type Conversation, type DecidingDoor, type Reason } from './decide-message.ts';
import { stringAt, textOf } from './json-slices.ts';
import { errorMessage, readMessage, rpcCodes, type RpcMessage } from './message.ts';
import type { Sender } from './methods.ts';
import type { HiddenBecause } from './offers.ts';
import { pendingKey, type PendingCalls, type PendingRequest } from './pending-calls.ts';
import { askingOf, considerRequest } from './requests.ts';
import { together } from './together.ts';

/** What guards share. */
export interface GuardDoor extends DecidingDoor {
  readonly pending: PendingCalls;
  /** Told of what is left out of lists, and of instructions; `offer` as `describe` has it. */
  readonly hidden: (about: {
    readonly server: string;
    readonly offer: string;
    readonly name: string;
    readonly why: HiddenBecause;
  }) => void;
}

/** What becomes of a message. */
export type Guarded =
  | { readonly kind: 'forward'; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  /** For the sender of a request, in the receiver's place. */
  | { readonly kind: 'answer'; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  /** A notification that goes nowhere; nobody waits for an answer, and `bytes` says why to whom can be told. */
  | { readonly kind: 'dropped'; readonly bytes: Uint8Array; readonly headers: Readonly<Record<string, string>> }
  /** No message that could be understood; `bytes` says so as one. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly bytes: Uint8Array };

export interface Guard {
  readonly fromClient: (bytes: Uint8Array) => Promise<Guarded>;
  /** An `answer` is for the server; a result that may not pass becomes an error with its id. */
  readonly fromServer: (bytes: Uint8Array) => Promise<Guarded>;
}

/** Guards one conversation. */
export function createGuard(door: GuardDoor, conversation: Conversation): Guard {
  const { server, client, session } = conversation;
  const decider = createDecider(door, conversation);
  const port: AnswerPort = {
    decider,
    pins: conversation.surface.tools,
    hidden: (offer, name, why) => door.hidden({ server, offer, name, why }),
  };
  const keyOf = (sender: Sender, id: string): string =>
    pendingKey({ server, session, caller: `${client.id} ${client.ip}`, sender, id });
  /** The last request that passed here: of several conversations of one caller without a session it is the right one. */
  let last: { readonly key: string; readonly request: PendingRequest } | undefined;

  const take = (sender: Sender, id: string): PendingRequest | undefined => {
    const key = keyOf(sender, id);
    const request = last?.key === key ? last.request : door.pending.get(key);
    if (last?.key === key) last = undefined;
    if (request !== undefined) door.pending.drop(key, request);
    return request;
  };

  const ask = async (sender: Sender, message: RpcMessage): Promise<Guarded> => {
    const { id, bytes } = message;
    const asking = askingOf(message);
    const { considered: own, asked } = await considerRequest(decider, sender, asking);
    const considered = sender === 'client' ? await together(own, () => considerInputResponses(port, asking)) : own;
    if (considered.kind === 'refused') return refusal(message, considered.why);
    const edited = editedBytes(bytes, considered.edits);
    if (edited === undefined || id === undefined) await considered.settle();
    if (edited === undefined) return refusal(message, unsplicable);
    if (id !== undefined) {
      const request: PendingRequest = { asked, settle: onlyOnce(considered.settle) };
      if (asked.kind !== 'call') await request.settle();
      last = { key: keyOf(sender, id), request };
      door.pending.add(last.key, request);
    }
    return { kind: 'forward', bytes: edited, headers: considered.headers };
  };

  const answer = async (sender: Sender, message: RpcMessage): Promise<Guarded> => {
    const { id, bytes } = message;
    const request = id === undefined ? undefined : take(sender === 'client' ? 'server' : 'client', id);
    await request?.settle();
    const considered = await considerAnswer(port, sender, message, request?.asked);
    if (considered.kind === 'refused') return refusal(message, considered.why);
    await considered.settle();
    const edited = editedBytes(bytes, considered.edits);
    return edited === undefined ? refusal(message, unsplicable) : { kind: 'forward', bytes: edited, headers: {} };
  };

  /** Whoever gives up on a call waits for nothing; its answer may be on its way all the same. */
  const settleGivenUp = async (sender: Sender, { method, params, bytes }: RpcMessage): Promise<void> => {
    const id = method === 'notifications/cancelled' ? params?.get('requestId') : undefined;
    if (id !== undefined) await door.pending.get(keyOf(sender, textOf(bytes, id)))?.settle();
  };

  const guarded =
    (sender: Sender) =>
    async (bytes: Uint8Array): Promise<Guarded> => {
      const message = readMessage(bytes);
      if (typeof message === 'string') return unreadable(message);
      const tool = message.method === 'tools/call' ? stringAt(bytes, message.params?.get('name')) : undefined;
      const held = decider.held(tool, bytes.length);
      if (held !== undefined) return refusal(message, held);
      if (message.kind === 'result' || message.kind === 'error') return answer(sender, message);
      await settleGivenUp(sender, message);
      return ask(sender, message);
    };
  return { fromClient: guarded('client'), fromServer: guarded('server') };
}

const unsplicable: Reason = {
  message: 'what has to be edited cannot be: edits of two rules lie in one place',
  reason: 'not_possible',
  rule: undefined,
  headers: {},
};

function editedBytes(bytes: Uint8Array, edits: readonly DocumentEdit[]): Uint8Array | undefined {
  return edits.length === 0 ? bytes : applyEdits(bytes, edits);
}

function onlyOnce(settle: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= settle());
}

function unreadable(why: string): Guarded {
  const code = why === 'this is no JSON' ? rpcCodes.parse : rpcCodes.invalid;
  return { kind: 'unreadable', why, bytes: errorMessage(undefined, { code, message: why }) };
}

/** To whoever sent a request, in the receiver's place; to whoever waits for an answer, in the answer's. SDKs raise their own error of it. */
function refusal({ id, kind }: RpcMessage, { message, reason, rule, headers }: Reason): Guarded {
  const after = headers['retry-after'];
  const data = {
    reason,
    ...(rule === undefined ? {} : { rule }),
    ...(after === undefined ? {} : { retryAfter: Number(after) }),
  };
  const bytes = errorMessage(id, { code: rpcCodes.refused, message, data });
  if (kind === 'request') return { kind: 'answer', bytes, headers };
  // An answer without an id is nobody's.
  return { kind: kind === 'notification' || id === undefined ? 'dropped' : 'forward', bytes, headers };
}
