// Gatekeeper's policies in rdp: each rule of each pack of the example on cases of its own, and the table of the README.

import { join } from 'node:path';
import test from 'ava';
import { runCases } from '../std/kubernetes/run-cases.ts';
import { inventory, objectPacks } from './gatekeeper/object-cases.ts';
import { podPacks } from './gatekeeper/pod-cases.ts';
import { readPacks } from './read-packs.ts';

const example = readPacks(join(import.meta.dirname, '..', '..', '..', 'examples', 'gatekeeper'));
const packs = [...objectPacks, ...podPacks];

for (const [index, cases] of packs.entries()) {
  test(`${index + 1}: ${[cases.pack, cases.settings].join(' ').trim()}`, (t) => {
    runCases(t, cases, { package: 'gatekeeper', files: example.files, data: inventory });
  });
}

test('every rule has cases that it fires on, and others', (t) => {
  t.deepEqual(example.rulesWithoutCases(packs), []);
  t.true(example.names.length >= 49);
});

test('the README has a row for each pack', (t) => {
  t.deepEqual(example.packsWithoutRow(), []);
});
