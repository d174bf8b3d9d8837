// Kyverno's policies in rdp: each rule of each pack of the example on cases of its own, and the table of the README.

import { join } from 'node:path';
import test from 'ava';
import { runCases } from '../std/kubernetes/run-cases.ts';
import { objectPacks } from './kyverno/object-cases.ts';
import { looked, podPacks } from './kyverno/pod-cases.ts';
import { securityPacks } from './kyverno/security-cases.ts';
import { readPacks } from './read-packs.ts';

const example = readPacks(join(import.meta.dirname, '..', '..', '..', 'examples', 'kyverno'));
const packs = [...objectPacks, ...podPacks, ...securityPacks];

for (const [index, cases] of packs.entries()) {
  test(`${index + 1}: ${[cases.pack, cases.settings].join(' ').trim()}`, (t) => {
    runCases(t, cases, { package: 'kyverno', files: example.files, data: looked });
  });
}

test('every rule has cases that it fires on, and others', (t) => {
  t.deepEqual(example.rulesWithoutCases(packs), []);
  t.true(example.names.length >= 60);
});

test('the README has a row for each pack', (t) => {
  t.deepEqual(example.packsWithoutRow(), []);
});
