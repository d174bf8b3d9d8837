// Mutated documents against a few policies: no module traps, and what a second parser calls no JSON is blocked. Every
// twentieth decision is compared with the interpreter's.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import { lowerProgram } from '../src/ir/lower.ts';
import { enginesOf } from './engines.ts';
import type { FuzzOutcome } from './fuzz-pairs.ts';
import { makeDocument, mutateBytes } from './make-document.ts';
import { makePolicy } from './make-policy.ts';
import { randomFrom } from './random.ts';

/** Documents for one policy before the next is made. */
const perPolicy = 2000;

/** At least `documents` mutated documents from `seed`. */
export function fuzzDocuments(
  seed: number,
  documents: number,
  progress: (done: number) => void = () => {},
): FuzzOutcome {
  const faults: string[] = [];
  let cases = 0;
  let refused = 0;
  for (let number = 0; cases < documents && faults.length < 10; number++) {
    const random = randomFrom(Math.imul(seed, 0x85ebca6b) ^ number);
    const { text, event } = makePolicy(random);
    const blocking = text.replace(/ on_malformed \w+/, '');
    const project = {
      files: [{ path: 'p.rdp', text: blocking }],
      documents: new Map([['blocked.json', ['ab']]]),
      std: stdFiles,
    };
    const program = checkProgram(project).programs?.[0];
    if (!program) {
      refused++;
      continue;
    }
    const [interpreter, ...modules] = enginesOf(lowerProgram(program), '{"fuzz":{"p":{"blocked":[]}}}');
    const end = Math.min(cases + perPolicy, documents);
    let document = makeDocument(random, event, 'valid');
    for (; cases < end; cases++) {
      if (random.chance(0.2)) document = makeDocument(random, event, 'valid');
      const mutated = mutateBytes(random, document);
      const fault = (what: string): number =>
        faults.push(`seed ${seed}, policy ${number}: ${what}\n${Buffer.from(mutated).toString('base64')}`);
      const decisions = modules.map(([, decide]) => decide(mutated));
      const decision = decisions[0] ?? '';
      if (decisions.some((other) => other !== decision) || decision.startsWith('trap')) fault(decisions.join(' | '));
      if (!isJson(mutated) && !decision.startsWith('{"version":1,"action":"block","reason":"malformed_input"'))
        fault(`passes what is no JSON: ${decision}`);
      if (cases % 20 === 0 && interpreter && interpreter[1](mutated) !== decision)
        fault(`${interpreter[1](mutated)} | ${decision}`);
      // Mutations of mutations go further astray.
      if (random.chance(0.1)) document = mutated;
    }
    progress(cases);
  }
  return { cases, refused, faults };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether the JavaScript engine takes the bytes; one NUL at the end is let through, as Rust hosts send it. */
function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(decoder.decode(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes));
    return true;
  } catch {
    return false;
  }
}
