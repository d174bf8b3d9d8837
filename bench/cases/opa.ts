// Goal 1: bytes to decision, against npm's opa-wasm given an ArrayBuffer and given an object. Both sides begin with the same
// bytes, so the object is parsed from them in each call, as a server has to.

import { enforce, policyText } from '../ours.ts';
import { loadRego, regoModule } from '../opa-peer.ts';
import type { BenchCase, Pair } from '../protocol.ts';
import { admission, chat, type Subject } from './subjects.ts';

const sizes: readonly (readonly [string, number])[] = [
  ['1 KB', 1024],
  ['10 KB', 10_240],
  ['100 KB', 102_400],
  ['1 MB', 1_048_576],
];

/** Goal 1 for both workloads, four sizes, both forms of the peer's input. */
export const opaCases: readonly BenchCase[] = [admission, chat].flatMap((subject) =>
  sizes.flatMap(([label, size]) =>
    (['ArrayBuffer', 'object'] as const).map((form): BenchCase => ({
      goal: 1,
      name: `${subject.name} ${label}`,
      peer: `opa-wasm, ${form}`,
      threshold: form === 'ArrayBuffer' ? (size > 1024 ? 10 : 12) : size > 1024 ? 20 : 25,
      direction: 'times-faster',
      prepare: () => prepare(subject, size, form),
    })),
  ),
);

async function prepare(subject: Subject, size: number, form: 'ArrayBuffer' | 'object'): Promise<Pair> {
  const enforcer = await enforce(policyText(subject.policy));
  const rego = await loadRego(regoModule(subject.rego, subject.regoEntrypoint));
  const bytes = subject.document(size);
  const input = inputOf(bytes, form);
  const verdicts = (document: Uint8Array): readonly unknown[] => [
    enforcer.decide(subject.entrypoint, document).action === 'block',
    rego.evaluate(inputOf(document, form))[0]?.result,
  ];
  return {
    ours: () => enforcer.decide(subject.entrypoint, bytes),
    peer: () => rego.evaluate(form === 'ArrayBuffer' ? input : inputOf(bytes, form)),
    agree: () => {
      const [ours, theirs] = verdicts(bytes);
      const [oursRefused, theirsRefused] = verdicts(subject.refused);
      if (ours !== false || theirs !== false || oursRefused !== true || theirsRefused !== true) {
        throw new Error(`${subject.name}: ${ours}/${oursRefused} against ${theirs}/${theirsRefused}`);
      }
    },
  };
}

function inputOf(bytes: Uint8Array, form: 'ArrayBuffer' | 'object'): object {
  return form === 'ArrayBuffer'
    ? bytes.slice().buffer
    : (JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()) as object);
}
