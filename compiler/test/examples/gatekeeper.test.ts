// Gatekeeper's policies in rdp: each rule of each pack of the example on cases of its own, and the table of the README.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@rdp/language';
import test from 'ava';
import { runCases } from '../std/kubernetes/run-cases.ts';
import { inventory, objectPacks } from './gatekeeper/object-cases.ts';
import { podPacks } from './gatekeeper/pod-cases.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'examples', 'gatekeeper');
const files = readdirSync(root)
  .filter((name) => name.endsWith('.rdp') && name !== 'policy.rdp')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const packs = [...objectPacks, ...podPacks];
const declared = files.flatMap((file) => parse(file).ast.decls.flatMap((decl) => (decl.kind === 'pack' ? [decl] : [])));

for (const [index, cases] of packs.entries()) {
  test(`${index + 1}: ${[cases.pack, cases.settings].join(' ').trim()}`, (t) => {
    runCases(t, cases, { package: 'gatekeeper', files, data: inventory });
  });
}

test('every rule has cases that it fires on, and others', (t) => {
  const missing = declared.flatMap((pack) =>
    pack.rules.flatMap((rule) =>
      (['denied', 'admitted'] as const)
        .filter(
          (kind) =>
            !packs.some(
              (cases) =>
                cases.pack === `gatekeeper.${pack.name.text}` && (cases.rules[rule.name.text]?.[kind].length ?? 0) > 0,
            ),
        )
        .map((kind) => `${pack.name.text}.${rule.name.text} ${kind}`),
    ),
  );
  t.deepEqual(missing, []);
  t.true(declared.length >= 49);
});

test('the README has a row for each pack', (t) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  t.deepEqual(
    declared.map(({ name }) => name.text).filter((name) => !readme.includes(`\`${name}\``)),
    [],
  );
});
