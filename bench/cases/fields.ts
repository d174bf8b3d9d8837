// Goal 3: the fields that a decision reads, against native simdjson On-Demand, which reads the same ones and gives the same verdict, built
// for this processor and for one with AVX2 at most. Our side is the whole decision: it validates every byte of the document, On-Demand what it reads.

import { nativePeer, type Available } from '../native-peer.ts';
import { enforce, policyText } from '../ours.ts';
import { missing, present } from '../patterns/peers.ts';
import type { BenchCase, Pair } from '../protocol.ts';
import { admission, chat, type Subject } from './subjects.ts';

interface Simdjson {
  /** 1 for refused. `form` 0 is an admission review, 1 a chat request; there is room behind the document. */
  readonly verdict: (form: 0 | 1, bytes: Uint8Array, length: number) => number;
  /** The instruction sets in use. */
  readonly instruction_set: () => string;
}

const sizes: readonly (readonly [string, number])[] = [
  ['10 KB', 10_240],
  ['100 KB', 102_400],
];
/** At least what simdjson wants behind a document. */
const padding = 64;

type Processor = 'this processor' | 'AVX2';

function simdjson(processor: Processor): Available<Simdjson> {
  const library = { debian: 'libsimdjson-dev', link: 'simdjson' };
  if (processor === 'this processor') return nativePeer({ name: 'simdjson', library });
  return nativePeer({ name: 'simdjson', library, processor: 'haswell' });
}

/** Goal 3 for both workloads. */
export const fieldCases: readonly BenchCase[] = [admission, chat].flatMap((subject) =>
  sizes.flatMap(([label, size]) =>
    (['this processor', 'AVX2'] as const).map((processor): BenchCase => ({
      goal: 3,
      name: `${subject.name} ${label}`,
      peer: `simdjson On-Demand, ${processor}`,
      threshold: subject === admission ? 0.75 : 0.9,
      direction: 'times-faster',
      needs: () => missing(() => simdjson(processor)),
      prepare: () => prepare(subject, size, processor),
    })),
  ),
);

async function prepare(subject: Subject, size: number, processor: Processor): Promise<Pair> {
  const enforcer = await enforce(policyText(subject.policy));
  // The part of it that is linked chooses by what the processor has, unless told.
  if (processor === 'AVX2') process.env['SIMDJSON_FORCE_IMPLEMENTATION'] = 'haswell';
  const peer = present(simdjson(processor));
  const form = subject === admission ? 0 : 1;
  const bytes = subject.document(size);
  const roomy = (document: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(document.length + padding);
    copy.set(document);
    return copy;
  };
  const padded = roomy(bytes);
  return {
    ours: () => enforcer.decide(subject.entrypoint, bytes),
    peer: () => peer.verdict(form, padded, bytes.length),
    agree: () => {
      for (const document of [bytes, subject.refused]) {
        const ours = enforcer.decide(subject.entrypoint, document).action === 'block';
        if (ours !== (peer.verdict(form, roomy(document), document.length) === 1))
          throw new Error(`${subject.name}: verdicts differ`);
      }
    },
    note: peer.instruction_set(),
  };
}
