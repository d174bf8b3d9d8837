// Two parts of one message, each of which was considered → what becomes of the message: it passes when both do, with the edits of both.
//
// INVARIANT: what was taken for the one is settled when the other is refused.

import type { Considered } from './decide-message.ts';

/** The second part is not asked about when the first is refused. */
export async function together(
  first: Considered | Promise<Considered>,
  second: () => Promise<Considered>,
): Promise<Considered> {
  const one = await first;
  if (one.kind === 'refused') return one;
  const other = await second();
  if (other.kind === 'refused') {
    await one.settle();
    return other;
  }
  return {
    kind: 'pass',
    edits: [...one.edits, ...other.edits].toSorted((a, b) => a.bytes[0] - b.bytes[0]),
    headers: { ...one.headers, ...other.headers },
    settle: async () => {
      await one.settle();
      await other.settle();
    },
  };
}
