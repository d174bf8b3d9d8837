// The calls that wait in this process: how many may, and how each wait ends.
//
// INVARIANT: a wait ends once: by an answer, when its time is over, or when the client leaves.

import type { Answer, Question } from './approval-desk.ts';

export interface WaitLimits {
  /** Calls that may wait at once; further ones are refused. 1,000 unless said. */
  readonly waitingLimit?: number;
  /** Calls of one client that may wait at once; 20 unless said. */
  readonly clientLimit?: number;
}

export interface Waits {
  readonly begin: (
    question: Omit<Question, 'granted'>,
    signal: AbortSignal,
  ) => { readonly kind: 'no'; readonly answer: Answer } | { readonly kind: 'waits'; readonly answer: Promise<Answer> };
  /** Does nothing when it is over. */
  readonly end: (id: string, answer: Answer) => void;
  readonly endAll: (answer: Answer) => void;
  readonly ids: () => readonly string[];
  readonly count: () => number;
}

/** Nobody waits yet. */
export function openWaits({ waitingLimit = 1000, clientLimit = 20 }: WaitLimits): Waits {
  const open = new Map<string, { readonly client: string; readonly end: (answer: Answer) => void }>();
  const byClient = new Map<string, number>();
  const no = (why: string): { readonly kind: 'no'; readonly answer: Answer } => ({
    kind: 'no',
    answer: { kind: 'unavailable', why },
  });
  return {
    begin: (question, signal) => {
      const client = JSON.stringify(question.client);
      if (signal.aborted) return { kind: 'no', answer: { kind: 'left' } };
      if (open.size >= waitingLimit) return no('too many calls wait');
      const own = byClient.get(client) ?? 0;
      if (own >= clientLimit) return no('too many calls of this client wait');
      byClient.set(client, own + 1);
      const answer = new Promise<Answer>((resolve) => {
        const end = (how: Answer): void => {
          if (!open.delete(question.id)) return;
          clearTimeout(timer);
          signal.removeEventListener('abort', left);
          const rest = (byClient.get(client) ?? 1) - 1;
          if (rest === 0) byClient.delete(client);
          else byClient.set(client, rest);
          resolve(how);
        };
        const left = (): void => end({ kind: 'left' });
        const timer = setTimeout(() => end({ kind: 'timeout' }), Math.max(0, question.until - Date.now()));
        open.set(question.id, { client, end });
        signal.addEventListener('abort', left, { once: true });
      });
      return { kind: 'waits', answer };
    },
    end: (id, answer) => open.get(id)?.end(answer),
    endAll: (answer) => {
      for (const { end } of open.values()) end(answer);
    },
    ids: () => [...open.keys()],
    count: () => open.size,
  };
}
