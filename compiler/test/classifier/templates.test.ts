// The sentences that the injection model learns from besides real ones: as many as are asked for, the same each time.

import { readFileSync } from 'node:fs';
import test from 'ava';
import { expandTemplates } from '../../train/expand-templates.ts';
import { suffixSentences } from '../../train/suffix-sentences.ts';

test('a template is written out with one of each of its choices', (t) => {
  const text =
    '# note\n= what sea|sky (blue|grey)\n## attack one\n(Look at|See) the <what>(!|)\n## benign two\na \\(b\\) <tag>\\n';
  const sentences = expandTemplates(text, 50);
  const attacks = sentences.filter(({ label }) => label === 'attack').map((sentence) => sentence.text);
  t.true(attacks.length > 6 && new Set(attacks).size === attacks.length);
  for (const one of attacks) t.regex(one, /^(?:Look at|See) the (?:sea|sky (?:blue|grey))!?$/);
  t.deepEqual(
    sentences.filter(({ label }) => label === 'benign'),
    [{ text: 'a (b) <tag>', label: 'benign', family: 'benign two' }],
  );
  t.deepEqual(expandTemplates(text, 50), sentences);
});

test('the templates of the injection model are templates, with both labels', (t) => {
  const text = readFileSync(new URL('../../train/injection-templates.txt', import.meta.url), 'utf8');
  const sentences = [...expandTemplates(text, 3), ...suffixSentences(20)];
  t.deepEqual([...new Set(sentences.map(({ label }) => label))].toSorted(), ['attack', 'benign']);
  t.true(sentences.length > 400);
  t.deepEqual(suffixSentences(20), suffixSentences(20));
});
