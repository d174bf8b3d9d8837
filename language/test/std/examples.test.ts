// The examples check without a word, and each has tests of its own. That they decide as they say is tested with the compiler.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { checkFolder, saidBy } from './check-files.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'examples');

const foldersIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
const names = foldersIn('.').flatMap((name) =>
  name === 'scenarios' ? foldersIn(name).map((scenario) => join(name, scenario)) : [name],
);

for (const name of names) {
  test(`${name} checks`, (t) => {
    const result = checkFolder(join(root, name));
    t.deepEqual(saidBy(result), []);
    t.is(result.programs?.length, 1);
    t.true(result.model.tests.length > 0);
  });
}
