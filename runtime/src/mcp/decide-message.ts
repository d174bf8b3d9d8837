// The document of an event of a conversation → what the policy makes of it: it passes, with edits of the message that it was taken from, or it
// is refused, with a reason that goes to whoever waits for an answer.
//
// INVARIANT: an event that no rule is about passes where the surface lets pass what is not forbidden, or where it answers what was let
// pass; otherwise it is refused, and that is logged like any other decision.

import type { Decision, EventPlan, SurfacePlan } from '../contract/index.ts';
import type { CallContext, ClientFacts, Outcomes, Refused, SpanOfCall } from '../enforce/carry-out.ts';
import type { DocumentEdit } from '../enforce/edits.ts';
import { failedDecision } from '../enforce/failure.ts';
import { messageEdits, type EventDocument, type EventHead } from './message-events.ts';

/** What guards share. */
export interface DecidingDoor {
  readonly decide: (entrypoint: string, document: Uint8Array) => Decision;
  readonly outcomes: Outcomes;
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
  /** The exchange that brings the messages, as telemetry has it. */
  readonly span?: SpanOfCall;
}

/** Why something does not pass, for whoever waits for an answer. */
export type Reason = Pick<Refused, 'message' | 'reason' | 'rule' | 'headers'>;

/** What became of an event. */
export type Considered =
  | {
      readonly kind: 'pass';
      /** Of the message. */
      readonly edits: readonly DocumentEdit[];
      readonly headers: Readonly<Record<string, string>>;
      /** To be called once: when the answer is there, or nobody waits for it any more. */
      readonly settle: () => Promise<void>;
    }
  | { readonly kind: 'refused'; readonly why: Reason };

/** What is said of a part of a message along with its document. */
export interface About {
  readonly event: string;
  /** Bytes that a limit in bytes counts. */
  readonly size: number;
  readonly tool?: string;
  /** Answers belong to what was let pass: without a rule of their own they pass. */
  readonly stands: 'alone' | 'with_its_request';
}

export interface Decider {
  readonly server: string;
  readonly denies: boolean;
  readonly head: () => EventHead;
  readonly plan: (event: string) => EventPlan | undefined;
  /** Decides, and carries the decision out. */
  readonly consider: (document: EventDocument, about: About) => Promise<Considered>;
  /** Whether such an event could pass: nothing is counted or logged. Rules that read what is not there yet are no reason to refuse. */
  readonly couldPass: (event: string, document: EventDocument) => boolean;
  /** Who or what is in quarantine says nothing, whatever it is about. */
  readonly held: (tool: string | undefined, size: number) => Reason | undefined;
}

const nothing = new Uint8Array(0);
const passing: Considered = { kind: 'pass', edits: [], headers: {}, settle: () => Promise.resolve() };

/** What has to be edited cannot be. */
const uneditable: Reason = {
  message: 'what has to be edited cannot be: it stands elsewhere',
  reason: 'not_possible',
  rule: undefined,
  headers: {},
};

/** Decides for one conversation. */
export function createDecider(door: DecidingDoor, conversation: Conversation): Decider {
  const { surface, server, client, session } = conversation;
  const plans = new Map(surface.events.map((plan) => [plan.event, plan]));
  const denies = surface.default === 'deny';
  const contextOf = (event: string, document: Uint8Array, size: number, tool: string | undefined): CallContext => ({
    entrypoint: plans.get(event)?.entrypoint ?? `${surface.surface.replaceAll('.', '/')}/${event}`,
    surface: surface.surface,
    event,
    client,
    call: {
      server,
      ...(tool === undefined || tool === '' ? {} : { tool }),
      ...(session === '' ? {} : { session }),
    },
    document: () => document,
    size,
    now: conversation.now(),
    decideSeconds: 0,
    signal: conversation.signal,
    ...(conversation.span === undefined ? {} : { span: conversation.span }),
  });
  return {
    server,
    denies,
    head: () => ({ client, session, now: conversation.now() }),
    plan: (event) => plans.get(event),
    consider: async (document, { event, size, tool, stands }) => {
      const plan = plans.get(event);
      if (plan === undefined && (!denies || stands === 'with_its_request')) return passing;
      const context = contextOf(event, document.bytes, size, tool);
      const began = performance.now();
      const decision =
        plan === undefined
          ? failedDecision('default_deny', 'nothing permits this')
          : door.decide(plan.entrypoint, document.bytes);
      const decideSeconds = (performance.now() - began) / 1000;
      const verdict = await door.outcomes.carryOut(decision, { ...context, decideSeconds });
      if (verdict.kind === 'refuse') return { kind: 'refused', why: verdict };
      const settle = (): Promise<void> => verdict.settle(undefined);
      const edits = messageEdits(document, verdict.edits);
      if (edits !== undefined) return { kind: 'pass', edits, headers: verdict.headers, settle };
      await settle();
      return { kind: 'refused', why: uneditable };
    },
    couldPass: (event, document) => {
      const plan = plans.get(event);
      if (plan === undefined) return !denies;
      const { action, reason } = door.decide(plan.entrypoint, document.bytes);
      return action !== 'block' || reason === 'malformed_input' || reason === 'evaluation_error';
    },
    held: (tool, size) => door.outcomes.held(contextOf('message', nothing, size, tool)),
  };
}
