// Inference says something about any tree and never throws; one fault gives one diagnostic.

import test from 'ava';
import fc from 'fast-check';
import type { Type } from '../../src/semantic/types.ts';
import { inferText } from './infer-text.ts';

const variables: Readonly<Record<string, Type>> = {
  text: { kind: 'string', sensitive: true },
  maybe: { kind: 'optional', of: { kind: 'list', of: { kind: 'int' } } },
  json: { kind: 'dyn' },
  n: { kind: 'int' },
};

const pieces = [
  'text',
  'maybe',
  'json',
  'n',
  'x',
  'none',
  'null',
  'true',
  '1',
  '2u',
  '1.5',
  '"a"',
  "b'a'",
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '.',
  '?.',
  '??',
  '?',
  ':',
  ',',
  '==',
  '!=',
  '<',
  '+',
  '-',
  '*',
  '&&',
  '||',
  '!',
  ' in ',
  ' not in ',
  ' is ',
  '[*]',
  '[?',
  '.exists(x, ',
  '.map(x, ',
  '.filter(x, ',
  'has(',
  '.size()',
  '.matches("a")',
  'math.greatest(',
  'cel.bind(x, ',
  'type(',
  'int(',
  '.orValue(',
  '.optMap(x, ',
  'optional.of(',
  '.format([',
  '5 usd',
  '1h',
  're"a"',
  '.getHours()',
  'dyn(',
  '.transformMap(k, v, ',
];

test('any sequence of tokens', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
      const { codes, type } = inferText(parts.join(''), variables);
      return codes.length > 0 || type !== 'unknown';
    }),
    { numRuns: 4000 },
  );
  t.pass();
});

const oneFault = [
  'nowhere',
  'nowhere.a.b',
  'nowhere(1) + 2',
  'text.nowhere() == 3',
  '[nowhere, 1].exists(x, x.y)',
  '!nowhere && true',
];
for (const text of oneFault) {
  test(`one diagnostic: ${text}`, (t) => {
    t.is(inferText(text, variables).codes.length, 1);
  });
}
