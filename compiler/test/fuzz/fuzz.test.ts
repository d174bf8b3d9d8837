// A small, seeded part of the fuzzer: what `npm run fuzz` does at length.

import test from 'ava';
import { fuzzDocuments } from '../../fuzz/fuzz-documents.ts';
import { fuzzPatterns } from '../../fuzz/fuzz-patterns.ts';
import { fuzzPairs } from '../../fuzz/fuzz-pairs.ts';
import { fuzzSources } from '../../fuzz/fuzz-sources.ts';

const seed = 20_261_122;

test('random policies decide alike in the interpreter and both modules', (t) => {
  const { cases, refused, faults } = fuzzPairs(seed, 1500);
  t.deepEqual(faults, []);
  t.true(cases >= 1500);
  t.true(refused < cases / 10, `${refused} policies refused`);
});

test('a mutated document never traps a module, and no JSON is a block', (t) => {
  const { cases, faults } = fuzzDocuments(seed, 6000);
  t.deepEqual(faults, []);
  t.is(cases, 6000);
});

test('mutated sources are parsed, checked and formatted without a throw', (t) => {
  const { cases, faults } = fuzzSources(seed, 400);
  t.deepEqual(faults, []);
  t.is(cases, 400);
});

test('random patterns find the same in the kernel as by definition', (t) => {
  const { cases, refused, faults } = fuzzPatterns(seed, 250, () => {});
  t.deepEqual(faults, []);
  t.true(cases >= 1500);
  t.true(refused < 25, `${refused} patterns refused`);
});
