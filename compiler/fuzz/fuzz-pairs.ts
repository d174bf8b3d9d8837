// Random policies on random documents: the interpreter and both modules must give the same bytes, and a checked policy never
// traps. Each policy is made from the seed and its number alone, so a case can be run again by itself.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../src/ir/lower.ts';
import { verifyIr } from '../src/ir/verify.ts';
import { enginesOf } from './engines.ts';
import { makeAdmissionPolicy, makeReview } from './make-admission.ts';
import { type Closeness, makeDocument } from './make-document.ts';
import { makeKindPolicy } from './make-kinds.ts';
import { makePolicy } from './make-policy.ts';
import { type Random, randomFrom } from './random.ts';

/** How many cases were run, and what went wrong. */
export interface FuzzOutcome {
  readonly cases: number;
  readonly refused: number;
  readonly faults: readonly string[];
}

/** Documents that each policy decides on. */
const closenesses: readonly Closeness[] = [
  ...Array.from({ length: 12 }, () => 'valid' as const),
  ...Array.from({ length: 5 }, () => 'near' as const),
  ...Array.from({ length: 3 }, () => 'broken' as const),
];
const data = '{"fuzz":{"p":{"blocked":["ab","é"]}},"rdp":{"hash_key":"a key that is known"}}';

/** At least `pairs` (policy, document) pairs from `seed`; ends early after ten faults. */
export function fuzzPairs(seed: number, pairs: number, progress: (done: number) => void = () => {}): FuzzOutcome {
  const faults: string[] = [];
  let cases = 0;
  let refused = 0;
  for (let number = 0; cases < pairs && faults.length < 10; number++) {
    const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ number);
    const { text, documents, document: make } = subject(random);
    const fault = (what: string): number => faults.push(`seed ${seed}, policy ${number}: ${what}`);
    const known = new Map<string, unknown>([['blocked.json', ['ab']], ...(documents ?? [])]);
    const project = { files: [{ path: 'p.rdp', text }], documents: known, std: stdFiles };
    const program = checkProgram(project).programs?.[0];
    if (!program) {
      // A generator that mostly makes nonsense would run for ever.
      if (++refused > 100 + cases / 10) fault('too many policies are refused');
      continue;
    }
    const ir = lowerProgram(program);
    for (const problem of verifyIr(ir)) fault(problem);
    const engines = enginesOf(ir, data);
    for (const closeness of closenesses) {
      const document = make(closeness);
      const [expected = '', ...others] = engines.map(([, decide]) => decide(document));
      others.forEach((got, i) => {
        if (got !== expected)
          fault(`${engines[i + 1]?.[0]}\n${text}\n${Buffer.from(document).toString()}\n${expected}\n${got}`);
      });
      cases++;
    }
    progress(cases);
  }
  return { cases, refused, faults };
}

/** A policy with documents for it. */
interface Subject {
  readonly text: string;
  /** That it names. */
  readonly documents?: ReadonlyMap<string, unknown>;
  readonly document: (closeness: Closeness) => Uint8Array;
}

function subject(random: Random): Subject {
  const share = random.below(100);
  return share < 15 ? admission(random) : share < 35 ? makeKindPolicy(random) : ownEvent(random);
}

function ownEvent(random: Random): Subject {
  const { text, event } = makePolicy(random);
  return { text, document: (closeness) => makeDocument(random, event, closeness) };
}

function admission(random: Random): Subject {
  return { text: makeAdmissionPolicy(random), document: (closeness) => makeReview(random, closeness) };
}
