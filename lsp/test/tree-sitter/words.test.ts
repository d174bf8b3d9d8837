// The tree-sitter grammar is written by hand; every word and mark of the lexer stands in it. That it parses is shown where
// tree-sitter's own command is (`npm run test:interop -- tree-sitter`).

import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  declarationKeywords,
  fixedWords,
  ruleKeywords,
  testKeywords,
  unitWords,
  vocabulary,
} from '../../../language/src/syntax/tokens.ts';

const grammar = readFileSync(new URL('../../tree-sitter/grammar.js', import.meta.url), 'utf8');

test('the grammar has every word of the lexer', (t) => {
  const words = [declarationKeywords, ruleKeywords, testKeywords, fixedWords, unitWords].flatMap((table) => [
    ...table.keys(),
  ]);
  t.deepEqual(
    words.filter((word) => !grammar.includes(`'${word}'`)),
    [],
  );
});

test('the grammar has every mark of the lexer', (t) => {
  const marks = vocabulary.flatMap(({ LABEL }) =>
    LABEL !== undefined && /^`[^\w`]+`$/.test(LABEL) ? [LABEL.slice(1, -1)] : [],
  );
  t.deepEqual(
    marks.filter((mark) => !grammar.includes(`'${mark}'`)),
    [],
  );
});
