// Texts for properties: whole policies, and what random edits make of them.

import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';

const root = new URL('../../../', import.meta.url);

/** Policies of the examples and the standard library. */
export const policies: readonly string[] = [
  'examples/checkout/checkout.rdp',
  'language/std/ai/anthropic.rdp',
  'examples/k8s/policy.rdp',
  'examples/k8s/packs/ownership.rdp',
  ...readdirSync(new URL('language/std/', root))
    .filter((name) => name.endsWith('.rdp'))
    .map((name) => `language/std/${name}`),
].map((path) => readFileSync(new URL(path, root), 'utf8'));

const pieces = [
  `{ } ( ) [ ] " ' """ \\ / // ///x , : = -> ? ?? ?. . | || && ! - + * [*] < > ==`,
  `re" b" 12 1.5 0x 30s 1u when block detect surface in not is none x package`,
]
  .flatMap((words) => words.split(' '))
  .concat(['\n', '\r\n', '\n\n\n', ' ', '\t', '5 usd', 'not in', 'defend X on Y.z {', 'set a = [1]', 'import a'])
  .concat(['pack p(a: int = 1) on k8s {', '  defend X on admission {', 'apply p to C as q {'])
  .concat(['until 2027-01-01', '`q`', '\u0000', '\ud800', 'é', '😀', '\ufeff', '\u2028']);

/** A policy with a few pieces of it deleted, doubled, or replaced by others. */
export const mutatedPolicy: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...policies),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), fc.constantFrom('', ...pieces)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [place, length, piece]) => {
      const at = Math.floor(place * current.length);
      return current.slice(0, at) + piece + current.slice(at + length);
    }, text),
  );

/** Pieces of policies in no order. */
export const jumble: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 60 })
  .map((parts) => parts.join(' '));
