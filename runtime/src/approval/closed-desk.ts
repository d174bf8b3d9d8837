// A desk where nobody sits: a gateway without a port for approvers, and without a store through which others could answer, does not
// let calls wait for what cannot come.

import type { ApprovalDesk } from './approval-desk.ts';

/** Refuses at once. */
export const closedDesk: ApprovalDesk = {
  ask: () => Promise.resolve({ kind: 'unavailable', why: 'this gateway has no port for approvers' }),
  grant: () => Promise.resolve('absent'),
  refuse: () => Promise.resolve('absent'),
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(undefined),
  waiting: () => 0,
  close: () => Promise.resolve(),
};
