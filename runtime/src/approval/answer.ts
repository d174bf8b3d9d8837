// A question and what an approver says → what becomes of it. The same for every desk.
//
// INVARIANT: a refusal of any group that is asked refuses; a grant needs the digest of what will be done, and every group.

import type { AnswerOutcome, Approver, Question } from './approval-desk.ts';

/** Stands for every group. */
export const everyGroup = '*';

/** `digest` undefined refuses. `granted` are the groups that have granted afterwards. */
export function answerTo(
  question: Pick<Question, 'by' | 'digest' | 'granted'>,
  { approver, digest }: { readonly approver: Approver; readonly digest: string | undefined },
): { readonly outcome: AnswerOutcome; readonly granted: readonly string[] } {
  const { by, granted } = question;
  const theirs = approver.groups.includes(everyGroup) ? by : by.filter((group) => approver.groups.includes(group));
  if (theirs.length === 0) return { outcome: 'not_yours', granted };
  if (digest === undefined) return { outcome: 'refused', granted };
  if (digest !== question.digest) return { outcome: 'other_action', granted };
  const all = [...new Set([...granted, ...theirs])].toSorted();
  return { outcome: by.every((group) => all.includes(group)) ? 'granted' : 'more_needed', granted: all };
}
