// Calls that wait in one process, and approvers that answer there.
//
// INVARIANT: as the port's: one answer each, the first; nothing passes without a grant of each group that is asked.

import { answerTo } from './answer.ts';
import type { AnswerOutcome, ApprovalDesk, Approver, Question } from './approval-desk.ts';
import { openWaits, type WaitLimits } from './waits.ts';

/** A desk in this process's memory. */
export function memoryDesk(limits: WaitLimits = {}): ApprovalDesk {
  const waits = openWaits(limits);
  const questions = new Map<string, Question>();

  const answer = (
    id: string,
    given: { readonly approver: Approver; readonly digest: string | undefined },
  ): AnswerOutcome => {
    const question = questions.get(id);
    if (question === undefined) return 'absent';
    const { outcome, granted } = answerTo(question, given);
    questions.set(id, { ...question, granted });
    if (outcome === 'granted') waits.end(id, { kind: 'granted', by: granted });
    if (outcome === 'refused') waits.end(id, { kind: 'refused', by: given.approver.name });
    if (outcome === 'granted' || outcome === 'refused') questions.delete(id);
    return outcome;
  };

  return {
    ask: async (question, signal) => {
      const waiting = waits.begin(question, signal);
      if (waiting.kind === 'no') return waiting.answer;
      questions.set(question.id, { ...question, granted: [] });
      const how = await waiting.answer;
      questions.delete(question.id);
      return how;
    },
    grant: (id, digest, approver) => Promise.resolve(answer(id, { approver, digest })),
    refuse: (id, approver) => Promise.resolve(answer(id, { approver, digest: undefined })),
    list: () => Promise.resolve([...questions.values()]),
    find: (id) => Promise.resolve(questions.get(id)),
    waiting: waits.count,
    close: () => {
      waits.endAll({ kind: 'unavailable', why: 'the gateway ends' });
      return Promise.resolve();
    },
  };
}
