// Patterns that ask for context words: what is found by the words, or by the pattern itself, is what the interpreter finds. Texts
// are drawn so that candidates and words stand near and far, touch, overlap and follow one another without a gap.

import { checkProgram } from '@rdp/language';
import { stdFiles } from '@rdp/language/std';
import test from 'ava';
import { randomFrom } from '../../fuzz/random.ts';
import { lowerProgram } from '../../src/ir/lower.ts';
import { agree, createDifferential } from '../differential.ts';

const shapes = [
  String.raw`\b[0-9]{4}\b`,
  '[a-z0-9]{4}',
  '[0-9]{2,5}(?: [0-9]{2})?',
  String.raw`[^ ]{3,6}`,
  '[0-9]+',
  '(?:ab|[0-9a-f]{3})x?',
  'id[ :=]{1,3}(?P<match>[a-z0-9]{3,6})',
  '[é0-9]{3}',
];
const words = [['account'], ['passport', 'travel document'], ['*pass', 'no'], ['straße', 'key word'], ['aaaa']];
const within = [1, 2, 5, 30];

const policies = shapes.flatMap((shape, i) =>
  words.map((some, j) => {
    const near = `near ${some.map((word) => JSON.stringify(word)).join(', ')} within ${within[(i + j) % within.length]}`;
    return `pattern p${i}_${j} = re"${shape}" ${near}\n`;
  }),
);

const { programs, diagnostics } = checkProgram({
  files: [
    {
      path: 'policy.rdp',
      text: `package context\nsurface Chat: llm {}\n${policies.join('')}detect Any on Chat.request { severity low find ${policies
        .map((line) => line.split(' ')[1])
        .join(', ')} in prompts[*].text }\n`,
    },
  ],
  documents: new Map(),
  std: stdFiles,
});
const [program] = programs ?? [];
const ir = program && lowerProgram(program);

const pieces = [
  'account',
  'Passport',
  'travel  document',
  'pass',
  'no',
  'STRASSE',
  'straße',
  'key word',
  'aaaa',
  'accoun',
  'key',
  '1234',
  '12 34',
  '12345 67',
  'abx',
  'f00',
  'id: ab12',
  'id=',
  'é1é',
  'a1b2',
  ' ',
  '  ',
  '\n',
  '-',
  '.',
  'é',
  'lorem ipsum',
];

test('what is found by context words is what the interpreter finds', (t) => {
  if (ir === undefined) {
    t.fail(diagnostics.map(({ message }) => message).join('\n'));
    return;
  }
  const differential = createDifferential(ir);
  for (let seed = 0; seed < 200; seed++) {
    const random = randomFrom(seed);
    let text = '';
    while (random.chance(0.97) && text.length < 400) {
      text += random.pick(pieces);
      if (random.chance(0.4)) text += ' ';
      if (random.chance(0.03)) text += 'x'.repeat(random.below(200));
    }
    const input = JSON.stringify({ prompts: [{ role: 'user', text }] });
    agree(t, differential, { entrypoint: 'context/Chat/request', input });
  }
});
