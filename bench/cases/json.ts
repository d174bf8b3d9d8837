// Goal 2: bytes to decision, against Buffer → JSON.parse → JavaScript written by hand.

import { enforce, policyText } from '../ours.ts';
import type { BenchCase, Pair } from '../protocol.ts';
import { admission, chat, type Subject } from './subjects.ts';

const size = 10_240;

/** Goal 2 for both workloads at 10 KB. */
export const jsonCases: readonly BenchCase[] = [admission, chat].map((subject): BenchCase => ({
  goal: 2,
  name: `${subject.name} 10 KB`,
  peer: 'JSON.parse and JavaScript',
  threshold: subject === admission ? 10 : 4,
  direction: 'times-faster',
  prepare: () => prepare(subject),
}));

async function prepare(subject: Subject): Promise<Pair> {
  const enforcer = await enforce(policyText(subject.policy));
  const bytes = Buffer.from(subject.document(size));
  const blocked = (document: Buffer): boolean => subject.blocked(JSON.parse(document.toString('utf8')) as never); // the subject knows its shape
  return {
    ours: () => enforcer.decide(subject.entrypoint, bytes),
    peer: () => blocked(bytes),
    agree: () => {
      for (const document of [bytes, Buffer.from(subject.refused)]) {
        const ours = enforcer.decide(subject.entrypoint, document).action === 'block';
        if (ours !== blocked(document)) throw new Error(`${subject.name}: verdicts differ`);
      }
    },
  };
}
