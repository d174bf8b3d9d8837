// Requests that went to a server and are not answered yet, so that an answer is taken for what it is, on whichever stream it comes.
//
// INVARIANT: bounded. What was forgotten is no less guarded: the answer of an unknown call is decided on as that of a tool without a name.

import type { CalledTool } from './tool-events.ts';

/** What was asked. */
export type PendingRequest =
  | { readonly kind: 'call'; readonly tool: CalledTool; readonly settle: () => Promise<void> }
  | { readonly kind: 'list' };

export interface PendingCalls {
  readonly add: (key: string, request: PendingRequest) => void;
  readonly take: (key: string) => PendingRequest | undefined;
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
    take: (key) => {
      const request = pending.get(key);
      pending.delete(key);
      return request;
    },
  };
}

/** Ids are unique within a session with a server, and for one caller where there is no session. */
export function pendingKey(of: {
  readonly server: string;
  readonly session: string;
  readonly caller: string;
  readonly id: string;
}): string {
  return JSON.stringify([of.server, of.session === '' ? of.caller : of.session, of.id]);
}
