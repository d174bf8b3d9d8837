// Calls that wait in one process.
//
// INVARIANT: as the port's: one answer each, the first; nothing passes without a grant of each group that is asked.

import { answerTo } from './answer.ts';
import type { Answer, AnswerOutcome, ApprovalDesk, Approver, Question } from './approval-desk.ts';

export interface MemoryDeskOptions {
  /** Calls that may wait at once; further ones are refused. 1,000 unless said. */
  readonly waitingLimit?: number;
  /** Calls of one client that may wait at once; 20 unless said. */
  readonly clientLimit?: number;
}

interface Waiting {
  question: Question;
  readonly client: string;
  readonly end: (answer: Answer) => void;
}

/** A desk in this process's memory. */
export function memoryDesk({ waitingLimit = 1000, clientLimit = 20 }: MemoryDeskOptions = {}): ApprovalDesk {
  const open = new Map<string, Waiting>();

  const answer = (
    id: string,
    given: { readonly approver: Approver; readonly digest: string | undefined },
  ): AnswerOutcome => {
    const waiting = open.get(id);
    if (waiting === undefined) return 'absent';
    const { outcome, granted } = answerTo(waiting.question, given);
    waiting.question = { ...waiting.question, granted };
    if (outcome === 'granted') waiting.end({ kind: 'granted', by: granted });
    if (outcome === 'refused') waiting.end({ kind: 'refused', by: given.approver.name });
    return outcome;
  };

  return {
    ask: (question, signal) => {
      const client = JSON.stringify(question.client);
      if (signal.aborted) return Promise.resolve({ kind: 'left' });
      if (open.size >= waitingLimit) return Promise.resolve({ kind: 'unavailable', why: 'too many calls wait' });
      const own = [...open.values()].filter((waiting) => waiting.client === client).length;
      if (own >= clientLimit)
        return Promise.resolve({ kind: 'unavailable', why: 'too many calls of this client wait' });
      return new Promise((resolve) => {
        const end = (how: Answer): void => {
          if (!open.delete(question.id)) return;
          clearTimeout(timer);
          signal.removeEventListener('abort', left);
          resolve(how);
        };
        const left = (): void => end({ kind: 'left' });
        const timer = setTimeout(() => end({ kind: 'timeout' }), Math.max(0, question.until - Date.now()));
        open.set(question.id, { question: { ...question, granted: [] }, client, end });
        signal.addEventListener('abort', left, { once: true });
      });
    },
    grant: (id, digest, approver) => Promise.resolve(answer(id, { approver, digest })),
    refuse: (id, approver) => Promise.resolve(answer(id, { approver, digest: undefined })),
    list: () => Promise.resolve([...open.values()].map(({ question }) => question)),
    find: (id) => Promise.resolve(open.get(id)?.question),
    waiting: () => open.size,
    close: () => {
      for (const { end } of open.values()) end({ kind: 'unavailable', why: 'the gateway ends' });
      return Promise.resolve();
    },
  };
}
