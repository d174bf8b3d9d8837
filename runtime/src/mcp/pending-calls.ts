// Requests that went on and are not answered yet, so that an answer is taken for what it is, on whichever stream it comes.
//
// INVARIANT: bounded. What was forgotten is no less guarded: the answer of an unknown request is told by what it has, and decided on.

import type { CalledTool } from './message-events.ts';
import type { DecidedMethod, Offering, Sender } from './methods.ts';

/** What was asked for, as far as its answer is concerned. */
export type AskedFor =
  | { readonly kind: 'call'; readonly tool: CalledTool }
  | { readonly kind: 'list'; readonly method: string; readonly offering: Offering }
  | { readonly kind: 'introduction'; readonly method: string }
  /** `name`: of the prompt, or the URI of the resource. */
  | { readonly kind: 'decided'; readonly method: string; readonly own: DecidedMethod; readonly name: string }
  | { readonly kind: 'other'; readonly method: string }
  | { readonly kind: 'plain'; readonly method: string };

export interface PendingRequest {
  readonly asked: AskedFor;
  /** Says what the call came to; a second time does nothing. */
  readonly settle: () => Promise<void>;
}

export interface PendingCalls {
  readonly add: (key: string, request: PendingRequest) => void;
  readonly get: (key: string) => PendingRequest | undefined;
  /** Forgets a request; another one that has taken its key stays. */
  readonly drop: (key: string, request: PendingRequest) => void;
}

/** At most `limit` of them; the oldest go first, and what they took is kept. */
export function createPendingCalls(limit = 10_000): PendingCalls {
  const pending = new Map<string, PendingRequest>();
  return {
    add: (key, request) => {
      pending.set(key, request);
      const [oldest] = pending.keys();
      if (pending.size > limit && oldest !== undefined) pending.delete(oldest);
    },
    get: (key) => pending.get(key),
    drop: (key, request) => {
      if (pending.get(key) === request) pending.delete(key);
    },
  };
}

/** Ids are unique among those of one side within a session with a server, and for one caller where there is no session. */
export function pendingKey(of: {
  readonly server: string;
  readonly session: string;
  readonly caller: string;
  readonly sender: Sender;
  readonly id: string;
}): string {
  return JSON.stringify([of.server, of.session === '' ? of.caller : of.session, of.sender, of.id]);
}
